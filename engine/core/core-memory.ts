import type { CoreExports } from './core-instance.js';

const PAGE_BYTES = 65_536;

/** The core's memory as bytes. Growing it, which the core does by itself too, detaches what was looked at before. */
export class CoreMemory {
  private view: Uint8Array<ArrayBuffer>;

  constructor(private readonly memory: CoreExports['memory']) {
    this.view = new Uint8Array(memory.buffer);
  }

  get bytes(): Uint8Array<ArrayBuffer> {
    const { buffer } = this.memory;
    if (this.view.buffer !== buffer) this.view = new Uint8Array(buffer);
    return this.view;
  }

  /** Makes the memory reach to the address `end`. @throws RangeError when the host has no more */
  reserve(end: number): void {
    const missing = end - this.bytes.length;
    if (missing > 0) this.memory.grow(Math.ceil(missing / PAGE_BYTES));
  }
}
