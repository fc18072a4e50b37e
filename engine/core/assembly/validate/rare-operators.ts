/*
 * The operators that real code seldom holds.
 */

import { functionCount, referenced } from '../module-description';
import { refuse } from '../refusal';
import { byte, unsigned32, valueType } from './body-reader';
import { miscellaneousOperator } from './bulk-operators';
import { call, readFunctionType, tailCall, typeAt } from './calls';
import { readMemory } from './memory-access';
import { BOTTOM, drop, peek, pop, pop3, push } from './operand-stack';
import { checkOperator } from './prefixed-operator';
import { addressOf, elementOf, readTable } from './tables';
import { vectorOperator } from './vector-operators';
import { Operator, OperatorPrefix, ValueType } from '../generated/tables';

/** The operators behind a prefix byte, and those of one byte that real code seldom holds. */
export function validateRareOperator(operator: i32, sp: usize): usize {
  if (operator == OperatorPrefix.Vector) return vectorOperator(sp);
  if (operator == OperatorPrefix.Miscellaneous) return miscellaneousOperator(sp);
  checkOperator(operator);
  switch (operator) {
    case Operator.CallIndirect:
    case Operator.ReturnCallIndirect: {
      const type = unsigned32();
      const target = readTable();
      if (elementOf(target) != ValueType.FuncRef) refuse();
      const callee = typeAt(type);
      sp = pop(sp, addressOf(target));
      return operator == Operator.CallIndirect ? call(callee, sp) : tailCall(callee, sp);
    }
    case Operator.ReturnCall:
      return tailCall(readFunctionType(), sp);
    case Operator.SelectTyped: {
      if (unsigned32() != 1) refuse();
      const type = valueType(byte());
      return push(pop3(sp, ValueType.I32, type, type), type);
    }
    case Operator.TableGet: {
      const source = readTable();
      return push(pop(sp, addressOf(source)), elementOf(source));
    }
    case Operator.TableSet: {
      const target = readTable();
      return pop(pop(sp, elementOf(target)), addressOf(target));
    }
    case Operator.MemorySize:
      return push(sp, readMemory());
    case Operator.MemoryGrow: {
      const address = readMemory();
      return push(pop(sp, address), address);
    }
    case Operator.RefNull: {
      const code = byte();
      if (code != ValueType.FuncRef && code != ValueType.ExternRef) refuse();
      return push(sp, code);
    }
    case Operator.RefIsNull: {
      const type = peek(sp);
      if (type != BOTTOM && type > ValueType.FuncRef) refuse();
      return push(drop(sp), ValueType.I32);
    }
    case Operator.RefFunc: {
      const index = unsigned32();
      if (index >= functionCount) refuse();
      if (((load<u32>(referenced + ((<usize>(index >>> 5)) << 2)) >>> (index & 31)) & 1) == 0) refuse();
      return push(sp, ValueType.FuncRef);
    }
  }
  refuse();
  return sp;
}
