import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  CostTable,
  DEFAULT_FUEL_COSTS,
  MAXIMUM_BYTES_PER_FUEL,
  MAXIMUM_MULTIPLIER,
  bulkFuel,
  compileFuel,
  formatCostExplanations,
  thousandthsFromMultiplier,
} from '@wasm-dyno/engine';
import { profileExample } from '../profile/profile-example.js';

describe('compile fuel', () => {
  it('is ceil(n x multiplier / bytesPerFuel)', () => {
    assert.equal(compileFuel(0, 25_000, 64), 0n);
    assert.equal(compileFuel(1, 25_000, 64), 1n);
    assert.equal(compileFuel(64, 25_000, 64), 25n);
    assert.equal(compileFuel(65, 25_000, 64), 26n);
    assert.equal(compileFuel(1_000_000, 2_345_678, 64), 36_651_219n); // 36,651,218.75
  });

  it('is exact for every input', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.nat(0xffff_ffff), fc.nat(100_000)),
        fc.oneof(
          fc.integer({ min: 1, max: MAXIMUM_MULTIPLIER * 1000 }),
          fc.integer({ min: 1, max: 100_000_000 }),
        ),
        fc.oneof(fc.integer({ min: 1, max: MAXIMUM_BYTES_PER_FUEL }), fc.integer({ min: 1, max: 128 })),
        (bytes, thousandths, bytesPerFuel) => {
          const fuel = compileFuel(bytes, thousandths, bytesPerFuel);
          const numerator = BigInt(bytes) * BigInt(thousandths);
          const denominator = 1000n * BigInt(bytesPerFuel);
          // The least fuel that covers the work.
          assert.ok(fuel * denominator >= numerator);
          assert.ok(fuel === 0n || (fuel - 1n) * denominator < numerator);
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('is exact on both sides of 2^53', () => {
    for (let step = -3n; step <= 3n; step++) {
      const thousandths = 1_000_003;
      const bytes = Number(2n ** 53n / BigInt(thousandths) + step);
      const expected = (BigInt(bytes) * BigInt(thousandths) + 64_000n - 1n) / 64_000n;
      assert.equal(compileFuel(bytes, thousandths, 64), expected);
    }
  });

  it('counts the size part of bulk operators in whole fuel', () => {
    assert.equal(bulkFuel(63, 64), 0n);
    assert.equal(bulkFuel(64, 64), 1n);
    assert.equal(bulkFuel(2 ** 53 - 1, 64), (2n ** 53n - 1n) / 64n);
  });
});

describe('multipliers', () => {
  it('are rounded up to thousandths, of the decimal that was written', () => {
    assert.equal(thousandthsFromMultiplier(25), 25_000);
    assert.equal(thousandthsFromMultiplier(25.0001), 25_001);
    assert.equal(thousandthsFromMultiplier(0.07), 70);
    assert.equal(thousandthsFromMultiplier(1.001), 1001);
    assert.equal(thousandthsFromMultiplier(1e-30), 1);
    assert.equal(thousandthsFromMultiplier(1e9), 1_000_000_000_000);
  });

  it('come back exactly when they have three decimals', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_000_000_000 }), (thousandths) => {
        assert.equal(thousandthsFromMultiplier(Number(`${thousandths}e-3`)), thousandths);
      }),
    );
  });

  it('are refused out of range', () => {
    for (const bad of [0, -1, NaN, Infinity, MAXIMUM_MULTIPLIER * 1.001]) {
      assert.throws(
        () => thousandthsFromMultiplier(bad, 'parseMultiplier'),
        /^RangeError: parseMultiplier is /,
      );
    }
  });
});

describe('cost layers', () => {
  it('start from the defaults', () => {
    const table = new CostTable();
    assert.deepEqual(table.costs, DEFAULT_FUEL_COSTS);
    assert.deepEqual(
      table.explain().map(({ name, value, layer }) => [name, value, layer]),
      [
        ['bytesPerFuel', 64, 'default'],
        ['parseMultiplier', 25, 'default'],
        ['validateMultiplier', 25, 'default'],
        ['translateMultiplier', 25, 'default'],
      ],
    );
  });

  it('take single numbers from profile and configuration, and say which', () => {
    const profile = profileExample();
    const { parse, ...phases } = profile.policies.warm.phases;
    assert.ok(parse);
    const partial = { ...profile, policies: { warm: { ...profile.policies.warm, phases } } };
    const table = new CostTable({
      profile: partial,
      configuration: { validateMultiplier: 7.0005, bytesPerFuel: 32 },
    });
    assert.deepEqual(table.costs, {
      bytesPerFuel: 32,
      parseMultiplierThousandths: 25_000,
      validateMultiplierThousandths: 7001,
      translateMultiplierThousandths: profile.policies.warm.phases.translate!.multiplierThousandths,
    });
    const [bytes, parsing, validating, translating] = table.explain();
    assert.equal(bytes!.layer, 'configuration');
    assert.equal(parsing!.layer, 'default');
    assert.match(parsing!.note, /the profile has no number for parse/);
    assert.equal(validating!.layer, 'configuration');
    assert.equal(validating!.value, 7.001);
    assert.equal(translating!.layer, 'profile');
    assert.match(translating!.source, /Example CPU .*2026-01-31/);
    assert.match(
      translating!.note,
      /warm, 95\.9% interval .* against wasm-memory-fill-loop \(hot\), verdict ok/,
    );
  });

  it('charge by the policy asked for, and refuse one that is not there', () => {
    const profile = profileExample();
    const cold = new CostTable({ profile, profilePolicy: 'cold' });
    assert.equal(
      cold.costs.translateMultiplierThousandths,
      profile.policies.cold!.phases.translate!.multiplierThousandths,
    );
    const warmOnly = { ...profile, policies: { warm: profile.policies.warm } };
    assert.throws(() => new CostTable({ profile: warmOnly, profilePolicy: 'cold' }), /no cold policy/);
  });

  it('charge by the formula with the numbers they explain', () => {
    const table = new CostTable({ profile: profileExample() });
    const translate = table.explain().find(({ name }) => name === 'translateMultiplier')!;
    const numerator = 12_345n * BigInt(Math.round(translate.value * 1000));
    assert.equal(table.compileFuel('translate', 12_345), (numerator + 63_999n) / 64_000n);
    assert.equal(table.bulkFuel(130), 2n);
  });

  it('refuse unknown names and numbers out of range', () => {
    assert.throws(
      () => new CostTable({ configuration: { bytesPerFuel: 0 } }),
      /bytesPerFuel is 0; give an integer/,
    );
    assert.throws(() => new CostTable({ configuration: { bytesPerFuel: 1.5 } }), /bytesPerFuel is 1\.5/);
    assert.throws(() => new CostTable({ configuration: { parseMultiplier: -2 } }), /parseMultiplier is -2/);
    assert.throws(
      () => new CostTable({ configuration: { multiplier: 3 } as object }),
      /unknown fuel cost multiplier; the known ones are/,
    );
  });

  it('refuse a profile that is none', () => {
    assert.throws(
      () => new CostTable({ profile: {} as never }),
      /^ProfileError: profile: the field kind should be/,
    );
  });

  it('print as an aligned table', () => {
    const lines = formatCostExplanations(new CostTable().explain()).split('\n');
    assert.deepEqual(lines.slice(0, 3), [
      'number                value  unit        layer    source    note',
      'bytesPerFuel             64  bytes/fuel  default  built in  bytes filled, copied or zeroed for one fuel',
      'parseMultiplier      25.000  x memset    default  built in  ceil(n x 25.000 / 64) fuel for n module bytes',
    ]);
    assert.equal(lines.length, 5);
  });
});
