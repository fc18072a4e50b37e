/*
 * Reads the body: bytes, indices, value types.
 */

import { afterUnsigned32, decodeUnsigned32 } from '../leb128';
import { refuse } from '../refusal';
import { ValueType } from '../generated/tables';

/** The body: where it is read, where it ends, how long it is. */
export class Body {
  static next: usize = 0;
  static end: usize = 0;
  static bytes: usize = 0;
}

/** Bytes behind the body that may be read, and mean nothing. */
export const PADDING: usize = 32;

export function unsigned32(): u32 {
  const start = Body.next;
  const byte: u32 = load<u8>(start);
  if (byte < 0x80) {
    Body.next = start + 1;
    return byte;
  }
  const second: u32 = load<u8>(start, 1);
  if (second < 0x80) {
    Body.next = start + 2;
    return (byte & 0x7f) | (second << 7);
  }
  Body.next = afterUnsigned32(start, Body.end);
  return decodeUnsigned32(start);
}

export function byte(): i32 {
  if (Body.next >= Body.end) refuse();
  return load<u8>(Body.next++);
}

export function valueType(code: i32): i32 {
  if (code >= ValueType.F64 && code <= ValueType.I32) return code;
  if (code != ValueType.V128 && code != ValueType.FuncRef && code != ValueType.ExternRef) refuse();
  return code;
}
