import type { TNumber } from 'typebox';
import { choice, number, part, type Recorded } from './schema-parts.js';
import { VERDICTS, type Verdict } from './words.js';
import * as Type from './type.js';

export const verdict = (description = 'How far the number can be believed.') => choice(VERDICTS, description);

/** The worst of several verdicts; `ok` of none. */
export function worstVerdict(verdicts: Iterable<Verdict>): Verdict {
  let worst = 0;
  for (const verdict of verdicts) worst = Math.max(worst, VERDICTS.indexOf(verdict));
  return VERDICTS[worst]!;
}

/** How many process executions a number rests on. */
export const processes = () =>
  Type.Integer({ minimum: 1, maximum: 1_000_000, description: 'Process executions: the sampling unit.' });

/** A median over process executions with its order-statistic interval, of numbers of a kind. */
export const estimateOf = (value: (description?: string) => TNumber) =>
  Type.Object({
    estimate: value('Median over processes.'),
    low: value('Lower end of the interval, an order statistic of the processes.'),
    high: value('Its upper end.'),
    confidenceLevel: part('Coverage that the interval reaches with this number of processes.'),
    processes: processes(),
  });

export const ESTIMATE = estimateOf(number);

export type RecordedEstimate = Recorded<typeof ESTIMATE>;

/** Of times, which may be nothing. */
export const ESTIMATE_FROM_NOTHING = estimateOf((description) =>
  Type.Number({ minimum: 0, maximum: 1e12, ...(description === undefined ? {} : { description }) }),
);

/**
 * A single price (of a byte, of a function) whose interval is wider than this to either side, as a part of it, is noisy. Prices of one phase
 * trade off against each other, so each is known less well than what they charge together, which is held to half of it.
 */
export const WIDEST_PRICE = 0.1;

/** Ratios and units whose interval is wider than this to either side, as a part of them, are noisy. */
export const NOISY_HALF_WIDTH = 0.05;

/**
 * How far single prices can be believed: no better than what their phase charges in all, and by their own intervals.
 *
 * @param charged the verdict on the phase
 */
export function priceVerdict(
  charged: Verdict,
  prices: readonly (Pick<RecordedEstimate, 'estimate' | 'low' | 'high' | 'confidenceLevel'> | undefined)[],
): Verdict {
  const own = prices.flatMap((price): Verdict[] => {
    if (price === undefined) return [];
    const { confidenceLevel, estimate, high, low } = price;
    if (!(confidenceLevel > 0)) return ['insufficient-data'];
    return [high - low <= 2 * WIDEST_PRICE * estimate ? 'ok' : 'noisy'];
  });
  return worstVerdict([charged, ...own]);
}
