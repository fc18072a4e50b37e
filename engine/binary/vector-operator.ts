import { RegisterFile, registerFileOf, type ValueType } from '../types/value-type.js';
import { Operator, OPERATOR_SPACE, OperatorPrefix } from './operator.js';
import { Immediate, operatorImmediates } from './operator-immediate.js';
import {
  isStore,
  memoryAccesses,
  MemoryAccess,
  signatureParameter,
  signatureParameterCount,
  signatureResult,
} from './operator-signature.js';

/** Stands for "no register" in `vectorResultFile`. */
export const NO_REGISTER_FILE = 0xff;

/**
 * The shape of every vector operator (0x200 + n), by operator number. An address operand counts as `Word32`; for a
 * memory with 64-bit addresses it lies in `Word64` instead.
 */
export const vectorOperandCounts = new Uint8Array(OPERATOR_SPACE);
/** `RegisterFile` per operand: entry `3 * operator + position`. */
export const vectorOperandFiles = new Uint8Array(3 * OPERATOR_SPACE);
export const vectorResultFiles = new Uint8Array(OPERATOR_SPACE).fill(NO_REGISTER_FILE);
/** Lanes that a lane immediate chooses from; 32 for the indices of `i8x16.shuffle`; 0 without lane immediates. */
export const vectorLaneCounts = new Uint8Array(OPERATOR_SPACE);

/** Number of operands, 0 to 3. */
export function vectorOperandCount(operator: number): number {
  return vectorOperandCounts[operator]!;
}

/** Register file of the result, or `NO_REGISTER_FILE`. */
export function vectorResultFile(operator: number): RegisterFile | typeof NO_REGISTER_FILE {
  return vectorResultFiles[operator]!;
}

/** Kind of the immediates: None, Lane, Memarg, MemargLane or Bytes16; Unknown when the number is no operator. */
export function vectorImmediate(operator: number): Immediate {
  return operatorImmediates[operator]!;
}

function describe(operator: number): void {
  const operands: RegisterFile[] = [];
  const access = memoryAccesses[operator]!;
  let result: ValueType | 0;
  if (access === 0) {
    for (let position = 0; position < signatureParameterCount(operator); position++) {
      operands.push(registerFileOf(signatureParameter(operator, position) as ValueType));
    }
    result = signatureResult(operator);
  } else {
    operands.push(RegisterFile.Word32);
    if (access & (MemoryAccess.Lane | MemoryAccess.Store)) operands.push(RegisterFile.Vector);
    result = isStore(operator) ? 0 : access & MemoryAccess.ValueTypeMask;
  }
  vectorOperandCounts[operator] = operands.length;
  vectorOperandFiles.set(operands, 3 * operator);
  if (result !== 0) vectorResultFiles[operator] = registerFileOf(result);
}

for (let operator: number = OperatorPrefix.VectorBase; operator < OPERATOR_SPACE; operator++) {
  if (operatorImmediates[operator] !== Immediate.Unknown) describe(operator);
}
vectorLaneCounts[Operator.I8x16Shuffle] = 32;
vectorLaneCounts.fill(16, Operator.I8x16ExtractLaneS, Operator.I8x16ReplaceLane + 1);
vectorLaneCounts.fill(8, Operator.I16x8ExtractLaneS, Operator.I16x8ReplaceLane + 1);
vectorLaneCounts.fill(4, Operator.I32x4ExtractLane, Operator.I32x4ReplaceLane + 1);
vectorLaneCounts.fill(2, Operator.I64x2ExtractLane, Operator.I64x2ReplaceLane + 1);
vectorLaneCounts.fill(4, Operator.F32x4ExtractLane, Operator.F32x4ReplaceLane + 1);
vectorLaneCounts.fill(2, Operator.F64x2ExtractLane, Operator.F64x2ReplaceLane + 1);
vectorLaneCounts.set([16, 8, 4, 2, 16, 8, 4, 2], Operator.V128Load8Lane);
