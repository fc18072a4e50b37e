import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Engine, moduleEntities, type FuelCostOptions } from '@wasm-dyno/engine';
import { unsigned } from '../encoded-integers.js';

const HEADER = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];

/** A module of two types, an import, two functions, a global, two exports, an element segment and a data segment. */
const MODULE = Uint8Array.from([
  ...HEADER,
  ...[1, 8, 2, 0x60, 0, 0, 0x60, 1, 0x7f, 0], // types
  ...[2, 7, 1, 1, 0x61, 1, 0x62, 0, 0], // an imported function
  ...[3, 3, 2, 0, 1], // functions
  ...[4, 4, 1, 0x70, 0, 2], // a table
  ...[5, 3, 1, 0, 1], // a memory
  ...[6, 6, 1, 0x7f, 0, 0x41, 7, 0x0b], // a global
  ...[7, 9, 2, 1, 0x63, 0, 0, 1, 0x64, 0, 1], // exports
  ...[9, 7, 1, 0, 0x41, 0, 0x0b, 1, 0], // an element segment
  ...[10, 7, 2, 2, 0, 0x0b, 2, 0, 0x0b], // code
  ...[11, 7, 1, 0, 0x41, 0, 0x0b, 1, 9], // a data segment
  ...[0, 3, 1, 0x6e, 5], // a custom section
]);

describe('what a module declares', () => {
  it('is counted by the headers of its sections', () => {
    assert.deepEqual(moduleEntities(MODULE), {
      sections: 11,
      types: 2,
      functions: 2,
      imports: 1,
      exports: 2,
      globals: 1,
      segments: 2,
      // The custom section's name too.
      declarationBytes: 10 + 9 + 5 + 6 + 5 + 8 + 11 + 9 + 2,
    });
  });

  it('counts the name of a custom section, and not what follows it', () => {
    const custom = (content: readonly number[]) =>
      moduleEntities(Uint8Array.from([...HEADER, 0, ...unsigned(content.length), ...content]))
        .declarationBytes;
    assert.equal(custom([0]), 1);
    assert.equal(custom([3, 0x61, 0x62, 0x63, 1, 2, 3, 4]), 4);
    assert.equal(custom([...unsigned(300), ...Array<number>(300).fill(0x61), 1, 2]), 302);
    // A name that would be longer than its section.
    assert.equal(custom([200, 1, 0x61]), 3);
  });

  it('counts offsets of data segments that are more than a constant, and of others nothing', () => {
    const data = (...segments: readonly number[][]) => {
      const content = [...unsigned(segments.length), ...segments.flat()];
      return moduleEntities(Uint8Array.from([...HEADER, 11, ...unsigned(content.length), ...content]))
        .declarationBytes;
    };
    const plain = [0, 0x41, 0x80, 1, 0x0b, 2, 9, 9];
    const wide = [0, 0x42, 0x80, 0x80, 1, 0x0b, 0];
    const passive = [1, 3, 0x41, 0, 0x6a];
    const sum = [0x41, 0, 0x41, 0, 0x6a, 0x0b];
    assert.equal(data(plain, wide, passive, [2, 0, 0x41, 7, 0x0b, 0]), 0);
    assert.equal(data(plain, [0, ...sum, 1, 7], passive, [2, 5, ...sum, 0], plain), 2 * sum.length);
    assert.equal(data([0, 0x23, 0, 0x0b, 0]), 3);
    // As far as it makes sense, and no further than the section.
    assert.equal(data([0, 0x41, 0, 0x41, 0]), 4);
    assert.equal(data([0, 0x0e, 0xff, 0xff, 0xff, 0xff, 0x0f], [0, ...sum, 0]), 1);
    assert.equal(data([9, ...sum, 0]), 0);
  });

  it('is no more than the bytes of a section can hold, whatever its count claims', () => {
    const claims = Uint8Array.from([...HEADER, 3, 6, 0xff, 0xff, 0xff, 0xff, 0x0f, 0]);
    assert.equal(moduleEntities(claims).functions, 6);
    assert.equal(moduleEntities(Uint8Array.from([...HEADER, 3, 0xff, 0xff, 0xff, 0xff, 0x0f])).sections, 1);
  });

  it('is told of any bytes, cut off anywhere', () => {
    for (let length = 0; length <= MODULE.length; length++) moduleEntities(MODULE.subarray(0, length));
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        const { declarationBytes, sections, ...counts } = moduleEntities(bytes);
        const most = Math.max(0, bytes.length - HEADER.length);
        assert.ok(declarationBytes <= most && sections <= most);
        for (const count of Object.values(counts)) assert.ok(count <= most);
      }),
      { numRuns: 2000 },
    );
  });

  it('is what parsing pays for, alike on both executors, in all modes, and by validate', () => {
    const fuelCosts = {
      parseMultiplier: 1,
      bytesPerFuel: 1,
      parseEntityFuel: { module: 1_000_000, function: 10_000, segment: 100_000, section: 1 },
      validateMultiplier: 1,
      translateMultiplier: 1,
      validateFunctionFuel: 2000,
      translateFunctionFuel: 300,
    };
    const parsing = BigInt(1_000_000 + 2 * 10_000 + 2 * 100_000 + 11 + MODULE.length);
    const bodies = { validate: 2n * 2002n, translate: 2n * 302n };
    for (const executor of ['interpreter', 'host'] as const) {
      const charged = (['lazy', 'lazy-translation', 'eager'] as const).map(
        (compilationMode) => new Engine({ executor, compilationMode, fuelCosts }).compile(MODULE).fuelCharged,
      );
      const { validate, translate } = bodies;
      assert.deepEqual(charged, [parsing, parsing + validate, parsing + validate + translate], executor);
      let told = 0n;
      new Engine({ executor, fuelCosts }).validate(MODULE, { onCharge: (fuel) => (told = fuel) });
      assert.equal(told, parsing + validate);
    }
  });

  it('is charged no less than the default charges for entries, however cheap a profile or configuration has them', () => {
    const count = 50_000;
    const types = [
      1,
      ...unsigned(3 * count + 3),
      ...unsigned(count),
      ...Array(count).fill([0x60, 0, 0]).flat(),
    ];
    const bytes = Uint8Array.from([...HEADER, ...types]);
    const limits = { maximumDistinctTypes: 1_000_000 };
    const parsing = (fuelCosts: Partial<FuelCostOptions>) =>
      new Engine({ compilationMode: 'lazy', limits, fuelCosts }).compile(bytes).fuelCharged;
    const byDefault = parsing({});
    const weight = count * (24 + 5000 / 8) - 8192;
    assert.equal(byDefault, BigInt(6000 + Math.ceil((25 * weight) / 64)));
    assert.equal(parsing({ parseMultiplier: 0.001, parseEntityFuel: { type: 1 } }), byDefault);
    assert.equal(parsing({ parseMultiplier: 0.001, parseEntityFuel: { type: 1000 } }), 50_006_003n);
    // Without prices of entries a configured multiplier is that of what they count as.
    assert.equal(parsing({ parseMultiplier: 1 }), BigInt(6000 + Math.ceil(weight / 64)));
  });

  it('is charged by a configured price of the module, by the default where a lower one comes with prices of entries', () => {
    const parsing = (fuelCosts: Partial<FuelCostOptions>) =>
      (['interpreter', 'host'] as const).map(
        (executor) => new Engine({ executor, fuelCosts }).compile(Uint8Array.from(HEADER)).fuelCharged,
      );
    assert.deepEqual(parsing({}), [6004n, 6004n]);
    assert.deepEqual(parsing({ bytesPerFuel: 32 }), [12007n, 12007n]);
    assert.deepEqual(parsing({ parseMultiplier: 1000 }), [6125n, 6125n]);
    assert.deepEqual(parsing({ parseEntityFuel: { module: 0 } }), [4n, 4n]);
    assert.deepEqual(parsing({ parseEntityFuel: { module: 0, type: 1 } }), [6000n, 6000n]);
    assert.deepEqual(parsing({ parseEntityFuel: { module: 9000 } }), [9004n, 9004n]);
  });

  it('is paid for though the bytes are no module', () => {
    // The default price of a module, 6,000 fuel of 64 bytes, is 384,000 of one.
    const fuelCosts = { parseMultiplier: 1, bytesPerFuel: 1, parseEntityFuel: { section: 1000 } };
    const bytes = Uint8Array.from([...HEADER, 99, 0]);
    assert.throws(
      () => new Engine({ fuelCosts }).compile(bytes),
      (error: { fuelCharged?: bigint }) => error.fuelCharged === 385_010n,
    );
  });
});
