/*
 * The work that long lists of values and joins make, which the body's bytes have to pay for.
 */

import { refuse } from '../refusal';
import { FEW_VALUES, JOINED_LOCALS_PER_VALUE, VALUES_OF_A_JOIN, VALUES_OF_A_LIST } from '../generated/tables';

/** Values of long lists, and of joins, that may be looked at, and were. */
export class ListWork {
  static most: f64 = 0;
  static done: f64 = 0;
  static ofJoin: f64 = 0;
}

/** Begins a function of so many parameters and locals. */
export function openJoins(locals: u32): void {
  ListWork.ofJoin = <f64>(VALUES_OF_A_JOIN + (<i32>locals + JOINED_LOCALS_PER_VALUE - 1) / JOINED_LOCALS_PER_VALUE);
}

/** Counts what joins of control take of whoever translates them. */
export function countJoins(joins: u32): void { countMany(<f64>joins * ListWork.ofJoin); }

/** Counts the values of a list, before they are looked at so many times. */
// @ts-ignore: decorator
@inline export function countValues(count: usize, times: i32): void { if (<i32>count > FEW_VALUES) countMany(<f64>times * <f64>(<i32>count + VALUES_OF_A_LIST)); }

function countMany(count: f64): void {
  ListWork.done += count;
  if (ListWork.done > ListWork.most) refuse();
}
