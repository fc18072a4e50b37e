/*
 * Unary and binary operators, and those that are fused with a constant or an addition.
 */

import { Body } from './body-reader';
import { Code, emit, emit3, emit4, emit5 } from './code-writer';
import { Entry, entry, kindOf, Operands, popEntry, valueAt } from './operand-stack';
import { operatorFuel } from '../operator-fuel';
import { isLastResult, popRegister, pushResult, register, Registers } from './register-values';
import {
  IMMEDIATE_IR, Ir, IR_AT_SUM, IR_OF_OPERATOR, IR_WITH_ADDITION, MAKER_OF_IR, MAKERS_WISHED, Operator,
  RegisterFile as File, RESULT_FILE, SWAPPED_OPERATOR,
} from '../generated/tables';

export function translateUnary(operator: i32): void {
  Code.blockFuel += operatorFuel(operator);
  const a = popRegister();
  const ir: i32 = load<u8>(operator, IR_OF_OPERATOR);
  const file: i32 = load<u8>(operator, RESULT_FILE);
  if (ir == 0) {
    emit5(Ir.Rare, operator, 0, a, 0);
    pushResult(file, Code.pos - 12, Ir.Rare);
    return;
  }
  emit3(ir, 0, a);
  pushResult(file, Code.pos - 8, ir);
}

export function translateBinary(operator: i32): void {
  Code.blockFuel += operatorFuel(operator);
  if ((load<u8>(operator, MAKERS_WISHED) & load<u8>(Registers.resultIr, MAKER_OF_IR)) != 0 && fuseAddition()) return;
  let right = popEntry();
  let left = popEntry();
  let kind = kindOf(right);
  if (kind < Entry.Constant32 && load<u8>(operator, SWAPPED_OPERATOR) != 0 && kindOf(left) >= Entry.Constant32) {
    const swapped = right;
    right = left;
    left = swapped;
    operator = load<u8>(operator, SWAPPED_OPERATOR);
    kind = kindOf(right);
  }
  if (kind == Entry.Constant32 && translateImmediate32(operator, left, valueAt(right))) return;
  if (kind == Entry.Constant64 && translateImmediate64(operator, left, right)) return;
  const a = register(left);
  const b = register(right);
  const ir: i32 = load<u8>(operator, IR_OF_OPERATOR);
  const file: i32 = load<u8>(operator, RESULT_FILE);
  if (ir == 0) {
    emit5(Ir.Rare, operator, 0, a, b);
    pushResult(file, Code.pos - 12, Ir.Rare);
    return;
  }
  emit4(ir, 0, a, b);
  pushResult(file, Code.pos - 12, ir);
}

function fuseAddition(): bool {
  const field = Registers.resultField;
  let other = Operands.height - 2;
  if (!isLastResult(other + 1)) {
    if (!isLastResult(other)) return false;
    other++;
  }
  let ir: i32 = load<u8>(Registers.resultIr, IR_WITH_ADDITION);
  let operand: i32;
  if (kindOf(other) < Entry.Constant32) operand = register(other);
  else {
    if (ir != Ir.I32ShlAdd) return false;
    ir = Ir.I32ShlAddImm;
    operand = valueAt(other);
  }
  popEntry();
  popEntry();
  store<i32>(field - 4, ir);
  emit(operand);
  pushResult(ir == Ir.F64MulAdd ? File.Word64 : File.Word32, field, ir);
  return true;
}

export function fuseSum(ir: i32, address: i32, first: i32): bool {
  if (Registers.resultIr != Ir.I32AddImm || load<u8>(ir, IR_AT_SUM) == 0 || !isLastResult(address)) return false;
  store<i32>(Registers.resultField - 4, load<u8>(ir, IR_AT_SUM));
  store<i32>(Registers.resultField, first);
  emit(Body.offsetLow);
  return true;
}

function translateImmediate32(operator: i32, left: i32, value: i32): bool {
  let ir: i32 = load<u8>(operator, IMMEDIATE_IR);
  switch (operator) {
    case Operator.I32Sub: ir = Ir.I32AddImm; value = -value; break;
    case Operator.I32Rotr: ir = Ir.I32RotlImm; value = -value & 31; break;
    case Operator.I32DivS: if (value != 0 && value != -1) ir = Ir.I32DivSImm; break;
    case Operator.I32RemS: if (value != 0 && value != -1) ir = Ir.I32RemSImm; break;
    case Operator.I32DivU: if (value != 0) ir = Ir.I32DivUImm; break;
    case Operator.I32RemU: if (value != 0) ir = Ir.I32RemUImm; break;
  }
  if (ir == 0) return false;
  const a = register(left);
  emit4(ir, 0, a, value);
  pushResult(File.Word32, Code.pos - 12, ir);
  return true;
}

function translateImmediate64(operator: i32, left: i32, right: i32): bool {
  let value = load<i64>(entry(right), 4);
  let ir: i32;
  if (operator == Operator.I64Sub) { value = -value; ir = Ir.I64AddImm; }
  else if (operator == Operator.I64Add) ir = Ir.I64AddImm;
  else if (operator == Operator.I64And) ir = Ir.I64AndImm;
  else if (operator >= Operator.I64Shl && operator <= Operator.I64Rotl) {
    const a = register(left);
    ir = <i32>Ir.I64ShlImm + operator - <i32>Operator.I64Shl;
    emit4(ir, 0, a, <i32>value & 63);
    pushResult(File.Word64, Code.pos - 12, ir);
    return true;
  } else return false;
  const a = register(left);
  emit5(ir, 0, a, <i32>value, <i32>(value >> 32));
  pushResult(File.Word64, Code.pos - 16, ir);
  return true;
}
