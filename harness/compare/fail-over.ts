import { percent } from '@wasm-dyno/reports/wording';
import type { PriceComparison } from './compare-sources.js';

/** What a limit says of a comparison, with a line for each price that is over it. */
export interface LimitOutcome {
  /** `unsure`: no price is told to be over, but the data of some do not exclude it. */
  readonly outcome: 'within' | 'over' | 'unsure';
  readonly lines: readonly string[];
}

/** Holds every change to a limit: a price is over it that is told to be slower, by more than the limit. */
export function holdToLimit({ rows, others }: PriceComparison, limit: number): LimitOutcome {
  const changes = rows.flatMap((row) =>
    row.others.flatMap((change, i) =>
      change === undefined ? [] : [{ change, name: `${row.engine} ${row.price} in ${others[i]!}` }],
    ),
  );
  const over = changes.filter(({ change }) => change.verdict === 'slower' && change.change > limit);
  if (over.length > 0) {
    const lines = over.map(({ name, change }) => `${name} is ${percent(change.change)} slower`);
    return { outcome: 'over', lines };
  }
  const open = changes.filter(({ change }) => change.verdict === 'unsure' && !(change.high <= limit));
  return {
    outcome: open.length > 0 ? 'unsure' : 'within',
    lines: open.map(({ name, change }) => `${name} may be up to ${percent(change.high)} slower`),
  };
}
