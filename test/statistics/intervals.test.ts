import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  Random,
  heavyTailed,
  normal,
  median,
  medianAbsoluteDeviation,
  medianCoverage,
  medianInterval,
  medianRanks,
  quantile,
  relativeHalfWidth,
  sequentialPlan,
  smallestSampleSize,
  trimmedMean,
} from 'wasm-dyno';

describe('samples', () => {
  it('have quantiles by linear interpolation', () => {
    assert.equal(median([3, 1, 2]), 2);
    assert.equal(median([4, 1, 2, 3]), 2.5);
    assert.equal(quantile([1, 2, 3, 4, 5], 0.1), 1.4);
    assert.equal(medianAbsoluteDeviation([1, 1, 2, 2, 4, 6, 9]), 1);
    assert.ok(Number.isNaN(median([])));
    assert.equal(trimmedMean([1000, 2, 4]), 4);
    assert.equal(trimmedMean([-50, 1, 2, 3, 4, 5, 6, 7, 8, 500]), 4.5);
    assert.deepEqual([trimmedMean([1, 3]), trimmedMean([7])], [2, 7]);
    assert.ok(Number.isNaN(trimmedMean([])));
  });
});

describe('order-statistic intervals', () => {
  it('reproduce the known ranks', () => {
    const table = [6, 12, 20, 30].map((size) => [
      size,
      ...medianRanks(size)!,
      (100 * medianCoverage(size, medianRanks(size)![0])).toFixed(1),
    ]);
    assert.deepEqual(table, [
      [6, 1, 6, '96.9'],
      [12, 3, 10, '96.1'],
      [20, 6, 15, '95.9'],
      [30, 10, 21, '95.7'],
    ]);
  });

  it('cannot be had at 95% from fewer than six values', () => {
    assert.equal(smallestSampleSize(0.95), 6);
    assert.equal(medianRanks(5), undefined);
    const interval = medianInterval([5, 1, 4, 2, 3]);
    assert.deepEqual([interval.low, interval.high, interval.confidenceLevel], [1, 5, 0.9375]);
    assert.equal(medianInterval([7]).confidenceLevel, 0);
    assert.throws(() => medianInterval([]), RangeError);
  });

  it('take the innermost ranks that reach the level', () => {
    for (let size = 6; size <= 200; size++) {
      const [rank] = medianRanks(size)!;
      assert.ok(medianCoverage(size, rank) >= 0.95);
      assert.ok(medianCoverage(size, rank + 1) < 0.95);
    }
  });

  it('cover with the level itself, whatever the number of values: their widths can be compared', () => {
    const random = new Random(5);
    const experiments = 20_000;
    for (const [size, draw] of [
      [7, () => normal(random)],
      [12, () => normal(random)],
      [20, () => random.uniform()],
      [30, () => Math.exp(normal(random)) - 1],
    ] as const) {
      const truth = size === 20 ? 0.5 : 0;
      let covered = 0;
      for (let experiment = 0; experiment < experiments; experiment++) {
        const { low, high, confidenceLevel } = medianInterval(Array.from({ length: size }, draw));
        assert.equal(confidenceLevel, 0.95);
        if (low <= truth && truth <= high) covered++;
      }
      assert.ok(Math.abs(covered / experiments - 0.95) < 0.006, `${size}: ${covered / experiments}`);
    }
  });

  it('hold the median, follow scale, and ignore order', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0.1, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 60 }),
        fc.constantFrom(0.5, 2, 1024),
        (sample, factor) => {
          const interval = medianInterval(sample);
          assert.ok(interval.low <= interval.estimate && interval.estimate <= interval.high);
          const scaled = medianInterval([...sample].reverse().map((value) => value * factor));
          assert.equal(scaled.low, interval.low * factor);
          assert.equal(scaled.high, interval.high * factor);
        },
      ),
    );
  });

  it('hold the median where values are equal', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.1, max: 1e6, noNaN: true }),
        fc.integer({ min: 1, max: 60 }),
        (value, size) => {
          const { low, estimate, high } = medianInterval(new Array<number>(size).fill(value));
          assert.deepEqual([low, estimate, high], [value, value, value]);
        },
      ),
    );
  });

  it('tell their half-width', () => {
    const interval = medianInterval(Array.from({ length: 20 }, (_, index) => 91 + index));
    assert.deepEqual([interval.ranks, interval.estimate], [[6, 15], 100.5]);
    assert.ok(Math.abs(interval.low - 96.235) < 0.001 && Math.abs(interval.high - 104.765) < 0.001);
    assert.equal(relativeHalfWidth(interval), (interval.high - interval.low) / 2 / 100.5);
    const byRanks = medianInterval(
      Array.from({ length: 20 }, (_, index) => 91 + index),
      { ranks: [6, 15] },
    );
    assert.deepEqual([byRanks.low, byRanks.high], [96, 105]);
    assert.ok(byRanks.confidenceLevel > 0.958);
  });
});

describe('a sequential plan', () => {
  it('widens the ranks so that all looks cover together', () => {
    const plan = sequentialPlan([20, 30, 40]);
    assert.ok(plan.jointCoverage >= 0.95 && plan.jointCoverage < 0.97);
    plan.looks.forEach(({ sampleSize, ranks, coverage }) => {
      assert.equal(ranks[0] + ranks[1], sampleSize + 1);
      assert.ok(ranks[0] <= medianRanks(sampleSize)![0]);
      assert.ok(coverage > plan.jointCoverage);
    });
  });

  it('has the joint coverage it claims, against any stopping rule', () => {
    const plan = sequentialPlan([20, 30, 40]);
    const random = new Random(7);
    const experiments = 20_000;
    let covered = 0;
    for (let experiment = 0; experiment < experiments; experiment++) {
      const sample: number[] = [];
      const all = plan.looks.every(({ sampleSize, ranks }) => {
        while (sample.length < sampleSize) sample.push(random.uniform());
        const { low, high } = medianInterval(sample, { ranks });
        return low <= 0.5 && 0.5 <= high;
      });
      if (all) covered++;
    }
    assert.ok(Math.abs(covered / experiments - plan.jointCoverage) < 0.006);
  });

  it('with one look is the plain interval', () => {
    const [look] = sequentialPlan([20]).looks;
    assert.deepEqual(look!.ranks, medianRanks(20));
  });

  it('refuses sizes that cannot carry it', () => {
    assert.throws(() => sequentialPlan([20, 20]), RangeError);
    assert.throws(() => sequentialPlan([5, 10]), RangeError);
  });
});

describe('the random stream', () => {
  it('is the same for the same seed', () => {
    const draw = (seed: number) => {
      const random = new Random(seed);
      return [random.uniform(), random.integer(1, 1000), normal(random), random.shuffled([1, 2, 3, 4, 5])];
    };
    assert.deepEqual(draw(1), draw(1));
    assert.notDeepEqual(draw(1), draw(2));
  });

  it('shuffles evenly', () => {
    const random = new Random(3);
    const counts = new Map<string, number>();
    for (let i = 0; i < 6000; i++) {
      const key = random.shuffled([1, 2, 3]).join('');
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    assert.equal(counts.size, 6);
    for (const count of counts.values()) assert.ok(count > 850 && count < 1150);
  });

  it('is standard normal, and heavy-tailed where asked', () => {
    const random = new Random(4);
    const normals = Array.from({ length: 20_000 }, () => normal(random));
    const heavy = Array.from({ length: 20_000 }, () => heavyTailed(random));
    assert.ok(Math.abs(median(normals)) < 0.03);
    assert.ok(Math.abs(quantile(normals, 0.975) - 1.96) < 0.06);
    assert.ok(Math.abs(median(heavy)) < 0.03);
    assert.ok(Math.abs(quantile(heavy, 0.975) - 4.303) < 0.35);
  });
});
