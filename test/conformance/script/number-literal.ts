/**
 * Number literals of the text format (spec 6.3.1, 6.3.2), read exactly: a literal's value is the bit pattern it
 * denotes, as a non-negative bigint. Host number conversion is not used anywhere, since it rounds twice on the way to
 * f32 and does not keep NaN payloads.
 */

/** The text is not a literal of the asked type, or its value is out of that type's range. */
export class LiteralError extends Error {
  override readonly name = 'LiteralError';
}

interface FloatFormat {
  /** Bits of the significand, the implicit one included. */
  readonly precision: number;
  /** The least exponent of a normal number; the greatest is 1 minus this. */
  readonly minimumExponent: number;
  readonly bits: number;
}

const BINARY32: FloatFormat = { precision: 24, minimumExponent: -126, bits: 32 };
const BINARY64: FloatFormat = { precision: 53, minimumExponent: -1022, bits: 64 };

const DIGITS = String.raw`\d+(?:_\d+)*`;
const HEX_DIGITS = String.raw`[\da-fA-F]+(?:_[\da-fA-F]+)*`;
const INTEGER = new RegExp(`^([+-]?)(${DIGITS}|0x${HEX_DIGITS})$`);
const DECIMAL_FLOAT = new RegExp(`^(${DIGITS})(?:\\.(${DIGITS})?)?(?:[eE]([+-]?${DIGITS}))?$`);
const HEX_FLOAT = new RegExp(`^0x(${HEX_DIGITS})(?:\\.(${HEX_DIGITS})?)?(?:[pP]([+-]?${DIGITS}))?$`);
const NAN = new RegExp(`^nan(?::0x(${HEX_DIGITS}))?$`);

/** The bits of an integer literal: signed and unsigned readings of `bits` bits are both in range. */
export function integerBits(text: string, bits: number): bigint {
  const match = INTEGER.exec(text);
  if (match === null) throw new LiteralError(`"${text}" is not an integer literal`);
  const magnitude = BigInt(match[2]!.replaceAll('_', ''));
  const value = match[1] === '-' ? -magnitude : magnitude;
  if (value >= 1n << BigInt(bits) || value < -(1n << BigInt(bits - 1))) {
    throw new LiteralError(`"${text}" is out of the range of i${bits}`);
  }
  return BigInt.asUintN(bits, value);
}

/** The bits of an f32 literal, rounded once, to nearest, ties to even. */
export function float32Bits(text: string): bigint {
  return floatBits(text, BINARY32);
}

/** The bits of an f64 literal, rounded once, to nearest, ties to even. */
export function float64Bits(text: string): bigint {
  return floatBits(text, BINARY64);
}

function floatBits(text: string, format: FloatFormat): bigint {
  const negative = text.startsWith('-');
  const magnitude = magnitudeBits(negative || text.startsWith('+') ? text.slice(1) : text, text, format);
  return negative ? magnitude | (1n << BigInt(format.bits - 1)) : magnitude;
}

function magnitudeBits(unsigned: string, text: string, format: FloatFormat): bigint {
  const fractionBits = BigInt(format.precision - 1);
  const infinity = (((1n << BigInt(format.bits - 1)) - 1n) >> fractionBits) << fractionBits;
  if (unsigned === 'inf') return infinity;
  const nan = NAN.exec(unsigned);
  if (nan !== null) {
    const payload =
      nan[1] === undefined ? 1n << (fractionBits - 1n) : BigInt(`0x${nan[1].replaceAll('_', '')}`);
    if (payload === 0n || payload >> fractionBits !== 0n) {
      throw new LiteralError(`the NaN payload of "${text}" is out of range`);
    }
    return infinity | payload;
  }
  const bits = finiteBits(unsigned, text, format);
  if (bits >= infinity) throw new LiteralError(`"${text}" is out of the range of f${format.bits}`);
  return bits;
}

function finiteBits(unsigned: string, text: string, format: FloatFormat): bigint {
  const hexadecimal = HEX_FLOAT.exec(unsigned);
  const match = hexadecimal ?? DECIMAL_FLOAT.exec(unsigned);
  if (match === null) throw new LiteralError(`"${text}" is not a float literal`);
  const whole = match[1]!.replaceAll('_', '');
  const fraction = (match[2] ?? '').replaceAll('_', '');
  const significand = BigInt((hexadecimal === null ? '' : '0x') + whole + fraction);
  if (significand === 0n) return 0n;
  const written = Number((match[3] ?? '0').replaceAll('_', ''));
  // value = significand x base ^ exponent; far outside of the format there is no need for such a power
  const base = hexadecimal === null ? 10n : 2n;
  const exponent = written - fraction.length * (hexadecimal === null ? 1 : 4);
  const digits = significand.toString().length;
  const decimalMagnitude = digits + exponent * (hexadecimal === null ? 1 : Math.LOG10E * Math.LN2);
  if (decimalMagnitude > 400) throw new LiteralError(`"${text}" is out of the range of f${format.bits}`);
  if (decimalMagnitude < -400) return 0n;
  const power = base ** BigInt(Math.abs(exponent));
  return exponent >= 0
    ? roundedBits(significand * power, 1n, format)
    : roundedBits(significand, power, format);
}

/** The bits of numerator / denominator (both positive) rounded to nearest, ties to even; infinity's or more on overflow. */
function roundedBits(numerator: bigint, denominator: bigint, format: FloatFormat): bigint {
  let exponent = bitLength(numerator) - bitLength(denominator);
  if (compareToPowerOfTwo(numerator, denominator, exponent) < 0) exponent--;
  const scaleExponent = Math.max(exponent, format.minimumExponent);
  // quotient = value / 2 ^ shift is the significand; below the least normal exponent it has fewer bits
  const shift = scaleExponent - (format.precision - 1);
  const scaledNumerator = shift < 0 ? numerator << BigInt(-shift) : numerator;
  const scaledDenominator = shift < 0 ? denominator : denominator << BigInt(shift);
  let quotient = scaledNumerator / scaledDenominator;
  const twiceRemainder = 2n * (scaledNumerator % scaledDenominator);
  const roundUp =
    twiceRemainder > scaledDenominator || (twiceRemainder === scaledDenominator && (quotient & 1n) === 1n);
  if (roundUp) quotient++;
  // the significand's leading bit adds one to the exponent field, and so does a carry out of rounding
  return (BigInt(scaleExponent - format.minimumExponent) << BigInt(format.precision - 1)) + quotient;
}

function compareToPowerOfTwo(numerator: bigint, denominator: bigint, exponent: number): number {
  const left = exponent < 0 ? numerator << BigInt(-exponent) : numerator;
  const right = exponent < 0 ? denominator : denominator << BigInt(exponent);
  return left < right ? -1 : left > right ? 1 : 0;
}

function bitLength(value: bigint): number {
  const digits = value.toString(16);
  return digits.length * 4 - Math.clz32(parseInt(digits[0]!, 16)) + 28;
}
