/**
 * Conversion of i64 to floats (spec 4.3.4), from the two words of the value and with exactly one rounding. From i32 no help is
 * needed: every i32 and u32 is a double, and a store to a Float32Array rounds once.
 */

const TWO_TO_32 = 4294967296;
/** High words below this belong to magnitudes that a double holds exactly (under 2^53). */
const EXACT_HIGH = 0x200000;
/** The bits under a 64-bit value's upper 53, and the lowest of those 53. */
const LOW_BITS = 0x7ff;
const STICKY_BIT = 0x800;

/** `f64.convert_i64_s`: both terms are exact, their sum rounds once. */
export function f64ConvertI64S(low: number, high: number): number {
  return high * TWO_TO_32 + (low >>> 0);
}

/** `f64.convert_i64_u`. */
export function f64ConvertI64U(low: number, high: number): number {
  return (high >>> 0) * TWO_TO_32 + (low >>> 0);
}

/**
 * What a double cannot hold of an integer is noted in its lowest kept bit ("round to odd"), far below what decides the rounding
 * to f32: so the double is exact, and the rounding to f32 is the only one.
 */
function sticky(low: number): number {
  return (low & LOW_BITS) === 0 ? low : (low & ~LOW_BITS) | STICKY_BIT;
}

/** `f32.convert_i64_s`, as a number that is an f32. */
export function f32ConvertI64S(low: number, high: number): number {
  const exact = high >= -EXACT_HIGH && high < EXACT_HIGH;
  return Math.fround(high * TWO_TO_32 + ((exact ? low : sticky(low)) >>> 0));
}

/** `f32.convert_i64_u`, as a number that is an f32. */
export function f32ConvertI64U(low: number, high: number): number {
  const unsigned = high >>> 0;
  return Math.fround(unsigned * TWO_TO_32 + ((unsigned < EXACT_HIGH ? low : sticky(low)) >>> 0));
}
