import { Type } from 'typebox';
import { choice, number, part, positiveCount, type Recorded } from './schema-parts.js';

/** How far a number can be believed, from well to badly. */
export const VERDICTS = ['ok', 'noisy', 'insufficient-data'] as const;

export type Verdict = (typeof VERDICTS)[number];

export const verdict = (description = 'How far the number can be believed.') => choice(VERDICTS, description);

/** The worst of several verdicts; `ok` of none. */
export function worstVerdict(verdicts: Iterable<Verdict>): Verdict {
  let worst = 0;
  for (const verdict of verdicts) worst = Math.max(worst, VERDICTS.indexOf(verdict));
  return VERDICTS[worst]!;
}

/** A median over process executions with its order-statistic interval. */
export const ESTIMATE = Type.Object({
  estimate: number('Median over processes.'),
  low: number('Lower end of the interval, an order statistic of the processes.'),
  high: number('Its upper end.'),
  confidenceLevel: part('Coverage that the interval reaches with this number of processes.'),
  processes: positiveCount('Process executions: the sampling unit.'),
});

export type RecordedEstimate = Recorded<typeof ESTIMATE>;
