/*
 * What operators on tables and element segments name.
 */

import { elementCount, elements, tableCount, tables } from '../module-description';
import { refuse } from '../refusal';
import { unsigned32 } from './body-reader';

/** A table is two bytes: element type, address type. */
function tableAt(index: u32): usize {
  if (index >= tableCount) refuse();
  return tables + ((<usize>index) << 1);
}

export function readTable(): usize {
  return tableAt(unsigned32());
}

// @ts-ignore: decorator
@inline export function elementOf(table: usize): i32 { return load<u8>(table); }

// @ts-ignore: decorator
@inline export function addressOf(table: usize): i32 { return load<u8>(table, 1); }

export function segmentType(index: u32): i32 {
  if (index >= elementCount) refuse();
  return load<u8>(elements + index);
}
