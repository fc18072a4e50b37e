/*
 * Operators of a fixed signature: up to three operands and one result, packed into a word.
 */

import { pop, push } from './operand-stack';
import { PLAIN_SIGNATURES, SIGNATURES } from '../generated/tables';

/** Applies a fixed signature: the general case of what the main loop does at once for exact matches. */
export function applySignature(signature: u32, sp: usize): usize {
  const third = signature >>> 24;
  const second = (signature >>> 16) & 0xff;
  const first = (signature >>> 8) & 0xff;
  if (third != 0) sp = pop(sp, third);
  if (second != 0) sp = pop(sp, second);
  if (first != 0) sp = pop(sp, first);
  return push(sp, signature & 0xff);
}

/** That of an operator of one byte that is done with when its types are checked. */
// @ts-ignore: decorator
@inline export function plainSignatureOf(operator: i32): u32 { return load<u32>(((<usize>operator) << 2), PLAIN_SIGNATURES); }

// @ts-ignore: decorator
@inline export function signatureOf(operator: i32): u32 { return load<u32>(((<usize>operator) << 2), SIGNATURES); }
