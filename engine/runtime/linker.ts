import type { ImportDescriptor } from '../binary/parsed-module.js';
import { LinkError } from '../errors.js';
import { Memory } from './memory.js';
import { Table } from './table.js';
import type { ExternalType } from '../types/external-type.js';
import { objectArgument, shown } from '../arguments.js';
import { functionTypeText } from '../types/function-type.js';
import type { EngineParts } from './engine-parts.js';
import { Func } from './func.js';
import { Global } from './global.js';
import type { Extern, Instance } from './instance.js';
import type { Module } from './module.js';
import { instantiate } from './observed-call.js';
import type { Store } from './store.js';
import { roomFor } from './store-room.js';

/** Names that modules import, and what the host gives for them. */
export class Linker {
  private readonly definitions = new Map<string, Map<string, Extern>>();

  constructor(readonly engine: EngineParts) {}

  /**
   * Defines one import; a second definition of the same name replaces the first.
   * @throws TypeError for what cannot be imported, LinkError for what belongs to a store of another engine
   */
  define(module: string, name: string, value: Extern): this {
    checkExtern(value, `${module}.${name}`);
    const { engine } = value.store;
    if (engine !== this.engine) {
      const executors = `executor "${engine.executor}", the linker has executor "${this.engine.executor}"`;
      throw new LinkError(
        `${module}.${name} is a ${value.kind} that belongs to another engine: ${executors}`,
      );
    }
    let names = this.definitions.get(module);
    if (names === undefined) {
      names = new Map();
      this.definitions.set(module, names);
    }
    names.set(name, value);
    return this;
  }

  /** Defines all exports of an instance under a module name. */
  defineInstance(module: string, instance: Instance): this {
    for (const [name, value] of instance.exports) this.define(module, name, value);
    return this;
  }

  /** What is defined for an import, if anything. */
  get(module: string, name: string): Extern | undefined {
    return this.definitions.get(module)?.get(name);
  }

  /**
   * Links and instantiates a module (spec 4.7.2), its start function included.
   *
   * @throws OutOfFuelError, with nothing made or charged, when the store cannot pay for the instance (Module.instantiationFuel);
   * LinkError for an import that is missing or of another type; Trap (OutOfFuelError too) of active segments or the start function,
   * after which the store stays as it is then, as the specification has it.
   */
  instantiate(store: Store, module: Module): Instance {
    objectArgument(store, 'the store to instantiate in');
    objectArgument(module, 'the module to instantiate');
    if (module.engine !== this.engine || store.engine !== this.engine) {
      throw new TypeError('linker, store and module belong to different engines');
    }
    const values = module.imports.map(({ module: from, name }) => this.get(from, name));
    return linkAndInstantiate(store, module, values);
  }
}

/**
 * Instantiates a module with a value for each of its imports, in their order; see Linker.instantiate. It is charged before anything is
 * looked at, so that instantiating costs the same whether or not it succeeds.
 */
export function linkAndInstantiate(
  store: Store,
  module: Module,
  values: readonly (Extern | undefined)[],
): Instance {
  if (module.engine !== store.engine) throw new TypeError('store and module belong to different engines');
  return instantiate(store, module, () => link(store, module, values));
}

function link(store: Store, module: Module, values: readonly (Extern | undefined)[]): Instance {
  store.consumeFuel(module.instantiationFuel, 'instantiating the module');
  const functions: Func[] = [];
  const tables: Table[] = [];
  const memories: Memory[] = [];
  const globals: Global[] = [];
  module.imports.forEach((descriptor, i) => {
    const value = values[i];
    checkImport(store, descriptor, value);
    switch (value.kind) {
      case 'function':
        functions.push(value);
        break;
      case 'table':
        tables.push(value);
        break;
      case 'memory':
        memories.push(value);
        break;
      case 'global':
        globals.push(value);
    }
  });
  const needs = roomFor(store, module.parsed);
  return store.execution.instantiate(module, { functions, tables, memories, globals }, needs);
}

function checkImport(
  store: Store,
  descriptor: ImportDescriptor,
  value: Extern | undefined,
): asserts value is Extern {
  const name = `${descriptor.module}.${descriptor.name}`;
  if (value === undefined) throw new LinkError(`unknown import: ${name}`);
  checkExtern(value, name);
  if (value.store !== store) {
    throw new LinkError(
      `incompatible import type: ${name} is a ${value.kind} that belongs to another store: a store takes only its own`,
    );
  }
  const problem = mismatch(descriptor.type, value);
  if (problem !== undefined) throw new LinkError(`incompatible import type: ${name} ${problem}`);
}

function checkExtern(value: unknown, name: string): asserts value is Extern {
  const isExtern = [Func, Table, Memory, Global].some((part) => part.is(value));
  if (!isExtern) {
    throw new TypeError(`${name} is defined as a Func, Table, Memory or Global, not as ${shown(value)}`);
  }
}

/** Why `value` does not match an import of type `wanted` (spec 4.5.3), or undefined. */
function mismatch(wanted: ExternalType, value: Extern): string | undefined {
  if (wanted.kind !== value.kind) return `is a ${value.kind}, not a ${wanted.kind}`;
  switch (wanted.kind) {
    case 'function': {
      const { type } = value as Func;
      if (type.id === wanted.type.id) return undefined;
      return `is ${functionTypeText(type)}, not ${functionTypeText(wanted.type)}`;
    }
    case 'global': {
      const { type } = value as Global;
      return type.value === wanted.value && type.mutable === wanted.mutable
        ? undefined
        : 'is a global of another type';
    }
    case 'table': {
      const { type } = value as Table;
      if (type.element !== wanted.element) return 'is a table of another element type';
      if (type.addressType !== wanted.addressType) return 'is a table of another address type';
      return limitsMismatch(type.limits, wanted.limits);
    }
    case 'memory': {
      const { type } = value as Memory;
      if (type.addressType !== wanted.addressType) return 'is a memory of another address type';
      if (type.pageSizeLog2 !== wanted.pageSizeLog2) return 'is a memory of another page size';
      return limitsMismatch(type.limits, wanted.limits);
    }
  }
}

function limitsMismatch(
  have: { readonly minimum: number; readonly maximum: number | undefined },
  want: { readonly minimum: number; readonly maximum: number | undefined },
): string | undefined {
  if (have.minimum < want.minimum) return `has size ${have.minimum}, below the ${want.minimum} wanted`;
  if (want.maximum === undefined) return undefined;
  if (have.maximum === undefined) return `has no maximum where ${want.maximum} is wanted`;
  return have.maximum <= want.maximum
    ? undefined
    : `has maximum ${have.maximum}, above the ${want.maximum} wanted`;
}
