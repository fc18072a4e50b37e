import { Operator, operatorName, OperatorPrefix, OPERATOR_SPACE } from '../binary/operator.js';
import { Immediate, operatorImmediates } from '../binary/operator-immediate.js';
import { operatorSignatures } from '../binary/operator-signature.js';
import {
  notSupported,
  requiredFeature,
  switchedOff,
  unsupportedProposalOf,
} from '../binary/required-feature.js';
import { referenceTypeOfHeapType, valueTypeOfCode } from '../binary/type-reader.js';
import { valuesOfOperator } from '../fuel/schedule.js';
import type { TableType } from '../types/external-type.js';
import { isReferenceType, ValueType } from '../types/value-type.js';
import { BOTTOM, type BodyValidator } from './body-validator.js';

/** Refuses numbers that are no operators, and operators whose feature is switched off. */
function checkOperator(validator: BodyValidator, operator: number, opcodeText: string, at: number): void {
  if (operatorImmediates[operator] === undefined || operatorImmediates[operator] === Immediate.Unknown) {
    const proposal = unsupportedProposalOf(operator);
    if (proposal !== undefined) validator.unsupported(notSupported(`opcode 0x${opcodeText}`, proposal), at);
    validator.malformed(`illegal opcode ${opcodeText}`, at);
  }
  const feature = requiredFeature(operator);
  if (feature !== undefined && !validator.module.features[feature]) {
    validator.unsupported(switchedOff(operatorName(operator)!, feature), at);
  }
}

function hexadecimal(value: number): string {
  return value.toString(16).padStart(2, '0');
}

/** The operator behind a prefix byte. Its sub-opcode is a u32 of any length (spec 5.4). */
function readPrefixed(validator: BodyValidator, prefix: OperatorPrefix, base: number, at: number): number {
  const sub = validator.unsigned32();
  const space = prefix === OperatorPrefix.Vector ? OPERATOR_SPACE : OperatorPrefix.VectorBase;
  const operator = base + sub;
  checkOperator(
    validator,
    operator < space ? operator : -1,
    `${hexadecimal(prefix)} ${hexadecimal(sub)}`,
    at,
  );
  validator.dear += valuesOfOperator[operator]!;
  return operator;
}

function table(validator: BodyValidator, index: number, at: number): TableType {
  const found = validator.module.tables[index];
  if (found === undefined) return validator.invalid(`unknown table ${index}`, at);
  return found;
}

/**
 * A memory or table index that was a reserved zero byte before the feature that brought the index: without the feature
 * anything else is refused.
 */
function reservedIndex(
  validator: BodyValidator,
  feature: 'multiMemory' | 'referenceTypes',
  at: number,
): number {
  const start = validator.offset;
  const index = validator.unsigned32();
  if (!validator.module.features[feature] && validator.offset - start + index !== 1) {
    const construct = feature === 'multiMemory' ? 'a memory index' : 'a table index';
    validator.unsupported(switchedOff(construct, feature), at);
  }
  return index;
}

function readMemory(validator: BodyValidator, at: number): ValueType {
  return validator.memoryAddressType(reservedIndex(validator, 'multiMemory', at), at);
}

function readTable(validator: BodyValidator, at: number): TableType {
  return table(validator, validator.unsigned32(), at);
}

function dataSegmentIndex(validator: BodyValidator, at: number): void {
  const index = validator.unsigned32();
  const { dataCount } = validator.module;
  if (dataCount === undefined) return validator.malformed('data count section required', at);
  if (index >= dataCount) validator.invalid(`unknown data segment ${index}`, at);
}

function elementType(validator: BodyValidator, index: number, at: number): ValueType {
  return validator.module.elements.typeOf(index) ?? validator.invalid(`unknown elem segment ${index}`, at);
}

function checkSameType(validator: BodyValidator, a: ValueType, b: ValueType, at: number): void {
  if (a !== b) validator.invalid('type mismatch: the reference types differ', at);
}

/** Copying between two memories or tables counts in the narrower of their address types (spec 3.4.5, 3.4.6). */
function narrower(a: ValueType, b: ValueType): ValueType {
  return a === ValueType.I64 ? b : a;
}

function indirectCall(validator: BodyValidator, operator: Operator, sp: number, at: number): number {
  const typeIndex = validator.unsigned32();
  const tableIndex = reservedIndex(validator, 'referenceTypes', at);
  const target = table(validator, tableIndex, at);
  if (target.element !== ValueType.FuncRef)
    validator.invalid('type mismatch: call_indirect needs a funcref table', at);
  const type = validator.typeAt(typeIndex, at);
  sp = validator.pop(sp, validator.addressType(target), at);
  return operator === Operator.CallIndirect ? validator.call(type, sp, at) : validator.tailCall(type, sp, at);
}

function typedSelect(validator: BodyValidator, sp: number, at: number): number {
  const count = validator.unsigned32();
  if (count !== 1) validator.invalid('invalid result arity', at);
  const start = validator.offset;
  const type = valueTypeOfCode(validator.byte(), validator.module.features, start);
  sp = validator.pop(sp, ValueType.I32, at);
  sp = validator.pop(validator.pop(sp, type, at), type, at);
  return validator.push(sp, type);
}

function functionReference(validator: BodyValidator, sp: number, at: number): number {
  const index = validator.unsigned32();
  const { functionTypeIndices, referencedFunctions } = validator.module;
  if (index >= functionTypeIndices.length) validator.invalid(`unknown function ${index}`, at);
  if (((referencedFunctions[index >>> 5]! >>> (index & 31)) & 1) === 0) {
    validator.invalid('undeclared function reference', at);
  }
  return validator.push(sp, ValueType.FuncRef);
}

function miscellaneousOperator(validator: BodyValidator, sp: number, at: number): number {
  const operator = readPrefixed(
    validator,
    OperatorPrefix.Miscellaneous,
    OperatorPrefix.MiscellaneousBase,
    at,
  );
  const signature = operatorSignatures[operator]!;
  if (signature !== 0) return validator.applySignature(signature, sp, at);
  const pop = (type: ValueType): void => {
    sp = validator.pop(sp, type, at);
  };
  switch (operator as Operator) {
    case Operator.MemoryInit: {
      dataSegmentIndex(validator, at);
      const address = readMemory(validator, at);
      pop(ValueType.I32);
      pop(ValueType.I32);
      pop(address);
      return sp;
    }
    case Operator.DataDrop:
      dataSegmentIndex(validator, at);
      return sp;
    case Operator.MemoryCopy: {
      const destination = readMemory(validator, at);
      const source = readMemory(validator, at);
      pop(narrower(destination, source));
      pop(source);
      pop(destination);
      return sp;
    }
    case Operator.MemoryFill: {
      const address = readMemory(validator, at);
      pop(address);
      pop(ValueType.I32);
      pop(address);
      return sp;
    }
    case Operator.TableInit: {
      const elementIndex = validator.unsigned32();
      const target = table(validator, reservedIndex(validator, 'referenceTypes', at), at);
      checkSameType(validator, elementType(validator, elementIndex, at), target.element, at);
      pop(ValueType.I32);
      pop(ValueType.I32);
      pop(validator.addressType(target));
      return sp;
    }
    case Operator.ElemDrop:
      elementType(validator, validator.unsigned32(), at);
      return sp;
    case Operator.TableCopy: {
      const destination = table(validator, reservedIndex(validator, 'referenceTypes', at), at);
      const source = table(validator, reservedIndex(validator, 'referenceTypes', at), at);
      checkSameType(validator, source.element, destination.element, at);
      pop(narrower(validator.addressType(destination), validator.addressType(source)));
      pop(validator.addressType(source));
      pop(validator.addressType(destination));
      return sp;
    }
    case Operator.TableGrow: {
      const target = readTable(validator, at);
      pop(validator.addressType(target));
      pop(target.element);
      return validator.push(sp, validator.addressType(target));
    }
    case Operator.TableSize:
      return validator.push(sp, validator.addressType(readTable(validator, at)));
    case Operator.TableFill: {
      const target = readTable(validator, at);
      pop(validator.addressType(target));
      pop(target.element);
      pop(validator.addressType(target));
      return sp;
    }
    default: {
      // Wide arithmetic: 128-bit operands and results are pairs of i64.
      const operands = operator === Operator.I64Add128 || operator === Operator.I64Sub128 ? 4 : 2;
      for (let count = 0; count < operands; count++) pop(ValueType.I64);
      return validator.push(validator.push(sp, ValueType.I64), ValueType.I64);
    }
  }
}

/** The operators behind a prefix byte, and those of one byte that real code seldom holds. */
export function validateRareOperator(
  validator: BodyValidator,
  operator: number,
  sp: number,
  at: number,
): number {
  if (operator === OperatorPrefix.Vector) return vectorOperator(validator, sp, at);
  if (operator === OperatorPrefix.Miscellaneous) return miscellaneousOperator(validator, sp, at);
  checkOperator(validator, operator, hexadecimal(operator), at);
  switch (operator as Operator) {
    case Operator.CallIndirect:
    case Operator.ReturnCallIndirect:
      return indirectCall(validator, operator, sp, at);
    case Operator.ReturnCall:
      return validator.tailCall(validator.readFunctionType(at), sp, at);
    case Operator.SelectTyped:
      return typedSelect(validator, sp, at);
    case Operator.TableGet: {
      const source = readTable(validator, at);
      return validator.push(validator.pop(sp, validator.addressType(source), at), source.element);
    }
    case Operator.TableSet: {
      const target = readTable(validator, at);
      return validator.pop(validator.pop(sp, target.element, at), validator.addressType(target), at);
    }
    case Operator.MemorySize:
      return validator.push(sp, readMemory(validator, at));
    case Operator.MemoryGrow: {
      const address = readMemory(validator, at);
      return validator.push(validator.pop(sp, address, at), address);
    }
    case Operator.RefNull: {
      const { bytes, end, module, offset } = validator;
      const type = referenceTypeOfHeapType(bytes, offset, end, module.features, module.types.length);
      validator.offset++;
      return validator.push(sp, type);
    }
    case Operator.RefIsNull: {
      const type = validator.peek(sp, at);
      if (type !== BOTTOM && !isReferenceType(type)) {
        validator.invalid('type mismatch: ref.is_null takes a reference', at);
      }
      return validator.push(validator.drop(sp), ValueType.I32);
    }
    default:
      return functionReference(validator, sp, at);
  }
}

/** The operators behind the prefix 0xfd. */
function vectorOperator(validator: BodyValidator, sp: number, at: number): number {
  validator.hasVectors = true;
  const operator = readPrefixed(validator, OperatorPrefix.Vector, OperatorPrefix.VectorBase, at);
  switch (operatorImmediates[operator] as Immediate) {
    case Immediate.Memarg:
    case Immediate.MemargLane:
      return validator.memoryAccess(operator, sp, at);
    case Immediate.Lane:
      validator.readLanes(operator, 1, at);
      break;
    case Immediate.Bytes16:
      if (operator === Operator.I8x16Shuffle) validator.readLanes(operator, 16, at);
      else validator.offset += 16;
  }
  return validator.applySignature(operatorSignatures[operator]!, sp, at);
}
