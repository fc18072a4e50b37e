import { equal, throws } from 'node:assert/strict';
import fc from 'fast-check';
import { binaryOfText, ModuleTextError } from './module-text.js';
import { float32Bits, float64Bits, integerBits, LiteralError } from './script/number-literal.js';

type NumberType = 'i32' | 'i64' | 'f32' | 'f64';

const readers: Readonly<Record<NumberType, (text: string) => bigint>> = {
  i32: (text) => integerBits(text, 32),
  i64: (text) => integerBits(text, 64),
  f32: float32Bits,
  f64: float64Bits,
};

/** The literal's bits by the text parser's judgement, or undefined where it refuses the literal. */
async function bitsByParser(type: NumberType, literal: string): Promise<bigint | undefined> {
  try {
    // stored as v128 lanes, which have their bits in the binary as they are
    const shape = { i32: 'i32x4', i64: 'i64x2', f32: 'f32x4', f64: 'f64x2' }[type];
    const lanes = Array.from({ length: type.endsWith('32') ? 4 : 2 }, () => literal).join(' ');
    const binary = await binaryOfText(`(module (global v128 (v128.const ${shape} ${lanes})))`);
    const view = new DataView(binary.buffer, binary.byteOffset, binary.byteLength);
    const start = 8 + 3 + 2 + 2;
    return type.endsWith('32') ? BigInt(view.getUint32(start, true)) : view.getBigUint64(start, true);
  } catch (error) {
    if (error instanceof ModuleTextError) return undefined;
    throw error;
  }
}

function bitsByReader(type: NumberType, literal: string): bigint | undefined {
  try {
    return readers[type](literal);
  } catch (error) {
    if (error instanceof LiteralError) return undefined;
    throw error;
  }
}

describe('conformance: number literals', () => {
  it('reads integers in both ranges', () => {
    equal(integerBits('-1', 32), 0xffff_ffffn);
    equal(integerBits('+0xffff_ffff', 32), 0xffff_ffffn);
    equal(integerBits('-0x8000_0000', 32), 0x8000_0000n);
    equal(integerBits('-128', 8), 0x80n);
    for (const text of ['4294967296', '-2147483649', '', '0x', '1__0', '_1', '1_', '0b1', '1.0', '--1']) {
      throws(() => integerBits(text, 32), LiteralError, text);
    }
  });

  it('rounds floats once', () => {
    // halfway between two f32s by its f64 value, but not in truth: rounding twice gives the wrong neighbour
    equal(float32Bits('1.00000005960464480000000000000000001'), 0x3f80_0001n);
    equal(float32Bits('1.000000059604644775390625'), 0x3f80_0000n);
    equal(float64Bits('0x1.00000000000007ffffffffffffp0'), 0x3ff0_0000_0000_0000n);
    equal(float64Bits('4.9e-324'), 1n);
    equal(float64Bits('2.4e-324'), 0n);
    equal(float32Bits('0x1.fffffefp127'), 0x7f7f_ffffn);
    for (const text of [
      '0x1.ffffffp127',
      '1e39',
      '1e1000000',
      '1.',
      '.5',
      '0x.8',
      '1e',
      'nan:0x0',
      'nan:1',
    ]) {
      equal(bitsByReader('f32', text), text === '1.' ? 0x3f80_0000n : undefined, text);
    }
  });

  it('keeps NaN payloads and signs', () => {
    equal(float32Bits('nan'), 0x7fc0_0000n);
    equal(float32Bits('-nan:0x20_0000'), 0xffa0_0000n);
    equal(float64Bits('nan:0x1'), 0x7ff0_0000_0000_0001n);
    equal(float64Bits('-inf'), 0xfff0_0000_0000_0000n);
    equal(float64Bits('-0'), 0x8000_0000_0000_0000n);
    throws(() => float32Bits('nan:0x80_0000'), LiteralError);
  });

  const digitsOf = (alphabet: string, longest: number) => {
    const run = (maxLength: number) =>
      fc.string({ unit: fc.constantFrom(...alphabet), minLength: 1, maxLength, size: 'max' });
    return fc.oneof(
      run(longest),
      fc.tuple(run(longest), run(4)).map((runs) => runs.join('_')),
    );
  };
  const digits = digitsOf('0123456789', 24);
  const hexDigits = digitsOf('0123456789abcdefABCDEF', 20);
  const sign = fc.constantFrom('', '+', '-');
  const exponent = (mark: string, most: number) =>
    fc
      .option(fc.tuple(sign, fc.nat(most)), { nil: undefined })
      .map((parts) => (parts ? mark + parts.join('') : ''));
  const fraction = (part: fc.Arbitrary<string>) =>
    fc
      .option(fc.option(part, { nil: '' }), { nil: undefined })
      .map((text) => (text === undefined ? '' : `.${text}`));
  const integer = fc
    .tuple(
      sign,
      fc.oneof(
        digits,
        hexDigits.map((text) => `0x${text}`),
      ),
    )
    .map((parts) => parts.join(''));
  const nearby = fc
    .tuple(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.boolean())
    // short decimals of f32s and of the midpoints between them are where rounding goes wrong
    .map(([number, halve]) => {
      const single = Math.fround(number);
      return Number.isFinite(single) ? String(halve ? single * (1 + 2 ** -24) : single) : String(number);
    });
  const float = fc.oneof(
    fc.tuple(sign, digits, fraction(digits), exponent('e', 340)).map((parts) => parts.join('')),
    fc
      .tuple(sign, hexDigits, fraction(hexDigits), exponent('p', 1100))
      .map(([s, ...rest]) => `${s}0x${rest.join('')}`),
    fc.tuple(sign, hexDigits).map(([s, payload]) => `${s}nan:0x${payload}`),
    fc.tuple(sign, fc.constantFrom('inf', 'nan', '0', '0x0.0p0')).map((parts) => parts.join('')),
    nearby,
  );

  for (const type of ['i32', 'i64', 'f32', 'f64'] as const) {
    it(`agrees with the text parser on ${type} literals`, async () => {
      await fc.assert(
        fc.asyncProperty(type.startsWith('i') ? integer : float, async (literal) => {
          equal(bitsByReader(type, literal), await bitsByParser(type, literal), literal);
        }),
        { numRuns: 1000 },
      );
    });
  }
});
