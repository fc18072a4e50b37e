import { ValueType } from '../types/value-type.js';
import type { ConstantExpression, ConstantOperand, ConstantOperation } from './constant-operation.js';
import { decodeSigned32, decodeSigned64, decodeUnsigned32 } from './leb128.js';
import { Operator } from './operator.js';
import { afterOpcode, decodeOperator, skipImmediates } from './operator-immediate.js';

/** Constants and indices of globals that are written in one byte, by that byte, made when first met: one object for all. */
type ShortExpression = readonly [ConstantOperand];
const SHORT_I32: ShortExpression[] = [];
const SHORT_I64: ShortExpression[] = [];
const SHORT_GLOBALS: ShortExpression[] = [];
export const LONGEST_SHORT = 0x7f;

/** The expression of a constant written in one byte, and nothing else. */
export function shortI32(byte: number): ShortExpression {
  return (SHORT_I32[byte] ??= frozen({ kind: 'i32.const', value: signedByte(byte) }));
}

export function shortI64(byte: number): ShortExpression {
  return (SHORT_I64[byte] ??= frozen({ kind: 'i64.const', value: BigInt(signedByte(byte)) }));
}

/** The expression of the value of a global, and nothing else. */
function shortGlobal(byte: number): ShortExpression {
  return (SHORT_GLOBALS[byte] ??= frozen({ kind: 'global.get', globalIndex: byte }));
}

/** The seven bits of a LEB128 byte that is its last, by two's complement. */
function signedByte(byte: number): number {
  return (byte << 25) >> 25;
}

function frozen<Operation extends ConstantOperation>(operation: Operation): readonly [Operation] {
  return Object.freeze([Object.freeze(operation)] as const);
}

/** By opcode, the operations that take operands: one object of each for all expressions. */
const ARITHMETIC: Readonly<Partial<Record<Operator, ConstantOperation>>> = {
  [Operator.I32Add]: Object.freeze({ kind: 'i32.add' }),
  [Operator.I32Sub]: Object.freeze({ kind: 'i32.sub' }),
  [Operator.I32Mul]: Object.freeze({ kind: 'i32.mul' }),
  [Operator.I64Add]: Object.freeze({ kind: 'i64.add' }),
  [Operator.I64Sub]: Object.freeze({ kind: 'i64.sub' }),
  [Operator.I64Mul]: Object.freeze({ kind: 'i64.mul' }),
};

const DOUBLE = new DataView(new ArrayBuffer(8));

// The operation that stands at `offset` of a valid constant expression.
function decodeOperation(bytes: Uint8Array, offset: number): ConstantOperation {
  const operator = decodeOperator(bytes, offset) as Operator;
  const at = afterOpcode(bytes, offset);
  const byte = bytes[at]!;
  switch (operator) {
    case Operator.I32Const:
      if (byte <= LONGEST_SHORT) return shortI32(byte)[0];
      return { kind: 'i32.const', value: decodeSigned32(bytes, at) };
    case Operator.I64Const:
      if (byte <= LONGEST_SHORT) return shortI64(byte)[0];
      return { kind: 'i64.const', value: decodeSigned64(bytes, at) };
    case Operator.F32Const:
      return { kind: 'f32.const', bits: fourBytes(bytes, at) };
    case Operator.F64Const:
      DOUBLE.setInt32(0, fourBytes(bytes, at), true);
      DOUBLE.setInt32(4, fourBytes(bytes, at + 4), true);
      return { kind: 'f64.const', bits: DOUBLE.getBigUint64(0, true) };
    case Operator.V128Const:
      return { kind: 'v128.const', bytes: bytes.slice(at, at + 16) };
    case Operator.RefNull:
      return { kind: 'ref.null', type: byte as ValueType };
    case Operator.RefFunc:
      return { kind: 'ref.func', functionIndex: decodeUnsigned32(bytes, at) };
    case Operator.GlobalGet:
      if (byte <= LONGEST_SHORT) return shortGlobal(byte)[0];
      return { kind: 'global.get', globalIndex: decodeUnsigned32(bytes, at) };
    default:
      return ARITHMETIC[operator]!;
  }
}

// The expression of the one operation that stands at `offset`.
export function loneExpression(bytes: Uint8Array, offset: number): ConstantExpression {
  const byte = bytes[offset + 1]!;
  if (bytes[offset] === Operator.GlobalGet && byte <= LONGEST_SHORT) return shortGlobal(byte);
  return [decodeOperation(bytes, offset)];
}

function fourBytes(bytes: Uint8Array, at: number): number {
  return bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
}

/**
 * A valid constant expression of several operators, where it is written. Sums of millions are valid: as objects they took six times their
 * bytes, and most of what parsing took. They are made when somebody asks.
 */
export class WrittenExpression implements ConstantExpression {
  constructor(
    private readonly bytes: Uint8Array,
    private readonly offset: number,
    readonly length: number,
    /** Whether one of its operators is `global.get`. */
    readonly readsGlobals: boolean,
  ) {}

  [Symbol.iterator](): Iterator<ConstantOperation> {
    const { bytes, length } = this;
    const operations: ConstantOperation[] = [];
    for (let at = this.offset; operations.length < length;) {
      operations.push(decodeOperation(bytes, at));
      at = skipImmediates(bytes, decodeOperator(bytes, at), afterOpcode(bytes, at));
    }
    return operations[Symbol.iterator]();
  }
}
