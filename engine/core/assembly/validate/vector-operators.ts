/*
 * The operators behind the prefix 0xfd.
 */

import { refuse } from '../refusal';
import { Body } from './body-reader';
import { CheckedFunction } from './checked-function';
import { accessOf, memoryAccess, readLanes } from './memory-access';
import { readPrefixed } from './prefixed-operator';
import { applySignature, signatureOf } from './signatures';
import { Immediate, IMMEDIATES, Operator, OPERATOR_SPACE, OperatorPrefix } from '../generated/tables';

/** The operators behind the prefix 0xfd. */
export function vectorOperator(sp: usize): usize {
  CheckedFunction.hasVectors = true;
  const operator = readPrefixed(OperatorPrefix.VectorBase, OPERATOR_SPACE);
  switch (<i32>load<u8>(operator, IMMEDIATES)) {
    case Immediate.Memarg:
    case Immediate.MemargLane:
      if (accessOf(operator) == 0) refuse();
      return memoryAccess(operator, sp);
    case Immediate.Lane:
      readLanes(operator, 1);
      break;
    case Immediate.Bytes16:
      if (operator == Operator.I8x16Shuffle) readLanes(operator, 16);
      else Body.next += 16;
      break;
  }
  const signature = signatureOf(operator);
  if (signature == 0) refuse();
  return applySignature(signature, sp);
}
