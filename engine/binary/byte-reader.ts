import { MalformedModuleError, UnsupportedModuleError, ValidationError } from '../errors.js';
import {
  afterSigned32,
  afterSigned64,
  afterUnsigned32,
  afterUnsigned64,
  decodeSigned32,
  decodeSigned64,
  decodeUnsigned32,
  decodeUnsigned64AsNumber,
} from './leb128.js';

/** Made when it is wanted: Node takes a millisecond for it. */
let utf8: InstanceType<typeof TextDecoder> | undefined;

/** Longest name that is decoded byte by byte when it is plain ASCII; a TextDecoder call costs more than that. */
const SHORT_NAME_BYTES = 64;

/** Reads the module-level structures of a module, never past `limit`: the end of the section being read. */
export class ByteReader {
  offset = 0;
  limit: number;

  constructor(readonly bytes: Uint8Array) {
    this.limit = bytes.length;
  }

  get remaining(): number {
    return this.limit - this.offset;
  }

  malformed(reason: string, offset = this.offset): never {
    throw new MalformedModuleError(reason, offset);
  }

  invalid(reason: string, offset = this.offset): never {
    throw new ValidationError(reason, offset);
  }

  unsupported(reason: string, offset = this.offset): never {
    throw new UnsupportedModuleError(reason, offset);
  }

  byte(): number {
    if (this.offset >= this.limit) this.malformed('unexpected end of section or function');
    return this.bytes[this.offset++]!;
  }

  unsigned32(): number {
    const start = this.offset;
    if (start + 1 < this.limit) {
      const byte = this.bytes[start]!;
      if (byte < 0x80) {
        this.offset = start + 1;
        return byte;
      }
      const second = this.bytes[start + 1]!;
      if (second < 0x80) {
        this.offset = start + 2;
        return (byte & 0x7f) | (second << 7);
      }
    }
    this.offset = afterUnsigned32(this.bytes, start, this.limit);
    return decodeUnsigned32(this.bytes, start);
  }

  signed32(): number {
    const start = this.offset;
    this.offset = afterSigned32(this.bytes, start, this.limit);
    return decodeSigned32(this.bytes, start);
  }

  signed64(): bigint {
    const start = this.offset;
    this.offset = afterSigned64(this.bytes, start, this.limit);
    return decodeSigned64(this.bytes, start);
  }

  /** A u64 as a number; beyond 2^53 it saturates at `Number.MAX_SAFE_INTEGER`. */
  unsigned64(): number {
    const start = this.offset;
    this.offset = afterUnsigned64(this.bytes, start, this.limit);
    return decodeUnsigned64AsNumber(this.bytes, start);
  }

  /** Passes over `length` bytes and returns the offset of the first. */
  skip(length: number): number {
    if (length > this.remaining) this.malformed('unexpected end of section or function', this.limit);
    const start = this.offset;
    this.offset = start + length;
    return start;
  }

  /**
   * The element count of a vector. An element takes at least a byte, so a count above the bytes left is refused
   * before anybody allocates for it; so is one above the implementation limit named `what`.
   */
  count(what: string, maximum: number): number {
    const start = this.offset;
    const count = this.unsigned32();
    if (count > this.remaining) this.malformed('length out of bounds', start);
    if (count > maximum) this.unsupported(`${count} ${what}; the limit is ${maximum}`, start);
    return count;
  }

  /** A name: UTF-8 (spec 5.2.4), decoded strictly. */
  name(): string {
    const start = this.offset;
    const length = this.unsigned32();
    if (length > this.remaining) this.malformed('length out of bounds', start);
    const first = this.offset;
    this.offset = first + length;
    if (length <= SHORT_NAME_BYTES) {
      let text = '';
      let index = 0;
      for (; index < length; index++) {
        const byte = this.bytes[first + index]!;
        if (byte > 0x7f) break;
        text += String.fromCharCode(byte);
      }
      if (index === length) return text;
    }
    try {
      utf8 ??= new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
      return utf8.decode(this.bytes.subarray(first, first + length));
    } catch {
      this.malformed('malformed UTF-8 encoding', first);
    }
  }
}
