import type { RegisterFiles } from '../register-files.js';

/**
 * i64 division and remainder (spec 4.3.2). The caller traps beforehand: a zero divisor is `integer-divide-by-zero`, and
 * `i64.div_s` of -2^63 by -1 is `integer-overflow`. (`i64.rem_s` of these two is 0, and handled here.)
 *
 * V8 divides signed BigInts that come from and go to a BigInt64Array in machine registers, but allocates unsigned ones: so
 * unsigned operands that are not negative as signed ones, the usual case, are divided as signed ones.
 */

export function i64DivS(files: RegisterFiles, d: number, a: number, b: number): void {
  files.i64[d] = files.i64[a] / files.i64[b];
}

export function i64RemS(files: RegisterFiles, d: number, a: number, b: number): void {
  files.i64[d] = files.i64[a] % files.i64[b];
}

export function i64DivU(files: RegisterFiles, d: number, a: number, b: number): void {
  if ((files.halves[2 * a + 1] | files.halves[2 * b + 1]) >= 0) i64DivS(files, d, a, b);
  else files.i64[d] = BigInt.asUintN(64, files.i64[a]) / BigInt.asUintN(64, files.i64[b]);
}

export function i64RemU(files: RegisterFiles, d: number, a: number, b: number): void {
  if ((files.halves[2 * a + 1] | files.halves[2 * b + 1]) >= 0) i64RemS(files, d, a, b);
  else files.i64[d] = BigInt.asUintN(64, files.i64[a]) % BigInt.asUintN(64, files.i64[b]);
}
