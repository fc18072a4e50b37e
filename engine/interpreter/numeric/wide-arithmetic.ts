import { i32MulHighU } from './int32.js';

/**
 * The wide-arithmetic proposal's operators. 128-bit operands are two i64 registers, low and high, given by slot; results go to
 * slots `low` and `high`, which may be operands. Computed in 32-bit words: 128-bit BigInts would be allocated every time.
 */

const TWO_TO_32 = 4294967296;

/** `i64.add128`: (aLow, aHigh) + (bLow, bHigh). */
export function i64Add128(
  halves: Int32Array,
  low: number,
  high: number,
  aLow: number,
  aHigh: number,
  bLow: number,
  bHigh: number,
): void {
  const sum0 = (halves[2 * aLow] >>> 0) + (halves[2 * bLow] >>> 0);
  const sum1 = (halves[2 * aLow + 1] >>> 0) + (halves[2 * bLow + 1] >>> 0) + (sum0 >= TWO_TO_32 ? 1 : 0);
  const sum2 = (halves[2 * aHigh] >>> 0) + (halves[2 * bHigh] >>> 0) + (sum1 >= TWO_TO_32 ? 1 : 0);
  const sum3 = halves[2 * aHigh + 1] + halves[2 * bHigh + 1] + (sum2 >= TWO_TO_32 ? 1 : 0);
  storeWords(halves, low, high, sum0, sum1, sum2, sum3);
}

/** `i64.sub128`: (aLow, aHigh) - (bLow, bHigh). */
export function i64Sub128(
  halves: Int32Array,
  low: number,
  high: number,
  aLow: number,
  aHigh: number,
  bLow: number,
  bHigh: number,
): void {
  const difference0 = (halves[2 * aLow] >>> 0) - (halves[2 * bLow] >>> 0);
  const difference1 = (halves[2 * aLow + 1] >>> 0) - (halves[2 * bLow + 1] >>> 0) - (difference0 < 0 ? 1 : 0);
  const difference2 = (halves[2 * aHigh] >>> 0) - (halves[2 * bHigh] >>> 0) - (difference1 < 0 ? 1 : 0);
  const difference3 = halves[2 * aHigh + 1] - halves[2 * bHigh + 1] - (difference2 < 0 ? 1 : 0);
  storeWords(halves, low, high, difference0, difference1, difference2, difference3);
}

/** `i64.mul_wide_u`: the unsigned 128-bit product of slots `a` and `b`. */
export function i64MulWideU(halves: Int32Array, low: number, high: number, a: number, b: number): void {
  multiplyWide(halves, low, high, halves[2 * a], halves[2 * a + 1], halves[2 * b], halves[2 * b + 1], 0, 0);
}

/** `i64.mul_wide_s`: the signed 128-bit product of slots `a` and `b`. */
export function i64MulWideS(halves: Int32Array, low: number, high: number, a: number, b: number): void {
  const aHigh = halves[2 * a + 1];
  const bHigh = halves[2 * b + 1];
  multiplyWide(halves, low, high, halves[2 * a], aHigh, halves[2 * b], bHigh, aHigh >> 31, bHigh >> 31);
}

/** Schoolbook multiplication of words; a sign mask of -1 takes the other operand off the upper half again. */
function multiplyWide(
  halves: Int32Array,
  low: number,
  high: number,
  a0: number,
  a1: number,
  b0: number,
  b1: number,
  aSign: number,
  bSign: number,
): void {
  const sum1 = (i32MulHighU(a0, b0) >>> 0) + (Math.imul(a0, b1) >>> 0) + (Math.imul(a1, b0) >>> 0);
  const sum2 =
    (i32MulHighU(a0, b1) >>> 0) +
    (i32MulHighU(a1, b0) >>> 0) +
    (Math.imul(a1, b1) >>> 0) +
    Math.floor(sum1 / TWO_TO_32) -
    ((b0 & aSign) >>> 0) -
    ((a0 & bSign) >>> 0);
  const sum3 = i32MulHighU(a1, b1) + Math.floor(sum2 / TWO_TO_32) - (b1 & aSign) - (a1 & bSign);
  storeWords(halves, low, high, Math.imul(a0, b0), sum1, sum2, sum3);
}

/** Each word is taken modulo 2^32. */
function storeWords(
  halves: Int32Array,
  low: number,
  high: number,
  w0: number,
  w1: number,
  w2: number,
  w3: number,
): void {
  halves[2 * low] = w0;
  halves[2 * low + 1] = w1;
  halves[2 * high] = w2;
  halves[2 * high + 1] = w3;
}
