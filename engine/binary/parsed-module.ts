import type { Features } from '../features.js';
import type { EnforcedLimits } from '../enforced-limits.js';
import type {
  ExternalKind,
  ExternalType,
  GlobalType,
  MemoryType,
  TableType,
} from '../types/external-type.js';
import type { ConstantExpression } from './constant-operation.js';
import type { DataSegments } from './data-segments.js';
import type { ElementSegments } from './element-segments.js';
import type { FunctionType } from '../types/function-type.js';

/** What a module imports: module name, name and type. */
export interface ImportDescriptor {
  readonly module: string;
  readonly name: string;
  readonly type: ExternalType;
}

export interface ExportDescriptor {
  readonly name: string;
  readonly kind: ExternalKind;
  /** Index in the index space of `kind`, imports first. */
  readonly index: number;
}

export interface CustomSection {
  readonly name: string;
  readonly bytesOffset: number;
  readonly bytesLength: number;
}

/**
 * A module after the parse phase: every section but the function bodies decoded and validated, bodies located
 * but not looked into. Index spaces list imports first (spec 2.5.1). Nothing here is per uncompiled function but
 * fixed-size entries in typed arrays.
 */
export interface ParsedModule {
  /** The module's bytes, private to the engine: a copy, or a buffer that the caller promised not to change. */
  readonly bytes: Uint8Array;
  readonly features: Features;
  readonly limits: EnforcedLimits;
  readonly types: readonly FunctionType[];
  readonly imports: readonly ImportDescriptor[];
  readonly exports: readonly ExportDescriptor[];
  readonly importedFunctionCount: number;
  readonly importedTableCount: number;
  readonly importedMemoryCount: number;
  readonly importedGlobalCount: number;
  /** Type index per function, imports first. */
  readonly functionTypeIndices: Uint32Array;
  readonly tables: readonly TableType[];
  readonly memories: readonly MemoryType[];
  readonly globals: readonly GlobalType[];
  /** Initialisers of the defined globals, in order. */
  readonly globalInitializers: readonly ConstantExpression[];
  readonly startFunctionIndex: number | undefined;
  readonly elements: ElementSegments;
  readonly data: DataSegments;
  /** Of the data count section; undefined when the module has none. */
  readonly dataCount: number | undefined;
  /** Per defined function: offset in `bytes` of the body (its local declarations), and its length in bytes. */
  readonly bodyOffsets: Uint32Array;
  readonly bodyLengths: Uint32Array;
  /** Per defined function, filled in when its body is validated: what its frame counts for (see `frameCost`), and whether it calls. */
  readonly frameCosts: Uint32Array;
  readonly makesCalls: Uint8Array;
  /** Per defined function how often control joins in its body, as `BodyWork` counts it; noted where it is found valid. */
  readonly joins: Uint32Array;
  /** Per defined function what `BodyWork.dear` is of its body, noted likewise. */
  readonly dear: Uint32Array;
  /** One bit per function: may `ref.func` name it inside a body (spec C.refs)? */
  readonly referencedFunctions: Uint32Array;
  readonly customSections: readonly CustomSection[];
}

/** Number of functions whose bodies are in the module. */
export function definedFunctionCount(module: ParsedModule): number {
  return module.bodyOffsets.length;
}

/** The type of the function at `functionIndex` (imports first). */
export function functionTypeAt(module: ParsedModule, functionIndex: number): FunctionType {
  return module.types[module.functionTypeIndices[functionIndex]!]!;
}

/** Length of the body of the function at `functionIndex` (imports first). */
export function bodyBytesOf(module: ParsedModule, functionIndex: number): number {
  return module.bodyLengths[functionIndex - module.importedFunctionCount]!;
}
