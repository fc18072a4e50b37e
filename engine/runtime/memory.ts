import { counted } from '../counted.js';
import { limitsArgument, objectArgument, sizeArgument, wordArgument } from '../arguments.js';
import { LinkError, Trap } from '../errors.js';
import type { ExecutorName } from './engine-parts.js';
import type { Store } from './store.js';
import { type HostLinearMemory, newHostMemory } from '../host/web-assembly.js';
import { shareFor, type Share } from './store-holdings.js';
import type { AddressType, MemoryType } from '../types/external-type.js';

/** Largest byte length the interpreter's fast path addresses; beyond it every access takes the exact path. */
const FAST_LENGTH = 0x7fff_ffff;

const DEFAULT_PAGE_SIZE_LOG2 = 16;
/** A memory of so many bytes is a host's from the first: moving it there once its buffer is looked at would take the longer, and nobody pays for it. */
const LARGE_BYTES = 64 * 65_536;
const MOST_PAGES = { i32: 2 ** 16, i64: 2 ** 48 } as const;

/** What a memory is made with. */
export interface MemoryOptions {
  readonly limits: { readonly minimum: number; readonly maximum?: number | undefined };
  readonly addressType?: AddressType | undefined;
  readonly pageSizeLog2?: number;
}

/** The views of one buffer that accesses of each width go through. */
export interface Views {
  readonly u8: Uint8Array;
  readonly u16: Uint16Array;
  readonly i32: Int32Array;
  readonly i64: BigInt64Array;
  readonly view: DataView;
}

/** All views, or a RangeError where the host has none of that length: a memory never has some of one buffer and some of another. */
function viewsOf(buffer: ArrayBuffer): Views {
  const { byteLength } = buffer;
  return {
    u8: new Uint8Array(buffer),
    u16: new Uint16Array(buffer, 0, Math.floor(byteLength / 2)),
    i32: new Int32Array(buffer, 0, Math.floor(byteLength / 4)),
    i64: new BigInt64Array(buffer, 0, Math.floor(byteLength / 8)),
    view: new DataView(buffer),
  };
}

/** Views of a new buffer, zeroed; undefined where the host lacks the memory for it or cannot view so much. */
function newViews(byteLength: number): Views | undefined {
  try {
    return viewsOf(new ArrayBuffer(byteLength));
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/**
 * A linear memory (spec 4.2.8). The views cover a buffer that may be larger than the memory, so that growing page by page
 * costs amortised constant time; once `buffer` has been handed out it is exact and is detached on growth, as the
 * JavaScript API specifies, and growing copies nothing where the host has WebAssembly memories.
 */
export class Memory {
  readonly kind = 'memory';
  /** What no other object has, a Proxy of a memory neither. */
  readonly #isMemory = true;
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
  /** What the bytes are in once the buffer has been handed out, where the host has such a thing. */
  private growable: HostLinearMemory | undefined;
  private readonly owner: Store | undefined;
  private readonly share: Share | undefined;

  /**
   * @internal use Memory.create
   * @param store undefined for the memory that stands in where there is none
   * @param buffer of the host's own memory, which the store holds already
   * @throws LinkError when the store's limits forbid the initial size, or the host cannot provide it.
   */
  constructor(
    store: Store | undefined,
    protected readonly declaredType: MemoryType,
    buffer?: ArrayBuffer,
  ) {
    this.owner = store;
    let bytes = 0;
    if (store !== undefined) {
      const { maximumMemoryBytes } = store.limits;
      bytes = buffer?.byteLength ?? initialBytes(declaredType, maximumMemoryBytes);
      if (buffer === undefined) this.share = shareFor(this, store.execution.holdings, 'memoryBytes', bytes);
    }
    const views = buffer === undefined ? this.firstViews(bytes) : viewsOf(buffer);
    if (views === undefined) {
      this.share?.giveBack();
      throw new LinkError(`the host cannot provide a memory of ${counted(bytes, 'bytes')}`);
    }
    this.adopt(views, bytes);
  }

  /** @internal Whether a value is a memory. */
  static is(value: unknown): value is Memory {
    return typeof value === 'object' && value !== null && #isMemory in value;
  }

  /**
   * A new memory for imports of `store`.
   * @throws LinkError when it exceeds the store's limits; TypeError, RangeError for options that are no memory's
   */
  static create(store: Store, options: MemoryOptions): Memory {
    const { limits, addressType = 'i32', pageSizeLog2 = DEFAULT_PAGE_SIZE_LOG2 } = options;
    objectArgument(store, 'the store of a memory');
    wordArgument(addressType, ['i32', 'i64'], 'the address type of a memory');
    if (pageSizeLog2 !== 0 && pageSizeLog2 !== DEFAULT_PAGE_SIZE_LOG2) {
      throw new RangeError(`the page size of a memory is 2^0 or 2^16 bytes, not 2^${String(pageSizeLog2)}`);
    }
    const { minimum, maximum } = limitsArgument(limits, 'a memory');
    const most = pageSizeLog2 === 0 ? Infinity : MOST_PAGES[addressType];
    if (minimum > most || (maximum ?? 0) > most) throw new RangeError(`a memory has ${most} pages at most`);
    return store.execution.newMemory({
      kind: 'memory',
      limits: { minimum, maximum },
      addressType,
      pageSizeLog2,
      shared: false,
    });
  }

  /** The store that the memory is part of: it serves no other. */
  get store(): Store {
    return this.owner!;
  }

  /** The executor whose stores can use the memory. */
  get executor(): ExecutorName {
    return 'interpreter';
  }

  /** Bytes of a page: 65,536, or 1 with custom page sizes. */
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

  /** What the memory is indexed by. */
  get addressType(): AddressType {
    return this.declaredType.addressType;
  }

  /** Bytes the memory may grow to, whatever its type says. */
  protected get maximumBytes(): number {
    return this.owner?.limits.maximumMemoryBytes ?? 0;
  }

  /**
   * The bytes; the same object until the memory grows, which detaches it.
   * @throws RangeError when the host has no memory for a buffer of the exact size; Trap when the bytes were transferred away
   */
  get buffer(): ArrayBuffer {
    if (this.exposed === undefined) {
      this.requireBytes();
      this.growable ??= this.moveToGrowable();
      if (this.capacity !== this.byteLength) {
        const exact = viewsOf(new ArrayBuffer(this.byteLength));
        this.copyTo(exact.u8);
        this.adopt(exact, this.byteLength);
      }
      this.exposed = this.u8.buffer as ArrayBuffer;
    }
    return this.exposed;
  }

  /**
   * @internal The host's memory that the bytes are in, where they are moved if need be; undefined where the host has none to give, or the
   * memory is none that 32-bit addresses and pages of 64 KiB lead into.
   */
  hostMemory(): HostLinearMemory | undefined {
    if (this.addressType !== 'i32') return undefined;
    const areGone = this.u8.length === 0 && this.byteLength > 0;
    if (this.exposed === undefined && !areGone) this.growable ??= this.moveToGrowable();
    return this.growable;
  }

  /**
   * Moves the bytes into a memory of the host's WebAssembly, where there is one: a buffer that was handed out must have the exact size and
   * be detached on growth, and only there can it be grown where it lies.
   */
  private moveToGrowable(): HostLinearMemory | undefined {
    const { byteLength } = this;
    const growable = this.newGrowable(byteLength);
    if (growable === undefined) return undefined;
    const views = viewsOf(growable.buffer);
    this.copyTo(views.u8);
    this.adopt(views, byteLength);
    return growable;
  }

  /** A memory of the host's WebAssembly, zeroed; undefined where it has none to give, or pages are others. */
  private newGrowable(bytes: number): HostLinearMemory | undefined {
    const { pageBytes } = this;
    if (pageBytes !== 2 ** DEFAULT_PAGE_SIZE_LOG2) return undefined;
    const most = Math.min(this.mostBytes / pageBytes, MOST_PAGES.i32);
    return newHostMemory(bytes / pageBytes, Math.floor(most));
  }

  /** Views of the bytes that the memory begins with; undefined where the host lacks the memory for it or cannot view so much. */
  private firstViews(bytes: number): Views | undefined {
    const growable = bytes < LARGE_BYTES ? undefined : this.newGrowable(bytes);
    if (growable === undefined) return newViews(bytes);
    try {
      const views = viewsOf(growable.buffer);
      this.growable = growable;
      return views;
    } catch (error) {
      if (error instanceof RangeError) return undefined;
      throw error;
    }
  }

  /** An empty memory copies nothing: its buffer may have been transferred away, with nothing lost. */
  private copyTo(bytes: Uint8Array): void {
    const { byteLength, u8 } = this;
    if (byteLength > 0) bytes.set(u8.length === byteLength ? u8 : u8.subarray(0, byteLength));
  }

  /** Bytes that the memory may grow to, by its type and its store. */
  private get mostBytes(): number {
    const { maximum } = this.declaredType.limits;
    return Math.min(maximum === undefined ? Infinity : maximum * this.pageBytes, this.maximumBytes);
  }

  /** Grows where it lies; false if the host cannot. */
  private growInPlace(growable: HostLinearMemory, pages: number): boolean {
    // A host's memory takes no number of pages beyond 32 bits, though the limits may have been raised above.
    if (this.pages + pages > MOST_PAGES.i32) return false;
    try {
      growable.grow(pages);
    } catch (error) {
      if (error instanceof RangeError) return false;
      throw error;
    }
    this.adoptBuffer(growable.buffer);
    this.exposed = undefined;
    return true;
  }

  protected adopt({ u8, u16, i32, i64, view }: Views, byteLength: number): void {
    this.u8 = u8;
    this.u16 = u16;
    this.i32 = i32;
    this.i64 = i64;
    this.view = view;
    this.capacity = u8.length;
    this.setLength(byteLength);
  }

  /** Takes up a buffer of the host's. @throws RangeError, with nothing changed, where the host cannot view so much */
  protected adoptBuffer(buffer: ArrayBuffer): void {
    this.adopt(viewsOf(buffer), buffer.byteLength);
  }

  /** @throws Trap when the bytes are gone, because somebody transferred the buffer away that they were in */
  requireBytes(): void {
    if (this.u8.length > 0 || this.byteLength === 0) return;
    throw new Trap(
      'memory-out-of-bounds',
      "out of bounds memory access: the memory's buffer was transferred away; give a copy of it instead",
    );
  }

  private setLength(byteLength: number): void {
    this.byteLength = byteLength;
    this.fastLength = Math.min(byteLength, FAST_LENGTH);
  }

  /** Could the memory grow by `pages` as far as its limits and its store's tell? (The host may still lack the memory.) */
  canGrow(pages: number): boolean {
    const { maximum } = this.declaredType.limits;
    const { pageBytes } = this;
    const size = this.pages + pages;
    return (
      (maximum === undefined || size <= maximum) &&
      size * pageBytes <= this.maximumBytes &&
      pages * pageBytes <= this.owner!.execution.holdings.remaining('memoryBytes')
    );
  }

  /**
   * Grows by `pages`; returns the size before in pages, or -1, with nothing changed, if that is not possible.
   * @throws TypeError, RangeError for what is no number of pages
   */
  grow(pages: number): number {
    const before = this.pages;
    this.requireBytes();
    if (!this.canGrow(sizeArgument(pages, 'the pages to grow a memory by'))) return -1;
    const added = pages * this.pageBytes;
    const byteLength = this.byteLength + added;
    if (this.growable !== undefined) {
      if (!this.growInPlace(this.growable, pages)) return -1;
    } else if (byteLength <= this.capacity && this.exposed === undefined) {
      this.setLength(byteLength);
    } else {
      const views = this.allocate(byteLength);
      if (views === undefined) return -1;
      this.copyTo(views.u8);
      this.adopt(views, byteLength);
      if (this.exposed !== undefined) {
        detach(this.exposed);
        this.exposed = undefined;
      }
    }
    this.hold(added);
    return before;
  }

  /** Notes that the store holds so many bytes more. */
  protected hold(bytes: number): void {
    if (this.owner!.execution.holdings.take('memoryBytes', bytes)) this.share?.add(bytes);
  }

  /** Views of a buffer of at least `byteLength`: with room to grow when the last one was not handed out. */
  private allocate(byteLength: number): Views | undefined {
    const roomy =
      this.exposed === undefined
        ? Math.min(Math.max(byteLength, this.capacity * 2), this.mostBytes)
        : byteLength;
    return (roomy > byteLength ? newViews(roomy) : undefined) ?? newViews(byteLength);
  }
}

/** Bytes that a memory of the type begins with. @throws LinkError when they exceed the limit. */
export function initialBytes({ limits, pageSizeLog2 }: MemoryType, maximumBytes: number): number {
  const bytes = limits.minimum * 2 ** pageSizeLog2;
  if (bytes > maximumBytes) {
    throw new LinkError(
      `memory of ${counted(bytes, 'bytes')} exceeds the limit of ${counted(maximumBytes, 'bytes')} (limit maximumMemoryBytes)`,
    );
  }
  return bytes;
}

/** Detaches a buffer, if nobody has: transferring it is the one way every host has. */
function detach(buffer: ArrayBuffer): void {
  try {
    new Uint8Array(buffer);
  } catch {
    return;
  }
  structuredClone(buffer, { transfer: [buffer] });
}

/** What stands in for memory 0 in instances without one: every access is out of bounds. */
export const NO_MEMORY = new Memory(undefined, {
  kind: 'memory',
  limits: { minimum: 0, maximum: 0 },
  addressType: 'i32',
  pageSizeLog2: DEFAULT_PAGE_SIZE_LOG2,
  shared: false,
});
