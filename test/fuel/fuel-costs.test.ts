import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  CostTable,
  DEFAULT_FUEL_COSTS,
  MAXIMUM_BYTES_PER_FUEL,
  MAXIMUM_MULTIPLIER,
  PARSED_ENTITIES,
  PRICED_ENTITIES,
  bulkFuel,
  compileFuel,
  formatCostExplanations,
  thousandthsFromMultiplier,
} from '@wasm-dyno/engine';
import { profileExample, profileInUnit } from '../profile/profile-example.js';

const NOTHING = {
  sections: 0,
  types: 0,
  functions: 0,
  imports: 0,
  exports: 0,
  globals: 0,
  segments: 0,
  declarationBytes: 0,
};

describe('compile fuel', () => {
  it('is ceil(n x multiplier / bytesPerFuel)', () => {
    assert.equal(compileFuel(0, 25_000, 64), 0n);
    assert.equal(compileFuel(1, 25_000, 64), 1n);
    assert.equal(compileFuel(64, 25_000, 64), 25n);
    assert.equal(compileFuel(65, 25_000, 64), 26n);
    assert.equal(compileFuel(1_000_000, 2_345_678, 64), 36_651_219n); // 36,651,218.75
  });

  it('adds constants before it rounds, exactly', () => {
    assert.equal(compileFuel(1, 25_000, 64, [[1, 39_000]]), 1n);
    assert.equal(compileFuel(1, 25_000, 64, [[1, 39_001]]), 2n);
    const most = Number.MAX_SAFE_INTEGER;
    const exact = (BigInt(most) * 7n + BigInt(most) + 999n) / 1000n;
    const constants = [[7, most]] as const;
    assert.equal(compileFuel(most, 1, 1, constants), exact);
  });

  it('has a constant in profiles for each thing that parsing is charged for, and for the process', () => {
    assert.deepEqual([...PRICED_ENTITIES], ['process', ...PARSED_ENTITIES]);
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

  it('of a function is the same with its constant, however large the numbers', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.nat(0xffff_ffff), fc.nat(100_000)),
        fc.integer({ min: 1, max: MAXIMUM_MULTIPLIER }),
        fc.integer({ min: 1, max: 2000 }),
        fc.integer({ min: 1, max: MAXIMUM_BYTES_PER_FUEL }),
        (bytes, validateMultiplier, validateFunctionFuel, bytesPerFuel) => {
          const table = new CostTable({
            configuration: { bytesPerFuel, validateMultiplier, validateFunctionFuel },
          });
          const { validateConstantThousandths, validateMultiplierThousandths } = table.costs;
          assert.equal(
            table.functionFuel('validate', bytes, bytes),
            compileFuel(bytes, validateMultiplierThousandths, bytesPerFuel, [
              [1, validateConstantThousandths],
            ]),
          );
        },
      ),
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
        ['validateFunctionFuel', 100, 'default'],
        ['translateFunctionFuel', 300, 'default'],
        ...PARSED_ENTITIES.map((entity) => [
          `parseEntityFuel.${entity}`,
          entity === 'module' ? 6000 : 0,
          'default',
        ]),
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
      // In bytes filled, whatever a fuel is here: 98 and 332 fuel of 64 bytes.
      validateConstantThousandths: 98 * 64_000,
      translateConstantThousandths: 332 * 64_000,
      parseConstantThousandths: DEFAULT_FUEL_COSTS.parseConstantThousandths,
    });
    const [unit, bytes, parsing, validating, translating] = table.explain();
    assert.deepEqual([unit!.name, unit!.value, unit!.layer], ['nanosecondsPerFuel', 32 * 0.0115, 'profile']);
    assert.match(unit!.note, /filling 32 bytes, by wasm-memory-fill-loop \(hot\) from 16384 to 262144 bytes/);
    assert.equal(bytes!.layer, 'configuration');
    assert.equal(parsing!.layer, 'default');
    assert.match(parsing!.note, /the profile has no number for parse/);
    assert.equal(validating!.layer, 'configuration');
    assert.equal(validating!.value, 7.001);
    assert.equal(translating!.layer, 'profile');
    assert.match(translating!.source, /Example CPU .*2026-01-31/);
    assert.match(translating!.note, /warm, 95\.9% interval .* over 20 processes, verdict ok/);
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
    const constant = table.explain().find(({ name }) => name === 'translateFunctionFuel')!;
    assert.equal(constant.value, 332);
    const numerator = 12_345n * BigInt(Math.round(translate.value * 1000)) + 332n * 64_000n;
    assert.equal(table.compileFuel('translate', 12_345), (numerator + 63_999n) / 64_000n);
    assert.equal(table.bulkFuel(130), 2n);
  });

  it('charge constants of functions, and of what a module declares, from every layer', () => {
    const entities = { ...NOTHING, functions: 3, types: 2, declarationBytes: 100 };
    const byProfile = new CostTable({ profile: profileExample() });
    // 2,000 ns and 3 times 380.5 ns are 2,718 and 3 x 517 fuel of 0.736 ns; 1,000 bytes at 12.346 are 192.9.
    assert.equal(byProfile.compileFuel('parse', 1000, entities), BigInt(2718 + 3 * 517 + 193));
    const configured = new CostTable({
      profile: profileExample(),
      configuration: {
        validateFunctionFuel: 1.5,
        parseMultiplier: 64,
        parseEntityFuel: { function: 10, type: 0.25, 'declaration-byte': 0.001 },
      },
    });
    // What a configuration does not name stays the profile's: the module's 2,718.
    assert.equal(configured.compileFuel('parse', 1000, entities), BigInt(2718 + 30 + 1 + 1000)); // 0.5 and 0.1, rounded up once
    assert.equal(configured.compileFuel('validate', 0), 2n);
    assert.equal(new CostTable().compileFuel('parse', 64, entities), 6025n);
  });

  it('charge the start of a process at first calls with each module', () => {
    const cold = new CostTable({ profile: profileExample(), profilePolicy: 'cold' });
    const starts = [2_500_000, 3_500_000, 6_100_000].map((time) => Math.ceil(time / (64 * 0.0115)));
    const all = starts.reduce((sum, fuel) => sum + fuel, 0);
    assert.equal(cold.compileFuel('parse', 0), BigInt(all));
    assert.equal(cold.compileFuel('translate', 0), 0n);
  });

  it('charge the same time by a profile in another unit, to the rounding of its constants', () => {
    const byBytes = new CostTable({ profile: profileExample() });
    const time = profileInUnit('10ps', 0.01 / 0.0115);
    const byTime = new CostTable({ profile: time });
    assert.equal(time.policies.warm.phases.translate!.constants[0]!.constantFuel, 24_410);
    assert.equal(byTime.costs.bytesPerFuel, 64);
    for (const bytes of [0, 1, 100, 100_000]) {
      const [a, b] = [byBytes, byTime].map((table) => Number(table.compileFuel('translate', bytes)));
      assert.ok(Math.abs(a! - b!) <= 1, `${bytes} bytes: ${a} and ${b}`);
    }
  });

  it('refuse unknown names and numbers out of range', () => {
    for (const fuel of [-1, NaN, Infinity, 1e10]) {
      assert.throws(
        () => new CostTable({ configuration: { translateFunctionFuel: fuel } }),
        /^RangeError: translateFunctionFuel is /,
      );
    }
    assert.throws(
      () => new CostTable({ configuration: { translateFunctionFuel: 1e9, bytesPerFuel: 2 ** 31 } }),
      /translateFunctionFuel is 1000000000; at 2147483648 bytes per fuel give at most 4194/,
    );
    assert.throws(
      () => new CostTable({ configuration: { parseEntityFuel: { table: 1 } as object } }),
      /unknown fuel cost parseEntityFuel\.table; the known ones are module, section, /,
    );

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
      'number                             value  unit                   layer    source    note',
      'bytesPerFuel                          64  bytes/fuel             default  built in  bytes filled, copied or zeroed for one fuel',
      'parseMultiplier                   25.000  x memset               default  built in  n x 25.000 / 64 fuel for n module bytes',
    ]);
    assert.equal(lines.length, 7 + PARSED_ENTITIES.length);
  });
});
