import { Operator, OPERATOR_SPACE } from '../binary/operator.js';
import { RegisterFile } from '../types/value-type.js';
import { Ir } from './ir.js';

/** How the translator treats an operator; everything that is not `Special` is driven by the tables below. */
export const enum Shape {
  Special = 0,
  // The main loop counts on the order: accesses to memory are even, two operands from Binary on.
  /** (a) -> d */
  Unary = 1,
  Load = 2,
  /** (a, b) -> d */
  Binary = 3,
  Store = 4,
  /** (a) -> d where the raw bits stay the same in the same register file: nothing to run */
  Reinterpret = 5,
  Vector = 6,
  // What only names a value, or gives one to a local, with one integer for immediate.
  LocalGet = 7,
  LocalSet = 8,
  LocalTee = 9,
  I32Const = 10,
  I64Const = 11,
}

/** Indexed by operator: its Shape. */
export const operatorShape = new Uint8Array(OPERATOR_SPACE);
/** The IR operator for it; 0 means that it runs out of the loop as Ir.Rare or Ir.MemoryAccess. */
export const operatorIr = new Uint16Array(OPERATOR_SPACE);
/** The IR operator that takes the right operand as an immediate; 0 for none. */
export const immediateIr = new Uint16Array(OPERATOR_SPACE);
/** For binary operators: the operator with swapped operands (itself when it commutes); 0 for none. */
export const swappedOperator = new Uint16Array(OPERATOR_SPACE);
/** Register file of the result, and of a stored value. */
export const resultFile = new Uint8Array(OPERATOR_SPACE);

const Word32 = RegisterFile.Word32;
const Word64 = RegisterFile.Word64;

function set(operator: number, shape: Shape, file: RegisterFile, ir: number): void {
  operatorShape[operator] = shape;
  resultFile[operator] = file;
  operatorIr[operator] = ir;
}

function setRun(first: number, last: number, shape: Shape, file: RegisterFile, ir?: number): void {
  for (let operator = first; operator <= last; operator++) {
    set(operator, shape, file, ir === undefined ? 0 : ir + operator - first);
  }
}

// Defaults for every plain operator: out of the loop.
setRun(Operator.I32Load, Operator.I64Load32U, Shape.Load, Word64);
for (const operator of [
  Operator.I32Load,
  Operator.F32Load,
  Operator.I32Load8S,
  Operator.I32Load8U,
  Operator.I32Load16S,
  Operator.I32Load16U,
]) {
  resultFile[operator] = Word32;
}
setRun(Operator.I32Store, Operator.I64Store32, Shape.Store, Word64);
for (const operator of [Operator.I32Store, Operator.F32Store, Operator.I32Store8, Operator.I32Store16]) {
  resultFile[operator] = Word32;
}
const loadsAndStores: readonly (readonly [Operator, Ir])[] = [
  [Operator.I32Load, Ir.Load32],
  [Operator.F32Load, Ir.Load32],
  [Operator.I64Load, Ir.Load64],
  [Operator.F64Load, Ir.Load64],
  [Operator.I32Load8S, Ir.I32Load8S],
  [Operator.I32Load8U, Ir.I32Load8U],
  [Operator.I32Load16S, Ir.I32Load16S],
  [Operator.I32Load16U, Ir.I32Load16U],
  [Operator.I64Load8S, Ir.I64Load8S],
  [Operator.I64Load8U, Ir.I64Load8U],
  [Operator.I64Load16S, Ir.I64Load16S],
  [Operator.I64Load16U, Ir.I64Load16U],
  [Operator.I64Load32S, Ir.I64Load32S],
  [Operator.I64Load32U, Ir.I64Load32U],
  [Operator.I32Store, Ir.Store32],
  [Operator.F32Store, Ir.Store32],
  [Operator.I64Store, Ir.Store64],
  [Operator.F64Store, Ir.Store64],
  [Operator.I32Store8, Ir.Store8],
  [Operator.I32Store16, Ir.Store16],
  [Operator.I64Store8, Ir.I64Store8],
  [Operator.I64Store16, Ir.I64Store16],
  [Operator.I64Store32, Ir.I64Store32],
];
for (const [operator, ir] of loadsAndStores) operatorIr[operator] = ir;

// Comparisons: all results in the 32-bit file.
set(Operator.I32Eqz, Shape.Unary, Word32, Ir.I32Eqz);
setRun(Operator.I32Eq, Operator.I32GeU, Shape.Binary, Word32, Ir.I32Eq);
set(Operator.I64Eqz, Shape.Unary, Word32, Ir.I64Eqz);
setRun(Operator.I64Eq, Operator.I64GeU, Shape.Binary, Word32, Ir.I64Eq);
setRun(Operator.F32Eq, Operator.F32Ge, Shape.Binary, Word32, Ir.F32Eq);
setRun(Operator.F64Eq, Operator.F64Ge, Shape.Binary, Word32, Ir.F64Eq);
for (let i = 0; i < 10; i++) immediateIr[Operator.I32Eq + i] = Ir.I32EqImm + i;
// eq ne lt_s lt_u gt_s gt_u le_s le_u ge_s ge_u, mirrored
const MIRRORED = [0, 1, 4, 5, 2, 3, 8, 9, 6, 7];
MIRRORED.forEach((mirrored, i) => {
  swappedOperator[Operator.I32Eq + i] = Operator.I32Eq + mirrored;
  swappedOperator[Operator.I64Eq + i] = Operator.I64Eq + mirrored;
});

for (const operator of [
  Operator.I32Add,
  Operator.I32Mul,
  Operator.I32And,
  Operator.I32Or,
  Operator.I32Xor,
  Operator.I64Add,
  Operator.I64And,
]) {
  swappedOperator[operator] = operator;
}

// i32 arithmetic
setRun(Operator.I32Clz, Operator.I32Popcnt, Shape.Unary, Word32);
operatorIr[Operator.I32Clz] = Ir.I32Clz;
setRun(Operator.I32Add, Operator.I32Rotr, Shape.Binary, Word32, Ir.I32Add);
const i32Immediates: readonly (readonly [Operator, Ir])[] = [
  [Operator.I32Add, Ir.I32AddImm],
  [Operator.I32Mul, Ir.I32MulImm],
  [Operator.I32And, Ir.I32AndImm],
  [Operator.I32Or, Ir.I32OrImm],
  [Operator.I32Xor, Ir.I32XorImm],
  [Operator.I32Shl, Ir.I32ShlImm],
  [Operator.I32ShrS, Ir.I32ShrSImm],
  [Operator.I32ShrU, Ir.I32ShrUImm],
  [Operator.I32Rotl, Ir.I32RotlImm],
];
for (const [operator, ir] of i32Immediates) immediateIr[operator] = ir;
set(Operator.I32Extend8S, Shape.Unary, Word32, Ir.I32Extend8S);
set(Operator.I32Extend16S, Shape.Unary, Word32, Ir.I32Extend16S);
set(Operator.I32WrapI64, Shape.Unary, Word32, Ir.I32WrapI64);

// i64 arithmetic
setRun(Operator.I64Clz, Operator.I64Popcnt, Shape.Unary, Word64);
setRun(Operator.I64Add, Operator.I64Rotr, Shape.Binary, Word64);
const i64InLoop: readonly (readonly [Operator, Ir])[] = [
  [Operator.I64Add, Ir.I64Add],
  [Operator.I64Sub, Ir.I64Sub],
  [Operator.I64Mul, Ir.I64Mul],
  [Operator.I64And, Ir.I64And],
  [Operator.I64Or, Ir.I64Or],
  [Operator.I64Xor, Ir.I64Xor],
  [Operator.I64Shl, Ir.I64Shl],
  [Operator.I64ShrS, Ir.I64ShrS],
  [Operator.I64ShrU, Ir.I64ShrU],
  [Operator.I64Rotl, Ir.I64Rotl],
];
for (const [operator, ir] of i64InLoop) operatorIr[operator] = ir;
immediateIr[Operator.I64Add] = Ir.I64AddImm;
immediateIr[Operator.I64And] = Ir.I64AndImm;
for (let i = 0; i < 4; i++) immediateIr[Operator.I64Shl + i] = Ir.I64ShlImm + i;
set(Operator.I64ExtendI32S, Shape.Unary, Word64, Ir.I64ExtendI32S);
set(Operator.I64ExtendI32U, Shape.Unary, Word64, Ir.I64ExtendI32U);
setRun(Operator.I64Extend8S, Operator.I64Extend32S, Shape.Unary, Word64);

// Floats
setRun(Operator.F32Abs, Operator.F32Sqrt, Shape.Unary, Word32);
setRun(Operator.F32Add, Operator.F32Copysign, Shape.Binary, Word32);
setRun(Operator.F64Abs, Operator.F64Sqrt, Shape.Unary, Word64);
setRun(Operator.F64Add, Operator.F64Copysign, Shape.Binary, Word64);
for (let i = 0; i < 4; i++) {
  operatorIr[Operator.F32Add + i] = Ir.F32Add + i;
  operatorIr[Operator.F64Add + i] = Ir.F64Add + i;
}
operatorIr[Operator.F32Neg] = Ir.F32Neg;
operatorIr[Operator.F64Abs] = Ir.F64Abs;
operatorIr[Operator.F64Neg] = Ir.F64Neg;
operatorIr[Operator.F64Sqrt] = Ir.F64Sqrt;

// Conversions
setRun(Operator.I32TruncF32S, Operator.I32TruncF64U, Shape.Unary, Word32);
operatorIr[Operator.I32TruncF64S] = Ir.I32TruncF64S;
setRun(Operator.I64TruncF32S, Operator.I64TruncF64U, Shape.Unary, Word64);
setRun(Operator.F32ConvertI32S, Operator.F32DemoteF64, Shape.Unary, Word32);
operatorIr[Operator.F32ConvertI32S] = Ir.F32ConvertI32S;
operatorIr[Operator.F32DemoteF64] = Ir.F32DemoteF64;
setRun(Operator.F64ConvertI32S, Operator.F64PromoteF32, Shape.Unary, Word64);
operatorIr[Operator.F64ConvertI32S] = Ir.F64ConvertI32S;
operatorIr[Operator.F64ConvertI32U] = Ir.F64ConvertI32U;
operatorIr[Operator.F64PromoteF32] = Ir.F64PromoteF32;
setRun(Operator.I32TruncSatF32S, Operator.I32TruncSatF64U, Shape.Unary, Word32);
setRun(Operator.I64TruncSatF32S, Operator.I64TruncSatF64U, Shape.Unary, Word64);
setRun(Operator.I32ReinterpretF32, Operator.F64ReinterpretI64, Shape.Reinterpret, Word32);

operatorShape.fill(Shape.Vector, 0x200);

operatorShape[Operator.LocalGet] = Shape.LocalGet;
operatorShape[Operator.LocalSet] = Shape.LocalSet;
operatorShape[Operator.LocalTee] = Shape.LocalTee;
operatorShape[Operator.I32Const] = Shape.I32Const;
operatorShape[Operator.I64Const] = Shape.I64Const;
