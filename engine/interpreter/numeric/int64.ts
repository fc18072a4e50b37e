import { i32Ctz, i32Popcnt } from './int32.js';

/**
 * i64 operators (spec 4.3.2) on values held as pairs of 32-bit words: value `s` has its low word at `halves[2 * s]` and its
 * high word at `halves[2 * s + 1]`, which is how `RegisterFiles.halves` aliases `RegisterFiles.i64` and how the vector file's
 * `i32` view holds i64x2 lanes. Results go to value `d`, which may be an operand.
 *
 * Add, subtract and multiply are not here: `BigInt.asIntN(64, x + y)` between BigInt64Arrays is faster, optimised or not.
 */

export function i64Clz(halves: Int32Array, d: number, a: number): void {
  const high = halves[2 * a + 1];
  halves[2 * d] = high === 0 ? 32 + Math.clz32(halves[2 * a]) : Math.clz32(high);
  halves[2 * d + 1] = 0;
}

export function i64Ctz(halves: Int32Array, d: number, a: number): void {
  const low = halves[2 * a];
  halves[2 * d] = low === 0 ? 32 + i32Ctz(halves[2 * a + 1]) : i32Ctz(low);
  halves[2 * d + 1] = 0;
}

export function i64Popcnt(halves: Int32Array, d: number, a: number): void {
  halves[2 * d] = i32Popcnt(halves[2 * a]) + i32Popcnt(halves[2 * a + 1]);
  halves[2 * d + 1] = 0;
}

export function i64Neg(halves: Int32Array, d: number, a: number): void {
  const low = halves[2 * a];
  halves[2 * d + 1] = low === 0 ? -halves[2 * a + 1] : ~halves[2 * a + 1];
  halves[2 * d] = -low;
}

/** `count` is taken modulo 64. */
export function i64Shl(halves: Int32Array, d: number, a: number, count: number): void {
  const low = halves[2 * a];
  const high = halves[2 * a + 1];
  if ((count & 32) !== 0) {
    halves[2 * d] = 0;
    halves[2 * d + 1] = low << count;
  } else {
    halves[2 * d] = low << count;
    // Two steps, as a shift by 32 - 0 would be one by 0.
    halves[2 * d + 1] = (high << count) | ((low >>> 1) >>> (31 - (count & 31)));
  }
}

/** `count` is taken modulo 64. */
export function i64ShrS(halves: Int32Array, d: number, a: number, count: number): void {
  const low = halves[2 * a];
  const high = halves[2 * a + 1];
  if ((count & 32) !== 0) {
    halves[2 * d] = high >> count;
    halves[2 * d + 1] = high >> 31;
  } else {
    halves[2 * d] = (low >>> count) | ((high << 1) << (31 - (count & 31)));
    halves[2 * d + 1] = high >> count;
  }
}

/** `count` is taken modulo 64. */
export function i64ShrU(halves: Int32Array, d: number, a: number, count: number): void {
  const low = halves[2 * a];
  const high = halves[2 * a + 1];
  if ((count & 32) !== 0) {
    halves[2 * d] = high >>> count;
    halves[2 * d + 1] = 0;
  } else {
    halves[2 * d] = (low >>> count) | ((high << 1) << (31 - (count & 31)));
    halves[2 * d + 1] = high >>> count;
  }
}

/** `count` is taken modulo 64. */
export function i64Rotl(halves: Int32Array, d: number, a: number, count: number): void {
  const swap = (count & 32) !== 0;
  const low = halves[swap ? 2 * a + 1 : 2 * a];
  const high = halves[swap ? 2 * a : 2 * a + 1];
  const rest = 31 - (count & 31);
  halves[2 * d] = (low << count) | ((high >>> 1) >>> rest);
  halves[2 * d + 1] = (high << count) | ((low >>> 1) >>> rest);
}

/** `count` is taken modulo 64. */
export function i64Rotr(halves: Int32Array, d: number, a: number, count: number): void {
  i64Rotl(halves, d, a, -count);
}

export function i64Eqz(halves: Int32Array, a: number): boolean {
  return (halves[2 * a] | halves[2 * a + 1]) === 0;
}

export function i64Eq(halves: Int32Array, a: number, b: number): boolean {
  return halves[2 * a] === halves[2 * b] && halves[2 * a + 1] === halves[2 * b + 1];
}

/** `a < b`, signed. The other orders are this one with operands swapped or result negated. */
export function i64LtS(halves: Int32Array, a: number, b: number): boolean {
  const aHigh = halves[2 * a + 1];
  const bHigh = halves[2 * b + 1];
  return aHigh === bHigh ? halves[2 * a] >>> 0 < halves[2 * b] >>> 0 : aHigh < bHigh;
}

/** `a < b`, unsigned. */
export function i64LtU(halves: Int32Array, a: number, b: number): boolean {
  const aHigh = halves[2 * a + 1];
  const bHigh = halves[2 * b + 1];
  return aHigh === bHigh ? halves[2 * a] >>> 0 < halves[2 * b] >>> 0 : aHigh >>> 0 < bHigh >>> 0;
}

/** Stores the sign-extended i32 `x`: serves `i64.extend_i32_s` and, given `x << 24 >> 24` and the like, `i64.extend*_s`. */
export function i64ExtendI32S(halves: Int32Array, d: number, x: number): void {
  halves[2 * d] = x;
  halves[2 * d + 1] = x >> 31;
}

export function i64ExtendI32U(halves: Int32Array, d: number, x: number): void {
  halves[2 * d] = x;
  halves[2 * d + 1] = 0;
}

/** Stores an integer from -2^63 up to, not including, 2^64, exactly; a negative zero as 0. */
export function i64StoreInteger(halves: Int32Array, d: number, x: number): void {
  const high = Math.floor(x / 4294967296);
  halves[2 * d] = x - high * 4294967296;
  halves[2 * d + 1] = high;
}
