import { ValueType } from '../types/value-type.js';
import type { AddressType } from '../types/external-type.js';
import { afterLeb128, decodeSigned32 } from './leb128.js';
import { readConstantExpression, readLoneFunction, skipLoneNull } from './constant-expression.js';
import type { ModuleDraft } from './module-draft.js';
import { DataSegments } from './data-segments.js';
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
  const start = elements.roomForFunctions(count);
  const { functions } = elements;
  for (let place = start; place < start + count; place++) {
    const offset = reader.offset;
    const index = reader.unsigned32();
    if (index >= length) draft.referTo(index, offset);
    referencedFunctions[index >>> 5]! |= 1 << (index & 31);
    functions[place] = index;
  }
}

/** Items of element segments that are written as expressions: one expression for all of a module that name the same function, or are null. */
class ItemReader {
  private readonly found = { functionIndex: 0 };
  private ofFunction: Map<number, ConstantExpression> | undefined;
  private readonly ofNull = new Map<ValueType, ConstantExpression>();

  constructor(private readonly draft: ModuleDraft) {}

  /** Undefined where every one of them is a lone `ref.func`, which are noted as function indices then. */
  read(type: ValueType): readonly ConstantExpression[] | undefined {
    const { elements, reader } = this.draft;
    const count = reader.count('element items', Infinity);
    if (count === 0) return [];
    for (let position = 0; position < count; position++) {
      if (!this.isFunction(type)) return this.readMixed(type, position, count);
      elements.addFunction(this.found.functionIndex);
    }
    return undefined;
  }

  /** The items of which the first few are noted as functions. */
  private readMixed(type: ValueType, noted: number, count: number): readonly ConstantExpression[] {
    const { draft } = this;
    const items: ConstantExpression[] = [];
    if (noted > 0) for (const index of draft.elements.takeFunctions()) items.push(this.functionItem(index));
    for (let position = noted; position < count; position++) {
      if (skipLoneNull(draft, type)) items.push(this.nullItem(type));
      else if (this.isFunction(type)) items.push(this.functionItem(this.found.functionIndex));
      else items.push(readConstantExpression(draft, type));
    }
    return items;
  }

  private isFunction(type: ValueType): boolean {
    return type === ValueType.FuncRef && readLoneFunction(this.draft, this.found);
  }

  private functionItem(functionIndex: number): ConstantExpression {
    const known = (this.ofFunction ??= new Map()).get(functionIndex);
    if (known !== undefined) return known;
    const item: ConstantExpression = [{ kind: 'ref.func', functionIndex }];
    this.ofFunction.set(functionIndex, item);
    return item;
  }

  private nullItem(type: ValueType): ConstantExpression {
    let item = this.ofNull.get(type);
    if (item === undefined) this.ofNull.set(type, (item = [{ kind: 'ref.null', type }]));
    return item;
  }
}

function readElementSegment(draft: ModuleDraft, itemReader: ItemReader): void {
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
  let items: readonly ConstantExpression[] | undefined;
  if (withExpressions) items = itemReader.read(type);
  else readFunctionIndices(draft);
  const mode = active ? 'active' : explicit ? 'declarative' : 'passive';
  draft.elements.add(mode, type, tableIndex, offset, items);
}

/** The offset of an element segment: the value of an i32 constant, as nearly all are, or the expression. */
function readTableOffset(draft: ModuleDraft, addressType: AddressType): number | ConstantExpression {
  const type = addressValueType(addressType);
  return type === ValueType.I32 ? readOffset(draft, type) : readConstantExpression(draft, type);
}

export function readElementSection(draft: ModuleDraft): void {
  const count = draft.reader.count('element segments', draft.limits.maximumElementSegments);
  const itemReader = new ItemReader(draft);
  for (let index = 0; index < count; index++) readElementSegment(draft, itemReader);
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
