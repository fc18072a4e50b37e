import { OPERATOR_SPACE, operatorName } from '../../engine/binary/operator.js';

/** Free in Wasmi's and Wasmtime's default tables: they make no code of their own. */
const FREE = new Set(['unreachable', 'nop', 'block', 'loop', 'else', 'end', 'return', 'drop']);
/** Two operators share the name `select`; the one with a type has a field of its own. */
const TYPED_SELECT = 0x1c;

/** Field names of Wasmtime's `OperatorCost` for every operator that costs 1 by default: `i32.trunc_sat_f32_s` is `I32TruncSatF32S`. */
export function chargedOperatorFields(): string[] {
  const fields: string[] = [];
  for (let operator = 0; operator < OPERATOR_SPACE; operator++) {
    const name = operatorName(operator);
    if (name === undefined || FREE.has(name)) continue;
    fields.push(operator === TYPED_SELECT ? 'TypedSelect' : fieldName(name));
  }
  return fields;
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

function fieldName(textName: string): string {
  return (
    textName
      .split(/[._]/)
      .map((word) => WORDS.get(word) ?? word.charAt(0).toUpperCase() + word.slice(1))
      .join('')
      // Wasmtime itself writes the relaxed one differently.
      .replace('RelaxedQ15Mulr', 'RelaxedQ15mulr')
  );
}
