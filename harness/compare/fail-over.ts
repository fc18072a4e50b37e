import { percent } from '@wasm-dyno/reports/wording';
import { changesOf, type ComparedRow, type PriceComparison } from './compare-sources.js';
import { decisive, isOfTheClock } from './overall-verdict.js';

/** What a limit says of a comparison, with a line for each price that is over it. */
export interface LimitOutcome {
  /** `unsure`: no price is told to be over, but the data of some do not exclude it. */
  readonly outcome: 'within' | 'over' | 'unsure';
  readonly lines: readonly string[];
}

/**
 * Holds every change to a limit: a price is over it that is told to be slower, by more than the limit. Times are not held: they move with the
 * machine's clock. Whether the data can tell is asked of the prices that decide.
 */
export function holdToLimit({ rows, others }: PriceComparison, limit: number): LimitOutcome {
  const named = others.map((path, i) => ({ path, changes: changesOf(rows, i) }));
  const nameOf = ({ engine, price }: Pick<ComparedRow, 'engine' | 'price'>, path: string) =>
    `${engine} ${price} in ${path}`;
  const over = named.flatMap(({ path, changes }) =>
    changes
      .filter((one) => !isOfTheClock(one) && one.verdict === 'slower' && one.change > limit)
      .map((one) => `${nameOf(one, path)} is ${percent(one.change)} slower`),
  );
  if (over.length > 0) return { outcome: 'over', lines: over };
  const open = named.flatMap(({ path, changes }) =>
    decisive(changes)
      .filter(({ alone, verdict }) => verdict === 'unsure' && !(alone.high <= limit))
      .map((one) => `${nameOf(one, path)} may be up to ${percent(one.alone.high)} slower`),
  );
  return { outcome: open.length > 0 ? 'unsure' : 'within', lines: open };
}
