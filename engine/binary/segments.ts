import { ValueType } from '../types/value-type.js';
import type { AddressType } from '../types/external-type.js';
import { afterLeb128, decodeSigned32 } from './leb128.js';
import { readConstantExpression, readLoneFunction } from './constant-expression.js';
import type { ModuleDraft } from './module-draft.js';
import { DataSegments } from './data-segments.js';
import { Operator } from './operator.js';
import type { ConstantExpression } from './constant-operation.js';
import type { ElementSegment } from './element-segments.js';
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

function readFunctionIndices(draft: ModuleDraft): Uint32Array {
  const { reader } = draft;
  const indices = new Uint32Array(reader.count('element items', Infinity));
  for (let position = 0; position < indices.length; position++) {
    const offset = reader.offset;
    indices[position] = reader.unsigned32();
    draft.referTo(indices[position]!, offset);
  }
  return indices;
}

/** Items written as expressions; as function indices when every one of them is a lone `ref.func`. */
function readItemExpressions(draft: ModuleDraft, type: ValueType): ElementSegment['items'] {
  const count = draft.reader.count('element items', Infinity);
  const items = new ItemExpressions(count);
  for (let position = 0; position < count; position++) items.read(draft, type);
  return items.all;
}

/** Items of an element segment that are written as expressions: indices as long as they are nothing else. */
class ItemExpressions {
  private functions: Uint32Array | undefined;
  private expressions: ConstantExpression[] = [];
  private length = 0;
  private readonly found = { functionIndex: 0 };
  /** One expression for all items that name the same function, or are null. */
  private ofFunction: Map<number, ConstantExpression> | undefined;
  private nullItem: ConstantExpression | undefined;

  constructor(count: number) {
    this.functions = count > 0 ? new Uint32Array(count) : undefined;
  }

  get all(): ElementSegment['items'] {
    return this.functions ?? this.expressions;
  }

  read(draft: ModuleDraft, type: ValueType): void {
    if (type === ValueType.FuncRef && readLoneFunction(draft, this.found)) {
      const { functionIndex } = this.found;
      if (this.functions === undefined) this.expressions.push(this.expressionOf(functionIndex));
      else this.functions[this.length] = functionIndex;
    } else {
      const expression = readConstantExpression(draft, type);
      if (this.functions !== undefined) {
        for (const index of this.functions.subarray(0, this.length))
          this.expressions.push(this.expressionOf(index));
        this.functions = undefined;
      }
      const isNull = expression.length === 1 && expression[0]!.kind === 'ref.null';
      this.expressions.push(isNull ? (this.nullItem ??= expression) : expression);
    }
    this.length++;
  }

  private expressionOf(functionIndex: number): ConstantExpression {
    this.ofFunction ??= new Map();
    let expression = this.ofFunction.get(functionIndex);
    if (expression === undefined) {
      expression = [{ kind: 'ref.func', functionIndex }];
      this.ofFunction.set(functionIndex, expression);
    }
    return expression;
  }
}

function readElementSegment(draft: ModuleDraft): ElementSegment {
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
  let offset: ConstantExpression | undefined;
  if (active) {
    const indexOffset = reader.offset;
    if (explicit) tableIndex = reader.unsigned32();
    const table = draft.tables[tableIndex];
    if (table === undefined) return reader.invalid(`unknown table ${tableIndex}`, indexOffset);
    offset = readConstantExpression(draft, addressValueType(table.addressType));
  }
  let type = ValueType.FuncRef;
  const typeOffset = reader.offset;
  const withExpressions = (flags & ElementFlag.Expressions) !== 0;
  if (!active || explicit) {
    if (withExpressions) type = readReferenceType(draft);
    else if (reader.byte() !== 0) reader.malformed('malformed element kind', typeOffset);
  }
  if (active && draft.tables[tableIndex]!.element !== type) reader.invalid('type mismatch', typeOffset);
  const items = withExpressions ? readItemExpressions(draft, type) : readFunctionIndices(draft);
  const mode = active ? 'active' : explicit ? 'declarative' : 'passive';
  return { mode, type, items, tableIndex, offset };
}

export function readElementSection(draft: ModuleDraft): void {
  const count = draft.reader.count('element segments', draft.limits.maximumElementSegments);
  for (let index = 0; index < count; index++) draft.elements.add(readElementSegment(draft));
}

const enum DataFlag {
  Passive = 1,
  ExplicitMemory = 2,
}

/** Up to so many LEB128 bytes, an i64 constant fits an i32. */
const SHORT_CONSTANT_BYTES = 4;

/** The offset of a data segment: the value of a constant of 32 bits, as nearly all are, or the expression. */
function readDataOffset(draft: ModuleDraft, type: ValueType): number | ConstantExpression {
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
  const offset = readDataOffset(draft, addressValueType(memory.addressType));
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
