/** A growable output buffer for the binary format. Hot loops reserve room once and then write without checks. */
export class ByteWriter {
  buffer: Uint8Array;
  position = 0;

  constructor(capacity: number) {
    this.buffer = new Uint8Array(Math.max(capacity, 64));
  }

  /** Makes sure that `byteCount` more bytes fit; the writers below do not check. */
  reserve(byteCount: number): void {
    const needed = this.position + byteCount;
    if (needed <= this.buffer.length) return;
    const larger = new Uint8Array(Math.max(needed, this.buffer.length * 2));
    larger.set(this.buffer.subarray(0, this.position));
    this.buffer = larger;
  }

  written(): Uint8Array {
    return this.buffer.subarray(0, this.position);
  }

  byte(value: number): void {
    this.buffer[this.position++] = value;
  }

  /** A u32 in as few bytes as it takes (at most 5). */
  unsigned32(value: number): void {
    while (value > 0x7f) {
      this.buffer[this.position++] = (value & 0x7f) | 0x80;
      value >>>= 7;
    }
    this.buffer[this.position++] = value;
  }

  /** A u32 in exactly 5 bytes, at a place of its own: for sizes known only when their content is written. */
  paddedUnsigned32At(position: number, value: number): void {
    const { buffer } = this;
    buffer[position] = (value & 0x7f) | 0x80;
    buffer[position + 1] = ((value >>> 7) & 0x7f) | 0x80;
    buffer[position + 2] = ((value >>> 14) & 0x7f) | 0x80;
    buffer[position + 3] = ((value >>> 21) & 0x7f) | 0x80;
    buffer[position + 4] = value >>> 28;
  }

  /** An s32 or s64 whose value is a whole number (exact to 2^53; at most 8 bytes). */
  signed(value: number): void {
    while (value > 0x3f || value < -0x40) {
      this.buffer[this.position++] = (value & 0x7f) | 0x80;
      value = Math.floor(value / 128);
    }
    this.buffer[this.position++] = value & 0x7f;
  }

  /** An s64 of any value. */
  signedBigInt(value: bigint): void {
    while (value > 0x3fn || value < -0x40n) {
      this.buffer[this.position++] = Number(value & 0x7fn) | 0x80;
      value >>= 7n;
    }
    this.buffer[this.position++] = Number(value & 0x7fn);
  }

  /** `source[from .. to]` as it is. */
  copy(source: Uint8Array, from: number, to: number): void {
    if (to - from > SHORT_COPY_BYTES) {
      this.buffer.set(source.subarray(from, to), this.position);
      this.position += to - from;
      return;
    }
    const { buffer } = this;
    let { position } = this;
    while (from < to) buffer[position++] = source[from++]!;
    this.position = position;
  }

  bytes(source: ArrayLike<number>): void {
    this.reserve(source.length);
    this.buffer.set(source, this.position);
    this.position += source.length;
  }
}

/** Below this a plain loop beats the set-up of `TypedArray.prototype.set` (measured on V8 11.3). */
const SHORT_COPY_BYTES = 96;
