/*
 * Loads and stores.
 */

import { Body, readMemoryArgument } from './body-reader';
import { Code, emit3, emit4 } from './code-writer';
import { fuseSum } from './numeric-operators';
import { Entry, kindOf, popEntry, valueAt } from './operand-stack';
import { operatorFuel } from '../operator-fuel';
import { pushResult, register } from './register-values';
import { Ir, IR_AT_SUM, IR_OF_IMMEDIATE_STORE, IR_OF_OPERATOR, RESULT_FILE } from '../generated/tables';

/** Whether memory 0 is one that the plain operators of memory read and write. */
export class Access {
  static plainMemory: bool = false;
}

// @ts-ignore: decorator
@inline function isPlainAccess(): bool { return Body.memoryIndex == 0 && Body.offsetLow >= 0 && Body.offsetHigh == 0 && Access.plainMemory; }

export function emitMemoryAccess(operator: i32, value: i32, address: i32, lane: i32): void {
  emit4(Ir.MemoryAccess, operator | (lane << 16), value, address);
  emit3(Body.memoryIndex, Body.offsetLow, Body.offsetHigh);
}

export function translateLoad(operator: i32): void {
  Code.blockFuel += operatorFuel(operator);
  readMemoryArgument();
  const at = popEntry();
  const file: i32 = load<u8>(operator, RESULT_FILE);
  const ir: i32 = load<u8>(operator, IR_OF_OPERATOR);
  const plain = isPlainAccess();
  if (plain && fuseSum(ir, at, 0)) {
    pushResult(file, Code.pos - 16, load<u8>(ir, IR_AT_SUM));
    return;
  }
  const address = register(at);
  if (plain) {
    emit4(ir, 0, address, Body.offsetLow);
    pushResult(file, Code.pos - 12, ir);
  } else {
    emitMemoryAccess(operator, 0, address, 0);
    pushResult(file, Code.pos - 20, Ir.MemoryAccess);
  }
}

export function translateStore(operator: i32): void {
  Code.blockFuel += operatorFuel(operator);
  readMemoryArgument();
  const v = popEntry();
  const addressAt = popEntry();
  const kind = kindOf(v);
  const ir: i32 = load<u8>(operator, IR_OF_OPERATOR);
  const plain = isPlainAccess();
  if (plain && kind == Entry.Constant32 && load<u8>(ir, IR_OF_IMMEDIATE_STORE) != 0) {
    const value = valueAt(v);
    const address = register(addressAt);
    emit4(load<u8>(ir, IR_OF_IMMEDIATE_STORE), value, address, Body.offsetLow);
    return;
  }
  if (plain && kind == Entry.Local && fuseSum(ir, addressAt, valueAt(v))) return;
  const value = register(v);
  const address = register(addressAt);
  if (plain) emit4(ir, value, address, Body.offsetLow);
  else emitMemoryAccess(operator, value, address, 0);
}
