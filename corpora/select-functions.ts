import type { Corpus, CorpusModule } from './corpus.js';
import { Random } from './random.js';
import { SIZE_CLASSES, type SizeClass } from './size-class.js';

export interface SelectionOptions {
  /** At least 1. */
  readonly maximumFunctionsPerClass: number;
  /** Whole number. */
  readonly seed: number;
}

/** A function chosen to stand for others. */
export interface SelectedFunction {
  readonly module: CorpusModule;
  /** Imports first. */
  readonly functionIndex: number;
  readonly bodyBytes: number;
  readonly sizeClass: SizeClass;
  /**
   * How many functions of its module and size class it stands for, itself included: the inverse of its probability of being
   * chosen. Sums over the selection, each term times its weight, estimate sums over the corpora without bias.
   */
  readonly weight: number;
}

/**
 * Chooses at most `maximumFunctionsPerClass` functions per size class, the same ones for the same corpora and seed, in
 * ascending order of class, then in the order of the modules and of the functions in them.
 *
 * Within a class the places are shared among the modules in proportion to the square root of how many functions of the
 * class each has, and every module gets at least one as long as places last: a module of 20,000 functions counts more than
 * one of 200, but ten times as much and not a hundred times. With more modules than places, which modules get one is drawn.
 * Within a module and class the choice is systematic: functions in order of size, taken at even steps from a random start,
 * so that the sizes chosen are spread as the sizes there are.
 */
export function selectFunctions(corpora: readonly Corpus[], options: SelectionOptions): SelectedFunction[] {
  const { maximumFunctionsPerClass, seed } = options;
  if (!(Number.isSafeInteger(maximumFunctionsPerClass) && maximumFunctionsPerClass >= 1)) {
    throw new RangeError(
      `maximumFunctionsPerClass is a whole number from 1 on, not ${maximumFunctionsPerClass}`,
    );
  }
  const modules = corpora.flatMap((corpus) => corpus.modules);
  return SIZE_CLASSES.flatMap((sizeClass) => {
    const random = new Random(seed, `selection/${sizeClass.name}`);
    const strata = modules
      .map((module) => ({ module, functions: functionsOfClass(module, sizeClass) }))
      .filter(({ functions }) => functions.length > 0);
    const counts = strata.map(({ functions }) => functions.length);
    const { places, probabilities } = sharePlaces(counts, maximumFunctionsPerClass, random);
    return strata.flatMap(({ module, functions }, position) => {
      const chosen = systematicSample(functions, places[position]!, random);
      const weight = functions.length / (places[position]! * probabilities[position]!);
      return chosen
        .sort((left, right) => left.index - right.index)
        .map(({ index, bodyBytes }) => ({ module, functionIndex: index, bodyBytes, sizeClass, weight }));
    });
  });
}

function functionsOfClass(module: CorpusModule, sizeClass: SizeClass) {
  const { minimumBytes, maximumBytes } = sizeClass;
  return module.functions.filter(({ bodyBytes }) => bodyBytes >= minimumBytes && bodyBytes <= maximumBytes);
}

/**
 * Shares out places: per stratum how many it gets, at most its count, and the probability that it got any. Every place
 * goes to the stratum that is furthest behind its share (the highest averages method, as seats go to parties).
 */
function sharePlaces(
  counts: readonly number[],
  maximum: number,
  random: Random,
): { readonly places: readonly number[]; readonly probabilities: readonly number[] } {
  if (counts.length > maximum) {
    const drawn = new Set(
      shuffled(
        counts.map((_, position) => position),
        random,
      ).slice(0, maximum),
    );
    return {
      places: counts.map((_, position) => (drawn.has(position) ? 1 : 0)),
      probabilities: counts.map(() => maximum / counts.length),
    };
  }
  const places = counts.map(() => 1);
  for (let left = maximum - counts.length; left > 0; left--) {
    let best: number | undefined;
    for (let position = 0; position < counts.length; position++) {
      if (places[position]! >= counts[position]!) continue;
      if (best === undefined || claim(position) > claim(best)) best = position;
    }
    if (best === undefined) break;
    places[best]!++;
  }
  return { places, probabilities: counts.map(() => 1) };

  function claim(position: number): number {
    return Math.sqrt(counts[position]!) / places[position]!;
  }
}

function systematicSample<Item extends { readonly bodyBytes: number; readonly index: number }>(
  items: readonly Item[],
  count: number,
  random: Random,
): Item[] {
  if (count === 0) return [];
  const ordered = [...items].sort(
    (left, right) => left.bodyBytes - right.bodyBytes || left.index - right.index,
  );
  const step = ordered.length / count;
  const start = (random.integer(0, 999_999) / 1_000_000) * step;
  return Array.from({ length: count }, (_, position) => ordered[Math.floor(start + position * step)]!);
}

function shuffled<Item>(items: readonly Item[], random: Random): Item[] {
  const order = [...items];
  for (let last = order.length - 1; last > 0; last--) {
    const other = random.integer(0, last);
    [order[last], order[other]] = [order[other]!, order[last]!];
  }
  return order;
}
