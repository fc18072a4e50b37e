import { ValueType, valueTypeName } from './value-type.js';

/** A function type (spec 2.3.6). `id` is equal for structurally equal types throughout the process. */
export interface FunctionType {
  readonly parameters: readonly ValueType[];
  readonly results: readonly ValueType[];
  readonly id: number;
}

const interned = new Map<string, FunctionType>();
/** Those of few values once more, by their values packed into a number: finding one of them composes no text. */
const internedBySignature = new Map<number, FunctionType>();

/** Values whose codes, seven bits each, fit a number exactly, beside one that marks where they begin. */
const MOST_PACKED = 6;
const PACKED_BASE = 0x80;

/** The one FunctionType object for these parameters and results, so that types compare by `id`. */
export function functionType(parameters: readonly ValueType[], results: readonly ValueType[]): FunctionType {
  const key = `${parameters.join()}>${results.join()}`;
  let type = interned.get(key);
  if (type === undefined) {
    type = Object.freeze({
      parameters: Object.freeze([...parameters]),
      results: Object.freeze([...results]),
      id: interned.size,
    });
    interned.set(key, type);
  }
  return type;
}

/** The same for types that stand in one list: `parameterCount` parameters, then `resultCount` results. */
export function functionTypeOfList(
  types: readonly ValueType[],
  parameterCount: number,
  resultCount: number,
): FunctionType {
  const signature = packed(types, parameterCount, resultCount);
  const known = internedBySignature.get(signature);
  if (known !== undefined) return known;
  const count = parameterCount + resultCount;
  const type = functionType(types.slice(0, parameterCount), types.slice(parameterCount, count));
  if (signature >= 0) internedBySignature.set(signature, type);
  return type;
}

/** The list as a number, or -1 where it does not fit one. The parameters' end is marked by a digit that no value type has. */
function packed(types: readonly ValueType[], parameterCount: number, resultCount: number): number {
  const count = parameterCount + resultCount;
  if (count > MOST_PACKED) return -1;
  let signature = 1;
  for (let index = 0; index < count; index++) {
    if (index === parameterCount) signature *= PACKED_BASE;
    const type: number = types[index]!;
    if (type === 0 || type >= PACKED_BASE) return -1;
    signature = signature * PACKED_BASE + type;
  }
  return signature;
}

/** A function type as text, for example `(i32, i64) -> (f64)`. */
export function functionTypeText(type: FunctionType): string {
  const list = (types: readonly ValueType[]) => `(${types.map(valueTypeName).join(', ')})`;
  return `${list(type.parameters)} -> ${list(type.results)}`;
}
