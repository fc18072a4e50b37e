import { type Application, isComparison } from '../expression.js';
import { position } from '../fields.js';
import { halfOf, read, register, word } from './values.js';

/**
 * Computations with integers of 64 bits, in JavaScript. The register files show each as two words of 32 bits, the low one first, and as a
 * BigInt. V8 keeps a BigInt in a machine's register where it is cut to 64 bits at once: sums, products and bits are computed so. All else is
 * quicker on the words.
 */
export function wideComputation(value: Application, fields: readonly string[]): string | undefined {
  const [operator, ...operands] = value;
  const d = position(fields, 'd');
  if (operator === 'i32.wrap_i64') return `i32[${register(d)}] = halves[${halfOf(position(fields, 'a'))}];`;
  if (EXTENDED[operator] !== undefined) {
    return `
      const value = ${read('i32', position(fields, 'a'))};
      const d = ${halfOf(d)};
      halves[d] = value;
      halves[d + 1] = ${EXTENDED[operator]};`;
  }
  if (!operator.startsWith('i64.')) return undefined;
  if (isComparison(operator)) return comparison(operator, fields);
  if (operands[1] === 'imm64') return withConstant(operator, fields);
  const symbol = OF_BIG_INTEGERS[operator];
  if (symbol !== undefined) {
    const [a, b] = [position(fields, 'a'), position(fields, 'b')];
    return `i64[${register(d)}] = BigInt.asIntN(64, ${read('i64', a)} ${symbol} ${read('i64', b)});`;
  }
  return shift(operator, fields);
}

/** High half of an i32 made an i64. */
const EXTENDED: Readonly<Record<string, string>> = {
  'i64.extend_i32_s': 'value >> 31',
  'i64.extend_i32_u': '0',
};

const OF_BIG_INTEGERS: Readonly<Record<string, string>> = {
  ...{ 'i64.add': '+', 'i64.sub': '-', 'i64.mul': '*' },
  ...{ 'i64.and': '&', 'i64.or': '|', 'i64.xor': '^' },
};

const LOW_COMPARED: Readonly<Record<string, string>> = { lt: '<', gt: '>', le: '<=', ge: '>=' };

function comparison(operator: string, fields: readonly string[]): string {
  const result = `i32[${register(position(fields, 'd'))}]`;
  const a = `const a = ${halfOf(position(fields, 'a'))};`;
  if (operator === 'i64.eqz') return `${a} ${result} = (halves[a] | halves[a + 1]) === 0 ? 1 : 0;`;
  const both = `${a} const b = ${halfOf(position(fields, 'b'))};`;
  if (operator === 'i64.eq')
    return `${both} ${result} = halves[a] === halves[b] && halves[a + 1] === halves[b + 1] ? 1 : 0;`;
  if (operator === 'i64.ne')
    return `${both} ${result} = halves[a] !== halves[b] || halves[a + 1] !== halves[b + 1] ? 1 : 0;`;
  const low = LOW_COMPARED[operator.slice(4, 6)]!;
  const high = operator.endsWith('_u') ? ' >>> 0' : '';
  return `
    ${both}
    const aHigh = halves[a + 1]${high};
    const bHigh = halves[b + 1]${high};
    ${result} = (aHigh === bHigh ? halves[a] >>> 0 ${low} halves[b] >>> 0 : aHigh ${low[0]} bHigh) ? 1 : 0;`;
}

function withConstant(operator: string, fields: readonly string[]): string {
  const k = position(fields, 'imm64');
  const registers = `
    const a = ${halfOf(position(fields, 'a'))};
    const d = ${halfOf(position(fields, 'd'))};`;
  switch (operator) {
    case 'i64.add':
      return `
        ${registers}
        const low = halves[a];
        const sum = (low + ${word(k)}) | 0;
        halves[d + 1] = halves[a + 1] + ${word(k + 1)} + (sum >>> 0 < low >>> 0 ? 1 : 0);
        halves[d] = sum;`;
    case 'i64.and':
      return `
        ${registers}
        halves[d] = halves[a] & ${word(k)};
        halves[d + 1] = halves[a + 1] & ${word(k + 1)};`;
  }
  throw new RangeError(`the loop in JavaScript does not know ${operator} of a constant`);
}

/** By operator: halves of the result for counts below 32, and for the others. */
const SHIFTS: Readonly<Record<string, readonly [below32: string, others: string]>> = {
  'i64.shl': [
    `// (low >>> 1) >>> (31 - count) is low >>> (32 - count), and 0 for a count of 0.
    halves[d + 1] = (high << count) | ((low >>> 1) >>> (31 - count));
    halves[d] = low << count;`,
    `halves[d + 1] = low << count;
    halves[d] = 0;`,
  ],
  'i64.shr_s': [
    `halves[d] = (low >>> count) | ((high << 1) << (31 - count));
    halves[d + 1] = high >> count;`,
    `halves[d] = high >> count;
    halves[d + 1] = high >> 31;`,
  ],
  'i64.shr_u': [
    `halves[d] = (low >>> count) | ((high << 1) << (31 - count));
    halves[d + 1] = high >>> count;`,
    `halves[d] = high >>> count;
    halves[d + 1] = 0;`,
  ],
  'i64.rotl': [
    `halves[d] = (low << count) | ((high >>> 1) >>> (31 - count));
    halves[d + 1] = (high << count) | ((low >>> 1) >>> (31 - count));`,
    `halves[d] = (high << count) | ((low >>> 1) >>> (63 - count));
    halves[d + 1] = (low << count) | ((high >>> 1) >>> (63 - count));`,
  ],
};

function shift(operator: string, fields: readonly string[]): string {
  const halves = SHIFTS[operator];
  if (halves === undefined) throw new RangeError(`the loop in JavaScript does not know ${operator}`);
  const count = fields.includes('imm')
    ? word(position(fields, 'imm'))
    : `halves[${halfOf(position(fields, 'b'))}] & 63`;
  return `
    const a = ${halfOf(position(fields, 'a'))};
    const d = ${halfOf(position(fields, 'd'))};
    const count = ${count};
    const low = halves[a];
    const high = halves[a + 1];
    if (count < 32) {
      ${halves[0]}
    } else {
      ${halves[1]}
    }`;
}
