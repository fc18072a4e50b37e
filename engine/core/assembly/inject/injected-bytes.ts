import { Operator } from '../generated/tables';
import { refuse } from '../refusal';

/*
 * The injected body under construction: the last thing in the memory. Room is reserved by `ensure`, before what writes.
 */

/** Longer than what hosts take of a body; the JavaScript side knows what to do then. */
const MOST_BYTES: usize = 7_654_321;

let first: usize = 0;
let position: usize = 0;
let limit: usize = 0;

export function begin(at: usize): void {
  first = at;
  position = at;
  limit = (<usize>memory.size()) << 16;
}

export function written(): usize {
  return position - first;
}

/** Makes sure that so many bytes more fit. */
export function ensure(bytes: usize): void {
  if (position + bytes + PADDING > limit) makeRoom(bytes + PADDING);
}

/** Behind what is written, words may be. */
const PADDING: usize = 16;

function makeRoom(bytes: usize): void {
  if (written() > MOST_BYTES) refuse();
  const pages = max<usize>((position + bytes - limit + 0xffff) >>> 16, 16);
  if (memory.grow(<i32>pages) < 0) refuse();
  limit += pages << 16;
}

/** Takes back all but so many bytes. */
export function truncate(bytes: usize): void {
  position = first + bytes;
}

export function byte(value: i32): void {
  store<u8>(position, value);
  position++;
}

/** An operator and its one index. */
export function indexed(operator: i32, index: u32): void {
  byte(operator);
  unsigned32(index);
}

export function constant32(value: i32): void {
  byte(Operator.I32Const);
  signed(value);
}

export function constant64(value: i64): void {
  byte(Operator.I64Const);
  signed(value);
}

export function unsigned32(value: u32): void {
  while (value > 0x7f) {
    byte((value & 0x7f) | 0x80);
    value >>>= 7;
  }
  byte(value);
}

function signed(value: i64): void {
  while (value > 0x3f || value < -0x40) {
    byte((<i32>value & 0x7f) | 0x80);
    value >>= 7;
  }
  byte(<i32>value & 0x7f);
}

/** The length of all that is behind the first five bytes, in these. */
export function writeSize(): void {
  const size = <u32>written() - 5;
  if (size > <u32>MOST_BYTES) refuse();
  for (let i = 0; i < 4; i++) store<u8>(first + i, ((size >>> (7 * i)) & 0x7f) | 0x80);
  store<u8>(first, size >>> 28, 4);
}

/** Above this a loop over words is slower than the host's copy. */
const LONG_COPY: usize = 64;

/** What stands from here to there; a few bytes behind it may be read. */
export function copy(from: usize, to: usize): void {
  const length = to - from;
  if (length > LONG_COPY) memory.copy(position, from, length);
  else for (let i: usize = 0; i < length; i += 8) store<u64>(position + i, load<u64>(from + i));
  position += length;
}
