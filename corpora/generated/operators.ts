import { Operator } from '@wasm-dyno/engine/operators';
import { ValueType } from '@wasm-dyno/engine';

export type NumericType = ValueType.I32 | ValueType.I64 | ValueType.F32 | ValueType.F64;

/**
 * The operators of each numeric type that the generated families draw from. Repetition is weight: compiled programs add
 * far more often than they rotate. Left out is whatever can trap (division by an unknown divisor, `trunc` of a float
 * out of range) or whose result depends on the bits of a NaN (reinterpreting a float), which engines may choose freely.
 */
export interface NumericOperators {
  readonly unary: readonly Operator[];
  readonly binary: readonly Operator[];
  /** Take two values of the type and give an i32. */
  readonly compare: readonly Operator[];
  /** Give the type from one value of another type. */
  readonly convert: readonly { readonly operator: Operator; readonly from: NumericType }[];
}

const I32: NumericOperators = {
  unary: [
    Operator.I32Clz,
    Operator.I32Ctz,
    Operator.I32Popcnt,
    Operator.I32Extend8S,
    Operator.I32Extend16S,
    Operator.I32Eqz,
  ],
  binary: [
    ...repeat(Operator.I32Add, 8),
    ...repeat(Operator.I32Sub, 4),
    ...repeat(Operator.I32Mul, 3),
    ...repeat(Operator.I32And, 4),
    ...repeat(Operator.I32Or, 3),
    ...repeat(Operator.I32Xor, 3),
    ...repeat(Operator.I32Shl, 3),
    ...repeat(Operator.I32ShrU, 2),
    Operator.I32ShrS,
    Operator.I32Rotl,
    Operator.I32Rotr,
  ],
  compare: [
    Operator.I32Eq,
    Operator.I32Ne,
    Operator.I32LtS,
    Operator.I32LtU,
    Operator.I32GtS,
    Operator.I32GtU,
    Operator.I32LeS,
    Operator.I32LeU,
    Operator.I32GeS,
    Operator.I32GeU,
  ],
  convert: [
    { operator: Operator.I32WrapI64, from: ValueType.I64 },
    { operator: Operator.I32TruncSatF32S, from: ValueType.F32 },
    { operator: Operator.I32TruncSatF32U, from: ValueType.F32 },
    { operator: Operator.I32TruncSatF64S, from: ValueType.F64 },
    { operator: Operator.I32TruncSatF64U, from: ValueType.F64 },
  ],
};

const I64: NumericOperators = {
  unary: [
    Operator.I64Clz,
    Operator.I64Ctz,
    Operator.I64Popcnt,
    Operator.I64Extend8S,
    Operator.I64Extend16S,
    Operator.I64Extend32S,
  ],
  binary: [
    ...repeat(Operator.I64Add, 8),
    ...repeat(Operator.I64Sub, 4),
    ...repeat(Operator.I64Mul, 3),
    ...repeat(Operator.I64And, 4),
    ...repeat(Operator.I64Or, 3),
    ...repeat(Operator.I64Xor, 3),
    ...repeat(Operator.I64Shl, 3),
    ...repeat(Operator.I64ShrU, 2),
    Operator.I64ShrS,
    Operator.I64Rotl,
    Operator.I64Rotr,
  ],
  compare: [
    Operator.I64Eq,
    Operator.I64Ne,
    Operator.I64LtS,
    Operator.I64LtU,
    Operator.I64GtS,
    Operator.I64GtU,
    Operator.I64LeS,
    Operator.I64LeU,
    Operator.I64GeS,
    Operator.I64GeU,
  ],
  convert: [
    { operator: Operator.I64ExtendI32S, from: ValueType.I32 },
    { operator: Operator.I64ExtendI32U, from: ValueType.I32 },
    { operator: Operator.I64TruncSatF32S, from: ValueType.F32 },
    { operator: Operator.I64TruncSatF32U, from: ValueType.F32 },
    { operator: Operator.I64TruncSatF64S, from: ValueType.F64 },
    { operator: Operator.I64TruncSatF64U, from: ValueType.F64 },
  ],
};

const F32: NumericOperators = {
  unary: [
    Operator.F32Abs,
    Operator.F32Neg,
    Operator.F32Ceil,
    Operator.F32Floor,
    Operator.F32Trunc,
    Operator.F32Nearest,
    Operator.F32Sqrt,
  ],
  binary: [
    ...repeat(Operator.F32Add, 6),
    ...repeat(Operator.F32Sub, 5),
    ...repeat(Operator.F32Mul, 6),
    ...repeat(Operator.F32Div, 2),
    Operator.F32Min,
    Operator.F32Max,
  ],
  compare: [Operator.F32Eq, Operator.F32Ne, Operator.F32Lt, Operator.F32Gt, Operator.F32Le, Operator.F32Ge],
  convert: [
    { operator: Operator.F32ConvertI32S, from: ValueType.I32 },
    { operator: Operator.F32ConvertI32U, from: ValueType.I32 },
    { operator: Operator.F32ConvertI64S, from: ValueType.I64 },
    { operator: Operator.F32ConvertI64U, from: ValueType.I64 },
    { operator: Operator.F32DemoteF64, from: ValueType.F64 },
  ],
};

const F64: NumericOperators = {
  unary: [
    Operator.F64Abs,
    Operator.F64Neg,
    Operator.F64Ceil,
    Operator.F64Floor,
    Operator.F64Trunc,
    Operator.F64Nearest,
    Operator.F64Sqrt,
  ],
  binary: [
    ...repeat(Operator.F64Add, 6),
    ...repeat(Operator.F64Sub, 5),
    ...repeat(Operator.F64Mul, 6),
    ...repeat(Operator.F64Div, 2),
    Operator.F64Min,
    Operator.F64Max,
  ],
  compare: [Operator.F64Eq, Operator.F64Ne, Operator.F64Lt, Operator.F64Gt, Operator.F64Le, Operator.F64Ge],
  convert: [
    { operator: Operator.F64ConvertI32S, from: ValueType.I32 },
    { operator: Operator.F64ConvertI32U, from: ValueType.I32 },
    { operator: Operator.F64ConvertI64S, from: ValueType.I64 },
    { operator: Operator.F64ConvertI64U, from: ValueType.I64 },
    { operator: Operator.F64PromoteF32, from: ValueType.F32 },
  ],
};

/** The operators of a numeric type. */
export function operatorsOf(type: NumericType): NumericOperators {
  switch (type) {
    case ValueType.I32:
      return I32;
    case ValueType.I64:
      return I64;
    case ValueType.F32:
      return F32;
    case ValueType.F64:
      return F64;
  }
}

function repeat(operator: Operator, times: number): Operator[] {
  return Array<Operator>(times).fill(operator);
}
