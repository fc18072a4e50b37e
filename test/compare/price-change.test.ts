import assert from 'node:assert/strict';
import { normalQuantile, priceChange, Random, normal, shiftInterval } from 'wasm-dyno';

const RULE = { confidenceLevel: 0.95, sameLevel: 0.9, unseen: 0.04, sameWithin: 0.1 };

const price = (estimate: number, halfWidth: number, processes = 20) => ({
  estimate,
  low: estimate * (1 - halfWidth),
  high: estimate * (1 + halfWidth),
  confidenceLevel: 0.95,
  processes,
});

describe('the shift between two samples', () => {
  it('is the median of all differences, between the ranks of the Mann-Whitney table', () => {
    // Hollander & Wolfe, table of U: for 5 and 5 values P(U <= 2) = 0.0159, so 95% lie between the 3rd and the 23rd difference.
    const from = [1, 2, 4, 8, 16];
    const to = [3, 5, 9, 17, 33];
    const differences = to.flatMap((b) => from.map((a) => b - a)).sort((a, b) => a - b);
    const { estimate, low, high, confidenceLevel } = shiftInterval(from, to, 0.95);
    assert.equal(estimate, differences[12]);
    assert.deepEqual([low, high], [differences[2], differences[22]]);
    assert.ok(Math.abs(confidenceLevel - (1 - 2 * (4 / 252))) < 1e-12, String(confidenceLevel));
  });

  it('says what level samples reach that are too small for the one asked for', () => {
    const { confidenceLevel } = shiftInterval([1, 2], [3, 4], 0.95);
    assert.ok(Math.abs(confidenceLevel - (1 - 2 / 6)) < 1e-12, String(confidenceLevel));
  });

  it('covers the true shift as often as it says, in small samples and large', () => {
    for (const [size, tries] of [
      [8, 2000],
      [60, 500],
    ] as const) {
      const random = new Random(3, size);
      const draw = (shift: number) => Array.from({ length: size }, () => shift + normal(random));
      let covered = 0;
      for (let i = 0; i < tries; i++) {
        const { low, high } = shiftInterval(draw(0), draw(2), 0.95);
        if (low <= 2 && 2 <= high) covered++;
      }
      assert.ok(covered / tries > 0.925, `${size}: ${covered / tries}`);
    }
  });
});

describe('a normal quantile', () => {
  it('is that of the tables', () => {
    const table = [
      [0.5, 0],
      [0.975, 1.959963985],
      [0.995, 2.575829304],
      [0.01, -2.326347874],
      [0.0001, -3.719016485],
    ] as const;
    for (const [probability, value] of table)
      assert.ok(Math.abs(normalQuantile(probability) - value) < 1e-8, String(probability));
    assert.throws(() => normalQuantile(1), RangeError);
  });
});

describe('the change of a price', () => {
  it('is told where its interval lies beyond what no interval sees', () => {
    assert.equal(priceChange(price(100, 0.02), price(115, 0.02), RULE).verdict, 'slower');
    assert.equal(priceChange(price(115, 0.02), price(100, 0.02), RULE).verdict, 'faster');
    assert.equal(priceChange(price(100, 0.02), price(103, 0.02), RULE).verdict, 'same');
    assert.equal(priceChange(price(100, 0.2), price(103, 0.02), RULE).verdict, 'unsure');
  });

  it('holds the errors of both sides', () => {
    const wide = priceChange(price(100, 0.03), price(100, 0.04), RULE);
    assert.ok(wide.high > 0.049 && wide.high < 0.052, String(wide.high));
  });

  it('is unsure where too few processes carry an interval', () => {
    const one = { estimate: 100, low: 100, high: 100, confidenceLevel: 0, processes: 1 };
    assert.equal(priceChange(one, price(300, 0.01), RULE).verdict, 'unsure');
    const few = { ...price(100, 0.01), processPrices: [99, 100] };
    assert.equal(priceChange(few, { ...few, processPrices: [300, 301] }, RULE).verdict, 'unsure');
  });

  it("there and back again are each other's inverse", () => {
    const a = { ...price(100, 0.02), processPrices: [98, 99, 100, 101, 102, 103, 97] };
    const b = { ...price(120, 0.02), processPrices: [118, 119, 120, 121, 122, 123, 117] };
    const there = priceChange(a, b, RULE);
    const back = priceChange(b, a, RULE);
    assert.ok(Math.abs((1 + there.low) * (1 + back.high) - 1) < 1e-12);
    assert.ok(Math.abs((1 + there.change) * (1 + back.change) - 1) < 1e-12);
  });
});
