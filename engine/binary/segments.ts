import { ValueType } from '../types/value-type.js';
import type { AddressType } from '../types/external-type.js';
import { afterLeb128, decodeSigned32 } from './leb128.js';
import {
  NO_LONE_FUNCTION,
  readConstantExpression,
  readLoneFunction,
  skipLoneNull,
} from './constant-expression.js';
import type { ModuleDraft } from './module-draft.js';
import { DataSegments } from './data-segments.js';
import { ElementSegments, NULL_ITEM } from './element-segments.js';
import { Operator } from './operator.js';
import type { ConstantExpression } from './constant-operation.js';
import { readReferenceType } from './type-reader.js';

const enum ElementFlag {
  NotActive = 1,
  /** Active: a table index follows. Otherwise: declarative instead of passive. */
  Explicit = 2,
  Expressions = 4,
}

function addressValueType(type: AddressType): ValueType {
  return type === 'i64' ? ValueType.I64 : ValueType.I32;
}

function readFunctionIndices(draft: ModuleDraft): void {
  const { reader, elements, referencedFunctions } = draft;
  const { length } = draft.functionTypeIndices;
  const count = reader.count('element items', Infinity);
  const start = elements.roomForItems(count);
  const { items } = elements;
  for (let place = start; place < start + count; place++) {
    const offset = reader.offset;
    const index = reader.unsigned32();
    if (index >= length) draft.referTo(index, offset);
    referencedFunctions[index >>> 5]! |= 1 << (index & 31);
    items[place] = index;
  }
}

/** Notes items that are written as expressions; whether they are to be given so, because one of them is no lone `ref.func`, or none is there. */
function readItems(draft: ModuleDraft, type: ValueType): boolean {
  const { elements, reader } = draft;
  const count = reader.count('element items', Infinity);
  let asExpressions = count === 0;
  for (let position = 0; position < count; position++) {
    const functionIndex = type === ValueType.FuncRef ? readLoneFunction(draft) : NO_LONE_FUNCTION;
    if (functionIndex !== NO_LONE_FUNCTION) {
      elements.addItem(functionIndex);
      continue;
    }
    asExpressions = true;
    if (skipLoneNull(draft, type)) elements.addItem(NULL_ITEM);
    else elements.addExpression(readConstantExpression(draft, type));
  }
  return asExpressions;
}

function readElementSegment(draft: ModuleDraft): void {
  const { reader } = draft;
  const start = reader.offset;
  const flags = reader.unsigned32();
  if (flags > 7) reader.malformed('malformed elements segment kind', start);
  if (flags !== 0 && !draft.features.referenceTypes) {
    draft.require('bulkMemory', 'an element segment that is not of kind 0', start);
  }
  const active = (flags & ElementFlag.NotActive) === 0;
  const explicit = (flags & ElementFlag.Explicit) !== 0;
  let tableIndex = 0;
  let offset: number | ConstantExpression | undefined;
  if (active) {
    const indexOffset = reader.offset;
    if (explicit) tableIndex = reader.unsigned32();
    const table = draft.tables[tableIndex];
    if (table === undefined) return reader.invalid(`unknown table ${tableIndex}`, indexOffset);
    offset = readTableOffset(draft, table.addressType);
  }
  let type = ValueType.FuncRef;
  const typeOffset = reader.offset;
  const withExpressions = (flags & ElementFlag.Expressions) !== 0;
  if (!active || explicit) {
    if (withExpressions) type = readReferenceType(draft);
    else if (reader.byte() !== 0) reader.malformed('malformed element kind', typeOffset);
  }
  if (active && draft.tables[tableIndex]!.element !== type) reader.invalid('type mismatch', typeOffset);
  let asExpressions = false;
  if (withExpressions) asExpressions = readItems(draft, type);
  else readFunctionIndices(draft);
  const mode = active ? 'active' : explicit ? 'declarative' : 'passive';
  draft.elements.add(mode, type, tableIndex, offset, asExpressions);
}

/** The offset of an element segment: the value of an i32 constant, as nearly all are, or the expression. */
function readTableOffset(draft: ModuleDraft, addressType: AddressType): number | ConstantExpression {
  const type = addressValueType(addressType);
  return type === ValueType.I32 ? readOffset(draft, type) : readConstantExpression(draft, type);
}

export function readElementSection(draft: ModuleDraft): void {
  const count = draft.reader.count('element segments', draft.limits.maximumElementSegments);
  draft.elements = new ElementSegments(count, draft.reader.remaining);
  for (let index = 0; index < count; index++) readElementSegment(draft);
}

const enum DataFlag {
  Passive = 1,
  ExplicitMemory = 2,
}

/** Up to so many LEB128 bytes, an i64 constant fits an i32. */
const SHORT_CONSTANT_BYTES = 4;

/** An offset: the value of a constant of 32 bits, as nearly all are, or the expression. */
function readOffset(draft: ModuleDraft, type: ValueType): number | ConstantExpression {
  const { reader, bytes } = draft;
  const start = reader.offset;
  if (type === ValueType.I32 && reader.remaining > 0 && bytes[start] === Operator.I32Const) {
    reader.offset++;
    const value = reader.signed32();
    if (reader.remaining > 0 && bytes[reader.offset] === Operator.End) {
      reader.offset++;
      return value;
    }
    reader.offset = start;
  } else if (type === ValueType.I64 && bytes[start] === Operator.I64Const) {
    const end = afterLeb128(bytes, start + 1);
    if (end - start - 1 <= SHORT_CONSTANT_BYTES && end < reader.limit && bytes[end] === Operator.End) {
      reader.offset = end + 1;
      return decodeSigned32(bytes, start + 1);
    }
  }
  return readConstantExpression(draft, type);
}

function readDataSegment(draft: ModuleDraft): void {
  const { reader } = draft;
  const start = reader.offset;
  const flags = reader.unsigned32();
  if (flags > 2) reader.malformed('malformed data segment kind', start);
  if (flags !== 0) draft.require('bulkMemory', 'a data segment that is not of kind 0', start);
  if (flags === DataFlag.Passive) {
    const bytesLength = reader.unsigned32();
    draft.data.addPassive(reader.skip(bytesLength), bytesLength);
    return;
  }
  const indexOffset = reader.offset;
  const memoryIndex = flags === DataFlag.ExplicitMemory ? reader.unsigned32() : 0;
  const memory = draft.memories[memoryIndex];
  if (memory === undefined) return reader.invalid(`unknown memory ${memoryIndex}`, indexOffset);
  const offset = readOffset(draft, addressValueType(memory.addressType));
  const bytesLength = reader.unsigned32();
  const isWide = memory.addressType === 'i64';
  draft.data.addActive(memoryIndex, offset, isWide, reader.skip(bytesLength), bytesLength);
}

export function readDataSection(draft: ModuleDraft): void {
  const { reader, limits } = draft;
  const start = reader.offset;
  const count = reader.count('data segments', limits.maximumDataSegments);
  if (draft.dataCount !== undefined && draft.dataCount !== count) {
    reader.malformed('data count and data section have inconsistent lengths', start);
  }
  draft.data = new DataSegments(count);
  for (let index = 0; index < count; index++) readDataSegment(draft);
}
