import type { Memory } from './memory.js';
import type { Table } from './table.js';
import type { GlobalType, MemoryType, TableType } from '../types/external-type.js';
import type { Func } from './func.js';
import type { Global } from './global.js';
import type { Instance } from './instance.js';
import type { ResumableCall, ResumableRawCall } from '../interpreter/invocation.js';
import type { Module } from './module.js';
import type { ModuleNeeds } from './store-room.js';
import type { StoreHoldings } from './store-holdings.js';
import type { RawValue, Value } from './value.js';

/** What runs the functions of an engine's modules: the engine's interpreter, or the host's own WebAssembly. */
export type ExecutorName = 'interpreter' | 'host';

/** Where a global's value is. */
export interface GlobalCell {
  raw: RawValue;
}

/** Values for a module's imports, by index space; they have been checked against the imports' types. */
export interface ImportedExterns {
  readonly functions: readonly Func[];
  readonly tables: readonly Table[];
  readonly memories: readonly Memory[];
  readonly globals: readonly Global[];
}

/**
 * What an executor does in one store. The parts of the public API (Store, Func, Global, Instance) ask it for whatever depends on who
 * executes; there is one implementation per executor.
 */
export interface Execution {
  /** Fuel left. */
  fuel: bigint;
  /** What the store's parts hold together. */
  readonly holdings: StoreHoldings;
  /** @throws LinkError when the store's limits forbid the size. */
  newMemory(type: MemoryType): Memory;
  /** Null unless an initial value is given. @throws LinkError when the store's limits forbid the size. */
  newTable(type: TableType, ...initial: [value?: unknown]): Table;
  newGlobal(type: GlobalType, initial: RawValue): GlobalCell;
  /** Spec 4.7.2, the start function included; see Linker.instantiate for the errors. */
  instantiate(module: Module, imports: ImportedExterns, needs: ModuleNeeds): Instance;
  /** See Func.call. */
  call(func: Func, values: readonly Value[]): Value[];
  /** See Func.callRaw. */
  callRaw(func: Func, values: readonly RawValue[]): RawValue[];
  /** See Func.callResumable. */
  callResumable(func: Func, values: readonly Value[]): ResumableCall;
  /** See Func.callRawResumable. */
  callRawResumable(func: Func, values: readonly RawValue[]): ResumableRawCall;
}
