import assert from 'node:assert/strict';

import fc from 'fast-check';
import { functionType, ValueType, type Value } from 'wasm-dyno/engine';
import { ArgumentError, formatValue, parseArguments } from 'wasm-dyno/harness';

const VALUES: readonly (readonly [ValueType, fc.Arbitrary<Value>])[] = [
  [ValueType.I32, fc.integer()],
  [ValueType.I64, fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })],
  [ValueType.F32, fc.float()],
  [ValueType.F64, fc.double()],
  [ValueType.V128, fc.uint8Array({ minLength: 16, maxLength: 16 })],
];

describe('values on the command line', () => {
  for (const [type, arbitrary] of VALUES) {
    it(`of type 0x${type.toString(16)} read back as they were printed`, () => {
      fc.assert(
        fc.property(arbitrary, (value) => {
          const [read] = parseArguments('f', functionType([type], []), [formatValue(type, value)]);
          assert.deepEqual(read, value);
        }),
        { seed: 5 },
      );
    });
  }

  it('are values or an ArgumentError, whatever the text', () => {
    fc.assert(
      fc.property(fc.constantFrom(...VALUES.map(([type]) => type)), fc.string(), (type, text) => {
        try {
          const [value] = parseArguments('f', functionType([type], []), [text]);
          assert.ok(['number', 'bigint', 'object'].includes(typeof value));
        } catch (error) {
          assert.ok(error instanceof ArgumentError);
          assert.match(error.message, /^argument 1 of f is /);
        }
      }),
      { seed: 6, numRuns: 1000 },
    );
  });

  it('must be as many as the function takes', () => {
    const type = functionType([ValueType.I32, ValueType.F64], []);
    assert.throws(
      () => parseArguments('f', type, ['1']),
      /f takes 2 arguments \(i32, f64\), not the 1 given/,
    );
    assert.deepEqual(parseArguments('f', type, ['1', '2']), [1, 2]);
  });

  it('wrap where both readings of the bits are usual, and no further', () => {
    const read = (type: ValueType, text: string) => parseArguments('f', functionType([type], []), [text])[0];
    assert.equal(read(ValueType.I32, '4294967295'), -1);
    assert.equal(read(ValueType.I32, '0xffff_fffe'), -2);
    assert.equal(read(ValueType.I64, '18446744073709551615'), -1n);
    for (const text of ['4294967296', '-2147483649', '1.5', '', '0x', '1e3']) {
      assert.throws(() => read(ValueType.I32, text), ArgumentError, text);
    }
    assert.equal(read(ValueType.F32, '0.1'), Math.fround(0.1));
    assert.equal(read(ValueType.ExternRef, 'null'), null);
  });
});
