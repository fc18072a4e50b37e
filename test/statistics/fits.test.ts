import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Random, normal, fitLine, fitSegmented, fitWithKnees, valueAt } from 'wasm-dyno';

const SIZES = Array.from({ length: 24 }, (_, index) => 8 * 2 ** index);

describe('line fits', () => {
  it('find any line exactly, over six orders of magnitude', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.1, max: 1000, noNaN: true }),
        fc.double({ min: 0.001, max: 1000, noNaN: true }),
        (intercept, slope) => {
          const line = fitLine(SIZES.map((x) => ({ x, y: intercept + slope * x })))!;
          assert.ok(Math.abs(line.slope / slope - 1) < 1e-9);
          assert.ok(Math.abs(line.intercept / intercept - 1) < 1e-6);
        },
      ),
    );
  });

  it('weigh relative errors: a small size counts as much as a large one', () => {
    // The largest time is 10% off; with plain least squares the intercept would be lost.
    const points = SIZES.map((x, index) => ({
      x,
      y: (5 + 0.01 * x) * (index === SIZES.length - 1 ? 1.1 : 1),
    }));
    const line = fitLine(points)!;
    assert.ok(Math.abs(line.intercept / 5 - 1) < 0.05);
  });

  it('are undefined for points that do not determine them', () => {
    assert.equal(fitLine([{ x: 1, y: 1 }]), undefined);
    assert.equal(
      fitLine([
        { x: 4, y: 1 },
        { x: 4, y: 2 },
      ]),
      undefined,
    );
  });
});

describe('segmented fits', () => {
  const truth = (x: number) => {
    if (x < 1024) return 5 + 0.012 * x;
    const atKnee = 5 + 0.012 * 1024 + 0.009 * (x - 1024);
    return x < 1048576 ? atKnee : atKnee + 0.03 * (x - 1048576);
  };
  const noisy = (seed: number, spread: number) => {
    const random = new Random(seed);
    return SIZES.map((x) => ({ x, y: truth(x) * (1 + spread * normal(random)) }));
  };

  it('find two knees under noise', () => {
    const fit = fitSegmented(noisy(1, 0.005))!;
    assert.equal(fit.knees.length, 2);
    assert.ok(fit.knees[0]! >= 256 && fit.knees[0]! <= 4096, String(fit.knees[0]));
    assert.ok(fit.knees[1]! >= 524288 && fit.knees[1]! <= 2097152, String(fit.knees[1]));
    assert.ok(Math.abs(fit.lines[2]!.slope / 0.039 - 1) < 0.03);
    assert.ok(fit.largestRelativeResidual < 0.03);
  });

  it('are continuous at the knees', () => {
    const { knees, lines } = fitSegmented(noisy(2, 0.02))!;
    knees.forEach((knee, index) => {
      const [before, after] = [lines[index]!, lines[index + 1]!];
      const gap = before.intercept + before.slope * knee - (after.intercept + after.slope * knee);
      assert.ok(Math.abs(gap) < 1e-6 * valueAt(knees, lines, knee));
    });
  });

  it('see no knee in a straight line', () => {
    const random = new Random(5);
    let found = 0;
    for (let experiment = 0; experiment < 40; experiment++) {
      const points = SIZES.map((x) => ({ x, y: (5 + 0.01 * x) * (1 + 0.01 * normal(random)) }));
      found += fitSegmented(points)!.knees.length === 0 ? 0 : 1;
    }
    assert.ok(found <= 4, `${found} of 40 with knees`);
  });

  it('never fall nor start below zero', () => {
    const points = SIZES.map((x) => ({ x, y: x < 4096 ? 0.5 * x - 2 : 2046 + 0.001 * x }));
    const fit = fitSegmented(points)!;
    assert.ok(fit.lines.every(({ slope }) => slope > 0));
    assert.ok(fit.lines[0]!.intercept >= 0);
    const falling = SIZES.map((x) => ({ x, y: x < 4096 ? 0.5 * x : 2048 + 1e6 / x }));
    assert.equal(fitWithKnees(falling, [512, 4096, 65536]), undefined);
  });
});
