import type { CoreExports } from './core-instance.js';

const PAGE_BYTES = 65_536;

/**
 * The core's memory, as it was looked at last. Growing it, which the core does by itself too, detaches that: then nothing is left of
 * it, which costs less to see than the host takes to be asked for its buffer.
 */
export class CoreMemory {
  bytes!: Uint8Array<ArrayBuffer>;
  words!: Int32Array<ArrayBuffer>;

  constructor(private readonly memory: CoreExports['memory']) {
    this.look();
  }

  look(): void {
    const { buffer } = this.memory;
    this.bytes = new Uint8Array(buffer);
    this.words = new Int32Array(buffer);
  }

  /** Makes the memory reach to the address `end`, and looks at it. @throws RangeError when the host has no more */
  reserve(end: number): void {
    if (this.bytes.length >= end) return;
    this.look();
    const missing = end - this.bytes.length;
    if (missing <= 0) return;
    this.memory.grow(Math.ceil(missing / PAGE_BYTES));
    this.look();
  }
}
