import type { FunctionType } from './function-type.js';
import type { ValueType } from './value-type.js';

/**
 * Size limits of a memory (in pages) or a table (in elements). Numbers are exact up to 2^53; a declared maximum
 * beyond that is stored as `Number.MAX_SAFE_INTEGER`, which no implementation limit reaches.
 */
export interface Limits {
  readonly minimum: number;
  readonly maximum: number | undefined;
}

/** What a memory or table is indexed by: `i64` in those of the memory64 proposal. */
export type AddressType = 'i32' | 'i64';

/** The type of a memory (spec 2.3.12). */
export interface MemoryType {
  readonly kind: 'memory';
  readonly limits: Limits;
  readonly addressType: AddressType;
  /** log2 of the page size in bytes: 16, or 0 with the custom-page-sizes feature. */
  readonly pageSizeLog2: number;
  /** Parsed for the threads proposal's sake; a shared memory is refused while the feature is not supported. */
  readonly shared: boolean;
}

/** The type of a table (spec 2.3.13). */
export interface TableType {
  readonly kind: 'table';
  readonly element: ValueType;
  readonly limits: Limits;
  readonly addressType: AddressType;
}

/** The type of a global (spec 2.3.14). */
export interface GlobalType {
  readonly kind: 'global';
  readonly value: ValueType;
  readonly mutable: boolean;
}

/** A function, where it is imported or exported. */
export interface FunctionExternalType {
  readonly kind: 'function';
  readonly type: FunctionType;
}

/** The type of what is imported or exported (spec 2.3.15). */
export type ExternalType = FunctionExternalType | TableType | MemoryType | GlobalType;
/** `function`, `table`, `memory` or `global`. */
export type ExternalKind = ExternalType['kind'];
