import { FEATURE_NAMES, type FeatureName, type Features } from '../features.js';
import { Operator, OPERATOR_SPACE } from './operator.js';

// Proposals whose constructs are recognised but not supported, by the opcodes they add to the one-byte space.
const UNSUPPORTED_OPERATORS: readonly (readonly [first: number, last: number, proposal: string])[] = [
  [0x06, 0x0a, 'exception handling'],
  [0x14, 0x15, 'typed function references'],
  [0x18, 0x19, 'exception handling'],
  [0x1f, 0x1f, 'exception handling'],
  [0xd3, 0xd3, 'garbage collection'],
  [0xd4, 0xd6, 'typed function references'],
  [0xfb, 0xfb, 'garbage collection'],
  [0xfe, 0xfe, 'threads'],
];

// The unsupported proposal an opcode byte belongs to; undefined when it belongs to none.
export function unsupportedProposalOf(opcode: number): string | undefined {
  return UNSUPPORTED_OPERATORS.find(([first, last]) => opcode >= first && opcode <= last)?.[2];
}

// Per operator 0, or 1 + the index in `FEATURE_NAMES` of the feature that must be on.
const requiredFeatures = new Uint8Array(OPERATOR_SPACE);

function require(feature: FeatureName, ...ranges: readonly (readonly [first: number, last: number])[]): void {
  const mark = 1 + FEATURE_NAMES.indexOf(feature);
  for (const [first, last] of ranges) requiredFeatures.fill(mark, first, last + 1);
}

require('signExtension', [Operator.I32Extend8S, Operator.I64Extend32S]);
require('saturatingFloatToInt', [Operator.I32TruncSatF32S, Operator.I64TruncSatF64U]);
require('bulkMemory', [Operator.MemoryInit, Operator.TableCopy]);
require('referenceTypes', [Operator.SelectTyped, Operator.SelectTyped], [
  Operator.TableGet,
  Operator.TableSet,
], [Operator.RefNull, Operator.RefFunc], [Operator.TableGrow, Operator.TableFill]);
require('tailCall', [Operator.ReturnCall, Operator.ReturnCallIndirect]);
require('wideArithmetic', [Operator.I64Add128, Operator.I64MulWideU]);
require('simd', [Operator.V128Load, Operator.F64x2ConvertLowI32x4U]);
require('relaxedSimd', [Operator.I8x16RelaxedSwizzle, OPERATOR_SPACE - 1]);

// The feature an operator needs; undefined when every engine has it.
export function requiredFeature(operator: number): FeatureName | undefined {
  const mark = requiredFeatures[operator]!;
  return mark === 0 ? undefined : FEATURE_NAMES[mark - 1];
}

// Per operator 1 when `features` allow it. Numbers that are no operators count as allowed.
export function allowedOperators(features: Features): Uint8Array {
  const allowed = new Uint8Array(OPERATOR_SPACE);
  const marks = [1, ...FEATURE_NAMES.map((name) => Number(features[name]))];
  for (let operator = 0; operator < OPERATOR_SPACE; operator++)
    allowed[operator] = marks[requiredFeatures[operator]!]!;
  return allowed;
}

// The reason given for a construct whose feature is switched off.
export function switchedOff(construct: string, feature: FeatureName): string {
  return `${construct} requires the feature "${feature}", which is switched off`;
}

// The reason given for a construct of a proposal that is not supported.
export function notSupported(construct: string, proposal: string): string {
  return `${construct} belongs to the proposal "${proposal}", which is not supported`;
}
