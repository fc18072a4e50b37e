export { i32Ctz, i32MulHighS, i32MulHighU, i32Popcnt, i32Rotl, i32Rotr } from './int32.js';
export {
  i64Clz,
  i64Ctz,
  i64Eq,
  i64Eqz,
  i64ExtendI32S,
  i64ExtendI32U,
  i64LtS,
  i64LtU,
  i64Popcnt,
  i64Rotl,
  i64Rotr,
  i64Shl,
  i64ShrS,
  i64ShrU,
} from './int64.js';
export { i64DivS, i64DivU, i64RemS, i64RemU } from './int64-division.js';
export { i64Add128, i64MulWideS, i64MulWideU, i64Sub128 } from './wide-arithmetic.js';
export {
  F32_CANONICAL_NAN,
  F64_CANONICAL_NAN_HIGH,
  f32Abs,
  f32Copysign,
  f32Neg,
  f64Abs,
  f64Copysign,
  f64Neg,
  nearest,
  writeF32,
  writeF64,
} from './float.js';
export {
  i32TruncS,
  i32TruncSatS,
  i32TruncSatU,
  i32TruncU,
  i64TruncS,
  i64TruncSatS,
  i64TruncSatU,
  i64TruncU,
} from './float-to-integer.js';
export { f32ConvertI64S, f32ConvertI64U, f64ConvertI64S, f64ConvertI64U } from './integer-to-float.js';
