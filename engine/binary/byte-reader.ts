import { MalformedModuleError, UnsupportedModuleError, ValidationError } from '../errors.js';
import {
  afterSigned32,
  afterUnsigned32,
  afterUnsigned64,
  decodeSigned32,
  decodeUnsigned32,
  decodeUnsigned64AsNumber,
} from './leb128.js';

/** Made when it is wanted: Node takes a millisecond for it. */
let utf8: InstanceType<typeof TextDecoder> | undefined;

/** Longest name that is decoded character by character; a TextDecoder call costs more than that. */
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

  /** A u64 as a number; beyond 2^53 it saturates at `Number.MAX_SAFE_INTEGER`. */
  unsigned64(): number {
    const start = this.offset;
    if (start < this.limit && this.bytes[start]! < 0x80) {
      this.offset = start + 1;
      return this.bytes[start]!;
    }
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
    if (length <= SHORT_NAME_BYTES) return this.shortName(first);
    try {
      utf8 ??= new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
      return utf8.decode(this.bytes.subarray(first, first + length));
    } catch {
      this.malformed('malformed UTF-8 encoding', first);
    }
  }

  /** The name from `first` up to where it is read now. */
  private shortName(first: number): string {
    const { bytes, offset: end } = this;
    let text = '';
    for (let at = first; at < end;) {
      const point = bytes[at]! < 0x80 ? bytes[at]! : codePointAt(bytes, at, end);
      if (point === NO_CODE_POINT) this.malformed('malformed UTF-8 encoding', first);
      text += point < 0x10000 ? String.fromCharCode(point) : String.fromCodePoint(point);
      at += bytesOfCodePoint(point);
    }
    return text;
  }
}

const NO_CODE_POINT = -1;

/** The code point whose UTF-8 begins at `offset` with a byte beyond ASCII, as strictly as a fatal TextDecoder (Unicode 16.0, table 3-7). */
function codePointAt(bytes: Uint8Array, offset: number, end: number): number {
  const lead = bytes[offset]!;
  const length = lead < 0xc0 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf8 ? 4 : 0;
  if (length === 0 || offset + length > end) return NO_CODE_POINT;
  let point = lead & (0x7f >> length);
  for (let index = offset + 1; index < offset + length; index++) {
    const byte = bytes[index]!;
    if ((byte & 0xc0) !== 0x80) return NO_CODE_POINT;
    point = (point << 6) | (byte & 0x3f);
  }
  const isSurrogate = point >= 0xd800 && point < 0xe000;
  // In more bytes than it takes, a code point is none.
  return isSurrogate || point > 0x10ffff || bytesOfCodePoint(point) !== length ? NO_CODE_POINT : point;
}

function bytesOfCodePoint(point: number): number {
  return point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
}
