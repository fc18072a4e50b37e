import { type Computation, type Branch, type Description, type LoopEnd, OPERATORS } from '../operators.js';
import { isComparison, isPartial, makesNaN, resultType } from '../expression.js';
import { position, wordsOf } from '../fields.js';
import { branchTarget, CONTROL } from './control.js';
import { BEFORE_CASES, BEHIND_CASES } from './frame.js';
import { wideComputation } from './i64.js';
import { load, store } from './memory.js';
import { applied, halfOf, NAMED_OPERANDS, next, operandTexts, register, TRAPS, valueOf } from './values.js';

/** The loop as TypeScript text, yet to be formatted: a frame written by hand, with a case for each operator of the description. */
export function javaScriptText(): string {
  const cases = OPERATORS.map((description) => {
    const text = handler(description).replace(/\n\s*\n/g, '\n');
    return `case Ir.${description.name}: ${text.includes('const ') ? `{ ${text} }` : text}`;
  });
  return `${BEFORE_CASES}\n${cases.join('\n')}\n${BEHIND_CASES}`;
}

function handler(description: Description): string {
  switch (description.kind) {
    case 'computation':
      return `${computation(description)} ${next(wordsOf(description.fields))}`;
    case 'branch':
      return branch(description);
    case 'loop end':
      return loopEnd(description);
    case 'load':
      return `${load(description)} ${next(wordsOf(description.fields))}`;
    case 'store':
      return `${store(description)} ${next(wordsOf(description.fields))}`;
    case 'control': {
      const text = CONTROL[description.name];
      if (text === undefined)
        throw new RangeError(`the loop in JavaScript does not know ${description.name}`);
      return text;
    }
  }
}

function computation({ fields, value, total }: Computation): string {
  const wide = wideComputation(value, fields) ?? movedBits(value[0], fields);
  if (wide !== undefined) return wide;
  const [operator] = value;
  const d = position(fields, 'd');
  const type = resultType(operator);
  const traps = isPartial(operator) && !total;
  const names = traps || !isPartial(operator) ? NAMED_OPERANDS[operator] : undefined;
  const texts = operandTexts(value, fields);
  const named = (names ?? []).map((name, i) => `const ${name} = ${texts[i]};`).join(' ');
  const operands = names ?? texts;
  const stop = traps ? `if (${TRAPS[operator]!(operands[0]!, operands[1] ?? '')}) break run;` : '';
  const result = applied(operator, operands);
  if (makesNaN(operator)) return withCanonicalNaN(type as 'f32' | 'f64', d, result);
  return `${named} ${stop} ${type}[${register(d)}] = ${isComparison(operator) ? `${result} ? 1 : 0` : result};`;
}

/** Operators on a float's sign: they move bits, and leave NaNs as they are. */
function movedBits(operator: string, fields: readonly string[]): string | undefined {
  const sign = SIGNS[operator];
  if (sign === undefined) return undefined;
  const [d, a] = [position(fields, 'd'), position(fields, 'a')];
  if (operator.startsWith('f32')) return `i32[${register(d)}] = i32[${register(a)}] ${sign};`;
  return `
    const a = ${halfOf(a)};
    const d = ${halfOf(d)};
    halves[d] = halves[a];
    halves[d + 1] = halves[a + 1] ${sign};`;
}

const SIGNS: Readonly<Record<string, string>> = {
  'f32.neg': '^ 0x80000000',
  'f64.abs': '& 0x7fffffff',
  'f64.neg': '^ 0x80000000',
};

function withCanonicalNaN(type: 'f32' | 'f64', d: number, result: string): string {
  const otherwise =
    type === 'f32'
      ? `i32[${register(d)}] = F32_CANONICAL_NAN;`
      : `{ const d = ${halfOf(d)}; halves[d] = 0; halves[d + 1] = F64_CANONICAL_NAN_HIGH; }`;
  return `const result = ${result}; if (result === result) ${type}[${register(d)}] = result; else ${otherwise}`;
}

/** Goes to the branch's target if the condition holds, else to the block behind. */
function branch({ fields, condition }: Branch): string {
  const value = valueOf(condition, fields, 'i32');
  const holds = typeof condition === 'string' ? `${value} !== 0` : value;
  return `target = ${holds} ? ${branchTarget(position(fields, 'rel'))} : pc + ${wordsOf(fields)}; break;`;
}

function loopEnd({ counts, fields, head }: LoopEnd): string {
  const count = counts
    ? `i32[${register(position(fields, 'd'))}] = ${applied('i32.add', [
        valueOf('a', fields, 'i32'),
        valueOf('imm', fields, 'i32'),
      ])};`
    : '';
  return `
    const head = (${branchTarget(1)}) & Mask.Pc;
    owed = code[head - 1];
    if (fuel < owed) break run;
    fuel = (fuel - owed) | 0;
    ${count}
    pc = head;
    ${branch(head)}`;
}
