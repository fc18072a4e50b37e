import { LinkError } from '../errors.js';
import type { ExecutorName } from '../runtime/execution.js';
import type { Store } from '../runtime/store.js';
import type { AddressType, MemoryType } from '../types/external-type.js';

/** Largest byte length the interpreter's fast path addresses; beyond it every access takes the exact path. */
const FAST_LENGTH = 0x7fff_ffff;

export interface MemoryOptions {
  readonly limits: { readonly minimum: number; readonly maximum?: number | undefined };
  readonly addressType?: AddressType;
  readonly pageSizeLog2?: number;
}

/**
 * A linear memory (spec 4.2.8). The views cover a buffer that may be larger than the memory, so that growing page by page
 * costs amortised constant time; once `buffer` has been handed out it is exact and is detached on growth, as the
 * JavaScript API specifies.
 */
export class Memory {
  readonly kind = 'memory';
  u8!: Uint8Array;
  u16!: Uint16Array;
  i32!: Int32Array;
  i64!: BigInt64Array;
  view!: DataView;
  byteLength = 0;
  /** `byteLength`, or FAST_LENGTH when larger. */
  fastLength = 0;
  private capacity = 0;
  private exposed: ArrayBuffer | undefined;

  /** @throws RangeError when the host cannot provide the initial size. */
  constructor(
    protected readonly declaredType: MemoryType,
    /** Bytes the memory may grow to, whatever its type says (EnforcedLimits.maximumMemoryBytes). */
    protected readonly maximumBytes: number,
    buffer?: ArrayBuffer,
  ) {
    const bytes = initialBytes(declaredType, maximumBytes);
    this.adopt(buffer ?? new ArrayBuffer(bytes), bytes);
  }

  /** A new memory for imports of `store`. @throws LinkError when it exceeds the store's limits. */
  static create(store: Store, options: MemoryOptions): Memory {
    const { limits, addressType = 'i32', pageSizeLog2 = 16 } = options;
    const type: MemoryType = {
      kind: 'memory',
      limits: { minimum: limits.minimum, maximum: limits.maximum },
      addressType,
      pageSizeLog2,
      shared: false,
    };
    return store.execution.newMemory(type);
  }

  /** The executor whose stores can use the memory. */
  get executor(): ExecutorName {
    return 'interpreter';
  }

  get pageBytes(): number {
    return 2 ** this.declaredType.pageSizeLog2;
  }

  /** Size in pages. */
  get pages(): number {
    return this.byteLength / this.pageBytes;
  }

  /** The memory's type now: the minimum is the present size, as import matching demands. */
  get type(): MemoryType {
    const { declaredType } = this;
    return { ...declaredType, limits: { minimum: this.pages, maximum: declaredType.limits.maximum } };
  }

  get addressType(): AddressType {
    return this.declaredType.addressType;
  }

  /** The bytes; the same object until the memory grows, which detaches it. */
  get buffer(): ArrayBuffer {
    if (this.exposed === undefined) {
      if (this.capacity !== this.byteLength) {
        const exact = new ArrayBuffer(this.byteLength);
        new Uint8Array(exact).set(this.u8.subarray(0, this.byteLength));
        this.adopt(exact, this.byteLength);
      }
      this.exposed = this.u8.buffer as ArrayBuffer;
    }
    return this.exposed;
  }

  protected adopt(buffer: ArrayBuffer, byteLength: number): void {
    this.u8 = new Uint8Array(buffer);
    this.u16 = new Uint16Array(buffer, 0, buffer.byteLength >> 1);
    this.i32 = new Int32Array(buffer, 0, Math.floor(buffer.byteLength / 4));
    this.i64 = new BigInt64Array(buffer, 0, Math.floor(buffer.byteLength / 8));
    this.view = new DataView(buffer);
    this.capacity = buffer.byteLength;
    this.setLength(byteLength);
  }

  private setLength(byteLength: number): void {
    this.byteLength = byteLength;
    this.fastLength = Math.min(byteLength, FAST_LENGTH);
  }

  /** Could the memory grow by `pages` as far as its limits tell? (The host may still lack the memory.) */
  canGrow(pages: number): boolean {
    const { maximum } = this.declaredType.limits;
    const size = this.pages + pages;
    return (maximum === undefined || size <= maximum) && size * this.pageBytes <= this.maximumBytes;
  }

  /** Grows by `pages`; returns the size before in pages, or -1, with nothing changed, if that is not possible. */
  grow(pages: number): number {
    const before = this.pages;
    if (!this.canGrow(pages)) return -1;
    const byteLength = this.byteLength + pages * this.pageBytes;
    if (byteLength <= this.capacity && this.exposed === undefined) {
      this.setLength(byteLength);
    } else {
      const old = this.u8;
      const oldLength = this.byteLength;
      const buffer = this.allocate(byteLength);
      if (buffer === undefined) return -1;
      new Uint8Array(buffer).set(old.length === oldLength ? old : old.subarray(0, oldLength));
      this.adopt(buffer, byteLength);
      if (this.exposed !== undefined) {
        detach(this.exposed);
        this.exposed = undefined;
      }
    }
    return before;
  }

  /** A buffer of at least `byteLength`: with room to grow when the last one was not handed out. */
  private allocate(byteLength: number): ArrayBuffer | undefined {
    const { maximum } = this.declaredType.limits;
    const most = Math.min(maximum === undefined ? Infinity : maximum * this.pageBytes, this.maximumBytes);
    const roomy =
      this.exposed === undefined ? Math.min(Math.max(byteLength, this.capacity * 2), most) : byteLength;
    for (const size of roomy > byteLength ? [roomy, byteLength] : [byteLength]) {
      try {
        return new ArrayBuffer(size);
      } catch (error) {
        if (!(error instanceof RangeError)) throw error;
      }
    }
    return undefined;
  }
}

/** Bytes that a memory of the type begins with. @throws LinkError when they exceed the limit. */
export function initialBytes({ limits, pageSizeLog2 }: MemoryType, maximumBytes: number): number {
  const bytes = limits.minimum * 2 ** pageSizeLog2;
  if (bytes > maximumBytes) {
    throw new LinkError(`memory of ${bytes} bytes exceeds the limit of ${maximumBytes} bytes`);
  }
  return bytes;
}

/** Detaches a buffer: transferring it is the one way every host has. */
function detach(buffer: ArrayBuffer): void {
  structuredClone(buffer, { transfer: [buffer] });
}

/** What stands in for memory 0 in instances without one: every access is out of bounds. */
export const NO_MEMORY = new Memory(
  { kind: 'memory', limits: { minimum: 0, maximum: 0 }, addressType: 'i32', pageSizeLog2: 16, shared: false },
  0,
);
