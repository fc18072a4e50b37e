import type { Memory } from '../../index.js';
import { Errno } from './constants.js';
import { demand, WasiError } from './errno.js';

/** Buffers that one call may name, as on Linux (IOV_MAX). */
const MAXIMUM_VECTORS = 1024;
const VECTOR_BYTES = 8;

/** Longest path, its terminator not counted, as on Linux (PATH_MAX). */
const MAXIMUM_PATH_BYTES = 4095;

/** A text of the guest's, one character for each byte: names are bytes, to the host as well. */
export type ByteText = string;

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The program's memory during one call. Every access is checked as a whole before any of it happens. */
export class GuestMemory {
  private readonly view: DataView;

  constructor(private readonly memory: Memory) {
    // The views of the memory, not its `buffer`, which costs a copy each time the memory has grown.
    this.view = new DataView(memory.u8.buffer, 0, memory.byteLength);
  }

  /** @throws WasiError `fault` when the range does not lie in the memory */
  bytes(at: number, length: number): Uint8Array {
    demand(at + length <= this.memory.byteLength, Errno.Fault);
    return this.memory.u8.subarray(at, at + length);
  }

  unsigned8(at: number): number {
    return this.bytes(at, 1)[0]!;
  }

  unsigned16(at: number): number {
    this.bytes(at, 2);
    return this.view.getUint16(at, true);
  }

  unsigned32(at: number): number {
    this.bytes(at, 4);
    return this.view.getUint32(at, true);
  }

  unsigned64(at: number): bigint {
    this.bytes(at, 8);
    return this.view.getBigUint64(at, true);
  }

  writeUnsigned32(at: number, value: number): void {
    this.bytes(at, 4);
    this.view.setUint32(at, value, true);
  }

  writeUnsigned64(at: number, value: bigint): void {
    this.bytes(at, 8);
    this.view.setBigUint64(at, value, true);
  }

  /**
   * A path or name.
   * @throws WasiError `fault`, `nametoolong`, `inval` (a zero byte), `ilseq` (not UTF-8)
   */
  path(at: number, length: number): ByteText {
    const bytes = this.bytes(at, length);
    demand(length <= MAXIMUM_PATH_BYTES, Errno.NameTooLong);
    demand(!bytes.includes(0), Errno.Inval);
    demandUtf8(bytes);
    return Buffer.from(bytes.buffer, bytes.byteOffset, length).toString('latin1');
  }

  /** The buffers that an array of `iovec` or `ciovec` names. @throws WasiError `inval` for too many, `fault` */
  vectors(at: number, count: number): Uint8Array[] {
    demand(count <= MAXIMUM_VECTORS, Errno.Inval);
    this.bytes(at, count * VECTOR_BYTES);
    const vectors: Uint8Array[] = [];
    for (let i = 0; i < count; i++) {
      const vector = at + i * VECTOR_BYTES;
      const start = this.view.getUint32(vector, true);
      vectors.push(this.bytes(start, this.view.getUint32(vector + 4, true)));
    }
    return vectors;
  }
}

function demandUtf8(bytes: Uint8Array): void {
  try {
    strictUtf8.decode(bytes);
  } catch (error) {
    // Anything but a TypeError is none of the text's.
    throw error instanceof TypeError ? new WasiError(Errno.IlSeq) : error;
  }
}

/** Bytes of all buffers together. */
export function totalLength(vectors: readonly Uint8Array[]): number {
  return vectors.reduce((sum, { length }) => sum + length, 0);
}

/** The buffers' beginnings, `limit` bytes together at most; empty ones are left out. */
export function upTo(vectors: readonly Uint8Array[], limit: number): Uint8Array[] {
  const kept: Uint8Array[] = [];
  for (const vector of vectors) {
    if (limit === 0) break;
    const part = vector.length > limit ? vector.subarray(0, limit) : vector;
    if (part.length > 0) kept.push(part);
    limit -= part.length;
  }
  return kept;
}
