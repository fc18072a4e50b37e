import { type Expression, isComparison, type NumberType, operandsOf, operandType } from '../expression.js';
import { position } from '../fields.js';

/**
 * What expressions are in JavaScript. Redundant parentheses are left to the formatter. Integers of 64 bits are not here: the loop has them
 * as two words of 32 bits, by statements (see `i64.ts`).
 */

/** The word `k` behind the operator's own. */
export const word = (k: number) => `code[pc + ${k}]`;
/** Where the register of field `k` stands in the 32-bit and 64-bit files. */
export const register = (k: number) => `(fp + ${word(k)}) | 0`;
/** Where the low half of the 64-bit register of field `k` stands among the halves. */
export const halfOf = (k: number) => `(fp + ${word(k)}) << 1`;
export const read = (type: NumberType, k: number) => `${type}[${register(k)}]`;

/** Leaves the operator behind. */
export const next = (words: number) => `pc = (pc + ${words}) & Mask.Pc; continue;`;

const unsigned = (text: string) => `(${text} >>> 0)`;

type Words = (a: string, b: string) => string;

const infix =
  (symbol: string): Words =>
  (a, b) =>
    `((${a}) ${symbol} (${b}))`;
const ofUnsigned =
  (symbol: string): Words =>
  (a, b) =>
    `(${unsigned(a)} ${symbol} ${unsigned(b)})`;

const COMPARED: Readonly<Record<string, string>> = {
  ...{ eq: '===', ne: '!==' },
  ...{ lt: '<', gt: '>', le: '<=', ge: '>=' },
  ...{ lt_s: '<', gt_s: '>', le_s: '<=', ge_s: '>=' },
};

/** By operator: its value, which may be beyond what its type holds where the destination is an array that wraps it. */
const OPERATORS: Readonly<Record<string, Words>> = {
  'i32.eqz': (a) => `(${a} === 0)`,
  'i32.lt_u': ofUnsigned('<'),
  'i32.gt_u': ofUnsigned('>'),
  'i32.le_u': ofUnsigned('<='),
  'i32.ge_u': ofUnsigned('>='),
  'i32.add': infix('+'),
  'i32.sub': infix('-'),
  'i32.mul': (a, b) => `Math.imul(${a}, ${b})`,
  'i32.div_s': infix('/'),
  'i32.div_u': ofUnsigned('/'),
  'i32.rem_s': infix('%'),
  'i32.rem_u': ofUnsigned('%'),
  'i32.and': infix('&'),
  'i32.or': infix('|'),
  'i32.xor': infix('^'),
  'i32.shl': infix('<<'),
  'i32.shr_s': infix('>>'),
  'i32.shr_u': infix('>>>'),
  'i32.rotl': (a, b) => `((${a} << ${b}) | (${a} >>> -${b}))`,
  'i32.rotr': (a, b) => `((${a} >>> ${b}) | (${a} << -${b}))`,
  'i32.clz': (a) => `Math.clz32(${a})`,
  'i32.extend8_s': (a) => `((${a} << 24) >> 24)`,
  'i32.extend16_s': (a) => `((${a} << 16) >> 16)`,
  ...Object.fromEntries(
    ['f32', 'f64'].flatMap((type) => [
      [`${type}.add`, infix('+')],
      [`${type}.sub`, infix('-')],
      [`${type}.mul`, infix('*')],
      [`${type}.div`, infix('/')],
    ]),
  ),
  'f64.sqrt': (a) => `Math.sqrt(${a})`,
  'f32.convert_i32_s': (a) => a,
  'f64.convert_i32_s': (a) => a,
  'f64.convert_i32_u': unsigned,
  'f64.promote_f32': (a) => a,
  'f32.demote_f64': (a) => a,
};

/** Operators whose words name an operand twice: those are read into constants of these names first. */
export const NAMED_OPERANDS: Readonly<Record<string, readonly string[]>> = {
  'i32.rotl': ['value', 'count'],
  'i32.rotr': ['value', 'count'],
  'i32.div_s': ['dividend', 'divisor'],
  'i32.trunc_f64_s': ['value'],
};

/** By operator that traps: its operands that it traps on. */
export const TRAPS: Readonly<Record<string, Words>> = {
  'i32.div_s': (a, b) => `${b} === 0 || (${b} === -1 && ${a} === -0x80000000)`,
  'i32.div_u': (_, b) => `${b} === 0`,
  'i32.rem_s': (_, b) => `${b} === 0`,
  'i32.rem_u': (_, b) => `${b} === 0`,
  'i32.trunc_f64_s': (a) => `!(${a} > -2147483649 && ${a} < 2147483648)`,
};

const WITHIN: Readonly<Record<string, Words>> = { 'i32.trunc_f64_s': (a) => `(${a} | 0)` };

/** What an operator makes of operands, which are texts. */
export function applied(operator: string, operands: readonly string[]): string {
  const [a, b = ''] = operands as [string, string?];
  const compared = isComparison(operator) ? COMPARED[operator.slice(4)] : undefined;
  const words = compared === undefined ? (OPERATORS[operator] ?? WITHIN[operator]) : infix(compared);
  if (words === undefined) throw new RangeError(`the loop in JavaScript does not know ${operator}`);
  return words(a, b);
}

/** An expression's value; a comparison's is a boolean. */
export function valueOf(expression: Expression, fields: readonly string[], type: NumberType): string {
  if (typeof expression === 'string') {
    if (/^\d/.test(expression)) return expression;
    const k = position(fields, expression);
    return expression.startsWith('imm') ? word(k) : read(type, k);
  }
  const [operator] = expression;
  return applied(operator, operandTexts(expression, fields));
}

export function operandTexts(
  expression: Exclude<Expression, string>,
  fields: readonly string[],
): readonly string[] {
  const type = operandType(expression[0]);
  return operandsOf(expression).map((operand) => valueOf(operand, fields, type));
}
