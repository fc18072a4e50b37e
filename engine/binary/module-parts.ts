import { ByteWriter } from './byte-writer.js';
import type { SectionCode } from './section-code.js';

/*
 * Modules of a few dozen bytes, written as lists of numbers.
 */

/** A list of bytes, as the parts of small modules are. */
export type Bytes = readonly number[];

/** A module's first bytes: `\0asm`, and version 1. */
export const MODULE_HEAD: Bytes = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];

/** A section that is a vector of entries. */
export function section(id: SectionCode, entries: readonly Bytes[]): Bytes {
  return [id, ...sized(vector(entries))];
}

/** How many there are, then the entries. */
export function vector(entries: readonly Bytes[]): Bytes {
  return [...unsigned(entries.length), ...entries.flat()];
}

/** The size of the content in bytes, then the content: a section's, a body's. */
export function sized(content: Bytes): Bytes {
  return [...unsigned(content.length), ...content];
}

/** A name: its UTF-8 bytes, after their number. */
export function nameBytes(text: string): Bytes {
  return sized([...new TextEncoder().encode(text)]);
}

/** An unsigned LEB128 number: whole, up to 2^53. */
export function unsigned(value: number): Bytes {
  return value < 0x80 ? [value] : encoded((out) => out.unsigned(value));
}

/** A signed LEB128 number of 64 bits. */
export function signed(value: bigint): Bytes {
  return encoded((out) => out.signedBigInt(value));
}

function encoded(write: (out: ByteWriter) => void): Bytes {
  const out = new ByteWriter(16);
  write(out);
  return [...out.written()];
}
