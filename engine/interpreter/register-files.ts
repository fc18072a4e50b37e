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

  constructor(readonly slots: number) {
    const buffer = new ArrayBuffer(slots * VECTOR_BYTES);
    this.i8 = new Int8Array(buffer);
    this.u8 = new Uint8Array(buffer);
    this.i16 = new Int16Array(buffer);
    this.u16 = new Uint16Array(buffer);
    this.i32 = new Int32Array(buffer);
    this.u32 = new Uint32Array(buffer);
    this.i64 = new BigInt64Array(buffer);
    this.u64 = new BigUint64Array(buffer);
    this.f32 = new Float32Array(buffer);
    this.f64 = new Float64Array(buffer);
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
  /** funcref and externref values; grows as slots are written by `setReference`. */
  readonly references: unknown[] = [];
  /** v128 values; without any slot until `ensureVectors` is called. */
  vectors: VectorRegisters = NO_VECTORS;

  constructor(readonly slots: number) {
    const narrow = new ArrayBuffer(slots * Int32Array.BYTES_PER_ELEMENT);
    this.i32 = new Int32Array(narrow);
    this.f32 = new Float32Array(narrow);
    const wide = new ArrayBuffer(slots * BigInt64Array.BYTES_PER_ELEMENT);
    this.i64 = new BigInt64Array(wide);
    this.f64 = new Float64Array(wide);
    this.halves = new Int32Array(wide);
  }

  /** Allocates the vector registers on the first call, zeroed. To be called before code with vector operators runs. */
  ensureVectors(): VectorRegisters {
    if (this.vectors.slots < this.slots) this.vectors = new VectorRegisters(this.slots);
    return this.vectors;
  }

  setReference(slot: number, value: unknown): void {
    const { references } = this;
    while (references.length < slot) references.push(null);
    references[slot] = value;
  }

  /** Lets go of what the slots from `slot` on refer to: their calls are over. */
  releaseReferences(slot: number): void {
    if (this.references.length > slot) this.references.length = slot;
  }
}
