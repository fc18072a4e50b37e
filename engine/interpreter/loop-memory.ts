import { HOST_WEB_ASSEMBLY, type HostLinearMemory } from '../host/web-assembly.js';
import type { CodeChunk } from '../translate/translated-function.js';
import { HEAP, MEMORY_PAGES } from './loop-layout.js';

/** A module of two memories, one of them shared. */
const TWO_MEMORIES = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 5, 6, 2, 0, 0, 3, 0, 0);

/**
 * It is shared, though with nobody: a collector that sees so much memory which it might free begins its work, 5 to 10 ms of a process's start,
 * and no collector counts what is shared (V8 begins at 64 MiB).
 */
function newLoopMemory(): HostLinearMemory | undefined {
  if (HOST_WEB_ASSEMBLY === undefined) return undefined;
  const { Memory, Module } = HOST_WEB_ASSEMBLY;
  try {
    new Module(TWO_MEMORIES);
    return new Memory({ initial: MEMORY_PAGES, maximum: MEMORY_PAGES, shared: true });
  } catch {
    return undefined;
  }
}

/** What the loop in WebAssembly works on, and JavaScript too; undefined where the host knows no modules of several memories. */
export const LOOP_MEMORY = newLoopMemory();
const BUFFER = LOOP_MEMORY?.buffer ?? new ArrayBuffer(0);
/** All of it, as words. */
export const LOOP_WORDS = new Int32Array(BUFFER);

/** Makes a typed array of `length` elements, at an address there or anywhere. */
export type NewView = <View>(
  Kind: new (buffer: ArrayBuffer, byteOffset: number, length: number) => View,
  elementBytes: number,
  address: number,
  length: number,
) => View;

/** In a buffer of its own. */
export const ownView: NewView = (Kind, elementBytes, _, length) =>
  new Kind(new ArrayBuffer(length * elementBytes), 0, length);

/** In the loop's memory, where there is one. */
export const loopView: NewView =
  LOOP_MEMORY === undefined ? ownView : (Kind, _, address, length) => new Kind(BUFFER, address, length);

/** Whether these words of code are in the loop's memory. */
export function isLoopCode(code: Int32Array): boolean {
  return code.length === LOOP_WORDS.length && code.buffer === BUFFER;
}

/** Bytes that the heap is handed out by. */
const UNIT_BYTES = 64;

interface Extent {
  readonly address: number;
  readonly bytes: number;
}

/** The part of the memory that is handed out: pieces of any size, the first that is large enough. */
class LoopHeap {
  /** Free pieces by address; neighbours are joined. */
  private readonly free: Extent[] = [];
  private readonly collected = new FinalizationRegistry<Extent>((extent) => this.giveBack(extent));

  constructor() {
    if (LOOP_MEMORY !== undefined) this.free.push({ address: HEAP, bytes: BUFFER.byteLength - HEAP });
  }

  /** Bytes that are nobody's. */
  get freeBytes(): number {
    return this.free.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /** A piece for until it is given back; undefined where there is none. Its contents are left over. */
  take(bytes: number): Extent | undefined {
    const wanted = Math.ceil(Math.max(bytes, 1) / UNIT_BYTES) * UNIT_BYTES;
    const index = this.free.findIndex((piece) => piece.bytes >= wanted);
    const piece = this.free[index];
    if (piece === undefined) return undefined;
    if (piece.bytes === wanted) this.free.splice(index, 1);
    else this.free[index] = { address: piece.address + wanted, bytes: piece.bytes - wanted };
    return { address: piece.address, bytes: wanted };
  }

  /** Gives a piece back when the collector takes `holder`, unless it is released before. */
  holdBy(holder: object, extent: Extent): void {
    this.collected.register(holder, extent, extent);
  }

  /** Gives a piece back now. */
  release(extent: Extent): void {
    this.collected.unregister(extent);
    this.giveBack(extent);
  }

  private giveBack({ address, bytes }: Extent): void {
    const { free } = this;
    let low = 0;
    let high = free.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (free[middle]!.address < address) low = middle + 1;
      else high = middle;
    }
    const before = free[low - 1];
    const behind = free[low];
    const joinsBefore = before !== undefined && before.address + before.bytes === address;
    const joinsBehind = behind !== undefined && address + bytes === behind.address;
    const start = joinsBefore ? before.address : address;
    const end = joinsBehind ? behind.address + behind.bytes : address + bytes;
    free.splice(joinsBefore ? low - 1 : low, Number(joinsBefore) + Number(joinsBehind), {
      address: start,
      bytes: end - start,
    });
  }
}

export type { Extent };
export const LOOP_HEAP = new LoopHeap();

/** Room for code in the loop's memory, which goes back when nobody has its `code` any more; undefined where there is none. */
export function loopCodeChunk(words: number): CodeChunk | undefined {
  const extent = LOOP_HEAP.take(4 * words);
  if (extent === undefined) return undefined;
  // A view of its own: who holds it can run code of this chunk.
  const code = new Int32Array(BUFFER);
  LOOP_HEAP.holdBy(code, extent);
  return { words: new Int32Array(BUFFER, extent.address, words), code, base: extent.address / 4 };
}
