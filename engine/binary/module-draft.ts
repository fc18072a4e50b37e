import type { EnforcedLimits } from '../enforced-limits.js';
import type { FeatureName, Features } from '../features.js';
import type { ExternalKind, GlobalType, MemoryType, TableType } from '../types/external-type.js';
import type { FunctionType, FunctionTypes } from '../types/function-type.js';
import { ByteReader } from './byte-reader.js';
import { DataSegments } from './data-segments.js';
import { ElementSegments } from './element-segments.js';
import type { ConstantExpression } from './constant-operation.js';
import type { CustomSection, ExportDescriptor, ImportDescriptor, ParsedModule } from './parsed-module.js';
import { switchedOff } from './required-feature.js';

const NO_BODIES = new Uint32Array(0);

// A module while its sections are being read: the reader, and what was read so far.
export class ModuleDraft {
  readonly reader: ByteReader;
  readonly types: FunctionType[] = [];
  readonly imports: ImportDescriptor[] = [];
  readonly exports: ExportDescriptor[] = [];
  readonly importedFunctionTypes: number[] = [];
  importedTableCount = 0;
  importedMemoryCount = 0;
  importedGlobalCount = 0;
  readonly tables: TableType[] = [];
  readonly memories: MemoryType[] = [];
  readonly globals: GlobalType[] = [];
  readonly globalInitializers: ConstantExpression[] = [];
  startFunctionIndex: number | undefined;
  elements = new ElementSegments(0, 0);
  data = new DataSegments(0);
  dataCount: number | undefined;
  bodyOffsets = NO_BODIES;
  bodyLengths = NO_BODIES;
  readonly customSections: CustomSection[] = [];
  // Undefined until the function section has been read or passed by.
  private allFunctionTypes: Uint32Array | undefined;
  private functionReferences: Uint32Array | undefined;

  constructor(
    readonly bytes: Uint8Array,
    readonly features: Features,
    readonly limits: EnforcedLimits,
    readonly functionTypes: FunctionTypes,
  ) {
    this.reader = new ByteReader(bytes);
  }

  // Type index per function, imports first. Complete from the sections behind the function section on.
  get functionTypeIndices(): Uint32Array {
    this.allFunctionTypes ??= Uint32Array.from(this.importedFunctionTypes);
    return this.allFunctionTypes;
  }

  set functionTypeIndices(indices: Uint32Array) {
    this.allFunctionTypes = indices;
  }

  get definedFunctionCount(): number {
    return this.functionTypeIndices.length - this.importedFunctionTypes.length;
  }

  // One bit per function that `ref.func` may name (spec C.refs).
  get referencedFunctions(): Uint32Array {
    this.functionReferences ??= new Uint32Array((this.functionTypeIndices.length + 31) >>> 5);
    return this.functionReferences;
  }

  // Checks the index of a function outside bodies and notes the reference.
  referTo(functionIndex: number, offset: number): void {
    if (functionIndex >= this.functionTypeIndices.length) {
      this.reader.invalid(`unknown function ${functionIndex}`, offset);
    }
    this.referencedFunctions[functionIndex >>> 5]! |= 1 << (functionIndex & 31);
  }

  // Refuses `construct` when its feature is switched off.
  require(feature: FeatureName, construct: string, offset: number): void {
    if (!this.features[feature]) this.reader.unsupported(switchedOff(construct, feature), offset);
  }

  // Number of things in the index space of `kind` so far.
  indexSpaceSize(kind: ExternalKind): number {
    switch (kind) {
      case 'function':
        return this.functionTypeIndices.length;
      case 'table':
        return this.tables.length;
      case 'memory':
        return this.memories.length;
      case 'global':
        return this.globals.length;
    }
  }

  finish(): ParsedModule {
    return {
      bytes: this.bytes,
      features: this.features,
      limits: this.limits,
      types: this.types,
      imports: this.imports,
      exports: this.exports,
      importedFunctionCount: this.importedFunctionTypes.length,
      importedTableCount: this.importedTableCount,
      importedMemoryCount: this.importedMemoryCount,
      importedGlobalCount: this.importedGlobalCount,
      functionTypeIndices: this.functionTypeIndices,
      tables: this.tables,
      memories: this.memories,
      globals: this.globals,
      globalInitializers: this.globalInitializers,
      startFunctionIndex: this.startFunctionIndex,
      elements: this.elements,
      data: this.data,
      dataCount: this.dataCount,
      bodyOffsets: this.bodyOffsets,
      bodyLengths: this.bodyLengths,
      frameCosts: new Uint32Array(this.bodyLengths.length),
      makesCalls: new Uint8Array(this.bodyLengths.length),
      joins: new Uint32Array(this.bodyLengths.length),
      dear: new Uint32Array(this.bodyLengths.length),
      referencedFunctions: this.referencedFunctions,
      customSections: this.customSections,
    };
  }
}
