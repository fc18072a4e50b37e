/**
 * Float operators (spec 4.3.3) that JavaScript lacks. f32 and f64 share them: every f32 is a double, and rounding to an
 * integer needs no second rounding. `Math.sqrt`, `Math.ceil`, `Math.floor`, `Math.trunc`, `Math.min` and `Math.max` are exactly
 * WebAssembly's, signed zeros and NaN included.
 *
 * A result that is NaN must be written by `writeF32` or `writeF64`: which NaN an arithmetic instruction makes differs between
 * processors, and the specification's deterministic profile asks for the positive canonical one.
 */

/** The positive canonical NaN's bits as f32, and as the high word of an f64 whose low word is 0. */
export const F32_CANONICAL_NAN = 0x7fc00000;
export const F64_CANONICAL_NAN_HIGH = 0x7ff80000;

const TWO_TO_52 = 4503599627370496;

/** The nearest integer, ties to even; -0 and negative results that round to 0 stay -0. */
export function nearest(x: number): number {
  if (x > 0) return x < TWO_TO_52 ? x + TWO_TO_52 - TWO_TO_52 : x;
  // Adding up to beyond 2^52 lets the processor round; a sum of 0 lost its sign.
  if (x < 0) return x > -TWO_TO_52 ? x - TWO_TO_52 + TWO_TO_52 || -0 : x;
  return x;
}

/** Stores an f32 result: rounds once, and makes every NaN the canonical one. `bits` and `numbers` alias. */
export function writeF32(numbers: Float32Array, bits: Int32Array, index: number, x: number): void {
  if (x === x) numbers[index] = x;
  else bits[index] = F32_CANONICAL_NAN;
}

/** Stores an f64 result, every NaN as the canonical one. `halves` and `numbers` alias. */
export function writeF64(numbers: Float64Array, halves: Int32Array, index: number, x: number): void {
  if (x === x) {
    numbers[index] = x;
  } else {
    halves[2 * index] = 0;
    halves[2 * index + 1] = F64_CANONICAL_NAN_HIGH;
  }
}

/** `f32.abs`, `f32.neg` and `f32.copysign` on raw bits. */
export function f32Abs(bits: number): number {
  return bits & 0x7fffffff;
}

export function f32Neg(bits: number): number {
  return bits ^ 0x80000000;
}

export function f32Copysign(bits: number, sign: number): number {
  return (bits & 0x7fffffff) | (sign & 0x80000000);
}

/** `f64.abs`, `f64.neg` and `f64.copysign` on raw bits. */
export function f64Abs(halves: Int32Array, d: number, a: number): void {
  halves[2 * d] = halves[2 * a];
  halves[2 * d + 1] = halves[2 * a + 1] & 0x7fffffff;
}

export function f64Neg(halves: Int32Array, d: number, a: number): void {
  halves[2 * d] = halves[2 * a];
  halves[2 * d + 1] = halves[2 * a + 1] ^ 0x80000000;
}

/** The value of `a` with the sign of `b`. */
export function f64Copysign(halves: Int32Array, d: number, a: number, b: number): void {
  const high = (halves[2 * a + 1] & 0x7fffffff) | (halves[2 * b + 1] & 0x80000000);
  halves[2 * d] = halves[2 * a];
  halves[2 * d + 1] = high;
}
