import assert from 'node:assert/strict';

import fc from 'fast-check';
import { functionType, ValueType, type Value } from '@wasm-dyno/engine';
import { ArgumentError, formatValue, parseArguments } from 'wasm-dyno';

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

  it('of f32 are rounded once, and refused beyond the greatest', () => {
    const read = (text: string) => parseArguments('f', functionType([ValueType.F32], []), [text])[0];
    const cases: readonly [string, number][] = [
      ['1.00000005960464477539062500001', 1.0000001192092896],
      ['1.000000059604644775390625', 1],
      ['1.00000005960464477539062499999', 1],
      ['16777217.0000000001', 16777218],
      ['16777217', 16777216],
      ['-16777217.0000000001', -16777218],
      ['0x1000001', 16777216],
      ['0x1000003', 16777220],
      ['7.006492321624085354618e-46', 0],
      ['7.00649232162408535462e-46', 2 ** -149],
      ['7.006492321624085354618647916449580656401309709382578858785341419448955413429303e-46', 0],
      ['3.4028235e38', 3.4028234663852886e38],
      ['3.40282356779733661637539395458142568447e38', 3.4028234663852886e38],
      ['1e-999999999', 0],
      ['inf', Infinity],
    ];
    for (const [text, value] of cases) assert.equal(read(text), value, text);
    for (const text of ['1e39', '-1e39', '3.40282356779733661637539395458142568448e38', '1e999'])
      assert.throws(
        () => read(text),
        /argument 1 of f is f32: .* give a number .* at most 3\.4028235e38/,
        text,
      );
    const double = (text: string) => parseArguments('f', functionType([ValueType.F64], []), [text])[0];
    assert.throws(() => double('1e309'), ArgumentError);
    assert.equal(double('1e308'), 1e308);
  });

  it('of f32 between two neighbours fall to the side on which they lie', () => {
    fc.assert(
      fc.property(fc.float({ min: 0, noNaN: true, noDefaultInfinity: true, max: 2 ** 120 }), (low) => {
        const view = new DataView(new ArrayBuffer(4));
        view.setFloat32(0, Math.abs(low));
        view.setUint32(0, view.getUint32(0) + 1);
        const high = view.getFloat32(0);
        const middle = decimal((low + high) / 2);
        const read = (text: string) => parseArguments('f', functionType([ValueType.F32], []), [text])[0];
        assert.equal(read(`${middle}000001`), high);
        assert.equal(read(middle), Math.fround((low + high) / 2));
      }),
      { seed: 8 },
    );
  });
});

/** All digits of a double, with a point. */
function decimal(value: number): string {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  const bits = view.getBigUint64(0);
  const biased = Number(bits >> 52n);
  const digits = (bits & ((1n << 52n) - 1n)) | (biased === 0 ? 0n : 1n << 52n);
  const exponent = Math.max(biased, 1) - 1075;
  if (exponent >= 0) return `${digits << BigInt(exponent)}.0`;
  const scaled = (digits * 10n ** BigInt(-exponent)) >> BigInt(-exponent);
  const text = scaled.toString().padStart(1 - exponent, '0');
  return `${text.slice(0, exponent)}.${text.slice(exponent)}`;
}
