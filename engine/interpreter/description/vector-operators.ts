import { operatorName, Operator, OPERATOR_SPACE, OperatorPrefix } from '../../binary/operator.js';
import {
  memoryAccesses,
  isStore,
  MemoryAccess,
  signatureParameter,
  signatureResult,
  signatureParameterCount,
} from '../../binary/operator-signature.js';
import { vectorLaneCounts } from '../../binary/vector-operator.js';
import { valueTypeName, type ValueType } from '../../types/value-type.js';

export interface VectorOperator {
  readonly operator: number;
  readonly name: string;
  readonly operands: readonly string[];
  readonly result: string;
  /** Lanes that the immediate chooses from; 0 without one. */
  readonly lanes: number;
  /** Whose lanes are to hold no NaN but the canonical one. */
  readonly canonical: 'f32x4' | 'f64x2' | undefined;
  /** One that gives the same bits. */
  readonly sameAs: number | undefined;
}

export interface VectorAccess {
  readonly operator: number;
  readonly name: string;
  readonly bytes: number;
  readonly isStore: boolean;
  /** Whether it moves one lane of a register. */
  readonly isLane: boolean;
}

/** Float arithmetic on lanes; abs, neg, pmin and pmax move bits. */
const MAKES_NAN =
  /^(f32x4|f64x2)\.(add|sub|mul|div|sqrt|min|max|ceil|floor|trunc|nearest|demote_f64x2_zero|promote_low_f32x4|relaxed_n?madd)$/;

/**
 * What a relaxed operator is, a strict one, by the specification's deterministic profile; and lanes of floats, which are moved as bits,
 * as those of integers are.
 */
const SAME: readonly (readonly [name: RegExp, same: string])[] = [
  [/^i8x16\.relaxed_swizzle$/, 'i8x16.swizzle'],
  [/^i32x4\.relaxed_(trunc)_(.+)$/, 'i32x4.$1_sat_$2'],
  [/^.+\.relaxed_laneselect$/, 'v128.bitselect'],
  [/^(.+)\.relaxed_(min|max)$/, '$1.$2'],
  [/^i16x8\.relaxed_q15mulr_s$/, 'i16x8.q15mulr_sat_s'],
  [/^f(.+)\.(splat|extract_lane|replace_lane)$/, 'i$1.$2'],
];

const numbers = Array.from(
  { length: OPERATOR_SPACE - OperatorPrefix.VectorBase },
  (_, i) => OperatorPrefix.VectorBase + i,
);

const operators = numbers.filter((operator) => operatorName(operator) !== undefined);

function sameAs(name: string): number | undefined {
  const rule = SAME.find(([pattern]) => pattern.test(name));
  if (rule === undefined) return undefined;
  const same = name.replace(...rule);
  const operator = operators.find((number) => operatorName(number) === same);
  if (operator === undefined) throw new RangeError(`${name}: there is no ${same}`);
  return operator;
}

/** Vector operators that do not touch memory. */
export const VECTOR_OPERATORS: readonly VectorOperator[] = operators
  .filter((operator) => memoryAccesses[operator] === 0)
  .map((operator) => {
    const name = operatorName(operator)!;
    const typeName = (type: number) => valueTypeName(type as ValueType);
    return {
      operator,
      name,
      operands: Array.from({ length: signatureParameterCount(operator) }, (_, i) =>
        typeName(signatureParameter(operator, i)),
      ),
      result: operator === Operator.V128Const ? 'v128' : typeName(signatureResult(operator)),
      lanes: vectorLaneCounts[operator]!,
      canonical: MAKES_NAN.exec(name)?.[1] as VectorOperator['canonical'],
      sameAs: sameAs(name),
    };
  });

/** Vector loads and stores. */
export const VECTOR_ACCESSES: readonly VectorAccess[] = operators
  .filter((operator) => memoryAccesses[operator] !== 0)
  .map((operator) => ({
    operator,
    name: operatorName(operator)!,
    bytes: 1 << ((memoryAccesses[operator]! & MemoryAccess.AlignmentMask) >> MemoryAccess.AlignmentShift),
    isStore: isStore(operator),
    isLane: (memoryAccesses[operator]! & MemoryAccess.Lane) !== 0,
  }));
