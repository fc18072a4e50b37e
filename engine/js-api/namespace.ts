// The types of a namespace shaped like the standard's (JS API 5).
import type { Engine } from '../engine.js';
import type { Store } from '../runtime/store.js';
import type { ExportedFunction } from './exported-function.js';
import type { DescriptorTypeName } from './values.js';
import type { NamespaceErrorConstructor } from './namespace-errors.js';

/** Bytes in an ArrayBuffer, a SharedArrayBuffer or a view of one. */
export type BufferSource = ArrayBufferLike | ArrayBufferView;

export type ImportExportKind = 'function' | 'table' | 'memory' | 'global';

export interface ModuleExportDescriptor {
  name: string;
  kind: ImportExportKind;
}

export interface ModuleImportDescriptor {
  module: string;
  name: string;
  kind: ImportExportKind;
}

/** Values that imports may be: functions, numbers, bigints, and objects of this namespace. */
export type ImportObject = Readonly<Record<string, object>>;

/** A module; opaque. */
export type ModuleObject = object;

export interface ModuleConstructor {
  new (bytes: BufferSource): ModuleObject;
  readonly prototype: ModuleObject;
  exports(module: ModuleObject): ModuleExportDescriptor[];
  imports(module: ModuleObject): ModuleImportDescriptor[];
  customSections(module: ModuleObject, sectionName: string): ArrayBuffer[];
}

export type ExportObject = ExportedFunction | MemoryObject | TableObject | GlobalObject;

export interface InstanceObject {
  /** Frozen, without a prototype. */
  readonly exports: Readonly<Record<string, ExportObject>>;
}

export interface InstanceConstructor {
  new (module: ModuleObject, imports?: ImportObject): InstanceObject;
  readonly prototype: InstanceObject;
}

export interface InstantiatedSource {
  module: ModuleObject;
  instance: InstanceObject;
}

/** Sizes are numbers, or bigints where the address type is `i64`. */
export type Size = number | bigint;

export interface MemoryDescriptor {
  readonly initial: Size;
  readonly maximum?: Size | undefined;
  readonly address?: 'i32' | 'i64' | undefined;
  readonly shared?: boolean | undefined;
}

export interface MemoryObject {
  /** The bytes themselves: the same buffer until the memory grows, which detaches it. */
  readonly buffer: ArrayBuffer;
  /** Grows by that many pages; returns the size before. @throws RangeError when it cannot. */
  grow(delta: Size): Size;
  /** The memory's type, as the type reflection proposal has it. */
  type(): { minimum: Size; maximum?: Size; shared: boolean; address: 'i32' | 'i64' };
}

export interface MemoryConstructor {
  new (descriptor: MemoryDescriptor): MemoryObject;
  readonly prototype: MemoryObject;
}

export interface TableDescriptor {
  readonly element: 'anyfunc' | 'externref';
  readonly initial: Size;
  readonly maximum?: Size | undefined;
  readonly address?: 'i32' | 'i64' | undefined;
}

export interface TableObject {
  readonly length: Size;
  grow(delta: Size, value?: unknown): Size;
  get(index: Size): unknown;
  set(index: Size, value?: unknown): void;
  type(): { element: string; minimum: Size; maximum?: Size; address: 'i32' | 'i64' };
}

export interface TableConstructor {
  new (descriptor: TableDescriptor, value?: unknown): TableObject;
  readonly prototype: TableObject;
}

export interface GlobalDescriptor {
  readonly value: DescriptorTypeName;
  readonly mutable?: boolean | undefined;
}

export interface GlobalObject {
  value: unknown;
  valueOf(): unknown;
  type(): { value: string; mutable: boolean };
}

export interface GlobalConstructor {
  new (descriptor: GlobalDescriptor, value?: unknown): GlobalObject;
  readonly prototype: GlobalObject;
}

/** Exceptions are not supported yet: constructing throws a TypeError, so that glue can test for the feature and for instances. */
export interface UnsupportedConstructor {
  new (...values: unknown[]): object;
  readonly prototype: object;
}

/** What `fetch` gives, as far as streaming needs it. */
export interface ResponseLike {
  readonly ok: boolean;
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  arrayBuffer(): Promise<ArrayBuffer>;
}

/** A namespace shaped like the standard's `WebAssembly`, over an embedded engine and one store. */
export interface WebAssemblyNamespace {
  readonly Module: ModuleConstructor;
  readonly Instance: InstanceConstructor;
  readonly Memory: MemoryConstructor;
  readonly Table: TableConstructor;
  readonly Global: GlobalConstructor;
  readonly Tag: UnsupportedConstructor;
  readonly Exception: UnsupportedConstructor;
  readonly CompileError: NamespaceErrorConstructor;
  readonly LinkError: NamespaceErrorConstructor;
  readonly RuntimeError: NamespaceErrorConstructor;
  validate(bytes: BufferSource): boolean;
  compile(bytes: BufferSource): Promise<ModuleObject>;
  instantiate(bytes: BufferSource, imports?: ImportObject): Promise<InstantiatedSource>;
  instantiate(module: ModuleObject, imports?: ImportObject): Promise<InstanceObject>;
  compileStreaming(source: ResponseLike | PromiseLike<ResponseLike>): Promise<ModuleObject>;
  instantiateStreaming(
    source: ResponseLike | PromiseLike<ResponseLike>,
    imports?: ImportObject,
  ): Promise<InstantiatedSource>;
  /** Beyond the standard: the engine behind the namespace. */
  readonly engine: Engine;
  /** Beyond the standard: the store that everything of the namespace lives in; its fuel pays for loading and running. */
  readonly store: Store;
}
