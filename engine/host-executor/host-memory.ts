import { SectionCode } from '../binary/section-code.js';
import { initialBytes, Memory } from '../runtime/memory.js';
import { sizeArgument } from '../arguments.js';
import type { ExecutorName } from '../runtime/engine-parts.js';
import type { Store } from '../runtime/store.js';
import type { AddressType, MemoryType } from '../types/external-type.js';
import { checkHostMemory, memoryTypeBytes } from './host-limits.js';
import { instanceFor } from './link.js';
import { compileSmallModule, nameBytes, section } from './small-module.js';
import type { HostLinearMemory } from '../host/web-assembly.js';

const MEMORY_KIND = 2;

/** A memory of the host's WebAssembly. Its views are those of `Memory`: they are current whenever JavaScript runs. */
export class HostMemory extends Memory {
  constructor(
    store: Store,
    type: MemoryType,
    /** The host's `WebAssembly.Memory`. */
    readonly hostObject: HostLinearMemory,
  ) {
    super(store, type, hostObject.buffer);
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
    const memory = new HostMemory(store, type, instanceFor(module, {}).exports['it'] as HostLinearMemory);
    holdings.take('memoryBytes', bytes);
    return memory;
  }

  override get executor(): ExecutorName {
    return 'host';
  }

  override get buffer(): ArrayBuffer {
    this.refresh();
    return this.hostObject.buffer;
  }

  /** Pages that the memory may have. */
  get maximumPages(): number {
    const enforced = Math.floor(this.maximumBytes / this.pageBytes);
    return Math.min(this.declaredType.limits.maximum ?? enforced, enforced);
  }

  override grow(pages: number): number {
    this.refresh();
    const before = this.pages;
    if (!this.canGrow(sizeArgument(pages, 'the pages to grow a memory by'))) return -1;
    try {
      growHost(this.hostObject, this.addressType, pages);
    } catch (error) {
      if (error instanceof RangeError) return -1;
      throw error;
    }
    this.hold(pages * this.pageBytes);
    this.refresh();
    return before;
  }

  /** Takes up the present buffer, after code ran that may have grown the memory. */
  refresh(): void {
    const { buffer } = this.hostObject;
    if (buffer !== this.u8.buffer) this.adoptBuffer(buffer);
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
