import type { RegisterFiles } from '../register-files.js';
import { i64StoreInteger } from './int64.js';

/**
 * i64 division and remainder (spec 4.3.2). The caller traps beforehand: a zero divisor is `integer-divide-by-zero`, and
 * `i64.div_s` of -2^63 by -1 is `integer-overflow`. (`i64.rem_s` of these two is 0, and handled here.)
 *
 * BigInt division costs ten times a double's. Operands whose magnitude is under 2^52 divide as doubles exactly: the
 * quotient's distance to the next integer above is then more than its rounding error.
 */

const TWO_TO_32 = 4294967296;
/** High words from -HIGH_BOUND up to, not including, HIGH_BOUND belong to values whose magnitude is at most 2^52. */
const HIGH_BOUND = 0x100000;

function isSmall(high: number): boolean {
  return high >= -HIGH_BOUND && high < HIGH_BOUND;
}

export function i64DivS(files: RegisterFiles, d: number, a: number, b: number): void {
  const halves = files.halves;
  const aHigh = halves[2 * a + 1];
  const bHigh = halves[2 * b + 1];
  if (isSmall(aHigh) && isSmall(bHigh)) {
    const dividend = aHigh * TWO_TO_32 + (halves[2 * a] >>> 0);
    const divisor = bHigh * TWO_TO_32 + (halves[2 * b] >>> 0);
    i64StoreInteger(halves, d, Math.trunc(dividend / divisor));
  } else {
    files.i64[d] = files.i64[a] / files.i64[b];
  }
}

export function i64RemS(files: RegisterFiles, d: number, a: number, b: number): void {
  const halves = files.halves;
  const aHigh = halves[2 * a + 1];
  const bHigh = halves[2 * b + 1];
  if (isSmall(aHigh) && isSmall(bHigh)) {
    const dividend = aHigh * TWO_TO_32 + (halves[2 * a] >>> 0);
    const divisor = bHigh * TWO_TO_32 + (halves[2 * b] >>> 0);
    i64StoreInteger(halves, d, dividend - Math.trunc(dividend / divisor) * divisor);
  } else {
    files.i64[d] = files.i64[a] % files.i64[b];
  }
}

export function i64DivU(files: RegisterFiles, d: number, a: number, b: number): void {
  const halves = files.halves;
  const aHigh = halves[2 * a + 1] >>> 0;
  const bHigh = halves[2 * b + 1] >>> 0;
  if (aHigh < HIGH_BOUND && bHigh < HIGH_BOUND) {
    const dividend = aHigh * TWO_TO_32 + (halves[2 * a] >>> 0);
    const divisor = bHigh * TWO_TO_32 + (halves[2 * b] >>> 0);
    i64StoreInteger(halves, d, Math.floor(dividend / divisor));
  } else {
    files.i64[d] = BigInt.asUintN(64, files.i64[a]) / BigInt.asUintN(64, files.i64[b]);
  }
}

export function i64RemU(files: RegisterFiles, d: number, a: number, b: number): void {
  const halves = files.halves;
  const aHigh = halves[2 * a + 1] >>> 0;
  const bHigh = halves[2 * b + 1] >>> 0;
  if (aHigh < HIGH_BOUND && bHigh < HIGH_BOUND) {
    const dividend = aHigh * TWO_TO_32 + (halves[2 * a] >>> 0);
    const divisor = bHigh * TWO_TO_32 + (halves[2 * b] >>> 0);
    i64StoreInteger(halves, d, dividend - Math.floor(dividend / divisor) * divisor);
  } else {
    files.i64[d] = BigInt.asUintN(64, files.i64[a]) % BigInt.asUintN(64, files.i64[b]);
  }
}
