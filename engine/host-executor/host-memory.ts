import { SectionCode } from '../binary/section-code.js';
import { initialBytes, Memory, type Views } from '../runtime/memory.js';
import { sizeArgument } from '../arguments.js';
import type { ExecutorName } from '../runtime/engine-parts.js';
import type { Store } from '../runtime/store.js';
import type { AddressType, MemoryType } from '../types/external-type.js';
import { checkHostMemory, memoryTypeBytes } from './injection/host-limits.js';
import type { HostHoldings } from './host-holdings.js';
import { instanceFor } from './link.js';
import { nameBytes, section } from '../binary/module-parts.js';
import { compileSmallModule } from '../host/small-module.js';
import type { HostLinearMemory } from '../host/web-assembly.js';

const MEMORY_KIND = 2;

/**
 * What a memory's views are looked up by. Modules grow a memory out of the engine's sight, and a store may have thousands: so each looks
 * whether it has grown when it is looked at, rather than all of them whenever JavaScript runs.
 */
const CURRENT_VIEWS: PropertyDescriptorMap & ThisType<HostMemory> = {
  u8: { get: currentView('u8') },
  u16: { get: currentView('u16') },
  i32: { get: currentView('i32') },
  i64: { get: currentView('i64') },
  view: { get: currentView('view') },
  byteLength: {
    get() {
      return this.current().u8.length;
    },
  },
};

function currentView(name: keyof Views): (this: HostMemory) => Views[keyof Views] {
  return function () {
    return this.current()[name];
  };
}

/** A memory of the host's WebAssembly. Its views are those of `Memory`, current whenever they are looked at. */
export class HostMemory extends Memory {
  /** The views of the host's buffer when it was last looked at. */
  declare private views: Views;

  constructor(
    store: Store,
    type: MemoryType,
    /** The host's `WebAssembly.Memory`. */
    readonly hostObject: HostLinearMemory,
  ) {
    super(store, type, hostObject.buffer);
    Object.defineProperties(this, CURRENT_VIEWS);
  }

  /**
   * A new memory of the host.
   * @throws LinkError above a limit, or when the host cannot provide it; UnsupportedModuleError for a type that the host does not know.
   */
  static make(store: Store, type: MemoryType): HostMemory {
    const { holdings } = store.execution;
    const bytes = initialBytes(type, store.limits.maximumMemoryBytes);
    checkHostMemory(type);
    holdings.require('memoryBytes', bytes);
    const module = compileSmallModule(
      section(SectionCode.Memory, [memoryTypeBytes(type)]),
      section(SectionCode.Export, [[...nameBytes('it'), MEMORY_KIND, 0]]),
    );
    const { exports } = instanceFor(module, {}, { memories: 1, tables: 0 }, holdings as HostHoldings);
    const memory = new HostMemory(store, type, exports['it'] as HostLinearMemory);
    holdings.take('memoryBytes', bytes);
    return memory;
  }

  override get executor(): ExecutorName {
    return 'host';
  }

  override get buffer(): ArrayBuffer {
    return this.hostObject.buffer;
  }

  /** Pages that the memory may have. */
  get maximumPages(): number {
    const enforced = Math.floor(this.maximumBytes / this.pageBytes);
    return Math.min(this.declaredType.limits.maximum ?? enforced, enforced);
  }

  override grow(pages: number): number {
    const before = this.pages;
    if (!this.canGrow(sizeArgument(pages, 'the pages to grow a memory by'))) return -1;
    try {
      growHost(this.hostObject, this.addressType, pages);
    } catch (error) {
      if (error instanceof RangeError) return -1;
      throw error;
    }
    this.hold(pages * this.pageBytes);
    return before;
  }

  protected override adopt(views: Views): void {
    this.views = views;
  }

  /** The views of the present buffer. @throws RangeError where the host cannot view so much */
  current(): Views {
    const { buffer } = this.hostObject;
    if (buffer !== this.views.u8.buffer) this.adoptBuffer(buffer);
    return this.views;
  }
}

function growHost(memory: HostLinearMemory, addressType: AddressType, pages: number): void {
  if (addressType === 'i32') {
    memory.grow(pages);
    return;
  }
  try {
    memory.grow(BigInt(pages));
  } catch (error) {
    // V8 12.4 (Node 22) is of the time when these sizes were numbers too.
    if (!(error instanceof TypeError)) throw error;
    memory.grow(pages);
  }
}
