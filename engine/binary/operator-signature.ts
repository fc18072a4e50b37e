import { ValueType } from '../types/value-type.js';
import { Operator, OPERATOR_SPACE } from './operator.js';

/**
 * The types of operators whose operands and results are the same everywhere: the numeric, conversion, constant and
 * vector operators, and the value side of loads and stores. Packed, a byte per type, 0 for none: result in bits 0-7,
 * then the parameters in the order they were pushed in bits 8-15, 16-23 and 24-31. 0 means: no fixed signature.
 * Loads and stores are not in this table, for the type of their address depends on the memory; see `memoryAccess`.
 */
export const operatorSignatures = new Int32Array(OPERATOR_SPACE);

/** Packed descriptions of the memory accesses, 0 for every other operator; read with the functions below. */
export const memoryAccesses = new Int32Array(OPERATOR_SPACE);

/** Type of the operator's result, or 0. */
export function signatureResult(operator: number): ValueType | 0 {
  return operatorSignatures[operator]! & 0xff;
}

/** Number of operands of an operator with a fixed signature. */
export function signatureParameterCount(operator: number): number {
  const signature = operatorSignatures[operator]!;
  return signature >>> 24 ? 3 : signature >>> 16 ? 2 : signature >>> 8 ? 1 : 0;
}

/** Type of the operand pushed as number `position` (0, 1 or 2), or 0. */
export function signatureParameter(operator: number, position: number): ValueType | 0 {
  return (operatorSignatures[operator]! >>> (8 * (position + 1))) & 0xff;
}

/** Bits of a `memoryAccesses` entry. */
export const enum MemoryAccess {
  /** The type loaded or stored (for lane accesses v128). */
  ValueTypeMask = 0xff,
  AlignmentShift = 8,
  AlignmentMask = 0x700,
  Store = 0x800,
  /** A v128 operand besides the address, which a load of one lane replaces. */
  Lane = 0x1000,
  /** Set in every entry, so that 0 means "not a memory access". */
  Present = 0x2000,
}

export function isStore(operator: number): boolean {
  return (memoryAccesses[operator]! & MemoryAccess.Store) !== 0;
}

const I32 = ValueType.I32;
const I64 = ValueType.I64;
const F32 = ValueType.F32;
const F64 = ValueType.F64;
const V128 = ValueType.V128;

/** Gives the operators `first` to `last` one signature. */
function signature(first: number, last: number, result: ValueType, ...parameters: ValueType[]): void {
  const [a = 0, b = 0, c = 0] = parameters;
  operatorSignatures.fill(result | (a << 8) | (b << 16) | (c << 24), first, last + 1);
}

signature(Operator.I32Const, Operator.I32Const, I32);
signature(Operator.I64Const, Operator.I64Const, I64);
signature(Operator.F32Const, Operator.F32Const, F32);
signature(Operator.F64Const, Operator.F64Const, F64);
signature(Operator.I32Eqz, Operator.I32Eqz, I32, I32);
signature(Operator.I32Eq, Operator.I32GeU, I32, I32, I32);
signature(Operator.I64Eqz, Operator.I64Eqz, I32, I64);
signature(Operator.I64Eq, Operator.I64GeU, I32, I64, I64);
signature(Operator.F32Eq, Operator.F32Ge, I32, F32, F32);
signature(Operator.F64Eq, Operator.F64Ge, I32, F64, F64);
signature(Operator.I32Clz, Operator.I32Popcnt, I32, I32);
signature(Operator.I32Add, Operator.I32Rotr, I32, I32, I32);
signature(Operator.I64Clz, Operator.I64Popcnt, I64, I64);
signature(Operator.I64Add, Operator.I64Rotr, I64, I64, I64);
signature(Operator.F32Abs, Operator.F32Sqrt, F32, F32);
signature(Operator.F32Add, Operator.F32Copysign, F32, F32, F32);
signature(Operator.F64Abs, Operator.F64Sqrt, F64, F64);
signature(Operator.F64Add, Operator.F64Copysign, F64, F64, F64);
signature(Operator.I32WrapI64, Operator.I32WrapI64, I32, I64);
signature(Operator.I32TruncF32S, Operator.I32TruncF32U, I32, F32);
signature(Operator.I32TruncF64S, Operator.I32TruncF64U, I32, F64);
signature(Operator.I64ExtendI32S, Operator.I64ExtendI32U, I64, I32);
signature(Operator.I64TruncF32S, Operator.I64TruncF32U, I64, F32);
signature(Operator.I64TruncF64S, Operator.I64TruncF64U, I64, F64);
signature(Operator.F32ConvertI32S, Operator.F32ConvertI32U, F32, I32);
signature(Operator.F32ConvertI64S, Operator.F32ConvertI64U, F32, I64);
signature(Operator.F32DemoteF64, Operator.F32DemoteF64, F32, F64);
signature(Operator.F64ConvertI32S, Operator.F64ConvertI32U, F64, I32);
signature(Operator.F64ConvertI64S, Operator.F64ConvertI64U, F64, I64);
signature(Operator.F64PromoteF32, Operator.F64PromoteF32, F64, F32);
signature(Operator.I32ReinterpretF32, Operator.I32ReinterpretF32, I32, F32);
signature(Operator.I64ReinterpretF64, Operator.I64ReinterpretF64, I64, F64);
signature(Operator.F32ReinterpretI32, Operator.F32ReinterpretI32, F32, I32);
signature(Operator.F64ReinterpretI64, Operator.F64ReinterpretI64, F64, I64);
signature(Operator.I32Extend8S, Operator.I32Extend16S, I32, I32);
signature(Operator.I64Extend8S, Operator.I64Extend32S, I64, I64);
signature(Operator.I32TruncSatF32S, Operator.I32TruncSatF32U, I32, F32);
signature(Operator.I32TruncSatF64S, Operator.I32TruncSatF64U, I32, F64);
signature(Operator.I64TruncSatF32S, Operator.I64TruncSatF32U, I64, F32);
signature(Operator.I64TruncSatF64S, Operator.I64TruncSatF64U, I64, F64);

/** Vector operators that take and give vectors only, by the number of operands; inclusive ranges. */
const VECTOR_RANGES: readonly (readonly [
  operands: 1 | 2 | 3,
  ranges: readonly (readonly [number, number])[],
])[] = [
  [
    1,
    [
      [Operator.V128Not, Operator.V128Not],
      [Operator.F32x4DemoteF64x2Zero, Operator.I8x16Popcnt],
      [Operator.F32x4Ceil, Operator.F32x4Nearest],
      [Operator.F64x2Ceil, Operator.F64x2Floor],
      [Operator.F64x2Trunc, Operator.F64x2Trunc],
      [Operator.I16x8ExtaddPairwiseI8x16S, Operator.I16x8Neg],
      [Operator.I16x8ExtendLowI8x16S, Operator.I16x8ExtendHighI8x16U],
      [Operator.F64x2Nearest, Operator.F64x2Nearest],
      [Operator.I32x4Abs, Operator.I32x4Neg],
      [Operator.I32x4ExtendLowI16x8S, Operator.I32x4ExtendHighI16x8U],
      [Operator.I64x2Abs, Operator.I64x2Neg],
      [Operator.I64x2ExtendLowI32x4S, Operator.I64x2ExtendHighI32x4U],
      [Operator.F32x4Abs, Operator.F32x4Neg],
      [Operator.F32x4Sqrt, Operator.F32x4Sqrt],
      [Operator.F64x2Abs, Operator.F64x2Neg],
      [Operator.F64x2Sqrt, Operator.F64x2Sqrt],
      [Operator.I32x4TruncSatF32x4S, Operator.F64x2ConvertLowI32x4U],
      [Operator.I32x4RelaxedTruncF32x4S, Operator.I32x4RelaxedTruncF64x2UZero],
    ],
  ],
  [
    2,
    [
      [Operator.I8x16Shuffle, Operator.I8x16Swizzle],
      [Operator.I8x16Eq, Operator.F64x2Ge],
      [Operator.V128And, Operator.V128Xor],
      [Operator.I8x16NarrowI16x8S, Operator.I8x16NarrowI16x8U],
      [Operator.I8x16Add, Operator.I8x16SubSatU],
      [Operator.I8x16MinS, Operator.I8x16MaxU],
      [Operator.I8x16AvgrU, Operator.I8x16AvgrU],
      [Operator.I16x8Q15mulrSatS, Operator.I16x8Q15mulrSatS],
      [Operator.I16x8NarrowI32x4S, Operator.I16x8NarrowI32x4U],
      [Operator.I16x8Add, Operator.I16x8SubSatU],
      [Operator.I16x8Mul, Operator.I16x8MaxU],
      [Operator.I16x8AvgrU, Operator.I16x8ExtmulHighI8x16U],
      [Operator.I32x4Add, Operator.I32x4Add],
      [Operator.I32x4Sub, Operator.I32x4Sub],
      [Operator.I32x4Mul, Operator.I32x4DotI16x8S],
      [Operator.I32x4ExtmulLowI16x8S, Operator.I32x4ExtmulHighI16x8U],
      [Operator.I64x2Add, Operator.I64x2Add],
      [Operator.I64x2Sub, Operator.I64x2Sub],
      [Operator.I64x2Mul, Operator.I64x2ExtmulHighI32x4U],
      [Operator.F32x4Add, Operator.F32x4Pmax],
      [Operator.F64x2Add, Operator.F64x2Pmax],
      [Operator.I8x16RelaxedSwizzle, Operator.I8x16RelaxedSwizzle],
      [Operator.F32x4RelaxedMin, Operator.I16x8RelaxedDotI8x16I7x16S],
    ],
  ],
  [
    3,
    [
      [Operator.V128Bitselect, Operator.V128Bitselect],
      [Operator.F32x4RelaxedMadd, Operator.I64x2RelaxedLaneselect],
      [Operator.I32x4RelaxedDotI8x16I7x16AddS, Operator.I32x4RelaxedDotI8x16I7x16AddS],
    ],
  ],
];
for (const [operands, ranges] of VECTOR_RANGES) {
  const parameters = new Array<ValueType>(operands).fill(V128);
  for (const [first, last] of ranges) signature(first, last, V128, ...parameters);
}

signature(Operator.V128Const, Operator.V128Const, V128);
signature(Operator.I8x16Splat, Operator.I32x4Splat, V128, I32);
signature(Operator.I64x2Splat, Operator.I64x2Splat, V128, I64);
signature(Operator.F32x4Splat, Operator.F32x4Splat, V128, F32);
signature(Operator.F64x2Splat, Operator.F64x2Splat, V128, F64);
for (const extract of [Operator.I8x16ExtractLaneS, Operator.I16x8ExtractLaneS]) {
  signature(extract, extract + 1, I32, V128);
  signature(extract + 2, extract + 2, V128, V128, I32);
}
for (const [extract, lane] of [
  [Operator.I32x4ExtractLane, I32],
  [Operator.I64x2ExtractLane, I64],
  [Operator.F32x4ExtractLane, F32],
  [Operator.F64x2ExtractLane, F64],
] as const) {
  signature(extract, extract, lane, V128);
  signature(extract + 1, extract + 1, V128, V128, lane);
}
signature(Operator.V128AnyTrue, Operator.V128AnyTrue, I32, V128);
for (const allTrue of [
  Operator.I8x16AllTrue,
  Operator.I16x8AllTrue,
  Operator.I32x4AllTrue,
  Operator.I64x2AllTrue,
]) {
  signature(allTrue, allTrue + 1, I32, V128);
}
for (const shl of [Operator.I8x16Shl, Operator.I16x8Shl, Operator.I32x4Shl, Operator.I64x2Shl]) {
  signature(shl, shl + 2, V128, V128, I32);
}

/** Describes accesses of consecutive operators, one per natural alignment given. */
function access(first: number, value: ValueType, kind: 0 | MemoryAccess, ...alignments: number[]): void {
  alignments.forEach((alignment, position) => {
    memoryAccesses[first + position] =
      value | (alignment << MemoryAccess.AlignmentShift) | kind | MemoryAccess.Present;
  });
}

access(Operator.I32Load, I32, 0, 2);
access(Operator.I64Load, I64, 0, 3);
access(Operator.F32Load, F32, 0, 2);
access(Operator.F64Load, F64, 0, 3);
access(Operator.I32Load8S, I32, 0, 0, 0, 1, 1);
access(Operator.I64Load8S, I64, 0, 0, 0, 1, 1, 2, 2);
access(Operator.I32Store, I32, MemoryAccess.Store, 2);
access(Operator.I64Store, I64, MemoryAccess.Store, 3);
access(Operator.F32Store, F32, MemoryAccess.Store, 2);
access(Operator.F64Store, F64, MemoryAccess.Store, 3);
access(Operator.I32Store8, I32, MemoryAccess.Store, 0, 1);
access(Operator.I64Store8, I64, MemoryAccess.Store, 0, 1, 2);
access(Operator.V128Load, V128, 0, 4, 3, 3, 3, 3, 3, 3, 0, 1, 2, 3);
access(Operator.V128Store, V128, MemoryAccess.Store, 4);
access(Operator.V128Load8Lane, V128, MemoryAccess.Lane, 0, 1, 2, 3);
access(Operator.V128Store8Lane, V128, MemoryAccess.Lane | MemoryAccess.Store, 0, 1, 2, 3);
access(Operator.V128Load32Zero, V128, 0, 2, 3);
