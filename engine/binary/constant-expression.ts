import { ValueType } from '../types/value-type.js';
import type { ConstantExpression } from './constant-operation.js';
import { afterSigned32, afterSigned64 } from './leb128.js';
import type { ModuleDraft } from './module-draft.js';
import { Operator, OperatorPrefix, operatorName } from './operator.js';
import { notSupported, unsupportedProposalOf } from './required-feature.js';
import { referenceTypeOfHeapType } from './type-reader.js';
import {
  loneExpression,
  LONGEST_SHORT,
  shortI32,
  shortI64,
  WrittenExpression,
} from './written-expression.js';

/** Operators that a constant expression may not hold are told from bytes that are no operator at all. */
function refuse(draft: ModuleDraft, operator: number, opcode: number, offset: number): never {
  const proposal = unsupportedProposalOf(opcode);
  if (proposal !== undefined) {
    draft.reader.unsupported(notSupported(`opcode 0x${opcode.toString(16)}`, proposal), offset);
  }
  if (operatorName(operator) === undefined) {
    draft.reader.malformed(`illegal opcode ${opcode.toString(16).padStart(2, '0')}`, offset);
  }
  draft.reader.invalid('constant expression required', offset);
}

/** By opcode byte, the type of what an operator takes two of and leaves one of; 0 of all that take nothing. */
const arithmeticTypes = new Uint8Array(0x100);
arithmeticTypes.fill(ValueType.I32, Operator.I32Add, Operator.I32Mul + 1);
arithmeticTypes.fill(ValueType.I64, Operator.I64Add, Operator.I64Mul + 1);

function readHeapType({ bytes, features, reader, types }: ModuleDraft): ValueType {
  const type = referenceTypeOfHeapType(bytes, reader.offset, reader.limit, features, types.length);
  reader.offset++;
  return type;
}

/** The expression of a constant of one byte and nothing else, where that stands here and is passed over. */
function readLoneShort({ bytes, reader }: ModuleDraft, expected: ValueType): ConstantExpression | undefined {
  const { limit, offset } = reader;
  const byte = bytes[offset + 1]!;
  if (offset + 2 >= limit || byte > LONGEST_SHORT || bytes[offset + 2] !== Operator.End) return undefined;
  let expression: ConstantExpression | undefined;
  if (expected === ValueType.I32 && bytes[offset] === Operator.I32Const) expression = shortI32(byte);
  else if (expected === ValueType.I64 && bytes[offset] === Operator.I64Const) expression = shortI64(byte);
  if (expression !== undefined) reader.offset = offset + 3;
  return expression;
}

/** Passes over the immediates of an operator that takes no operand, and gives the type of what it leaves; refuses every other one. */
function readOperand(draft: ModuleDraft, opcode: number, offset: number): ValueType {
  const { bytes, reader } = draft;
  switch (opcode as Operator) {
    case Operator.I32Const:
      reader.offset = afterSigned32(bytes, reader.offset, reader.limit);
      return ValueType.I32;
    case Operator.I64Const:
      reader.offset = afterSigned64(bytes, reader.offset, reader.limit);
      return ValueType.I64;
    case Operator.F32Const:
      reader.skip(4);
      return ValueType.F32;
    case Operator.F64Const:
      reader.skip(8);
      return ValueType.F64;
    case Operator.RefNull:
      draft.require('referenceTypes', 'ref.null', offset);
      return readHeapType(draft);
    case Operator.RefFunc:
      draft.require('referenceTypes', 'ref.func', offset);
      draft.referTo(reader.unsigned32(), offset);
      return ValueType.FuncRef;
    case Operator.GlobalGet: {
      const globalIndex = reader.unsigned32();
      const visible = draft.features.extendedConst ? draft.globals.length : draft.importedGlobalCount;
      const global = draft.globals[globalIndex];
      if (global === undefined || globalIndex >= visible) {
        return reader.invalid(`unknown global ${globalIndex}`, offset);
      }
      if (global.mutable) reader.invalid('constant expression required', offset);
      return global.value;
    }
  }
  if (opcode === OperatorPrefix.Vector) {
    const operator = OperatorPrefix.VectorBase + reader.unsigned32();
    if (operator !== Operator.V128Const) refuse(draft, operator, opcode, offset);
    draft.require('simd', 'v128.const', offset);
    reader.skip(16);
    return ValueType.V128;
  }
  if (opcode === OperatorPrefix.Miscellaneous) {
    const sub = reader.unsigned32();
    refuse(draft, sub < 0x100 ? OperatorPrefix.MiscellaneousBase + sub : -1, opcode, offset);
  }
  return refuse(draft, opcode, opcode, offset);
}
export const NO_LONE_FUNCTION = -1;

// The function that a `ref.func` and nothing else names, where that stands here and is passed over; else NO_LONE_FUNCTION.
export function readLoneFunction(draft: ModuleDraft): number {
  const { reader, bytes } = draft;
  const start = reader.offset;
  if (start + 2 >= reader.limit || bytes[start] !== Operator.RefFunc || !draft.features.referenceTypes)
    return NO_LONE_FUNCTION;
  reader.offset = start + 1;
  const functionIndex = reader.unsigned32();
  if (reader.offset >= reader.limit || bytes[reader.offset] !== Operator.End) {
    reader.offset = start;
    return NO_LONE_FUNCTION;
  }
  reader.offset++;
  draft.referTo(functionIndex, start);
  return functionIndex;
}

// Passes over `ref.null` and nothing else, of the type `type`, where that stands here and says whether it did.
export function skipLoneNull({ bytes, features, reader }: ModuleDraft, type: ValueType): boolean {
  const { limit, offset } = reader;
  const isLone =
    offset + 2 < limit &&
    bytes[offset] === Operator.RefNull &&
    (bytes[offset + 1] as ValueType) === type &&
    bytes[offset + 2] === Operator.End;
  if (!isLone || !features.referenceTypes) return false;
  reader.offset += 3;
  return true;
}

/**
 * Types of the values that the expression at work has left so far; one for all, because most expressions are short. An unusually high one has a
 * stack of its own, of which nothing stays, however it ends.
 */
const shortStack = new Uint8Array(4096);

// Reads and validates a constant expression (spec 3.4.14) that must leave one value of type `expected`.
// `global.get` may name imported immutable globals; with extendedConst, as in WebAssembly 3.0, every immutable
// global before this point.
export function readConstantExpression(draft: ModuleDraft, expected: ValueType): ConstantExpression {
  return readLoneShort(draft, expected) ?? readOperators(draft, expected);
}

function readOperators(draft: ModuleDraft, expected: ValueType): ConstantExpression {
  const { bytes, reader } = draft;
  const { limit, offset: start } = reader;
  let at = start;
  let count = 0;
  let height = 0;
  let readsGlobals = false;
  let stack: Uint8Array = shortStack;
  for (; at < limit && bytes[at] !== Operator.End; count++) {
    const opcode = bytes[at]!;
    const type = arithmeticTypes[opcode]!;
    if (type !== 0) {
      // The text is composed for the refusal only.
      if (!draft.features.extendedConst)
        draft.require('extendedConst', `${operatorName(opcode)} in a constant expression`, at);
      if (height < 2 || stack[height - 1] !== type || stack[height - 2] !== type)
        reader.invalid('type mismatch', at);
      height--;
      at++;
      continue;
    }
    if (height === stack.length) stack = higher(stack);
    // Short constants are most of what long sums are made of.
    const isConstant = opcode === Operator.I32Const || opcode === Operator.I64Const;
    if (isConstant && at + 1 < limit && bytes[at + 1]! <= LONGEST_SHORT) {
      stack[height++] = opcode === Operator.I32Const ? ValueType.I32 : ValueType.I64;
      at += 2;
      continue;
    }
    readsGlobals ||= opcode === Operator.GlobalGet;
    reader.offset = at + 1;
    stack[height++] = readOperand(draft, opcode, at);
    at = reader.offset;
  }
  reader.offset = at;
  // Throws where the section ends before the expression does.
  reader.byte();
  if (height !== 1 || stack[0] !== expected) reader.invalid('type mismatch', at);
  if (count === 1) return loneExpression(bytes, start);
  return new WrittenExpression(bytes, start, count, readsGlobals);
}

function higher(full: Uint8Array): Uint8Array {
  const larger = new Uint8Array(2 * full.length);
  larger.set(full);
  return larger;
}
