import { ValueType } from '../types/value-type.js';
import type { ModuleDraft } from './module-draft.js';
import { Operator, OperatorPrefix, operatorName } from './operator.js';
import type {
  ConstantArithmetic,
  ConstantExpression,
  ConstantOperand,
  ConstantOperation,
} from './constant-operation.js';
import { notSupported, unsupportedProposalOf } from './required-feature.js';
import { referenceTypeOfHeapType } from './type-reader.js';

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

interface Arithmetic {
  /** One object for all expressions: chains of millions are valid. */
  readonly operation: ConstantArithmetic;
  readonly takes: ValueType;
}

/** By opcode byte, the operators that take operands, of one type each. */
const ARITHMETIC: readonly (Arithmetic | undefined)[] = arithmeticByOpcode();

function arithmeticByOpcode(): (Arithmetic | undefined)[] {
  const table = new Array<Arithmetic | undefined>(0x100).fill(undefined);
  const add = (opcode: Operator, kind: ConstantArithmetic['kind'], takes: ValueType) =>
    (table[opcode] = { operation: Object.freeze({ kind }), takes });
  add(Operator.I32Add, 'i32.add', ValueType.I32);
  add(Operator.I32Sub, 'i32.sub', ValueType.I32);
  add(Operator.I32Mul, 'i32.mul', ValueType.I32);
  add(Operator.I64Add, 'i64.add', ValueType.I64);
  add(Operator.I64Sub, 'i64.sub', ValueType.I64);
  add(Operator.I64Mul, 'i64.mul', ValueType.I64);
  return table;
}

/** The type of what an operation that takes no operand leaves. */
function typeOfOperation(draft: ModuleDraft, operation: ConstantOperand): ValueType {
  switch (operation.kind) {
    case 'i32.const':
      return ValueType.I32;
    case 'i64.const':
      return ValueType.I64;
    case 'f32.const':
      return ValueType.F32;
    case 'f64.const':
      return ValueType.F64;
    case 'v128.const':
      return ValueType.V128;
    case 'ref.null':
      return operation.type;
    case 'ref.func':
      return ValueType.FuncRef;
    case 'global.get':
      return draft.globals[operation.globalIndex]!.value;
  }
}

function readHeapType({ bytes, features, reader, types }: ModuleDraft): ValueType {
  const type = referenceTypeOfHeapType(bytes, reader.offset, reader.limit, features, types.length);
  reader.offset++;
  return type;
}

/** Expressions of a constant written in one byte, by that byte, made when first met: one object for all, as for arithmetic. */
type ShortExpression = readonly [ConstantOperand];
const SHORT_I32: ShortExpression[] = [];
const SHORT_I64: ShortExpression[] = [];
const LONGEST_SHORT = 0x7f;

function shortI32(byte: number): ShortExpression {
  return (SHORT_I32[byte] ??= frozen({ kind: 'i32.const', value: signedByte(byte) }));
}

function shortI64(byte: number): ShortExpression {
  return (SHORT_I64[byte] ??= frozen({ kind: 'i64.const', value: BigInt(signedByte(byte)) }));
}

function frozen(operation: ConstantOperand): ShortExpression {
  return Object.freeze([Object.freeze(operation)] as const);
}

/** The expression of a constant of one byte and nothing else, where that stands here and is passed over. */
function readLoneShort({ bytes, reader }: ModuleDraft, expected: ValueType): ShortExpression | undefined {
  const { limit, offset } = reader;
  const byte = bytes[offset + 1]!;
  if (offset + 2 >= limit || byte > LONGEST_SHORT || bytes[offset + 2] !== Operator.End) return undefined;
  let expression: ShortExpression | undefined;
  if (expected === ValueType.I32 && bytes[offset] === Operator.I32Const) expression = shortI32(byte);
  else if (expected === ValueType.I64 && bytes[offset] === Operator.I64Const) expression = shortI64(byte);
  if (expression !== undefined) reader.offset = offset + 3;
  return expression;
}

function readI32(draft: ModuleDraft): ConstantOperand {
  const byte = shortByte(draft);
  if (byte > LONGEST_SHORT) return { kind: 'i32.const', value: draft.reader.signed32() };
  draft.reader.offset++;
  return shortI32(byte)[0];
}

function readI64(draft: ModuleDraft): ConstantOperand {
  const byte = shortByte(draft);
  if (byte > LONGEST_SHORT) return { kind: 'i64.const', value: draft.reader.signed64() };
  draft.reader.offset++;
  return shortI64(byte)[0];
}

/** The byte that stands next, or one that is no constant by itself. */
function shortByte({ bytes, reader }: ModuleDraft): number {
  return reader.offset < reader.limit ? bytes[reader.offset]! : LONGEST_SHORT + 1;
}

/** The seven bits of a LEB128 byte that is its last, by two's complement. */
function signedByte(byte: number): number {
  return (byte << 25) >> 25;
}

/** Reads the immediates of an operator that takes no operand; refuses every other one. */
function readOperation(draft: ModuleDraft, opcode: number, offset: number): ConstantOperand {
  const { reader, bytes } = draft;
  switch (opcode as Operator) {
    case Operator.I32Const:
      return readI32(draft);
    case Operator.I64Const:
      return readI64(draft);
    case Operator.F32Const:
      return { kind: 'f32.const', bits: draft.view.getInt32(reader.skip(4), true) };
    case Operator.F64Const:
      return { kind: 'f64.const', bits: draft.view.getBigUint64(reader.skip(8), true) };
    case Operator.RefNull:
      draft.require('referenceTypes', 'ref.null', offset);
      return { kind: 'ref.null', type: readHeapType(draft) };
    case Operator.RefFunc: {
      draft.require('referenceTypes', 'ref.func', offset);
      const functionIndex = reader.unsigned32();
      draft.referTo(functionIndex, offset);
      return { kind: 'ref.func', functionIndex };
    }
    case Operator.GlobalGet: {
      const globalIndex = reader.unsigned32();
      const visible = draft.features.extendedConst ? draft.globals.length : draft.importedGlobalCount;
      const global = draft.globals[globalIndex];
      if (global === undefined || globalIndex >= visible) {
        return reader.invalid(`unknown global ${globalIndex}`, offset);
      }
      if (global.mutable) reader.invalid('constant expression required', offset);
      return { kind: 'global.get', globalIndex };
    }
  }
  if (opcode === OperatorPrefix.Vector) {
    const operator = OperatorPrefix.VectorBase + reader.unsigned32();
    if (operator !== Operator.V128Const) refuse(draft, operator, opcode, offset);
    draft.require('simd', 'v128.const', offset);
    const at = reader.skip(16);
    return { kind: 'v128.const', bytes: bytes.slice(at, at + 16) };
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

// Reads and validates a constant expression (spec 3.4.14) that must leave one value of type `expected`.
// `global.get` may name imported immutable globals; with extendedConst, as in WebAssembly 3.0, every immutable
// global before this point.
export function readConstantExpression(draft: ModuleDraft, expected: ValueType): ConstantExpression {
  const short = readLoneShort(draft, expected);
  if (short !== undefined) return short;
  const { reader, bytes } = draft;
  const start = reader.offset;
  const opcode = reader.byte();
  if (opcode === Operator.End || ARITHMETIC[opcode] !== undefined) {
    reader.offset = start;
    return readOperations(draft, expected, 0);
  }
  const first = readOperation(draft, opcode, start);
  const type = typeOfOperation(draft, first);
  // One operator and the end, as nearly all are.
  if (reader.offset < reader.limit && bytes[reader.offset] === Operator.End) {
    if (type !== expected) reader.invalid('type mismatch', reader.offset);
    reader.offset++;
    return [first];
  }
  operations[0] = first;
  stack[0] = type;
  return readOperations(draft, expected, 1);
}

// Of the expression at work: what was read, and the types of the values that it has left so far. One of each for all, because most are short.
let operations: ConstantOperation[] = [];
let stack: ValueType[] = [];
// What an unusually long expression needed is given back.
const KEPT = 1024;

// Goes on to the expression's end, behind so many operations that were read, none or one.
function readOperations(draft: ModuleDraft, expected: ValueType, count: number): ConstantExpression {
  const { reader } = draft;
  if (operations.length > KEPT) {
    operations = operations.slice(0, count);
    stack = stack.slice(0, count);
  }
  // Counted here: an array that is popped empty gives its room back, and each push after makes it anew.
  let height = count;
  for (;;) {
    const offset = reader.offset;
    const opcode = reader.byte();
    if (opcode === Operator.End) {
      if (height !== 1 || stack[0] !== expected) reader.invalid('type mismatch', offset);
      return operations.slice(0, count);
    }
    const arithmetic = ARITHMETIC[opcode];
    if (arithmetic === undefined) {
      const operation = readOperation(draft, opcode, offset);
      operations[count++] = operation;
      stack[height++] = typeOfOperation(draft, operation);
      continue;
    }
    const { operation, takes } = arithmetic;
    // The text is composed for the refusal only.
    if (!draft.features.extendedConst)
      draft.require('extendedConst', `${operation.kind} in a constant expression`, offset);
    if (height < 2 || stack[height - 1] !== takes || stack[height - 2] !== takes)
      reader.invalid('type mismatch', offset);
    height--;
    operations[count++] = operation;
  }
}
