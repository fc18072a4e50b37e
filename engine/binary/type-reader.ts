import { MalformedModuleError, UnsupportedModuleError, ValidationError } from '../errors.js';
import type { Features } from '../features.js';
import type { GlobalType, Limits, MemoryType, TableType } from '../types/external-type.js';
import type { FunctionType } from '../types/function-type.js';
import { ValueType } from '../types/value-type.js';
import { afterSigned33, decodeSigned33 } from './leb128.js';
import type { ModuleDraft } from './module-draft.js';
import { notSupported, switchedOff } from './required-feature.js';

/** Codes of reference types that a heap type follows. */
const NULLABLE_REFERENCE = 0x63;
const REFERENCE = 0x64;

/** Type codes of proposals that are not supported: what they are called in the refusal. */
function proposalOfTypeCode(code: number): string | undefined {
  if (code === NULLABLE_REFERENCE || code === REFERENCE) return 'typed function references';
  if (code === 0x69 || code === 0x74) return 'exception handling';
  if ((code >= 0x6a && code <= 0x6e) || (code >= 0x71 && code <= 0x73)) return 'garbage collection';
  return undefined;
}

const enum TypeForm {
  Function = 0x60,
  Array = 0x5e,
  Struct = 0x5f,
  SubFinal = 0x4f,
  Sub = 0x50,
  Rec = 0x4e,
}

function refuseTypeCode(code: number, malformed: string, offset: number): never {
  const proposal = proposalOfTypeCode(code);
  if (proposal === undefined) throw new MalformedModuleError(malformed, offset);
  throw new UnsupportedModuleError(notSupported(`type 0x${code.toString(16)}`, proposal), offset);
}

/** The value type with the binary code `code`, read at `offset`. */
export function valueTypeOfCode(code: number, features: Features, offset: number): ValueType {
  switch (code) {
    case ValueType.I32:
    case ValueType.I64:
    case ValueType.F32:
    case ValueType.F64:
      return code;
    case ValueType.V128:
      if (!features.simd) throw new UnsupportedModuleError(switchedOff('the type v128', 'simd'), offset);
      return code;
    case ValueType.FuncRef:
    case ValueType.ExternRef:
      if (!features.referenceTypes) {
        throw new UnsupportedModuleError(switchedOff('a reference type', 'referenceTypes'), offset);
      }
      return code;
  }
  return refuseTypeCode(code, 'malformed value type', offset);
}

/** The reference type with the code `code`. Tables of `funcref` are older than the reference types feature. */
export function referenceTypeOfCode(code: number, features: Features, offset: number): ValueType {
  if (code === ValueType.FuncRef) return code;
  if (code === ValueType.ExternRef) return valueTypeOfCode(code, features, offset);
  return refuseTypeCode(code, 'malformed reference type', offset);
}

export function readValueType(draft: ModuleDraft): ValueType {
  const offset = draft.reader.offset;
  return valueTypeOfCode(draft.reader.byte(), draft.features, offset);
}

/**
 * The reference type of the heap type at `offset` (spec 5.3.3), which `ref.null` names: a type code of one byte, or a type index,
 * which only typed function references and garbage collection have a use for.
 *
 * @throws MalformedModuleError, ValidationError for an unknown type, UnsupportedModuleError
 */
export function referenceTypeOfHeapType(
  bytes: Uint8Array,
  offset: number,
  limit: number,
  features: Features,
  typeCount: number,
): ValueType {
  const behind = afterSigned33(bytes, offset, limit);
  const code = bytes[offset]!;
  if (code === ValueType.FuncRef || code === ValueType.ExternRef) {
    return referenceTypeOfCode(code, features, offset);
  }
  const index = decodeSigned33(bytes, offset);
  if (index >= typeCount) throw new ValidationError(`unknown type ${index}`, offset);
  if (index >= 0) {
    const reason = notSupported('a reference type by index', 'typed function references');
    throw new UnsupportedModuleError(reason, offset);
  }
  // What begins a reference type, or takes more bytes than it needs, is no heap type.
  if (behind > offset + 1 || code === NULLABLE_REFERENCE || code === REFERENCE) {
    throw new MalformedModuleError('malformed heap type', offset);
  }
  return refuseTypeCode(code, 'malformed heap type', offset);
}

/** A reference type, of a table or a segment. */
export function readReferenceType(draft: ModuleDraft): ValueType {
  const offset = draft.reader.offset;
  return referenceTypeOfCode(draft.reader.byte(), draft.features, offset);
}

/** Of the type being read: parameters, then results. It only grows. */
const typesRead: ValueType[] = [];

/** Reads a vector of value types to `typesRead` from `start` on; returns how many. */
function readResultType(draft: ModuleDraft, start: number, what: string, maximum: number): number {
  const count = draft.reader.count(what, maximum);
  for (let index = 0; index < count; index++) typesRead[start + index] = readValueType(draft);
  return count;
}

export function readFunctionType(draft: ModuleDraft): FunctionType {
  const { reader, limits } = draft;
  const offset = reader.offset;
  const form = reader.byte();
  if (form !== TypeForm.Function) {
    switch (form as TypeForm) {
      case TypeForm.Array:
      case TypeForm.Struct:
      case TypeForm.SubFinal:
      case TypeForm.Sub:
      case TypeForm.Rec:
        reader.unsupported(notSupported(`type form 0x${form.toString(16)}`, 'garbage collection'), offset);
    }
    reader.malformed('malformed function type', offset);
  }
  const parameters = readResultType(draft, 0, 'parameters', limits.maximumParameters);
  const resultsOffset = reader.offset;
  const results = readResultType(draft, parameters, 'results', limits.maximumResults);
  if (results > 1) draft.require('multiValue', 'a function type with several results', resultsOffset);
  const type = draft.functionTypes.useList(typesRead, parameters, results);
  if (type !== undefined) return type;
  const { maximum } = draft.functionTypes;
  return reader.unsupported(
    `another function type: the engine knows ${maximum} already, as many as its limit maximumDistinctTypes allows`,
    offset,
  );
}

const enum LimitsFlag {
  Maximum = 1,
  Shared = 2,
  Address64 = 4,
  PageSize = 8,
}

function readLimits(draft: ModuleDraft, flags: number): Limits {
  const minimum = readBound(draft);
  const maximum = flags & LimitsFlag.Maximum ? readBound(draft) : undefined;
  return { minimum, maximum };
}

/** Since memory64 the bounds of either address type are encoded as u64 (spec 5.3.12). */
function readBound({ features, reader }: ModuleDraft): number {
  return features.memory64 ? reader.unsigned64() : reader.unsigned32();
}

function checkLimits(
  draft: ModuleDraft,
  limits: Limits,
  bound: number,
  reason: string,
  offset: number,
): void {
  if (limits.minimum > bound || (limits.maximum ?? 0) > bound) draft.reader.invalid(reason, offset);
  if (limits.maximum !== undefined && limits.minimum > limits.maximum) {
    draft.reader.invalid('size minimum must not be greater than maximum', offset);
  }
}

export function readMemoryType(draft: ModuleDraft): MemoryType {
  const { reader } = draft;
  const offset = reader.offset;
  const flags = reader.byte();
  if (flags > 15 || (flags & LimitsFlag.PageSize && !draft.features.customPageSizes)) {
    reader.malformed('malformed limits flags', offset);
  }
  if (flags & LimitsFlag.Shared) reader.unsupported(notSupported('a shared memory', 'threads'), offset);
  const is64 = (flags & LimitsFlag.Address64) !== 0;
  if (is64) draft.require('memory64', 'a memory with 64-bit addresses', offset);
  const limits = readLimits(draft, flags);
  let pageSizeLog2 = 16;
  if (flags & LimitsFlag.PageSize) {
    const pageSizeOffset = reader.offset;
    pageSizeLog2 = reader.unsigned32();
    if (pageSizeLog2 > 63) reader.malformed('invalid custom page size', pageSizeOffset);
    if (pageSizeLog2 !== 0 && pageSizeLog2 !== 16) reader.invalid('invalid custom page size', pageSizeOffset);
  }
  if (pageSizeLog2 === 16) {
    const bound = is64 ? 2 ** 48 : 65_536;
    const reason = is64
      ? 'memory size must be at most 2^48 pages'
      : 'memory size must be at most 65536 pages (4 GiB)';
    checkLimits(draft, limits, bound, reason, offset);
  } else {
    // Pages of one byte: 64-bit bounds beyond 2^53 are saturated, and every one of them is allowed.
    checkLimits(
      draft,
      limits,
      is64 ? Infinity : 0xffff_ffff,
      'memory size must be at most 4294967295 pages of 1 byte',
      offset,
    );
  }
  return { kind: 'memory', limits, addressType: is64 ? 'i64' : 'i32', pageSizeLog2, shared: false };
}

export function readTableType(draft: ModuleDraft): TableType {
  const { reader } = draft;
  const start = reader.offset;
  if (start < reader.limit && draft.bytes[start] === 0x40) {
    reader.unsupported(notSupported('a table with an initial value', 'typed function references'), start);
  }
  const element = readReferenceType(draft);
  const offset = reader.offset;
  const flags = reader.byte();
  if (flags > 7) reader.malformed('malformed limits flags', offset);
  if (flags & LimitsFlag.Shared) reader.unsupported(notSupported('a shared table', 'threads'), offset);
  const is64 = (flags & LimitsFlag.Address64) !== 0;
  if (is64) draft.require('memory64', 'a table with 64-bit indices', offset);
  const short = flags === 0 ? readShortMinimum(draft) : NO_SHORT_MINIMUM;
  if (short !== NO_SHORT_MINIMUM)
    return (SHORT_TABLES[(element === ValueType.FuncRef ? 0 : MOST_SHORT) + short] ??= sharedTable(
      element,
      short,
    ));
  const limits = readLimits(draft, flags);
  checkLimits(draft, limits, is64 ? Infinity : 0xffff_ffff, 'table size must be at most 2^32-1', offset);
  return { kind: 'table', element, limits, addressType: is64 ? 'i64' : 'i32' };
}

/** Types of tables that may grow for ever from a size of one byte, and of globals, are shared: an object of a few bytes' declaration costs more. */
const SHORT_TABLES: TableType[] = [];
const GLOBAL_TYPES: GlobalType[] = [];
const MOST_SHORT = 0x80;
const NO_SHORT_MINIMUM = -1;

function readShortMinimum({ bytes, reader }: ModuleDraft): number {
  if (reader.remaining === 0 || bytes[reader.offset]! >= MOST_SHORT) return NO_SHORT_MINIMUM;
  return bytes[reader.offset++]!;
}

function sharedTable(element: ValueType, minimum: number): TableType {
  const limits = Object.freeze({ minimum, maximum: undefined });
  return Object.freeze({ kind: 'table', element, limits, addressType: 'i32' });
}

export function readGlobalType(draft: ModuleDraft): GlobalType {
  const { reader } = draft;
  const value = readValueType(draft);
  const offset = reader.offset;
  const mutability = reader.byte();
  if (mutability > 1) reader.malformed('malformed mutability', offset);
  return (GLOBAL_TYPES[2 * value + mutability] ??= Object.freeze({
    kind: 'global',
    value,
    mutable: mutability === 1,
  }));
}
