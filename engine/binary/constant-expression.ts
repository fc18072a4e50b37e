import { ValueType } from '../types/value-type.js';
import type { ModuleDraft } from './module-draft.js';
import { Operator, OperatorPrefix, operatorName } from './operator.js';
import type { ConstantExpression, ConstantOperation } from './parsed-module.js';
import { notSupported, unsupportedProposalOf } from './required-feature.js';
import { readReferenceType } from './type-reader.js';

type ArithmeticKind = 'i32.add' | 'i32.sub' | 'i32.mul' | 'i64.add' | 'i64.sub' | 'i64.mul';

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

/** A lone `i32.const` of the right type, which is what nearly all of a large module's segments begin with. */
function readLoneI32(draft: ModuleDraft, expected: ValueType): ConstantExpression | undefined {
  const { reader, bytes } = draft;
  const start = reader.offset;
  if (expected !== ValueType.I32 || start >= reader.limit || bytes[start] !== Operator.I32Const)
    return undefined;
  reader.offset = start + 1;
  const value = reader.signed32();
  if (reader.offset < reader.limit && bytes[reader.offset] === Operator.End) {
    reader.offset++;
    return [{ kind: 'i32.const', value }];
  }
  reader.offset = start;
  return undefined;
}

/**
 * Reads and validates a constant expression (spec 3.4.14) that must leave one value of type `expected`.
 * `global.get` may name imported immutable globals; with extendedConst, as in WebAssembly 3.0, every immutable
 * global before this point.
 */
export function readConstantExpression(draft: ModuleDraft, expected: ValueType): ConstantExpression {
  const lone = readLoneI32(draft, expected);
  if (lone !== undefined) return lone;
  const { reader, bytes } = draft;
  const operations: ConstantOperation[] = [];
  const stack: ValueType[] = [];

  const arithmetic = (kind: ArithmeticKind, type: ValueType, offset: number): void => {
    draft.require('extendedConst', `${kind} in a constant expression`, offset);
    if (stack.pop() !== type || stack.pop() !== type) reader.invalid('type mismatch', offset);
    stack.push(type);
    operations.push({ kind });
  };

  for (;;) {
    const offset = reader.offset;
    const opcode = reader.byte();
    switch (opcode as Operator) {
      case Operator.End:
        if (stack.length !== 1 || stack[0] !== expected) reader.invalid('type mismatch', offset);
        return operations;
      case Operator.I32Const:
        operations.push({ kind: 'i32.const', value: reader.signed32() });
        stack.push(ValueType.I32);
        break;
      case Operator.I64Const:
        operations.push({ kind: 'i64.const', value: reader.signed64() });
        stack.push(ValueType.I64);
        break;
      case Operator.F32Const: {
        const at = reader.skip(4);
        const view = new DataView(bytes.buffer, bytes.byteOffset + at, 4);
        operations.push({ kind: 'f32.const', bits: view.getInt32(0, true) });
        stack.push(ValueType.F32);
        break;
      }
      case Operator.F64Const: {
        const at = reader.skip(8);
        const view = new DataView(bytes.buffer, bytes.byteOffset + at, 8);
        operations.push({ kind: 'f64.const', bits: view.getBigUint64(0, true) });
        stack.push(ValueType.F64);
        break;
      }
      case Operator.RefNull: {
        draft.require('referenceTypes', 'ref.null', offset);
        const type = readReferenceType(draft);
        operations.push({ kind: 'ref.null', type });
        stack.push(type);
        break;
      }
      case Operator.RefFunc: {
        draft.require('referenceTypes', 'ref.func', offset);
        const functionIndex = reader.unsigned32();
        draft.referTo(functionIndex, offset);
        operations.push({ kind: 'ref.func', functionIndex });
        stack.push(ValueType.FuncRef);
        break;
      }
      case Operator.GlobalGet: {
        const globalIndex = reader.unsigned32();
        const visible = draft.features.extendedConst ? draft.globals.length : draft.importedGlobalCount;
        const global = draft.globals[globalIndex];
        if (global === undefined || globalIndex >= visible) {
          return reader.invalid(`unknown global ${globalIndex}`, offset);
        }
        if (global.mutable) reader.invalid('constant expression required', offset);
        operations.push({ kind: 'global.get', globalIndex });
        stack.push(global.value);
        break;
      }
      case Operator.I32Add:
        arithmetic('i32.add', ValueType.I32, offset);
        break;
      case Operator.I32Sub:
        arithmetic('i32.sub', ValueType.I32, offset);
        break;
      case Operator.I32Mul:
        arithmetic('i32.mul', ValueType.I32, offset);
        break;
      case Operator.I64Add:
        arithmetic('i64.add', ValueType.I64, offset);
        break;
      case Operator.I64Sub:
        arithmetic('i64.sub', ValueType.I64, offset);
        break;
      case Operator.I64Mul:
        arithmetic('i64.mul', ValueType.I64, offset);
        break;
      default: {
        if (opcode === OperatorPrefix.Vector) {
          const operator = OperatorPrefix.VectorBase + reader.unsigned32();
          if (operator !== Operator.V128Const) refuse(draft, operator, opcode, offset);
          draft.require('simd', 'v128.const', offset);
          const at = reader.skip(16);
          operations.push({ kind: 'v128.const', bytes: bytes.slice(at, at + 16) });
          stack.push(ValueType.V128);
          break;
        }
        if (opcode === OperatorPrefix.Miscellaneous) {
          const sub = reader.unsigned32();
          refuse(draft, sub < 0x100 ? OperatorPrefix.MiscellaneousBase + sub : -1, opcode, offset);
        }
        refuse(draft, opcode, opcode, offset);
      }
    }
  }
}
