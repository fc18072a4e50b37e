import { normalQuantile } from './normal-quantile.js';
import { median, sorted } from './sample.js';

/** By how much the values of one sample lie above those of another, with a distribution-free interval. */
export interface ShiftInterval {
  /** Median of all differences, a value of the one less a value of the other (Hodges & Lehmann 1963). */
  readonly estimate: number;
  readonly low: number;
  readonly high: number;
  /** Coverage that the interval reaches: below what was asked where the samples are too small. */
  readonly confidenceLevel: number;
}

/**
 * The interval between two of the ordered differences that inverts the Mann-Whitney test: it covers the shift whatever the distribution,
 * if the two differ by a shift alone (Hollander, Wolfe & Chicken, "Nonparametric Statistical Methods", 3rd ed., 4.3).
 *
 * @throws RangeError when a sample is empty
 */
export function shiftInterval(
  from: readonly number[],
  to: readonly number[],
  confidenceLevel: number,
): ShiftInterval {
  if (from.length === 0 || to.length === 0) throw new RangeError('an empty sample has no shift');
  const differences = sorted(to.flatMap((b) => from.map((a) => b - a)));
  const { rank, reached } = rankOfShift(from.length, to.length, confidenceLevel);
  return {
    estimate: median(differences),
    low: differences[rank - 1]!,
    high: differences[differences.length - rank]!,
    confidenceLevel: reached,
  };
}

/** Exact up to so many differences; beyond it the statistic is as good as normal. */
const MOST_EXACT = 2500;

/** The innermost rank whose interval still reaches the level, or the outermost with what that reaches. */
function rankOfShift(m: number, n: number, confidenceLevel: number): { rank: number; reached: number } {
  const tail = (1 - confidenceLevel) / 2;
  if (m * n > MOST_EXACT) {
    const spread = Math.sqrt((m * n * (m + n + 1)) / 12);
    const rank = Math.max(1, Math.floor((m * n) / 2 + normalQuantile(tail) * spread));
    return { rank, reached: confidenceLevel };
  }
  const probabilities = mannWhitneyProbabilities(m, n);
  let below = probabilities[0]!;
  let rank = 1;
  // The interval from the rank-th misses where the statistic is below rank, on either side.
  while (rank < Math.floor((m * n) / 2) && below + probabilities[rank]! <= tail)
    below += probabilities[rank++]!;
  return { rank, reached: Math.max(0, 1 - 2 * below) };
}

const known = new Map<string, Float64Array>();

/** Of each value 0 to m x n of the Mann-Whitney statistic, where both samples are drawn from one distribution. */
function mannWhitneyProbabilities(m: number, n: number): Float64Array {
  const key = `${m} ${n}`;
  const before = known.get(key);
  if (before !== undefined) return before;
  const probabilities = new Float64Array(m * n + 1);
  if (m === 0 || n === 0) probabilities[0] = 1;
  else {
    // The largest of all values is of the one sample or of the other.
    const withoutFirst = mannWhitneyProbabilities(m - 1, n);
    const withoutSecond = mannWhitneyProbabilities(m, n - 1);
    withoutFirst.forEach((p, u) => (probabilities[u + n]! += (p * m) / (m + n)));
    withoutSecond.forEach((p, u) => (probabilities[u]! += (p * n) / (m + n)));
  }
  known.set(key, probabilities);
  return probabilities;
}
