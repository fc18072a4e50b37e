/*
 * The validation algorithm of the specification's appendix A.3 over one function body at a time, as
 * `engine/validate/function-validator.ts` does it, for the default features. It only says yes; whatever it refuses is looked at again
 * there: what is wrong, what needs other features, what is too large for the scratch space.
 *
 * Functions take the height of the operand stack, `sp`, and return the new one, and leave the address behind what they read in
 * `Body.next`. What changes as a body is validated stands in classes of static fields, each in the file that is about it.
 */

import { functionTypes, mentionsVector, parameterCount, resultCount, typeOfFunction } from '../module-description';
import { refuse } from '../refusal';
import { functionBlockType } from './block-types';
import { Body, PADDING } from './body-reader';
import { CheckedFunction, frameCost } from './checked-function';
import { openFunction } from './control';
import { countValues, Joins, ListWork, tellJoins } from './list-work';
import { Locals, readLocals } from './locals';
import { Operands } from './operand-stack';
import { validateOperators } from './operators';
import { Operator } from '../generated/tables';

/** Behind the body, beside one per byte of it: operands that calls and blocks of many results may need. */
const OPERAND_SPACE: usize = 65_600;

/**
 * Validates the body of `length` bytes at `body`, of the function `index` (imports first) of the described module. Operands stand
 * behind the body. Lists of values may make no more work than `most`. Returns what its frame counts for, and in the lowest bit whether it makes
 * calls; `joinsWords` tell of its joins.
 */
export function validate(index: u32, body: usize, length: usize, most: f64): i32 {
  beginValidation(index, body, length, most);
  validateOperators();
  return endValidation();
}

export function beginValidation(index: u32, body: usize, length: usize, most: f64): void {
  Operands.start = body + length + PADDING;
  Operands.end = body + 2 * length + OPERAND_SPACE;
  if (length == 0) refuse();
  Body.next = body;
  Body.bytes = length;
  Body.end = body + length;
  if (load<u8>(Body.end - 1) != Operator.End) refuse();
  CheckedFunction.type = typeOfFunction(index);
  ListWork.most = most;
  ListWork.done = 0;
  Joins.count = 0;
  Joins.dear = 0;
  countValues(parameterCount(CheckedFunction.type), 1);
  countValues(resultCount(CheckedFunction.type), 1);
  CheckedFunction.makesCalls = false;
  CheckedFunction.hasVectors = mentionsVector(CheckedFunction.type);
  readLocals();
  openFunction(functionBlockType(CheckedFunction.type, load<u32>(functionTypes + ((<usize>index) << 2))));
}

/** Of a body that was found valid: what `validate` returns. */
export function endValidation(): i32 {
  tellJoins();
  return frameCost(Locals.count, <i32>(Operands.highest - Operands.start));
}
