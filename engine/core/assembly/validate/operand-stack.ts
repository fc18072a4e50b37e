/*
 * The operand stack: a byte each, its value type.
 */

import { refuse } from '../refusal';
import { Body } from './body-reader';

/** The operand stack, from `start` to `end`. Where the operands of the current frame begin is its `height`. */
export class Operands {
  static start: usize = 0;
  static end: usize = 0;
  static height: usize = 0;
  static highest: usize = 0;
  static isUnreachable: bool = false;
}

/** The type of an operand that unreachable code conjures up: it matches every other. */
export const BOTTOM = 0;

export function pop(sp: usize, expected: i32): usize {
  if (sp == Operands.height) {
    if (Operands.isUnreachable) return sp;
    refuse();
  }
  const actual = <i32>load<u8>(sp - 1);
  if (actual != expected && actual != BOTTOM) refuse();
  return sp - 1;
}

/** Whether there is an operand, as a number: of code that cannot be reached, where one as often as not is missing, no processor foresees it. */
// @ts-ignore: decorator
@inline export function hasOperand(sp: usize, height: usize): usize { return <usize>(sp > height); }

/** The type of the topmost operand, or BOTTOM where there `has` none. */
// @ts-ignore: decorator
@inline export function typeInDeadCode(sp: usize, has: usize): u32 { return load<u8>(sp - 1) & -<u32>has; }

/** As `pop`, of a frame that cannot be reached and whose operands begin at `height`. */
// @ts-ignore: decorator
@inline export function popInDeadCode(sp: usize, height: usize, expected: u32): usize {
  const has = hasOperand(sp, height);
  const actual = typeInDeadCode(sp, has);
  if (<u32>(actual != expected) & <u32>(actual != BOTTOM)) refuse();
  return sp - has;
}

/** The type of the topmost operand, or BOTTOM. */
export function peek(sp: usize): i32 {
  if (sp > Operands.height) return load<u8>(sp - 1);
  if (!Operands.isUnreachable) refuse();
  return BOTTOM;
}

/** Takes away the operand that `peek` looked at. */
// @ts-ignore: decorator
@inline export function drop(sp: usize): usize { return sp > Operands.height ? sp - 1 : sp; }

export function popTypes(sp: usize, types: usize, count: usize): usize {
  if (count == 1) return pop(sp, load<u8>(types));
  const base = sp - count;
  if (base >= Operands.height) {
    // As it nearly always is: exactly these types.
    let matching = count;
    while (matching > 0 && load<u8>(base + matching - 1) == load<u8>(types + matching - 1)) matching--;
    if (matching == 0) return base;
  }
  for (let i = count; i > 0; i--) sp = pop(sp, load<u8>(types + i - 1));
  return sp;
}

// @ts-ignore: decorator
@inline export function push(sp: usize, type: i32): usize { store<u8>(sp, <u8>type); return sp + 1; }

/** Single operands always have room: there is some for one per byte of the body. */
export function pushTypes(sp: usize, types: usize, count: usize): usize {
  if (count > 1 && sp + count + Body.bytes > Operands.end) refuse();
  for (let i: usize = 0; i < count; i++) store<u8>(sp + i, load<u8>(types + i));
  return sp + count;
}

/** The rest of the frame cannot be reached: its operands are gone, and any are there for the asking. */
export function setUnreachable(): usize {
  Operands.isUnreachable = true;
  return Operands.height;
}

export function sameTypes(a: usize, b: usize, count: usize): bool {
  for (let i: usize = 0; i < count; i++) if (load<u8>(a + i) != load<u8>(b + i)) return false;
  return true;
}

export function pop3(sp: usize, third: i32, second: i32, first: i32): usize {
  return pop(pop(pop(sp, third), second), first);
}
