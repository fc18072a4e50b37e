import { Operator } from '@wasm-dyno/engine/operators';
import type { OperatorClass } from '@wasm-dyno/engine';

/** Types of a kernel's values: i32, i64, f32, f64, vectors of integers, vectors of f32. */
export type KernelType = 'i' | 'l' | 'f' | 'd' | 'v' | 'w';

/** Operators of one shape: any of them may stand for the class. */
export interface KernelOperators {
  readonly operators: readonly Operator[];
  readonly takes: readonly KernelType[];
  readonly gives: KernelType;
  /** A byte behind the operator: the lane. */
  readonly hasLane?: boolean;
}

function shape(text: string, operators: readonly Operator[], hasLane = false): KernelOperators {
  const [takes = '', gives] = text.split('>');
  return { operators, takes: Array.from(takes) as KernelType[], gives: gives as KernelType, hasLane };
}

/** From the first to the last, both included. */
function run(first: Operator, last: Operator): Operator[] {
  return Array.from({ length: last - first + 1 }, (_, i) => (first as number) + i) as Operator[];
}

/**
 * Operators by class, as far as they only take and give values and never trap. What depends on the bits of a NaN is left out: a
 * kernel has one answer.
 */
export const KERNEL_OPERATORS: Readonly<Partial<Record<OperatorClass, readonly KernelOperators[]>>> = {
  'i32-arithmetic': [
    shape('ii>i', [Operator.I32Add, Operator.I32Sub, ...run(Operator.I32And, Operator.I32Rotr)]),
    shape('ii>i', [Operator.I32Add, Operator.I32Xor, Operator.I32And, Operator.I32Shl]),
    shape('i>i', [Operator.I32Extend8S, Operator.I32Extend16S]),
  ],
  'i64-arithmetic': [
    shape('ll>l', [Operator.I64Add, Operator.I64Sub, ...run(Operator.I64And, Operator.I64Rotr)]),
    shape('ll>l', [Operator.I64Add, Operator.I64Xor, Operator.I64And, Operator.I64Shl]),
    shape('l>l', run(Operator.I64Extend8S, Operator.I64Extend32S)),
  ],
  'i32-comparison': [shape('ii>i', run(Operator.I32Eq, Operator.I32GeU)), shape('i>i', [Operator.I32Eqz])],
  'i64-comparison': [shape('ll>i', run(Operator.I64Eq, Operator.I64GeU)), shape('l>i', [Operator.I64Eqz])],
  'i32-bit-count': [shape('i>i', run(Operator.I32Clz, Operator.I32Popcnt))],
  'i64-bit-count': [shape('l>l', run(Operator.I64Clz, Operator.I64Popcnt))],
  'i32-multiplication': [shape('ii>i', [Operator.I32Mul])],
  'i64-multiplication': [shape('ll>l', [Operator.I64Mul])],
  'f32-arithmetic': [shape('ff>f', run(Operator.F32Add, Operator.F32Mul))],
  'f64-arithmetic': [shape('dd>d', run(Operator.F64Add, Operator.F64Mul))],
  'f32-division': [shape('ff>f', [Operator.F32Div]), shape('f>f', [Operator.F32Sqrt])],
  'f64-division': [shape('dd>d', [Operator.F64Div]), shape('d>d', [Operator.F64Sqrt])],
  'float-sign': [
    shape('f>f', [Operator.F32Abs, Operator.F32Neg]),
    shape('d>d', [Operator.F64Abs, Operator.F64Neg]),
  ],
  'float-rounding': [
    shape('f>f', run(Operator.F32Ceil, Operator.F32Nearest)),
    shape('ff>f', [Operator.F32Min, Operator.F32Max]),
    shape('d>d', run(Operator.F64Ceil, Operator.F64Nearest)),
    shape('dd>d', [Operator.F64Min, Operator.F64Max]),
  ],
  'float-comparison': [
    shape('ff>i', run(Operator.F32Eq, Operator.F32Ge)),
    shape('dd>i', run(Operator.F64Eq, Operator.F64Ge)),
  ],
  conversion: [
    shape('l>i', [Operator.I32WrapI64]),
    shape('i>l', [Operator.I64ExtendI32S, Operator.I64ExtendI32U]),
    shape('i>f', [Operator.F32ConvertI32S, Operator.F32ConvertI32U]),
    shape('l>f', [Operator.F32ConvertI64S, Operator.F32ConvertI64U]),
    shape('d>f', [Operator.F32DemoteF64]),
    shape('i>d', [Operator.F64ConvertI32S, Operator.F64ConvertI32U]),
    shape('l>d', [Operator.F64ConvertI64S, Operator.F64ConvertI64U]),
    shape('f>d', [Operator.F64PromoteF32]),
  ],
  truncation: [
    shape('f>i', [Operator.I32TruncSatF32S, Operator.I32TruncSatF32U]),
    shape('d>i', [Operator.I32TruncSatF64S, Operator.I32TruncSatF64U]),
    shape('f>l', [Operator.I64TruncSatF32S, Operator.I64TruncSatF32U]),
    shape('d>l', [Operator.I64TruncSatF64S, Operator.I64TruncSatF64U]),
  ],
  reinterpretation: [shape('i>f', [Operator.F32ReinterpretI32]), shape('l>d', [Operator.F64ReinterpretI64])],
  'vector-lane': [
    shape('i>v', [Operator.I8x16Splat, Operator.I16x8Splat, Operator.I32x4Splat]),
    shape('l>v', [Operator.I64x2Splat]),
    shape('f>w', [Operator.F32x4Splat]),
    shape('vv>v', [Operator.I8x16Swizzle]),
    shape('v>i', [Operator.I8x16ExtractLaneU, Operator.I32x4ExtractLane], true),
    shape('vi>v', [Operator.I16x8ReplaceLane, Operator.I32x4ReplaceLane], true),
    shape('w>f', [Operator.F32x4ExtractLane], true),
  ],
  'vector-logic': [
    shape('vv>v', [Operator.V128And, Operator.V128Andnot, Operator.V128Or, Operator.V128Xor]),
    shape('v>v', [Operator.V128Not]),
    shape('vvv>v', [Operator.V128Bitselect]),
    shape('v>i', [Operator.V128AnyTrue, Operator.I8x16AllTrue, Operator.I8x16Bitmask, Operator.I32x4Bitmask]),
  ],
  'vector-comparison': [
    shape('vv>v', [
      ...run(Operator.I8x16Eq, Operator.I8x16GeU),
      ...run(Operator.I16x8Eq, Operator.I16x8GeU),
      ...run(Operator.I32x4Eq, Operator.I32x4GeU),
    ]),
    shape('ww>v', run(Operator.F32x4Eq, Operator.F32x4Ge)),
  ],
  'vector-integer': [
    shape('vv>v', [Operator.I8x16Add, Operator.I16x8Add, Operator.I32x4Add, Operator.I64x2Add]),
    shape('vv>v', [Operator.I8x16Sub, Operator.I16x8Sub, Operator.I32x4Sub, Operator.I64x2Sub]),
    shape('vv>v', [Operator.I8x16MinU, Operator.I16x8MaxS, Operator.I32x4MinS, Operator.I8x16AddSatU]),
    shape('vi>v', [Operator.I8x16Shl, Operator.I16x8ShrU, Operator.I32x4ShrS, Operator.I64x2Shl]),
    shape('v>v', [Operator.I8x16Abs, Operator.I32x4Neg, Operator.I8x16Popcnt]),
  ],
  'vector-multiplication': [
    shape('vv>v', [Operator.I16x8Mul, Operator.I32x4Mul, Operator.I64x2Mul, Operator.I32x4DotI16x8S]),
    shape('vv>v', [Operator.I16x8ExtmulLowI8x16U, Operator.I32x4ExtmulHighI16x8S]),
  ],
  'vector-float': [
    shape('ww>w', [Operator.F32x4Add, Operator.F32x4Sub, Operator.F32x4Mul, Operator.F32x4Div]),
    shape('ww>w', [Operator.F32x4Min, Operator.F32x4Max]),
    shape('w>w', [Operator.F32x4Abs, Operator.F32x4Neg, Operator.F32x4Sqrt, Operator.F32x4Floor]),
  ],
  'vector-conversion': [
    shape('v>w', [Operator.F32x4ConvertI32x4S, Operator.F32x4ConvertI32x4U]),
    shape('w>v', [Operator.I32x4TruncSatF32x4S, Operator.I32x4TruncSatF32x4U]),
    shape('v>v', [Operator.I16x8ExtendLowI8x16S, Operator.I32x4ExtendHighI16x8U]),
    shape('vv>v', [Operator.I8x16NarrowI16x8S, Operator.I16x8NarrowI32x4U]),
  ],
};

/** Adds what was computed to a value that is kept, so that no compiler leaves it out. */
export const KEEPING_OPERATORS: Readonly<Record<KernelType, Operator>> = {
  i: Operator.I32Xor,
  l: Operator.I64Xor,
  f: Operator.F32Add,
  d: Operator.F64Add,
  v: Operator.V128Xor,
  w: Operator.F32x4Add,
};

/** Loads of a class: the operator, its type, and the logarithm of its width. */
export const KERNEL_LOADS: Readonly<
  Partial<Record<OperatorClass, readonly (readonly [Operator, KernelType, number])[]>>
> = {
  'load-8': [
    [Operator.I32Load8U, 'i', 0],
    [Operator.I32Load8S, 'i', 0],
    [Operator.I64Load8U, 'l', 0],
  ],
  'load-16': [
    [Operator.I32Load16U, 'i', 1],
    [Operator.I32Load16S, 'i', 1],
    [Operator.I64Load16U, 'l', 1],
  ],
  'load-32': [
    [Operator.I32Load, 'i', 2],
    [Operator.I32Load, 'i', 2],
    [Operator.F32Load, 'f', 2],
    [Operator.I64Load32U, 'l', 2],
  ],
  'load-64': [
    [Operator.I64Load, 'l', 3],
    [Operator.F64Load, 'd', 3],
  ],
  'vector-load': [
    [Operator.V128Load, 'v', 4],
    [Operator.V128Load32Splat, 'v', 2],
    [Operator.V128Load16x4U, 'v', 3],
  ],
};

/** Stores of a class, in the same form. */
export const KERNEL_STORES: typeof KERNEL_LOADS = {
  'store-8': [
    [Operator.I32Store8, 'i', 0],
    [Operator.I64Store8, 'l', 0],
  ],
  'store-16': [
    [Operator.I32Store16, 'i', 1],
    [Operator.I64Store16, 'l', 1],
  ],
  'store-32': [
    [Operator.I32Store, 'i', 2],
    [Operator.I32Store, 'i', 2],
    [Operator.F32Store, 'f', 2],
  ],
  'store-64': [
    [Operator.I64Store, 'l', 3],
    [Operator.F64Store, 'd', 3],
  ],
  'vector-store': [[Operator.V128Store, 'v', 4]],
};
