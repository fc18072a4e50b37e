/*
 * Types of blocks: 0 for none, a value type, or the complement of a type index.
 */

import { afterSigned33, decodeSigned64 } from '../leb128';
import { parameterCount, parameters, resultCount, results, typeCount, typeRecord } from '../module-description';
import { refuse } from '../refusal';
import { Body, byte, valueType } from './body-reader';
import { SINGLE_TYPES } from '../generated/tables';

export const EMPTY_BLOCK_TYPE = 0x40;
/** The highest index that is a signed LEB128 number of one byte. */
const LONGEST_SHORT_INDEX = 0x3f;

export function readBlockType(): i32 {
  const code = byte();
  if ((code & 0xc0) == 0x40) return valueType(code);
  let index = <i64>code;
  // Nearly all are of one byte.
  if (code > LONGEST_SHORT_INDEX) {
    const start = Body.next - 1;
    Body.next = afterSigned33(start, Body.end);
    index = decodeSigned64(start);
  }
  if (index < 0 || index >= <i64>typeCount) refuse();
  const type = typeRecord(<u32>index);
  const count = resultCount(type);
  if (parameterCount(type) > 0 || count > 1) return ~(<i32>index);
  return count == 1 ? <i32>load<u8>(results(type)) : 0;
}

// @ts-ignore: decorator
@inline export function blockParameterCount(type: i32): usize { return type < 0 ? <usize>parameterCount(typeRecord(~type)) : 0; }

// @ts-ignore: decorator
@inline export function blockParameters(type: i32): usize { return type < 0 ? parameters(typeRecord(~type)) : 0; }

// @ts-ignore: decorator
@inline export function blockResultCount(type: i32): usize { return type < 0 ? <usize>resultCount(typeRecord(~type)) : type == 0 ? 0 : 1; }

// @ts-ignore: decorator
@inline export function blockResults(type: i32): usize { return type < 0 ? results(typeRecord(~type)) : SINGLE_TYPES + type; }

/** The block type of a function of the type `type`, which has the index `index`: its parameters are locals, not operands. */
export function functionBlockType(type: usize, index: u32): i32 {
  const count = resultCount(type);
  return count > 1 ? ~index : count == 1 ? <i32>load<u8>(results(type)) : 0;
}
