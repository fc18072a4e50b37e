import { Operator } from '../../binary/operator.js';
import { signatureParameterCount } from '../../binary/operator-signature.js';

const RARE: readonly Operator[] = [
  ...[Operator.I32Ctz, Operator.I32Popcnt, Operator.I64Clz, Operator.I64Ctz, Operator.I64Popcnt],
  ...[Operator.I64DivS, Operator.I64DivU, Operator.I64RemS, Operator.I64RemU, Operator.I64Rotr],
  ...[Operator.I64Extend8S, Operator.I64Extend16S, Operator.I64Extend32S],
  ...[Operator.I32TruncF32S, Operator.I32TruncF32U, Operator.I32TruncF64U],
  ...[Operator.I64TruncF32S, Operator.I64TruncF32U, Operator.I64TruncF64S, Operator.I64TruncF64U],
  ...[Operator.F32ConvertI32U, Operator.F32ConvertI64S, Operator.F32ConvertI64U],
  ...[Operator.F64ConvertI64S, Operator.F64ConvertI64U],
  ...[Operator.I32TruncSatF32S, Operator.I32TruncSatF32U, Operator.I32TruncSatF64S, Operator.I32TruncSatF64U],
  ...[Operator.I64TruncSatF32S, Operator.I64TruncSatF32U, Operator.I64TruncSatF64S, Operator.I64TruncSatF64U],
  ...[Operator.F32Abs, Operator.F32Copysign, Operator.F32Ceil, Operator.F32Floor, Operator.F32Trunc],
  ...[Operator.F32Nearest, Operator.F32Sqrt, Operator.F32Min, Operator.F32Max],
  ...[Operator.F64Copysign, Operator.F64Ceil, Operator.F64Floor, Operator.F64Trunc],
  ...[Operator.F64Nearest, Operator.F64Min, Operator.F64Max],
];

/** Numeric operators that the IR has no operator of its own for, and how many operands each has: `[Rare, operator, d, a, b]`. */
export const RARE_OPERATORS: readonly (readonly [operator: number, operands: number])[] = RARE.map(
  (operator) => [operator, signatureParameterCount(operator)],
);
