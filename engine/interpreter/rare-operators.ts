import { Operator } from '../binary/operator.js';
import { Trap } from '../errors.js';
import {
  f32Abs,
  f32ConvertI64S,
  f32ConvertI64U,
  f32Copysign,
  f64ConvertI64S,
  f64ConvertI64U,
  f64Copysign,
  i32Ctz,
  i32Popcnt,
  i32TruncS,
  i32TruncSatS,
  i32TruncSatU,
  i32TruncU,
  i64Add128,
  i64Clz,
  i64Ctz,
  i64DivS,
  i64DivU,
  i64ExtendI32S,
  i64MulWideS,
  i64MulWideU,
  i64Popcnt,
  i64RemS,
  i64RemU,
  i64Rotr,
  i64Sub128,
  i64TruncS,
  i64TruncSatS,
  i64TruncSatU,
  i64TruncU,
  nearest,
  writeF32,
  writeF64,
} from './numeric/index.js';
import type { RegisterFiles } from './register-files.js';

/** The smaller of two floats by the rules of `fmin`: a NaN wins, and -0 is smaller than 0 (as Math.min has it). */
const minimum = Math.min;
const maximum = Math.max;

function checkDivisor(halves: Int32Array, b: number): void {
  if ((halves[2 * b]! | halves[2 * b + 1]!) === 0) throw new Trap('integer-divide-by-zero');
}

/**
 * Executes a plain numeric operator that is too rare for the interpreter's loop. `d`, `a` and `b` are absolute slots, each in
 * the file of its type.
 */
export function executeRare(files: RegisterFiles, operator: number, d: number, a: number, b: number): void {
  if (operator < Operator.F32Abs || operator > Operator.F64Copysign)
    executeRareInteger(files, operator, d, a, b);
  else executeRareFloat(files, operator, d, a, b);
}

function executeRareInteger(files: RegisterFiles, operator: number, d: number, a: number, b: number): void {
  const { i32, f32, f64, halves } = files;
  switch (operator) {
    case Operator.I32Ctz:
      i32[d] = i32Ctz(i32[a]!);
      break;
    case Operator.I32Popcnt:
      i32[d] = i32Popcnt(i32[a]!);
      break;
    case Operator.I64Clz:
      i64Clz(halves, d, a);
      break;
    case Operator.I64Ctz:
      i64Ctz(halves, d, a);
      break;
    case Operator.I64Popcnt:
      i64Popcnt(halves, d, a);
      break;
    case Operator.I64DivS:
      checkDivisor(halves, b);
      if (
        (halves[2 * b]! & halves[2 * b + 1]!) === -1 &&
        halves[2 * a] === 0 &&
        halves[2 * a + 1] === -0x80000000
      ) {
        throw new Trap('integer-overflow');
      }
      i64DivS(files, d, a, b);
      break;
    case Operator.I64DivU:
      checkDivisor(halves, b);
      i64DivU(files, d, a, b);
      break;
    case Operator.I64RemS:
      checkDivisor(halves, b);
      i64RemS(files, d, a, b);
      break;
    case Operator.I64RemU:
      checkDivisor(halves, b);
      i64RemU(files, d, a, b);
      break;
    case Operator.I64Rotr:
      i64Rotr(halves, d, a, halves[2 * b]!);
      break;
    case Operator.I64Extend8S:
      i64ExtendI32S(halves, d, (halves[2 * a]! << 24) >> 24);
      break;
    case Operator.I64Extend16S:
      i64ExtendI32S(halves, d, (halves[2 * a]! << 16) >> 16);
      break;
    case Operator.I64Extend32S:
      i64ExtendI32S(halves, d, halves[2 * a]!);
      break;
    case Operator.I32TruncF32S:
      i32[d] = i32TruncS(f32[a]!);
      break;
    case Operator.I32TruncF32U:
      i32[d] = i32TruncU(f32[a]!);
      break;
    case Operator.I32TruncF64U:
      i32[d] = i32TruncU(f64[a]!);
      break;
    case Operator.I64TruncF32S:
      i64TruncS(halves, d, f32[a]!);
      break;
    case Operator.I64TruncF32U:
      i64TruncU(halves, d, f32[a]!);
      break;
    case Operator.I64TruncF64S:
      i64TruncS(halves, d, f64[a]!);
      break;
    case Operator.I64TruncF64U:
      i64TruncU(halves, d, f64[a]!);
      break;
    case Operator.F32ConvertI32U:
      f32[d] = i32[a]! >>> 0;
      break;
    case Operator.F32ConvertI64S:
      f32[d] = f32ConvertI64S(halves[2 * a]!, halves[2 * a + 1]!);
      break;
    case Operator.F32ConvertI64U:
      f32[d] = f32ConvertI64U(halves[2 * a]!, halves[2 * a + 1]!);
      break;
    case Operator.F64ConvertI64S:
      f64[d] = f64ConvertI64S(halves[2 * a]!, halves[2 * a + 1]!);
      break;
    case Operator.F64ConvertI64U:
      f64[d] = f64ConvertI64U(halves[2 * a]!, halves[2 * a + 1]!);
      break;
    case Operator.I32TruncSatF32S:
      i32[d] = i32TruncSatS(f32[a]!);
      break;
    case Operator.I32TruncSatF32U:
      i32[d] = i32TruncSatU(f32[a]!);
      break;
    case Operator.I32TruncSatF64S:
      i32[d] = i32TruncSatS(f64[a]!);
      break;
    case Operator.I32TruncSatF64U:
      i32[d] = i32TruncSatU(f64[a]!);
      break;
    case Operator.I64TruncSatF32S:
      i64TruncSatS(halves, d, f32[a]!);
      break;
    case Operator.I64TruncSatF32U:
      i64TruncSatU(halves, d, f32[a]!);
      break;
    case Operator.I64TruncSatF64S:
      i64TruncSatS(halves, d, f64[a]!);
      break;
    case Operator.I64TruncSatF64U:
      i64TruncSatU(halves, d, f64[a]!);
      break;
    default:
      throw new TypeError(`operator 0x${operator.toString(16)} has no interpretation`);
  }
}

function executeRareFloat(files: RegisterFiles, operator: number, d: number, a: number, b: number): void {
  const { i32, f32, f64, halves } = files;
  switch (operator) {
    case Operator.F32Abs:
      i32[d] = f32Abs(i32[a]!);
      break;
    case Operator.F32Copysign:
      i32[d] = f32Copysign(i32[a]!, i32[b]!);
      break;
    case Operator.F32Ceil:
      writeF32(f32, i32, d, Math.ceil(f32[a]!));
      break;
    case Operator.F32Floor:
      writeF32(f32, i32, d, Math.floor(f32[a]!));
      break;
    case Operator.F32Trunc:
      writeF32(f32, i32, d, Math.trunc(f32[a]!));
      break;
    case Operator.F32Nearest:
      writeF32(f32, i32, d, nearest(f32[a]!));
      break;
    case Operator.F32Sqrt:
      writeF32(f32, i32, d, Math.sqrt(f32[a]!));
      break;
    case Operator.F32Min:
      writeF32(f32, i32, d, minimum(f32[a]!, f32[b]!));
      break;
    case Operator.F32Max:
      writeF32(f32, i32, d, maximum(f32[a]!, f32[b]!));
      break;
    case Operator.F64Copysign:
      f64Copysign(halves, d, a, b);
      break;
    case Operator.F64Ceil:
      writeF64(f64, halves, d, Math.ceil(f64[a]!));
      break;
    case Operator.F64Floor:
      writeF64(f64, halves, d, Math.floor(f64[a]!));
      break;
    case Operator.F64Trunc:
      writeF64(f64, halves, d, Math.trunc(f64[a]!));
      break;
    case Operator.F64Nearest:
      writeF64(f64, halves, d, nearest(f64[a]!));
      break;
    case Operator.F64Min:
      writeF64(f64, halves, d, minimum(f64[a]!, f64[b]!));
      break;
    case Operator.F64Max:
      writeF64(f64, halves, d, maximum(f64[a]!, f64[b]!));
      break;
    default:
      throw new TypeError(`operator 0x${operator.toString(16)} has no interpretation`);
  }
}

/** Executes `[Wide, operator, d, a, b, c, e]` of the wide-arithmetic proposal; results go to d and d + 1. */
export function executeWide(files: RegisterFiles, code: Int32Array, pc: number, fp: number): void {
  const { halves } = files;
  const d = fp + code[pc + 2]!;
  const a = fp + code[pc + 3]!;
  const b = fp + code[pc + 4]!;
  const c = fp + code[pc + 5]!;
  const e = fp + code[pc + 6]!;
  switch (code[pc + 1]) {
    case Operator.I64Add128:
      i64Add128(halves, d, d + 1, a, b, c, e);
      break;
    case Operator.I64Sub128:
      i64Sub128(halves, d, d + 1, a, b, c, e);
      break;
    case Operator.I64MulWideS:
      i64MulWideS(halves, d, d + 1, a, b);
      break;
    default:
      i64MulWideU(halves, d, d + 1, a, b);
  }
}
