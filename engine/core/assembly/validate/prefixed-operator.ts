/*
 * Numbers of operators, those behind a prefix byte too.
 */

import { refuse } from '../refusal';
import { unsigned32 } from './body-reader';
import { countOperator } from './list-work';
import { Immediate, IMMEDIATES } from '../generated/tables';

/** Refuses numbers that are no operators. */
export function checkOperator(operator: i32): void {
  if (load<u8>(operator, IMMEDIATES) == Immediate.Unknown) refuse();
}

/** The operator behind a prefix byte. */
export function readPrefixed(base: u32, space: u32): i32 {
  const sub = unsigned32();
  if (sub >= space - base) refuse();
  const operator = <i32>(base + sub);
  checkOperator(operator);
  countOperator(operator);
  return operator;
}
