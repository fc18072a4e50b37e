import { Random } from '@wasm-dyno/corpora';
import { median } from 'wasm-dyno';

/** Times of blocks beside one another. */
export interface Pair {
  readonly without: number;
  readonly with: number;
  /** Pairs of one kind take about alike; what is told is of all kinds, each by its part of all pairs. */
  readonly kind: number;
}

/** How much more the one takes than the other, as a part: 0.01 is 1%. */
export interface PairedChange {
  readonly estimate: number;
  readonly low: number;
  readonly high: number;
  readonly pairs: number;
}

const RESAMPLES = 1_000;
const LEVEL = 0.95;
/** Pairs in a row: what the machine does for seconds is in all of them, so that they are drawn together. */
const PAIRS_OF_BATCH = 50;
/** Unless there are fewer pairs. */
const LEAST_BATCHES = 10;

/**
 * With / without - 1 by the median of pairs of each kind, with the 95% interval of a bootstrap: processes are drawn with replacement, and
 * batches of their pairs within each.
 */
export function pairedChange(processes: readonly (readonly Pair[])[], seed: number): PairedChange {
  const logarithms = processes.map((pairs) =>
    pairs
      .filter((pair) => pair.without > 0 && pair.with > 0)
      .map((pair) => ({ kind: pair.kind, change: Math.log(pair.with / pair.without) })),
  );
  const all = logarithms.flat();
  const batches = logarithms.map(inBatches);
  const random = new Random(seed, 'paired change');
  const drawn = <Item>(items: readonly Item[]): Item[] => items.map(() => random.pick(items));
  const estimates = Array.from({ length: RESAMPLES }, () => mean(drawn(batches).flatMap(drawn)));
  // A batch's few pairs of a kind have a median of their own: the mean of batches is not that of all pairs.
  const offset = overKinds(all) - mean(batches.flat());
  estimates.sort((a, b) => a - b);
  const at = (part: number) => Math.expm1(offset + estimates[Math.round(part * (RESAMPLES - 1))]!);
  return {
    estimate: Math.expm1(overKinds(all)),
    low: at((1 - LEVEL) / 2),
    high: at((1 + LEVEL) / 2),
    pairs: all.length,
  };
}

interface Change {
  readonly kind: number;
  readonly change: number;
}

/** What each batch tells. */
function inBatches(changes: readonly Change[]): number[] {
  const least = Math.min(changes.length, LEAST_BATCHES);
  const count = Math.max(least, Math.floor(changes.length / PAIRS_OF_BATCH));
  return Array.from({ length: count }, (_, i) =>
    overKinds(
      changes.slice(Math.floor((i * changes.length) / count), Math.floor(((i + 1) * changes.length) / count)),
    ),
  );
}

/** The medians of the kinds, each by its part of all. */
function overKinds(changes: readonly Change[]): number {
  const kinds = new Map<number, number[]>();
  for (const { change, kind } of changes) kinds.set(kind, [...(kinds.get(kind) ?? []), change]);
  return [...kinds.values()].reduce((sum, of) => sum + (of.length / changes.length) * median(of), 0);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
