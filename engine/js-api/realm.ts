import type { Memory } from '../runtime/memory.js';
import type { Table } from '../runtime/table.js';
import type { EngineParts } from '../runtime/engine-parts.js';
import type { Func } from '../runtime/func.js';
import type { Global } from '../runtime/global.js';
import type { Extern } from '../runtime/instance.js';
import type { Module } from '../runtime/module.js';
import type { Store } from '../runtime/store.js';
import { exportedFunction, type ExportedFunction } from './exported-function.js';
import { NamespaceErrors } from './namespace-errors.js';
import { uncloneable } from './uncloneable.js';

/** The parts of a namespace that have an object of the API each. */
export type Wrapped = Exclude<Extern, Func> | Module;

/**
 * What the classes of one namespace share: its store, its errors, and which object of the API stands for which part of the store,
 * so that each part has one object for good (JS API 4, the caches).
 */
export class Realm {
  readonly errors = new NamespaceErrors();
  readonly engine: EngineParts;
  private readonly functions = new WeakMap<Func, ExportedFunction>();
  private readonly functionsBehind = new WeakMap<object, Func>();
  private readonly objects = new WeakMap<Wrapped, object>();
  private readonly parts = new WeakMap<object, Wrapped>();
  private readonly importIndices = new WeakMap<Func, number>();
  /** Prototypes of the API's objects; the classes enter theirs. */
  readonly prototypes: { memory?: object; table?: object; global?: object } = {};

  constructor(readonly store: Store) {
    this.engine = store.engine;
  }

  /** A new object of the API for its part, which no clone can be made of. */
  newObject<T extends object>(prototype: T, part: Wrapped): T {
    const object = uncloneable(prototype) as T;
    this.objects.set(part, object);
    this.parts.set(object, part);
    return object;
  }

  /** What a class's constructor gives in place of its ordinary object, of the same class. */
  constructed<T extends object>(ordinary: T, part: Wrapped): T {
    return this.newObject(Object.getPrototypeOf(ordinary) as T, part);
  }

  /** The part behind a value, if it is an object of this namespace. */
  partBehind(value: unknown): Wrapped | undefined {
    return this.parts.get(value as object);
  }

  memoryOf(value: unknown): Memory {
    return this.part(value, 'memory', 'Memory') as Memory;
  }

  tableOf(value: unknown): Table {
    return this.part(value, 'table', 'Table') as Table;
  }

  globalOf(value: unknown): Global {
    return this.part(value, 'global', 'Global') as Global;
  }

  private part(value: unknown, kind: 'memory' | 'table' | 'global', className: string): Wrapped {
    const part = this.parts.get(value as object);
    if (part === undefined || !('kind' in part) || part.kind !== kind) {
      throw new TypeError(`this is not a WebAssembly.${className} of this namespace`);
    }
    return part;
  }

  /** The API's object or function for anything that can be exported: the same one each time. */
  objectOf(extern: Extern): object {
    if (extern.kind === 'function') return this.functionOf(extern);
    return this.objects.get(extern) ?? this.newObject(this.prototypes[extern.kind]!, extern);
  }

  functionOf(func: Func): ExportedFunction {
    let exported = this.functions.get(func);
    if (exported === undefined) {
      const index = func.embedderFunction === null ? func.index : (this.importIndices.get(func) ?? 0);
      exported = exportedFunction(this, func, String(index));
      this.functions.set(func, exported);
      this.functionsBehind.set(exported, func);
    }
    return exported;
  }

  /** The function behind an exported function of this namespace. */
  funcBehind(value: unknown): Func | undefined {
    return this.functionsBehind.get(value as object);
  }

  /** Notes at which index an embedder function was imported: an exported function is named by it. */
  nameEmbedderFunction(func: Func, importIndex: number): void {
    this.importIndices.set(func, importIndex);
  }
}
