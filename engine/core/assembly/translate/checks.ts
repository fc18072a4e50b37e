/*
 * Validates a body as it is translated: each operator right before its code is written. Where control comes, the operands of both stacks
 * correspond one to one.
 */

import { Body } from '../validate/body-reader';
import { Operands } from '../validate/operand-stack';
import { validateOperator } from '../validate/operators';

/** Whether checks are made, and the height of the validator's operand stack in code that cannot be reached. */
export class Checks {
  static areMade: bool = false;
  static top: usize = 0;
}

/** Validates one operator, whose opcode byte was read and whose immediates are at `immediates`; returns the new height of the operand stack. */
export function checkOperator(operator: i32, immediates: usize, sp: usize): usize {
  Body.next = immediates;
  const top = validateOperator(operator, sp);
  if (top > Operands.highest) Operands.highest = top;
  return top;
}
