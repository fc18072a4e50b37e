import { sha256 } from '../digest/sha-256.js';
import { HASHED_NAME_UNITS } from '../types/hashed-names.js';
import type { ExternalKind, ExternalType } from '../types/external-type.js';
import { readConstantExpression } from './constant-expression.js';
import type { ModuleDraft } from './module-draft.js';
import { notSupported } from './required-feature.js';
import { readFunctionType, readGlobalType, readMemoryType, readTableType } from './type-reader.js';

const INCONSISTENT_FUNCTIONS = 'function and code section have inconsistent lengths';

export function readCustomSection(draft: ModuleDraft): void {
  const { reader } = draft;
  const name = reader.name();
  const bytesLength = reader.remaining;
  draft.customSections.push({ name, bytesOffset: reader.skip(bytesLength), bytesLength });
}

export function readTypeSection(draft: ModuleDraft): void {
  const count = draft.reader.count('types', draft.limits.maximumTypes);
  for (let index = 0; index < count; index++) draft.types.push(readFunctionType(draft));
}

function readTypeIndex(draft: ModuleDraft): number {
  const offset = draft.reader.offset;
  const index = draft.reader.unsigned32();
  if (index >= draft.types.length) draft.reader.invalid(`unknown type ${index}`, offset);
  return index;
}

function checkCount(draft: ModuleDraft, what: string, count: number, maximum: number, offset: number): void {
  if (count > maximum) draft.reader.unsupported(`${count} ${what}; the limit is ${maximum}`, offset);
}

function addTable(draft: ModuleDraft): ExternalType {
  const offset = draft.reader.offset;
  const table = readTableType(draft);
  if (draft.tables.length > 0) draft.require('referenceTypes', 'a second table', offset);
  checkCount(draft, 'tables', draft.tables.push(table), draft.limits.maximumTables, offset);
  return table;
}

function addMemory(draft: ModuleDraft): ExternalType {
  const offset = draft.reader.offset;
  const memory = readMemoryType(draft);
  if (draft.memories.length > 0) draft.require('multiMemory', 'a second memory', offset);
  checkCount(draft, 'memories', draft.memories.push(memory), draft.limits.maximumMemories, offset);
  return memory;
}

const EXTERNAL_KINDS: readonly ExternalKind[] = ['function', 'table', 'memory', 'global'];

/** The kind byte of an import or export. */
function readExternalKind(draft: ModuleDraft, what: 'import' | 'export'): ExternalKind {
  const { reader } = draft;
  const offset = reader.offset;
  const code = reader.byte();
  const kind = EXTERNAL_KINDS[code];
  if (kind !== undefined) return kind;
  if (code === 4) reader.unsupported(notSupported(`a tag ${what}`, 'exception handling'), offset);
  return reader.malformed(`malformed ${what} kind`, offset);
}

function readImportedType(draft: ModuleDraft): ExternalType {
  const { limits } = draft;
  const kind = readExternalKind(draft, 'import');
  const offset = draft.reader.offset;
  switch (kind) {
    case 'function': {
      const typeIndex = readTypeIndex(draft);
      const count = draft.importedFunctionTypes.push(typeIndex);
      checkCount(draft, 'functions', count, limits.maximumFunctions, offset);
      return { kind: 'function', type: draft.types[typeIndex]! };
    }
    case 'table':
      draft.importedTableCount++;
      return addTable(draft);
    case 'memory':
      draft.importedMemoryCount++;
      return addMemory(draft);
    case 'global': {
      const global = readGlobalType(draft);
      if (global.mutable) draft.require('mutableGlobal', 'importing a mutable global', offset);
      draft.importedGlobalCount++;
      checkCount(draft, 'globals', draft.globals.push(global), limits.maximumGlobals, offset);
      return global;
    }
  }
}

export function readImportSection(draft: ModuleDraft): void {
  const { reader } = draft;
  const count = reader.count('imports', draft.limits.maximumImports);
  for (let index = 0; index < count; index++) {
    const module = reader.name();
    const name = reader.name();
    draft.imports.push({ module, name, type: readImportedType(draft) });
  }
}

export function readFunctionSection(draft: ModuleDraft): void {
  const { reader, importedFunctionTypes: imported } = draft;
  const start = reader.offset;
  const count = reader.count('functions', draft.limits.maximumFunctions);
  checkCount(draft, 'functions', imported.length + count, draft.limits.maximumFunctions, start);
  const indices = new Uint32Array(imported.length + count);
  indices.set(imported);
  const { bytes } = reader;
  const shortIndices = Math.min(draft.types.length, 0x80);
  for (let index = imported.length; index < indices.length; index++) {
    // Most are of one byte.
    const byte = bytes[reader.offset]!;
    if (byte < shortIndices && reader.offset < reader.limit) {
      reader.offset++;
      indices[index] = byte;
    } else {
      indices[index] = readTypeIndex(draft);
    }
  }
  draft.functionTypeIndices = indices;
}

export function readTableSection(draft: ModuleDraft): void {
  const count = draft.reader.count('tables', draft.limits.maximumTables);
  for (let index = 0; index < count; index++) addTable(draft);
}

export function readMemorySection(draft: ModuleDraft): void {
  const count = draft.reader.count('memories', draft.limits.maximumMemories);
  for (let index = 0; index < count; index++) addMemory(draft);
}

export function readGlobalSection(draft: ModuleDraft): void {
  const { reader, limits } = draft;
  const start = reader.offset;
  const count = reader.count('globals', limits.maximumGlobals);
  checkCount(draft, 'globals', draft.globals.length + count, limits.maximumGlobals, start);
  for (let index = 0; index < count; index++) {
    const type = readGlobalType(draft);
    // The initialiser is read first: it does not see the global it belongs to.
    draft.globalInitializers.push(readConstantExpression(draft, type.value));
    draft.globals.push(type);
  }
}

export function readExportSection(draft: ModuleDraft): void {
  const { reader } = draft;
  const count = reader.count('exports', draft.limits.maximumExports);
  const names = new Set<string>();
  const longNames = new Set<string>();
  for (let position = 0; position < count; position++) {
    const nameOffset = reader.offset;
    const name = reader.name();
    const kind = readExternalKind(draft, 'export');
    const offset = reader.offset;
    const index = reader.unsigned32();
    if (kind === 'function') draft.referTo(index, offset);
    else if (index >= draft.indexSpaceSize(kind)) reader.invalid(`unknown ${kind} ${index}`, offset);
    if (kind === 'global' && draft.globals[index]!.mutable) {
      draft.require('mutableGlobal', 'exporting a mutable global', offset);
    }
    if (!addName(names, longNames, name)) reader.invalid('duplicate export name', nameOffset);
    draft.exports.push({ name, kind, index });
  }
}

/** False if it was there. Of long names there are digests, as each would be compared with all others of its length. */
function addName(names: Set<string>, digestsOfLong: Set<string>, name: string): boolean {
  const isLong = name.length > HASHED_NAME_UNITS;
  const key = isLong ? sha256(new TextEncoder().encode(name)) : name;
  const known = isLong ? digestsOfLong : names;
  if (known.has(key)) return false;
  known.add(key);
  return true;
}

export function readStartSection(draft: ModuleDraft): void {
  const { reader } = draft;
  const offset = reader.offset;
  const index = reader.unsigned32();
  const typeIndex = draft.functionTypeIndices[index];
  if (typeIndex === undefined) return reader.invalid(`unknown function ${index}`, offset);
  const type = draft.types[typeIndex]!;
  if (type.parameters.length > 0 || type.results.length > 0) reader.invalid('start function', offset);
  draft.startFunctionIndex = index;
}

export function readDataCountSection(draft: ModuleDraft): void {
  const offset = draft.reader.offset;
  draft.require('bulkMemory', 'a data count section', offset);
  draft.dataCount = draft.reader.unsigned32();
  checkCount(draft, 'data segments', draft.dataCount, draft.limits.maximumDataSegments, offset);
}

/** Locates the bodies; what is in them is for the validate phase. */
export function readCodeSection(draft: ModuleDraft): void {
  const { reader, limits } = draft;
  const start = reader.offset;
  const count = reader.count('function bodies', limits.maximumFunctions);
  if (count !== draft.definedFunctionCount) reader.malformed(INCONSISTENT_FUNCTIONS, start);
  const offsets = new Uint32Array(count);
  const lengths = new Uint32Array(count);
  for (let index = 0; index < count; index++) {
    const offset = reader.offset;
    const length = reader.unsigned32();
    if (length > limits.maximumBodyBytes && length <= reader.remaining) {
      reader.unsupported(`a body of ${length} bytes; the limit is ${limits.maximumBodyBytes}`, offset);
    }
    offsets[index] = reader.skip(length);
    lengths[index] = length;
  }
  draft.bodyOffsets = offsets;
  draft.bodyLengths = lengths;
}

/** What only the whole module can tell: sections that were missing. */
export function checkAbsentSections(draft: ModuleDraft): void {
  const { reader } = draft;
  if (draft.bodyOffsets.length !== draft.definedFunctionCount) reader.malformed(INCONSISTENT_FUNCTIONS);
  if (draft.dataCount !== undefined && draft.dataCount !== draft.data.length) {
    reader.malformed('data count and data section have inconsistent lengths');
  }
}
