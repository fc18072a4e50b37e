import { Trap } from '../../errors.js';
import { i64StoreInteger } from './int64.js';

/**
 * Truncation of floats to integers (spec 4.3.4), trapping and saturating. One function serves f32 and f64 sources, as every
 * f32 is a double. i32 results are returned, unsigned ones as the i32 of the same bits; i64 results go to value `d` of
 * `halves` (low word at `2 * d`).
 */

const TWO_TO_31 = 2147483648;
const TWO_TO_32 = 4294967296;
const TWO_TO_63 = 9223372036854775808;
const TWO_TO_64 = 18446744073709551616;

/** Throws the trap of a truncation whose operand is out of range. */
function outOfRange(x: number): never {
  throw new Trap(x === x ? 'integer-overflow' : 'invalid-conversion-to-integer');
}

/** `i32.trunc_f32_s`, `i32.trunc_f64_s`. Throws Trap `integer-overflow` or `invalid-conversion-to-integer`. */
export function i32TruncS(x: number): number {
  return x > -TWO_TO_31 - 1 && x < TWO_TO_31 ? x | 0 : outOfRange(x);
}

/** `i32.trunc_f32_u`, `i32.trunc_f64_u`. Throws Trap `integer-overflow` or `invalid-conversion-to-integer`. */
export function i32TruncU(x: number): number {
  return x > -1 && x < TWO_TO_32 ? x | 0 : outOfRange(x);
}

/** `i64.trunc_f32_s`, `i64.trunc_f64_s`. Throws Trap `integer-overflow` or `invalid-conversion-to-integer`. */
export function i64TruncS(halves: Int32Array, d: number, x: number): void {
  if (!(x >= -TWO_TO_63 && x < TWO_TO_63)) outOfRange(x);
  i64StoreInteger(halves, d, Math.trunc(x));
}

/** `i64.trunc_f32_u`, `i64.trunc_f64_u`. Throws Trap `integer-overflow` or `invalid-conversion-to-integer`. */
export function i64TruncU(halves: Int32Array, d: number, x: number): void {
  if (!(x > -1 && x < TWO_TO_64)) outOfRange(x);
  i64StoreInteger(halves, d, Math.trunc(x));
}

/** `i32.trunc_sat_f32_s`, `i32.trunc_sat_f64_s`. */
export function i32TruncSatS(x: number): number {
  if (x >= TWO_TO_31) return 0x7fffffff;
  if (x <= -TWO_TO_31) return -TWO_TO_31;
  return x | 0;
}

/** `i32.trunc_sat_f32_u`, `i32.trunc_sat_f64_u`. */
export function i32TruncSatU(x: number): number {
  if (x >= TWO_TO_32) return -1;
  return x > 0 ? x | 0 : 0;
}

/** `i64.trunc_sat_f32_s`, `i64.trunc_sat_f64_s`. */
export function i64TruncSatS(halves: Int32Array, d: number, x: number): void {
  if (x >= TWO_TO_63) {
    halves[2 * d] = -1;
    halves[2 * d + 1] = 0x7fffffff;
  } else if (x > -TWO_TO_63) {
    i64StoreInteger(halves, d, Math.trunc(x));
  } else {
    halves[2 * d] = 0;
    halves[2 * d + 1] = x === x ? -TWO_TO_31 : 0;
  }
}

/** `i64.trunc_sat_f32_u`, `i64.trunc_sat_f64_u`. */
export function i64TruncSatU(halves: Int32Array, d: number, x: number): void {
  if (x >= TWO_TO_64) {
    halves[2 * d] = -1;
    halves[2 * d + 1] = -1;
  } else {
    i64StoreInteger(halves, d, x > 0 ? Math.trunc(x) : 0);
  }
}
