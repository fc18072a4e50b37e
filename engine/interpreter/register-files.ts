import { NARROW_REGISTERS, VECTOR_REGISTERS, WIDE_REGISTERS } from './loop-layout.js';
import { ownView } from './loop-memory.js';

/** Bytes of one vector register. */
const VECTOR_BYTES = 16;

/**
 * The vector registers: typed-array views over one buffer, 16 bytes per slot. Lane `i` of slot `s` is element `s * n + i` of
 * the view whose kind has `n` lanes per vector. Lane order is WebAssembly's little-endian order, as on every host that
 * JavaScript engines support today.
 */
export class VectorRegisters {
  readonly i8: Int8Array;
  readonly u8: Uint8Array;
  readonly i16: Int16Array;
  readonly u16: Uint16Array;
  readonly i32: Int32Array;
  readonly u32: Uint32Array;
  readonly i64: BigInt64Array;
  readonly u64: BigUint64Array;
  readonly f32: Float32Array;
  readonly f64: Float64Array;

  constructor(
    readonly slots: number,
    { buffer, byteOffset }: ArrayBufferView<ArrayBuffer> = new Uint8Array(slots * VECTOR_BYTES),
  ) {
    this.i8 = new Int8Array(buffer, byteOffset, 16 * slots);
    this.u8 = new Uint8Array(buffer, byteOffset, 16 * slots);
    this.i16 = new Int16Array(buffer, byteOffset, 8 * slots);
    this.u16 = new Uint16Array(buffer, byteOffset, 8 * slots);
    this.i32 = new Int32Array(buffer, byteOffset, 4 * slots);
    this.u32 = new Uint32Array(buffer, byteOffset, 4 * slots);
    this.i64 = new BigInt64Array(buffer, byteOffset, 2 * slots);
    this.u64 = new BigUint64Array(buffer, byteOffset, 2 * slots);
    this.f32 = new Float32Array(buffer, byteOffset, 4 * slots);
    this.f64 = new Float64Array(buffer, byteOffset, 2 * slots);
  }
}

/** Stands in until a program needs vectors, so that `RegisterFiles` keeps one shape. */
const NO_VECTORS = new VectorRegisters(0);

/**
 * The registers of a store's running calls. A value occupies one slot index in the file of its kind; the files are views of
 * shared buffers, so that a value can be read as number, BigInt or raw bits without a conversion.
 */
export class RegisterFiles {
  /** i32 values; f32 values as raw bits. */
  readonly i32: Int32Array;
  /** The same registers as `i32`, as numbers. A read does not keep a NaN's payload: copy f32 values through `i32`. */
  readonly f32: Float32Array;
  /** i64 values; f64 values as raw bits. */
  readonly i64: BigInt64Array;
  /** The same registers as `i64`, as numbers. Copy f64 values through `i64` or `halves`, for the NaNs' sake. */
  readonly f64: Float64Array;
  /** The same registers as `i64`, as 32-bit words: the low word of slot `s` at `2 * s`, the high word at `2 * s + 1`. */
  readonly halves: Int32Array;
  /** funcref and externref values of the slots from `referencesAt` on; grows as they are written. */
  private references: unknown[] = [];
  private referencesAt = 0;
  /** v128 values; without any slot until `ensureVectors` is called. */
  vectors: VectorRegisters = NO_VECTORS;

  /** Of any number of slots in buffers of their own, or of all that the loop's memory has. */
  constructor(
    readonly slots: number,
    private readonly newView = ownView,
  ) {
    this.i32 = newView(Int32Array, 4, NARROW_REGISTERS, slots);
    this.f32 = new Float32Array(this.i32.buffer, this.i32.byteOffset, slots);
    this.i64 = newView(BigInt64Array, 8, WIDE_REGISTERS, slots);
    const { buffer, byteOffset } = this.i64;
    this.f64 = new Float64Array(buffer, byteOffset, slots);
    this.halves = new Int32Array(buffer, byteOffset, 2 * slots);
  }

  /** Allocates the vector registers on the first call, zeroed. To be called before code with vector operators runs. */
  ensureVectors(): VectorRegisters {
    const { newView, slots } = this;
    if (this.vectors.slots === 0) {
      this.vectors = new VectorRegisters(
        slots,
        newView(Uint8Array, 1, VECTOR_REGISTERS, VECTOR_BYTES * slots),
      );
    }
    return this.vectors;
  }

  /** The funcref or externref value of a slot. */
  reference(slot: number): unknown {
    return this.references[slot - this.referencesAt];
  }

  setReference(slot: number, value: unknown): void {
    const { references } = this;
    const index = slot - this.referencesAt;
    while (references.length < index) references.push(null);
    references[index] = value;
  }

  /** Those of the slots from `from` to before `end`, as far as there are any. */
  copyReferences(from: number, end: number): unknown[] {
    return this.references.slice(from - this.referencesAt, end - this.referencesAt);
  }

  /** There are none: the first will be of `slot` or one above. */
  beginReferences(slot: number): void {
    this.referencesAt = slot;
    this.references.length = 0;
  }

  /** From now on `references` are the values of the slots from `slot` on. */
  useReferences(slot: number, references: unknown[]): void {
    this.referencesAt = slot;
    this.references = references;
  }

  /** The values of all slots, which are nobody's here any more. */
  takeReferences(): unknown[] {
    const { references } = this;
    this.references = [];
    return references;
  }

  /** Lets go of what the slots from `slot` on refer to: their calls are over. */
  releaseReferences(slot: number): void {
    const count = slot - this.referencesAt;
    if (this.references.length > count) this.references.length = count;
  }
}
