/**
 * What an operator of the IR computes, said in WebAssembly's own operators: a field's name, or an operator's text-format name and its
 * operands. What a field holds follows from where it stands: an operand that is an i64 is read from the 64-bit registers. `imm` and the
 * fields called so are constants in the code.
 */
export type Expression = string | Application;
export type Application = readonly [operator: string, a: Expression, b?: Expression];

export function operandsOf([, a, b]: Application): Expression[] {
  return b === undefined ? [a] : [a, b];
}

export type NumberType = 'i32' | 'i64' | 'f32' | 'f64';

/** Operators of one result type whose operands have another. */
const OPERAND_TYPES: Readonly<Record<string, NumberType>> = {
  'i32.wrap_i64': 'i64',
  'i64.extend_i32_s': 'i32',
  'i64.extend_i32_u': 'i32',
};

/** Type of the operands that an operator takes. */
export function operandType(operator: string): NumberType {
  const known = OPERAND_TYPES[operator];
  if (known !== undefined) return known;
  // `f64.promote_f32`, `i32.trunc_f64_s`, `f32.convert_i64_u`: what it converts from stands behind.
  const from = /_(i32|i64|f32|f64)(_[su])?$/.exec(operator);
  return (from === null ? operator.slice(0, 3) : from[1]) as NumberType;
}

/** Type of the result of an operator; comparisons give an i32. */
export function resultType(operator: string): NumberType {
  const type = operator.slice(0, 3) as NumberType;
  return isComparison(operator) ? 'i32' : type;
}

export function isComparison(operator: string): boolean {
  return /\.(eqz|eq|ne|[lg][te](_[su])?)$/.test(operator);
}

/** Float arithmetic that makes NaNs, which are to be the canonical one; the others move bits, or make none. */
export function makesNaN(operator: string): boolean {
  return /^f(32|64)\.(add|sub|mul|div|sqrt|min|max|ceil|floor|trunc|nearest|promote_f32|demote_f64)$/.test(
    operator,
  );
}

/** Operators that trap on some operands: the loops stop before those. */
export function isPartial(operator: string): boolean {
  return /^i(32|64)\.((div|rem)_[su]|trunc_f(32|64)_[su])$/.test(operator);
}
