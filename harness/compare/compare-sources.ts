import { decisive, overallVerdict, wordOf } from './overall-verdict.js';
import { priceChange, type ChangeVerdict, type PriceChange } from './price-change.js';
import type { ComparedPrice, Conditions, PricedSource } from './priced-source.js';

/** A price of the first source, and what became of it in each of the others; undefined where one has no such price. */
export interface ComparedRow {
  readonly engine: string;
  readonly price: string;
  readonly of?: ComparedPrice['of'];
  readonly policy?: ComparedPrice['policy'];
  readonly unit: string;
  readonly base: ComparedPrice;
  readonly others: readonly (ComparedChange | undefined)[];
}

export interface ComparedChange extends PriceChange {
  readonly estimate: number;
  readonly processes: number;
}

/** What comparing finds. */
export interface PriceComparison {
  readonly base: string;
  readonly others: readonly string[];
  /** Probability that all intervals together hold what they should. */
  readonly confidenceLevel: number;
  /** Of the interval of a price by itself that `same` is told by. */
  readonly sameLevel: number;
  readonly sameWithin: number;
  readonly unseen: number;
  readonly rows: readonly ComparedRow[];
  /** Of each of the others: the word for the whole. */
  readonly verdicts: readonly ChangeVerdict[];
  /** Sentences: what differs besides the prices, and what could not be compared. */
  readonly notices: readonly string[];
}

export interface CompareOptions {
  /** Of all intervals together; 0.95 unless told. */
  readonly confidenceLevel?: number;
  /** Changes smaller than this part do not matter; 0.1 unless told. */
  readonly sameWithin?: number;
  /** Compare sources that do not belong together too. */
  readonly force?: boolean;
}

/** Smaller ones are beyond what two runs can tell, whatever their intervals say. */
export const DEFAULT_SAME_WITHIN = 0.1;

/** Sources cannot be compared: what was measured differs, or they have no price in common. */
export class IncomparableError extends Error {
  override readonly name = 'IncomparableError';
}

/**
 * Compares each price of the first source with the same of every other.
 *
 * @throws IncomparableError naming what differs
 */
export function compareSources(
  sources: readonly PricedSource[],
  options: CompareOptions = {},
): PriceComparison {
  const { confidenceLevel = 0.95, sameWithin = DEFAULT_SAME_WITHIN, force = false } = options;
  const [base, ...others] = sources;
  if (base === undefined || others.length === 0)
    throw new IncomparableError('two runs or profiles are needed to compare');
  const differing = others.flatMap((other) => differences(base, other, 'conditions'));
  if (differing.length > 0 && !force)
    throw new IncomparableError(`${differing[0]!}; measure alike, or compare all the same with --force`);
  const shared = base.prices.filter((price) => others.some((other) => same(other, price) !== undefined));
  if (shared.length === 0)
    throw new IncomparableError(
      `${base.path} has no price in common with ${others.map(pathOf).join(', ')}; name runs of one engine${sources.flatMap(({ notices = [] }) => notices.map((notice) => `; ${notice}`)).join('')}`,
    );
  const compared = others.reduce(
    (sum, other) => sum + shared.filter((price) => same(other, price) !== undefined).length,
    0,
  );
  const rule = {
    // The chances of error of all intervals add up to no more than that of the whole (Bonferroni).
    confidenceLevel: 1 - (1 - confidenceLevel) / compared,
    sameLevel: 1 - 2 * (1 - confidenceLevel),
    sameWithin,
  };
  const unseenOf = (other: PricedSource) => Math.hypot(base.systematicFloor, other.systematicFloor);
  const rows = shared.map((price): ComparedRow => ({
    engine: price.engine,
    price: price.name,
    ...{ of: price.of, policy: price.policy },
    unit: price.unit,
    base: price,
    others: others.map((other) => {
      const found = same(other, price);
      if (found === undefined) return undefined;
      const change = priceChange(price, found, { ...rule, unseen: unseenOf(other) });
      return { ...change, estimate: found.estimate, processes: found.processes };
    }),
  }));
  return {
    base: base.path,
    others: others.map(pathOf),
    confidenceLevel,
    sameLevel: rule.sameLevel,
    sameWithin,
    unseen: Math.max(...others.map(unseenOf)),
    rows,
    verdicts: others.map((_, i) => overallVerdict(changesOf(rows, i))),
    notices: [
      ...sources.flatMap(({ notices = [] }) => notices),
      ...others.flatMap(({ path }, i) => coldNotice(changesOf(rows, i), path)),
      ...differing.map((text) => `${text}: the changes are not the engine's alone.`),
      ...others.flatMap((other) => differences(base, other, 'circumstances').map((text) => `${text}.`)),
      ...(others.length > 1 ? unmatchedInFleet(sources) : others.flatMap((other) => unmatched(base, other))),
    ],
  };
}

type Row = Pick<ComparedRow, 'of' | 'policy' | 'price' | 'engine' | 'others'>;

/** What became of each price in one of the others. */
export function changesOf<Of extends Row>(rows: readonly Of[], other: number): (Of & ComparedChange)[] {
  return rows.flatMap((row) => {
    const change = row.others[other];
    return change === undefined ? [] : [{ ...row, ...change }];
  });
}

/** The word for the whole is that of warm prices, where there are any: what first calls say is told beside it. */
function coldNotice(changes: readonly (Row & ComparedChange)[], path: string): string[] {
  const cold = decisive(changes, 'cold');
  if (cold.length === 0 || decisive(changes).some((change) => cold.includes(change))) return [];
  const word = wordOf(cold);
  const few = 'a process has one first call, so more processes tell (--effort thorough)';
  return [
    `First calls of a process, by themselves, in ${path}: ${word}${word === 'unsure' ? `; ${few}` : ''}.`,
  ];
}

function pathOf({ path }: PricedSource): string {
  return path;
}

function same(source: PricedSource, { engine, name, unit }: ComparedPrice): ComparedPrice | undefined {
  return source.prices.find((price) => price.engine === engine && price.name === name && price.unit === unit);
}

/** Where both tell, and not the same. */
function differences(
  base: PricedSource,
  other: PricedSource,
  kind: 'conditions' | 'circumstances',
): string[] {
  const theirs: Conditions = other[kind];
  return Object.entries(base[kind]).flatMap(([name, value]) => {
    const there = theirs[name];
    return there === undefined || there === value
      ? []
      : [`${name} differs: ${value} in ${base.path}, ${there} in ${other.path}`];
  });
}

/** Of three and more: which prices some have and others lack, told by the fewer. */
function unmatchedInFleet(sources: readonly PricedSource[]): string[] {
  const named = new Map(
    sources
      .flatMap(({ prices }) => prices)
      .map((price) => [JSON.stringify([price.engine, price.name, price.unit]), price]),
  );
  const groups = new Map<string, string[]>();
  for (const price of named.values()) {
    const [having, lacking] = [true, false].map((has) =>
      sources.filter((source) => (same(source, price) !== undefined) === has).map(pathOf),
    ) as [string[], string[]];
    if (lacking.length === 0) continue;
    const opening =
      lacking.length < having.length
        ? `${lacking.join(', ')} lack${lacking.length === 1 ? 's' : ''} what the other ${having.length} have`
        : `${having.join(', ')} alone ${having.length === 1 ? 'has' : 'have'}, of ${sources.length}`;
    groups.set(opening, [...(groups.get(opening) ?? []), `${price.engine} ${price.name}`]);
  }
  return [...groups].map(([opening, prices]) => `${opening}: ${prices.join(', ')}.`);
}

function unmatched(base: PricedSource, other: PricedSource): string[] {
  const missing = (from: PricedSource, to: PricedSource) =>
    from.prices
      .filter((price) => same(to, price) === undefined)
      .map(({ engine, name }) => `${engine} ${name}`);
  const sentence = (names: readonly string[], where: PricedSource) =>
    names.length === 0 ? [] : [`${where.path} alone has ${names.join(', ')}: not compared.`];
  return [...sentence(missing(base, other), base), ...sentence(missing(other, base), other)];
}
