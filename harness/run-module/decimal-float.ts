/** A number as it was written: digits x base^exponent, without sign. */
interface Written {
  readonly digits: bigint;
  readonly base: 2n | 10n;
  readonly exponent: number;
}

/**
 * The f32 nearest to a number written in decimal or as hexadecimal integer, rounded once (to even between two): what is between two f32 to
 * the eye of a double may not be. Infinity for what no f32 is near.
 * @param text without sign
 */
export function nearestF32(text: string): number {
  const double = Number(text);
  const [below, above] = neighbours(double);
  if (!Number.isFinite(double) || below === above || double - below !== above - double)
    return Math.fround(double);
  // The double is the middle: on which side of it the number lies decides.
  const side = compare(written(text), exactly(double));
  if (side === 0n) return Math.fround(double);
  return side < 0n ? below : above === F32_OVERFLOW ? Infinity : above;
}

/** What would follow the greatest f32. */
const F32_OVERFLOW = 2 ** 128;

/** The f32 at or below a finite double that is not negative, and the one at or above it. */
function neighbours(double: number): [number, number] {
  if (double >= F32_OVERFLOW) return [double, double];
  const view = new DataView(new ArrayBuffer(4));
  const after = (value: number, step: 1 | -1): number => {
    view.setFloat32(0, value);
    view.setUint32(0, view.getUint32(0) + step);
    const next = view.getFloat32(0);
    return next === Infinity ? F32_OVERFLOW : next;
  };
  const near = Math.fround(double);
  if (near === double) return [near, near];
  if (near === Infinity) return [GREATEST_F32, F32_OVERFLOW];
  return near < double ? [near, after(near, 1)] : [after(near, -1), near];
}

const GREATEST_F32 = 2 ** 128 - 2 ** 104;

function written(text: string): Written {
  if (/^0x/i.test(text)) return { digits: BigInt(text), base: 10n, exponent: 0 };
  const [mantissa = '', exponent = '0'] = text.toLowerCase().split('e');
  const [whole = '', fraction = ''] = mantissa.split('.');
  return { digits: BigInt(`${whole}${fraction}`), base: 10n, exponent: Number(exponent) - fraction.length };
}

/** A double's value (IEEE 754, binary64). */
function exactly(double: number): Written {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, double);
  const bits = view.getBigUint64(0);
  const biased = Number(bits >> 52n);
  const fraction = bits & ((1n << 52n) - 1n);
  return {
    digits: biased === 0 ? fraction : fraction | (1n << 52n),
    base: 2n,
    exponent: Math.max(biased, 1) - 1075,
  };
}

/** Below, at or above 0, as a is below, at or above b. */
function compare(a: Written, b: Written): bigint {
  return scaled(a) * unit(b) - scaled(b) * unit(a);
}

/** The number is scaled / unit, both whole. */
function scaled({ digits, base, exponent }: Written): bigint {
  return exponent > 0 ? digits * base ** BigInt(exponent) : digits;
}

function unit({ base, exponent }: Written): bigint {
  return exponent < 0 ? base ** BigInt(-exponent) : 1n;
}
