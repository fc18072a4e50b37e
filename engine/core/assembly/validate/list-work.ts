/*
 * The work that long lists of values make, which the body's bytes have to pay for; and how often control joins, which is work for those that
 * translate.
 */

import { refuse } from '../refusal';
import { FEW_VALUES, JOINS_OF_OPERATOR, VALUES_OF_A_LIST } from '../generated/tables';

/** Values of long lists that may be looked at, and were. */
export class ListWork {
  static most: f64 = 0;
  static done: f64 = 0;
}

/** Joins of the body until now, as `BodyWork` has them. */
export class Joins {
  static count: u32 = 0;
}

// @ts-ignore: decorator
@inline export function countJoins(joins: u32): void { Joins.count += joins; }

/** What the operator counts as by itself: nothing, mostly. */
// @ts-ignore: decorator
@inline export function countOperator(operator: i32): void { countJoins(load<u8>(JOINS_OF_OPERATOR + operator)); }

const TOLD_JOINS: usize = memory.data(4, 16);

/** Address of a word: joins of the body that was found valid last. */
export function joinsWord(): usize { return TOLD_JOINS; }

export function tellJoins(): void { store<u32>(TOLD_JOINS, Joins.count); }

/** Counts the values of a list, before they are looked at so many times. */
// @ts-ignore: decorator
@inline export function countValues(count: usize, times: i32): void { if (<i32>count > FEW_VALUES) countMany(<f64>times * <f64>(<i32>count + VALUES_OF_A_LIST)); }

function countMany(count: f64): void {
  ListWork.done += count;
  if (ListWork.done > ListWork.most) refuse();
}
