/*
 * Operators that the loop leaves to its caller, and bulk operators.
 */

import { Code, emit3, emit4 } from './code-writer';
import { popRegister, pushResult } from './register-values';
import { Ir } from '../generated/tables';

export function emitOtherFields(operator: i32, a: i32, b: i32, imm: i32, x: i32): void {
  emit4(Ir.Other, operator, 0, a);
  emit3(b, imm, x);
}

export function emitOther(operator: i32, file: i32, operands: i32, imm: i32): void {
  const b = operands > 1 ? popRegister() : 0;
  const a = operands > 0 ? popRegister() : 0;
  emitOtherFields(operator, a, b, imm, 0);
  if (file >= 0) pushResult(file, Code.pos - 20, Ir.Other);
}

export function emitBulk(operator: i32, a: i32, b: i32, c: i32, x: i32, y: i32): void {
  emit4(Ir.Bulk, operator, a, b);
  emit3(c, x, y);
}

export function emitBulkOfThree(operator: i32, x: i32, y: i32): void {
  const c = popRegister();
  const b = popRegister();
  const a = popRegister();
  emitBulk(operator, a, b, c, x, y);
}
