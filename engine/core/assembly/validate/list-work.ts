/*
 * The work that long lists of values make, which the body's bytes have to pay for; and how often control joins, which is work for those that
 * translate.
 */

import { refuse } from '../refusal';
import { FEW_VALUES, VALUES_OF_A_LIST, VALUES_OF_OPERATOR } from '../generated/tables';

/** Values of long lists that may be looked at, and were. */
export class ListWork {
  static most: f64 = 0;
  static done: f64 = 0;
}

/** Joins of the body until now, as `BodyWork` has them. */
export class Joins {
  static count: u32 = 0;
  /** Values of operators that a host compiles to much. */
  static dear: u32 = 0;
}

// @ts-ignore: decorator
@inline export function countJoins(joins: u32): void { Joins.count += joins; }

/** What the operator counts as by itself: nothing, mostly. */
// @ts-ignore: decorator
@inline export function countOperator(operator: i32): void { Joins.dear += load<u8>(operator, VALUES_OF_OPERATOR); }

const TOLD: usize = memory.data(8, 16);

/** Address of two words on the body that was found valid last: its joins, and the values of its dear operators. */
export function joinsWords(): usize { return TOLD; }

export function tellJoins(): void {
  store<u32>(TOLD, Joins.count);
  store<u32>(TOLD, Joins.dear, 4);
}

/** Counts the values of a list, before they are looked at so many times. */
// @ts-ignore: decorator
@inline export function countValues(count: usize, times: i32): void { if (<i32>count > FEW_VALUES) countMany(<f64>times * <f64>(<i32>count + VALUES_OF_A_LIST)); }

function countMany(count: f64): void {
  ListWork.done += count;
  if (ListWork.done > ListWork.most) refuse();
}
