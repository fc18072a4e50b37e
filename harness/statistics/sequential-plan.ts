import { binomialHalfCumulative, medianCoverage, medianRanks } from './order-statistic-interval.js';

/** One look at the data: after `sampleSize` values, the interval between `ranks` may end the sampling. */
export interface SequentialLook {
  readonly sampleSize: number;
  readonly ranks: readonly [number, number];
  /** Coverage of this look taken alone. */
  readonly coverage: number;
}

export interface SequentialPlan {
  readonly looks: readonly SequentialLook[];
  /** Probability that every look's interval covers the median: what holds whichever look one stops at. */
  readonly jointCoverage: number;
}

/**
 * A group-sequential plan for a median, to be declared before the first value: looks after the given sample sizes, with
 * ranks so wide that the intervals of *all* looks cover together with the confidence level. So the level holds whatever
 * rule decides when to stop. (Group-sequential bounds after Pocock 1977, carried over to order statistics: the count of
 * values below the median is a binomial random walk, so the joint coverage is computed exactly.)
 *
 * @throws RangeError when the sizes do not increase, or the first is too small for the level.
 */
export function sequentialPlan(sampleSizes: readonly number[], confidenceLevel = 0.95): SequentialPlan {
  const ranks = sampleSizes.map((size, index) => {
    const narrow = medianRanks(size, confidenceLevel);
    if (narrow === undefined || (index > 0 && size <= sampleSizes[index - 1]!)) {
      throw new RangeError(
        `sample sizes ${sampleSizes.join(', ')} cannot carry a plan: each must exceed the last`,
      );
    }
    return narrow[0];
  });
  const joint = () => jointMedianCoverage(sampleSizes, ranks);
  // Widen the weakest look until the level is met, then narrow what can be narrowed, the latest (largest) looks first.
  while (joint() < confidenceLevel) {
    const coverages = sampleSizes.map((size, look) =>
      ranks[look]! > 1 ? medianCoverage(size, ranks[look]!) : 1,
    );
    const weakest = coverages.indexOf(Math.min(...coverages));
    if (ranks[weakest]! <= 1) throw new RangeError(`sample sizes ${sampleSizes.join(', ')} are too small`);
    ranks[weakest]!--;
  }
  for (let look = ranks.length - 1; look >= 0; look--) {
    for (;;) {
      ranks[look]!++;
      if (ranks[look]! * 2 > sampleSizes[look]! || joint() < confidenceLevel) break;
    }
    ranks[look]!--;
  }
  return {
    looks: sampleSizes.map((sampleSize, look) => ({
      sampleSize,
      ranks: [ranks[look]!, sampleSize + 1 - ranks[look]!],
      coverage: medianCoverage(sampleSize, ranks[look]!),
    })),
    jointCoverage: joint(),
  };
}

/** Probability that at each look at least rank and at most size - rank of the values lie below the median. */
function jointMedianCoverage(sampleSizes: readonly number[], ranks: readonly number[]): number {
  let previousSize = 0;
  let states = [1];
  sampleSizes.forEach((size, look) => {
    const added = size - previousSize;
    const step = Array.from(
      { length: added + 1 },
      (_, k) => binomialHalfCumulative(added, k) - binomialHalfCumulative(added, k - 1),
    );
    const next = new Array<number>(size + 1).fill(0);
    states.forEach((probability, below) => {
      for (let k = 0; k <= added; k++) next[below + k]! += probability * step[k]!;
    });
    states = next.map((probability, below) =>
      below >= ranks[look]! && below <= size - ranks[look]! ? probability : 0,
    );
    previousSize = size;
  });
  return states.reduce((sum, probability) => sum + probability, 0);
}
