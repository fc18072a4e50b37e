import { median, sorted } from './sample.js';

/** An interval between two order statistics of the sample, for the median of what it was drawn from. */
export interface MedianInterval {
  readonly estimate: number;
  readonly low: number;
  readonly high: number;
  /** Ranks between which `low` and `high` lie in the ascending sample, from 1: the outer ones where they are interpolated. */
  readonly ranks: readonly [number, number];
  /** Coverage: the level asked for where it can be interpolated, else what the ranks reach, whatever the distribution. */
  readonly confidenceLevel: number;
  readonly sampleSize: number;
}

/**
 * Probability that at most `successes` of `trials` fair coins fall heads. Exact up to rounding for up to some
 * hundred trials.
 */
export function binomialHalfCumulative(trials: number, successes: number): number {
  let term = 2 ** -trials;
  let sum = 0;
  for (let k = 0; k <= Math.min(successes, trials); k++) {
    sum += term;
    term *= (trials - k) / (k + 1);
  }
  return Math.min(1, sum);
}

/**
 * Coverage of the interval from the `rank`-th smallest to the `rank`-th largest of `sampleSize` independent values:
 * 1 - 2 P(Binomial(n, 1/2) < rank), for any continuous distribution (David & Nagaraja, "Order Statistics", 3rd ed., 7.1).
 */
export function medianCoverage(sampleSize: number, rank: number): number {
  return 1 - 2 * binomialHalfCumulative(sampleSize, rank - 1);
}

/**
 * The innermost symmetric ranks that reach the confidence level: 12 values give ranks 3 and 10 (96.1%), 20 give 6 and 15
 * (95.9%), 30 give 10 and 21 (95.7%). Undefined when not even the extremes reach it (fewer than 6 values for 95%).
 */
export function medianRanks(
  sampleSize: number,
  confidenceLevel = 0.95,
): readonly [number, number] | undefined {
  let rank = 0;
  while (rank + 1 <= Math.floor(sampleSize / 2) && medianCoverage(sampleSize, rank + 1) >= confidenceLevel) {
    rank++;
  }
  return rank === 0 ? undefined : [rank, sampleSize + 1 - rank];
}

/** The smallest sample whose extremes reach the confidence level: 6 for 95%. */
export function smallestSampleSize(confidenceLevel = 0.95): number {
  let sampleSize = 1;
  while (medianRanks(sampleSize, confidenceLevel) === undefined) sampleSize++;
  return sampleSize;
}

/**
 * How far an end of the interval moves from the `rank`-th order statistic to the next further in, 0 to 1, so that the coverage is the level
 * exactly and not the next that ranks alone reach: 96.1% of 12 values and 95.9% of 20 would have widths that cannot be compared. The
 * nonlinear interpolation of Hettmansperger & Sheather ("Confidence intervals based on interpolated order statistics", Statistics &
 * Probability Letters 4, 1986), which is nearly distribution-free.
 */
export function interpolationInward(sampleSize: number, rank: number, confidenceLevel: number): number {
  const outer = medianCoverage(sampleSize, rank);
  const inner = medianCoverage(sampleSize, rank + 1);
  if (rank + 1 > sampleSize / 2 || !(outer > confidenceLevel) || !(inner < confidenceLevel)) return 0;
  const part = (outer - confidenceLevel) / (outer - inner);
  return ((sampleSize - rank) * part) / (rank + (sampleSize - 2 * rank) * part);
}

/**
 * The sample's median with an interval of the level asked for, between order statistics. Where the sample is too small for the level, its
 * extremes with the level that they do reach. `ranks` overrides the choice (for sequential plans, which need wider ones).
 *
 * @throws RangeError when the sample is empty.
 */
export function medianInterval(
  sample: readonly number[],
  options: { confidenceLevel?: number; ranks?: readonly [number, number] } = {},
): MedianInterval {
  const { confidenceLevel = 0.95 } = options;
  const size = sample.length;
  if (size === 0) throw new RangeError('an empty sample has no median');
  const ascending = sorted(sample);
  const chosen = options.ranks === undefined ? medianRanks(size, confidenceLevel) : undefined;
  const ranks = options.ranks ?? chosen ?? [1, size];
  const inward = chosen === undefined ? 0 : interpolationInward(size, ranks[0], confidenceLevel);
  // Equal values must give themselves: weights on either side of them would miss them by a rounding, and the median with it.
  const between = (outer: number, inner: number): number =>
    inward === 0 ? ascending[outer]! : ascending[outer]! + inward * (ascending[inner]! - ascending[outer]!);
  return {
    estimate: median(sample),
    low: between(ranks[0] - 1, ranks[0]),
    high: between(ranks[1] - 1, ranks[1] - 2),
    ranks,
    confidenceLevel: inward > 0 ? confidenceLevel : Math.max(0, medianCoverage(size, ranks[0])),
    sampleSize: size,
  };
}

/** Half the interval's width as a part of the estimate. */
export function relativeHalfWidth(interval: Pick<MedianInterval, 'estimate' | 'low' | 'high'>): number {
  return (interval.high - interval.low) / 2 / Math.abs(interval.estimate);
}
