/*
 * Calls and tail calls.
 */

import { fileOf, unsigned } from './body-reader';
import { Code, emit, emit3, emit5, ensure, FEW_ARGUMENTS, MOVE_BYTES, OPERATOR_BYTES } from './code-writer';
import { leaveUnreachable, pushResults } from './control';
import {
  importedFunctionCount, parameterCount as parameterCountOf, resultCount as resultCountOfType, results, typeId,
  typeOfFunction, typeRecord,
} from '../module-description';
import { Entry, kindOf, Operands, popEntry, pushTemporary } from './operand-stack';
import { calleeFuel, callValuesFuel, operatorFuel, tailCallValuesFuel } from '../operator-fuel';
import { emitMove, moveToSlots, popRegister, Registers, slot } from './register-values';
import { Ir, Operator } from '../generated/tables';

function placeArguments(count: i32): i32 {
  if (count > FEW_ARGUMENTS) ensure(OPERATOR_BYTES + MOVE_BYTES * <usize>count);
  for (let i = 0; i < count; i++) {
    const at = popEntry();
    if (kindOf(at) != Entry.Temporary) emitMove(Registers.localCount + at, at);
  }
  return Registers.localCount + Operands.height;
}

export function translateCall(): void {
  const index = unsigned();
  const type = typeOfFunction(index);
  Code.blockFuel += calleeFuel(Operator.Call, index) + callValuesFuel(type);
  const first = placeArguments(parameterCountOf(type));
  emit3(index < importedFunctionCount ? Ir.CallImport : Ir.Call, index, first);
  const n = resultCountOfType(type);
  if (n == 1) pushTemporary(fileOf(load<u8>(results(type))));
  else if (n > 1) pushResults(type);
}

export function translateCallIndirect(): void {
  const type = typeRecord(unsigned());
  Code.blockFuel += callValuesFuel(type);
  const table = unsigned();
  const element = popRegister();
  const first = placeArguments(parameterCountOf(type));
  emit5(Ir.CallIndirect, first, element, typeId(type), table);
  pushResults(type);
}

function placeTailArguments(type: usize): void {
  Code.blockFuel += tailCallValuesFuel(type);
  moveToSlots(parameterCountOf(type));
  ensure(OPERATOR_BYTES);
}

export function translateReturnCall(index: u32): void {
  Code.blockFuel += calleeFuel(Operator.ReturnCall, index) - operatorFuel(Operator.ReturnCall);
  placeTailArguments(typeOfFunction(index));
  emit3(Ir.ReturnCall, index, 0);
  emit(Ir.Return);
  leaveUnreachable();
}

export function translateReturnCallIndirect(): void {
  const type = typeRecord(unsigned());
  const table = unsigned();
  const at = Operands.height - 1;
  emitMove(slot(at), at);
  popEntry();
  placeTailArguments(type);
  emit5(Ir.ReturnCallIndirect, 0, slot(at), typeId(type), table);
  emit(Ir.Return);
  leaveUnreachable();
}
