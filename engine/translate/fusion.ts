import { Operator, OPERATOR_SPACE } from '../binary/operator.js';
import { Ir } from './ir.js';

// Which operators become one with the operator that made their operand. Chosen by how often the pairs are executed over all kernels
// of the bench; what each is worth stands in docs/notes/performance.md.

const IR_SPACE = 512;

/** What makes the operand. */
const enum Maker {
  I32Mul = 1,
  I32ShlImm = 2,
  I32AddImm = 4,
  F64Mul = 8,
  I32MulImm = 16,
}

/** By IR operator: its Maker bit, if it is one. */
export const fusionOffer = new Uint8Array(IR_SPACE);
/** By WebAssembly operator: the bits of the makers that it fuses with. */
export const fusionWish = new Uint8Array(OPERATOR_SPACE);
/** By IR operator of a load or store: the one that adds an immediate to the address first; 0 for none. */
export const irAtSum = new Uint16Array(IR_SPACE);
/** By IR operator of a store: the one that stores an immediate; 0 for none. */
export const irOfImmediateStore = new Uint16Array(IR_SPACE);
/** By IR operator of a conditional branch at a loop's head: the one that comes back to it and branches on; 0 for none. */
export const backIr = new Uint16Array(IR_SPACE);

fusionOffer[Ir.I32Mul] = Maker.I32Mul;
fusionOffer[Ir.I32ShlImm] = Maker.I32ShlImm;
fusionOffer[Ir.I32AddImm] = Maker.I32AddImm;
fusionOffer[Ir.I32MulImm] = Maker.I32MulImm;
fusionOffer[Ir.F64Mul] = Maker.F64Mul;
fusionWish[Operator.I32Add] = Maker.I32Mul | Maker.I32MulImm | Maker.I32ShlImm;
fusionWish[Operator.F64Add] = Maker.F64Mul;

/** By IR operator that makes an operand of an addition: what the two become. */
export const irWithAddition = new Uint16Array(IR_SPACE);
irWithAddition[Ir.I32Mul] = Ir.I32MulAdd;
irWithAddition[Ir.I32MulImm] = Ir.I32MulImmAdd;
irWithAddition[Ir.I32ShlImm] = Ir.I32ShlAdd;
irWithAddition[Ir.F64Mul] = Ir.F64MulAdd;

for (const [operator, ir, atSum] of [
  [Operator.I32Load, Ir.Load32, Ir.Load32AtSum],
  [Operator.F32Load, Ir.Load32, Ir.Load32AtSum],
  [Operator.I64Load, Ir.Load64, Ir.Load64AtSum],
  [Operator.F64Load, Ir.Load64, Ir.Load64AtSum],
  [Operator.I32Load8U, Ir.I32Load8U, Ir.I32Load8UAtSum],
  [Operator.I32Load16S, Ir.I32Load16S, Ir.I32Load16SAtSum],
  [Operator.I32Store, Ir.Store32, Ir.Store32AtSum],
  [Operator.F32Store, Ir.Store32, Ir.Store32AtSum],
  [Operator.I64Store, Ir.Store64, Ir.Store64AtSum],
  [Operator.F64Store, Ir.Store64, Ir.Store64AtSum],
  [Operator.I32Store8, Ir.Store8, Ir.Store8AtSum],
] as const) {
  fusionWish[operator] = Maker.I32AddImm;
  irAtSum[ir] = atSum;
}
irOfImmediateStore[Ir.Store32] = Ir.Store32Imm;
irOfImmediateStore[Ir.Store16] = Ir.Store16Imm;
irOfImmediateStore[Ir.Store8] = Ir.Store8Imm;

for (const [head, back] of [
  [Ir.BranchIfZero, Ir.BackIfZero],
  [Ir.BranchI32Eq, Ir.BackI32Eq],
  [Ir.BranchI32LeS, Ir.BackI32LeS],
  [Ir.BranchI32LeU, Ir.BackI32LeU],
  [Ir.BranchI32GeS, Ir.BackI32GeS],
  [Ir.BranchI32GeU, Ir.BackI32GeU],
  [Ir.BranchI32EqImm, Ir.BackI32EqImm],
  [Ir.BranchI32GeSImm, Ir.BackI32GeSImm],
  [Ir.BranchI32GeUImm, Ir.BackI32GeUImm],
] as const) {
  backIr[head] = back;
}
/** From an operator that comes back to the one that adds an immediate to a register before it does. */
export const COUNT_MINUS_BACK = Ir.CountIfZero - Ir.BackIfZero;
