import { functionTypeAt } from '../binary/parsed-module.js';
import { Memory, NO_MEMORY } from './memory.js';
import type { Table } from './table.js';
import { Func } from './func.js';
import type { Global } from './global.js';
import type { GlobalStorage } from './engine-parts.js';
import type { Module } from './module.js';
import type { Store } from './store.js';

/** Anything that can be imported and exported. */
export type Extern = Func | Memory | Table | Global;

const NO_BYTES = new Uint8Array(0);
/** @internal Of a segment that is empty or dropped. */
export const NO_ELEMENTS: readonly unknown[] = [];

/** A module instance (spec 4.2.5). Made by Linker.instantiate. */
export class Instance {
  /** Imports first; defined functions appear when first used. */
  readonly functions: (Func | null)[];
  /** For the interpreter: memory 0, or one without bytes. */
  readonly memory: Memory;
  /** For the interpreter: where the values of globals are. */
  globalValues!: GlobalStorage;
  /** For the interpreter: index of each global's first word there. */
  readonly globalSlots: Int32Array;
  /** One bit per data segment: has it been dropped? */
  private readonly droppedData: Uint32Array;
  /** For the interpreter: values of the element segments; empty once dropped. */
  readonly elementSegments: (readonly unknown[])[] = [];
  /** For the interpreter: what its loop in WebAssembly knows of the instance; null where it cannot run it. */
  loop: object | null | undefined = undefined;
  /** By name, in the module's order. */
  readonly exports: ReadonlyMap<string, Extern> = new Map();

  /** @internal use Linker.instantiate */
  constructor(
    readonly store: Store,
    readonly module: Module,
    importedFunctions: readonly Func[],
    /** Imports first. On the host executor only those that are imported or exported: the host hides the rest. */
    readonly tables: readonly Table[],
    /** The same. */
    readonly memories: readonly Memory[],
    /** The same. */
    readonly globals: Global[],
  ) {
    const { parsed } = module;
    this.functions = new Array<Func | null>(parsed.functionTypeIndices.length).fill(null);
    importedFunctions.forEach((func, i) => (this.functions[i] = func));
    this.memory = memories[0] ?? NO_MEMORY;
    this.globalSlots = new Int32Array(parsed.globals.length);
    this.droppedData = new Uint32Array((parsed.data.length + 31) >>> 5);
  }

  /** The function at `index`, imports first: the same object each time. */
  functionAt(index: number): Func {
    let func = this.functions[index];
    if (func === null || func === undefined) {
      func = new Func(this.store, functionTypeAt(this.module.parsed, index), this, index, null);
      this.functions[index] = func;
    }
    return func;
  }

  /** @internal Contents of a data segment; none once it has been dropped. */
  dataBytes(index: number): Uint8Array {
    if ((this.droppedData[index >>> 5]! >>> (index & 31)) & 1) return NO_BYTES;
    const { bytes, data } = this.module.parsed;
    const start = data.bytesOffsetOf(index);
    return bytes.subarray(start, start + data.bytesLengthOf(index));
  }

  /** @internal */
  dropData(index: number): void {
    this.droppedData[index >>> 5]! |= 1 << (index & 31);
  }

  /** @internal */
  dropElements(index: number): void {
    this.elementSegments[index] = NO_ELEMENTS;
  }

  /** @internal */
  fillExports(): void {
    const exports = this.exports as Map<string, Extern>;
    for (const { name, kind, index } of this.module.parsed.exports) {
      switch (kind) {
        case 'function':
          exports.set(name, this.functionAt(index));
          break;
        case 'table':
          exports.set(name, this.tables[index]!);
          break;
        case 'memory':
          exports.set(name, this.memories[index]!);
          break;
        case 'global':
          exports.set(name, this.globals[index]!);
      }
    }
  }

  private exported<K extends Extern['kind']>(
    name: string,
    kind: K,
  ): Extract<Extern, { kind: K }> | undefined {
    const value = this.exports.get(name);
    return value?.kind === kind ? (value as Extract<Extern, { kind: K }>) : undefined;
  }

  /** The exported function of that name; undefined where there is none, or it is something else. */
  getFunction(name: string): Func | undefined {
    return this.exported(name, 'function');
  }

  /** The exported memory of that name; undefined where there is none, or it is something else. */
  getMemory(name: string): Memory | undefined {
    return this.exported(name, 'memory');
  }

  /** The exported table of that name; undefined where there is none, or it is something else. */
  getTable(name: string): Table | undefined {
    return this.exported(name, 'table');
  }

  /** The exported global of that name; undefined where there is none, or it is something else. */
  getGlobal(name: string): Global | undefined {
    return this.exported(name, 'global');
  }
}
