/**
 * A growing buffer with the binary format's encodings (spec 5.2). Room is reserved once, for as many bytes as may come, and then written
 * without checks: what has no room is lost.
 */
export class ByteWriter {
  buffer: Uint8Array;
  position = 0;
  /** The same bytes as `buffer`. */
  view: DataView;

  constructor(capacity: number) {
    this.buffer = new Uint8Array(Math.max(capacity, 64));
    this.view = new DataView(this.buffer.buffer);
  }

  /** Makes sure that `byteCount` more bytes fit; of the writers below `bytes` alone does that itself. */
  reserve(byteCount: number): void {
    const needed = this.position + byteCount;
    if (needed <= this.buffer.length) return;
    const larger = new Uint8Array(Math.max(needed, this.buffer.length * 2));
    larger.set(this.buffer.subarray(0, this.position));
    this.buffer = larger;
    this.view = new DataView(larger.buffer);
  }

  /** The bytes written so far, not copied: they change with what is written next. */
  written(): Uint8Array {
    return this.buffer.subarray(0, this.position);
  }

  byte(value: number): void {
    this.buffer[this.position++] = value;
  }

  /** A u64 that is a whole number, exact to 2^53, in as few bytes as it takes (at most 8). */
  unsigned(value: number): void {
    for (; value > 0xffff_ffff; value = Math.floor(value / 128))
      this.buffer[this.position++] = (value % 128) | 0x80;
    this.unsigned32(value);
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

  /** An s64 of any value, in as few bytes as it takes (at most 10). */
  signedBigInt(value: bigint): void {
    while (value > 0x3fn || value < -0x40n) {
      this.buffer[this.position++] = Number(value & 0x7fn) | 0x80;
      value >>= 7n;
    }
    this.buffer[this.position++] = Number(value & 0x7fn);
  }

  float32(value: number): void {
    this.view.setFloat32(this.position, value, true);
    this.position += 4;
  }

  float64(value: number): void {
    this.view.setFloat64(this.position, value, true);
    this.position += 8;
  }

  /**
   * `source[from .. to]` as it is, in words: up to 3 bytes behind both ends are read and written too, so there must be
   * some. For short stretches; `bytes` is for long ones.
   */
  copyWords(source: DataView, from: number, to: number): void {
    const { view } = this;
    let { position } = this;
    this.position = position + to - from;
    for (; from < to; from += 4, position += 4) view.setInt32(position, source.getInt32(from, true), true);
  }

  bytes(source: ArrayLike<number>): void {
    this.reserve(source.length);
    this.buffer.set(source, this.position);
    this.position += source.length;
  }
}
