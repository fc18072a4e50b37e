import { ByteWriter } from '@wasm-dyno/engine/operators';

const textEncoder = new TextEncoder();

/** Writes the binary format's encodings (spec 5.2) in chains, and makes room for them by itself. */
export class ModuleWriter {
  readonly #out: ByteWriter;

  constructor(initialCapacity = 256) {
    this.#out = new ByteWriter(initialCapacity);
  }

  /** Bytes written so far. */
  get length(): number {
    return this.#out.position;
  }

  /** Forgets everything written after `length`, which must be a length that this writer has had. */
  truncate(length: number): void {
    if (!(length >= 0 && length <= this.length)) {
      throw new RangeError(`cannot truncate ${this.length} bytes to ${length}`);
    }
    this.#out.position = length;
  }

  /** A copy of the bytes written so far. */
  toBytes(): Uint8Array {
    return this.#out.written().slice();
  }

  u8(value: number): this {
    this.#room(1).byte(value);
    return this;
  }

  /** Unsigned LEB128 in as few bytes as possible; whole numbers up to 2^53. */
  unsigned(value: number): this {
    this.#room(8).unsigned(value);
    return this;
  }

  /** Signed LEB128 of a 32-bit integer; values from 2^31 on are taken as their two's complement. */
  signed32(value: number): this {
    this.#room(5).signed(value | 0);
    return this;
  }

  /** Signed LEB128 of a 64-bit integer; values from 2^63 on are taken as their two's complement. */
  signed64(value: bigint): this {
    this.#room(10).signedBigInt(BigInt.asIntN(64, value));
    return this;
  }

  f32(value: number): this {
    this.#room(4).float32(value);
    return this;
  }

  f64(value: number): this {
    this.#room(8).float64(value);
    return this;
  }

  bytes(bytes: ArrayLike<number>): this {
    this.#out.bytes(bytes);
    return this;
  }

  /** A vector of bytes: its length, then the bytes. */
  byteVector(bytes: ArrayLike<number>): this {
    return this.unsigned(bytes.length).bytes(bytes);
  }

  /** A name: a byte vector of UTF-8. */
  name(text: string): this {
    return this.byteVector(textEncoder.encode(text));
  }

  #room(bytes: number): ByteWriter {
    this.#out.reserve(bytes);
    return this.#out;
  }
}
