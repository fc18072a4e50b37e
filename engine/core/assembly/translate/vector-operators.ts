/*
 * Operators on vectors.
 */

import { Body, readMemoryArgument } from './body-reader';
import { Code, emit, emit3 } from './code-writer';
import { emitMemoryAccess } from './memory-access';
import { Operands, pushTemporary } from './operand-stack';
import { operatorFuel } from '../operator-fuel';
import { emitCopy, popRegister, pushResult, slot } from './register-values';
import {
  Immediate, IMMEDIATES, Ir, NO_REGISTER_FILE, RegisterFile as File, VECTOR_OPERAND_COUNT, VECTOR_RESULT_FILE,
} from '../generated/tables';

export function translateVector(operator: i32): void {
  Code.blockFuel += operatorFuel(operator);
  const immediate: i32 = load<u8>(operator, IMMEDIATES);
  const operands: i32 = load<u8>(operator, VECTOR_OPERAND_COUNT);
  const result: i32 = load<u8>(operator, VECTOR_RESULT_FILE);
  if (immediate == Immediate.Memarg || immediate == Immediate.MemargLane) {
    readMemoryArgument();
    let lane = 0;
    if (immediate == Immediate.MemargLane) lane = load<u8>(Body.offset++);
    const value = operands > 1 ? popRegister() : 0;
    const address = popRegister();
    if (result == NO_REGISTER_FILE) {
      emitMemoryAccess(operator, value, address, lane);
      return;
    }
    if (operands > 1) {
      const s = slot(Operands.height);
      if (value != s) emitCopy(File.Vector, s, value);
      emitMemoryAccess(operator, s, address, lane);
      pushTemporary(File.Vector);
    } else {
      emitMemoryAccess(operator, 0, address, lane);
      pushResult(File.Vector, Code.pos - 20, Ir.MemoryAccess);
    }
    return;
  }
  let lane = 0;
  let bytesAt: usize = 0;
  if (immediate == Immediate.Lane) lane = load<u8>(Body.offset++);
  else if (immediate == Immediate.Bytes16) {
    bytesAt = Body.offset;
    Body.offset += 16;
  }
  const c = operands > 2 ? popRegister() : 0;
  const b = operands > 1 ? popRegister() : 0;
  const a = operands > 0 ? popRegister() : 0;
  emit3(Ir.Vector, operator | (lane << 16), 0);
  const field = Code.pos - 4;
  if (operands > 0) emit(a);
  if (operands > 1) emit(b);
  if (operands > 2) emit(c);
  if (bytesAt != 0) {
    memory.copy(Code.pos, bytesAt, 16);
    Code.pos += 16;
  }
  pushResult(result, field, Ir.Vector);
}
