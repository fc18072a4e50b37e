/*
 * Calls and tail calls.
 */

import {
  functionCount, mentionsVector, parameterCount, parameters, resultCount, results, typeCount, typeOfFunction,
  typeRecord,
} from '../module-description';
import { refuse } from '../refusal';
import { unsigned32 } from './body-reader';
import { CheckedFunction } from './checked-function';
import { countValues } from './list-work';
import { popTypes, pushTypes, sameTypes, setUnreachable } from './operand-stack';

export function typeAt(index: u32): usize {
  if (index >= typeCount) refuse();
  return typeRecord(index);
}

function noteCall(type: usize): void {
  CheckedFunction.makesCalls = true;
  countValues(parameterCount(type), 1);
  countValues(resultCount(type), 1);
  if (mentionsVector(type)) CheckedFunction.hasVectors = true;
}

export function call(type: usize, sp: usize): usize {
  noteCall(type);
  return pushTypes(popTypes(sp, parameters(type), parameterCount(type)), results(type), resultCount(type));
}

export function tailCall(type: usize, sp: usize): usize {
  noteCall(type);
  const count = resultCount(type);
  if (count != resultCount(CheckedFunction.type) || !sameTypes(results(type), results(CheckedFunction.type), count)) refuse();
  popTypes(sp, parameters(type), parameterCount(type));
  return setUnreachable();
}

/** The type of the function named by the index at `next`. */
export function readFunctionType(): usize {
  const index = unsigned32();
  if (index >= functionCount) refuse();
  return typeOfFunction(index);
}
