import type { MemsetRegime } from '@wasm-dyno/reports/words';

const PAGE = 65536;
/** The first bytes of every memory hold the list of sizes; filling begins behind it. */
export const BASE = 16 * PAGE;
/** As many sizes of four bytes as go in there. */
export const MOST_SIZES = BASE / 4;

/** Fresh pages come in pieces of this size: above the size from which allocators keep freed memory. */
const FRESH_BYTES = 64 * 1024 * 1024;

const shared = new Map<string, FilledMemory>();

/**
 * Memory to fill in one regime. Arms share it (one runs at a time), so that fifty arms over main memory take no more of
 * it than one, and no arm is lucky with its pages.
 */
export class FilledMemory {
  private memory: WebAssembly.Memory | undefined;
  private listed: readonly number[] | undefined;

  private constructor(
    /** How many bytes can be filled. */
    readonly bytes: number,
    /** Whether each use gets pages that nobody has touched. */
    readonly fresh: boolean,
  ) {}

  /** @param largest the largest size to be filled at once */
  static of(regime: MemsetRegime, largest: number, llcBytes: number): FilledMemory {
    const bytes = Math.ceil(Math.max(1, largest, regimeBytes(regime, llcBytes)) / PAGE) * PAGE;
    const key = `${regime} ${bytes}`;
    const known = shared.get(key) ?? new FilledMemory(bytes, regime === 'first-touch');
    shared.set(key, known);
    return known;
  }

  /** Where filling must end. */
  get limit(): number {
    return BASE + this.bytes;
  }

  /** The memory, with the list of sizes in its place. */
  take(sizes: readonly number[]): WebAssembly.Memory {
    if (this.memory === undefined || this.fresh) {
      const pages = this.limit / PAGE;
      this.memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
      this.listed = undefined;
      if (!this.fresh) new Uint8Array(this.memory.buffer).fill(1);
    }
    if (this.listed !== sizes) {
      const list = new DataView(this.memory.buffer);
      sizes.forEach((size, i) => list.setInt32(i * 4, size, true));
      this.listed = sizes;
    }
    return this.memory;
  }
}

function regimeBytes(regime: MemsetRegime, llcBytes: number): number {
  switch (regime) {
    case 'hot':
      return 0;
    case 'llc':
      return Math.floor(llcBytes / 2);
    case 'memory':
      return 2 * llcBytes;
    case 'first-touch':
      return FRESH_BYTES;
  }
}
