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
}

export interface VectorAccess {
  readonly operator: number;
  readonly name: string;
  readonly bytes: number;
  readonly isStore: boolean;
}

/** Float arithmetic on lanes; abs, neg, pmin and pmax move bits. */
const MAKES_NAN =
  /^(f32x4|f64x2)\.(add|sub|mul|div|sqrt|min|max|ceil|floor|trunc|nearest|demote_f64x2_zero|promote_low_f32x4)$/;

const numbers = Array.from(
  { length: OPERATOR_SPACE - OperatorPrefix.VectorBase },
  (_, i) => OperatorPrefix.VectorBase + i,
);

/** Those that WebAssembly has no choice in; what is relaxed, and shuffles by immediates, is JavaScript's. */
const isExact = (operator: number) =>
  operator < Operator.I8x16RelaxedSwizzle && operator !== Operator.I8x16Shuffle;

/** Vector operators that do not touch memory. */
export const VECTOR_OPERATORS: readonly VectorOperator[] = numbers
  .filter(
    (operator) => operatorName(operator) !== undefined && memoryAccesses[operator] === 0 && isExact(operator),
  )
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
    };
  });

/** Vector loads and stores without a lane. */
export const VECTOR_ACCESSES: readonly VectorAccess[] = numbers
  .filter((operator) => operatorName(operator) !== undefined && memoryAccesses[operator] !== 0)
  .map((operator) => ({
    operator,
    name: operatorName(operator)!,
    bytes: 1 << ((memoryAccesses[operator]! & MemoryAccess.AlignmentMask) >> MemoryAccess.AlignmentShift),
    isStore: isStore(operator),
  }))
  .filter(({ name }) => !name.endsWith('_lane'));
