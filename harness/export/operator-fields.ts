import type { OperatorClass } from '@wasm-dyno/engine';
import { OPERATOR_SPACE, operatorClasses, operatorName } from '@wasm-dyno/engine/operators';

/** Free in Wasmi's and Wasmtime's default tables: they make no code of their own. */
const FREE = new Set(['unreachable', 'nop', 'block', 'loop', 'else', 'end', 'return', 'drop']);
/** Two operators share the name `select`; the one with a type has a field of its own. */
const TYPED_SELECT = 0x1c;

/** A field of an engine's `OperatorCost`, and the class of its operator. */
export interface OperatorField {
  readonly field: string;
  readonly operatorClass: OperatorClass | undefined;
}

/** The operators that cost 1 by default, by text name; `typed_select` is the `select` that names its type. */
function chargedOperators(fieldOf: (textName: string) => string): OperatorField[] {
  const classes = operatorClasses();
  const fields: OperatorField[] = [];
  for (let operator = 0; operator < OPERATOR_SPACE; operator++) {
    const name = operatorName(operator);
    if (name === undefined || FREE.has(name)) continue;
    const field = fieldOf(operator === TYPED_SELECT ? 'typed_select' : name);
    fields.push({ field, operatorClass: classes[operator] });
  }
  return fields;
}

/** Classes of the operators that cost 1 by default. What is done by size is none of them, nor what tells imported functions from others. */
export function chargedClasses(): ReadonlySet<string> {
  return new Set(chargedOperators(snakeCase).flatMap(({ operatorClass }) => operatorClass ?? []));
}

/** Fields of Wasmtime's `OperatorCost` for every operator that costs 1 by default: `i32.trunc_sat_f32_s` is `I32TruncSatF32S`. */
export function wasmtimeOperatorFields(): OperatorField[] {
  return chargedOperators(camelCase);
}

/** Fields of Wasmi's `OperatorCost` for every operator that costs 1 by default; its feature `simd` adds those apart. */
export function wasmiOperatorFields(): {
  readonly core: readonly OperatorField[];
  readonly simd: readonly OperatorField[];
} {
  const fields = chargedOperators(snakeCase);
  const isSimd = ({ field }: OperatorField): boolean => VECTOR_FIELD.test(field);
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
