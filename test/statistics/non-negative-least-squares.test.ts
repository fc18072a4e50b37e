import assert from 'node:assert/strict';
import fc from 'fast-check';
import { nonNegativePrices, relativeLeastSquares, type PricedObservation } from 'wasm-dyno';

/** The weighted sum of squared relative residuals. */
function loss(observations: readonly PricedObservation[], prices: readonly number[]): number {
  return observations.reduce((sum, { counts, value, weight }) => {
    const charged = counts.reduce((total, count, j) => total + count * prices[j]!, 0);
    return sum + weight * (1 - charged / value) ** 2;
  }, 0);
}

/** The best over all sets of unknowns that are let be more than nothing, each by plain least squares. */
function bestOfAllSets(observations: readonly PricedObservation[], size: number): number {
  let best = Infinity;
  for (let set = 0; set < 2 ** size; set++) {
    const members = Array.from({ length: size }, (_, j) => j).filter((j) => (set >> j) & 1);
    // Points by their number: the basis looks the counts up.
    const points = observations.map(({ value }, x) => ({ x, y: value }));
    const basis = members.map((j) => (x: number) => observations[x]!.counts[j]!);
    const solved = members.length === 0 ? [] : relativeLeastSquares(points, basis);
    if (solved === undefined || solved.some((price) => price < 0)) continue;
    const prices = Array.from({ length: size }, (_, j) => solved[members.indexOf(j)] ?? 0);
    best = Math.min(best, loss(observations, prices));
  }
  return best;
}

describe('non-negative prices', () => {
  it('are the true ones where times are sums of them', () => {
    const truth = [7.7, 72, 0, 380];
    const counts = [
      [100, 1, 0, 2],
      [2000, 1, 5, 1],
      [64, 3, 1, 0],
      [1, 1, 1, 1],
      [50_000, 0, 2, 9],
    ];
    const observations = counts.map((row) => ({
      counts: row,
      value: row.reduce((sum, count, j) => sum + count * truth[j]!, 0),
      weight: 1,
    }));
    nonNegativePrices(observations)!.forEach((price, j) =>
      assert.ok(Math.abs(price - truth[j]!) < 1e-6 * (1 + truth[j]!), `${j}: ${price}`),
    );
  });

  it('are never below zero, and no other non-negative ones are better', () => {
    const observation = fc.record({
      counts: fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 3, maxLength: 3 }),
      value: fc.integer({ min: 1, max: 1000 }),
      weight: fc.constant(1),
    });
    fc.assert(
      fc.property(fc.array(observation, { minLength: 3, maxLength: 8 }), (observations) => {
        const prices = nonNegativePrices(observations)!;
        assert.ok(prices.every((price) => price >= 0));
        assert.ok(loss(observations, prices) <= bestOfAllSets(observations, 3) + 1e-6);
      }),
      { numRuns: 500 },
    );
  });

  it('end, whatever is tied to whatever, where draws leave some unknowns without an observation', () => {
    const ofSix = <T>(each: fc.Arbitrary<T>) => fc.array(each, { minLength: 6, maxLength: 6 });
    const observation = fc.record({
      counts: ofSix(fc.integer({ min: 0, max: 9 })),
      value: fc.integer({ min: 1, max: 9 }),
      // A bootstrap draws some observations twice and others never.
      weight: fc.constantFrom(0, 0, 1, 2),
    });
    const tie = ofSix(fc.constantFrom(-2, -1, 0, 0, 0, 1, 2));
    fc.assert(
      fc.property(
        fc.array(observation, { minLength: 1, maxLength: 6 }),
        fc.array(tie, { maxLength: 8 }),
        (observations, ties) => {
          const prices = nonNegativePrices(observations, ties)!;
          assert.ok(prices.every((price) => price >= 0 && Number.isFinite(price)));
        },
      ),
      { numRuns: 500 },
    );
  });

  it('of nothing are unknown, and of what nothing counts are zero', () => {
    assert.equal(nonNegativePrices([]), undefined);
    assert.deepEqual(nonNegativePrices([{ counts: [2, 0], value: 6, weight: 1 }]), [3, 0]);
  });
});
