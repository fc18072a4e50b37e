import { OPERATOR_SPACE, operatorName } from '@wasm-dyno/engine/operators';

/** Free in Wasmi's and Wasmtime's default tables: they make no code of their own. */
const FREE = new Set(['unreachable', 'nop', 'block', 'loop', 'else', 'end', 'return', 'drop']);
/** Two operators share the name `select`; the one with a type has a field of its own. */
const TYPED_SELECT = 0x1c;

/** Text names of the operators that cost 1 by default; `typed_select` is the `select` that names its type. */
function chargedOperators(): string[] {
  const names: string[] = [];
  for (let operator = 0; operator < OPERATOR_SPACE; operator++) {
    const name = operatorName(operator);
    if (name === undefined || FREE.has(name)) continue;
    names.push(operator === TYPED_SELECT ? 'typed_select' : name);
  }
  return names;
}

/** Field names of Wasmtime's `OperatorCost` for every operator that costs 1 by default: `i32.trunc_sat_f32_s` is `I32TruncSatF32S`. */
export function wasmtimeOperatorFields(): string[] {
  return chargedOperators().map(camelCase);
}

/** Field names of Wasmi's `OperatorCost` for every operator that costs 1 by default; its feature `simd` adds those apart. */
export function wasmiOperatorFields(): {
  readonly core: readonly string[];
  readonly simd: readonly string[];
} {
  const fields = chargedOperators().map(snakeCase);
  const isSimd = (field: string): boolean => VECTOR_FIELD.test(field);
  return { core: fields.filter((field) => !isSimd(field)), simd: fields.filter(isSimd) };
}

const VECTOR_FIELD = /^(v128|[if]\d+x\d+)_/;

/** Wasmi takes some words apart that the text format writes together, and joins `zero` to what it follows. */
const WASMI_WORDS: readonly (readonly [RegExp, string])[] = [
  [/andnot/, 'and_not'],
  [/_ext(add|mul)/, '_ext_$1'],
  [/^i16x8_q15mulr_sat/, 'i16x8_q15_mulr_sat'],
  [/_([su])_zero$/, '_$1zero'],
];

function snakeCase(textName: string): string {
  const name = textName.replaceAll('.', '_');
  // A word of Rust; the others that are one cost nothing.
  if (name === 'if') return 'if_';
  return WASMI_WORDS.reduce((field, [from, to]) => field.replace(from, to), name);
}

/** Words that the text format writes together and Wasmtime does not. */
const WORDS = new Map([
  ['pmin', 'PMin'],
  ['pmax', 'PMax'],
  ['extadd', 'ExtAdd'],
  ['extmul', 'ExtMul'],
  ['q15mulr', 'Q15Mulr'],
  ['andnot', 'AndNot'],
]);

function camelCase(textName: string): string {
  return (
    textName
      .split(/[._]/)
      .map((word) => WORDS.get(word) ?? word.charAt(0).toUpperCase() + word.slice(1))
      .join('')
      // Wasmtime itself writes the relaxed one differently.
      .replace('RelaxedQ15Mulr', 'RelaxedQ15mulr')
  );
}
