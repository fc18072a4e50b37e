import { ValueType, valueTypeName } from './value-type.js';

/** A function type (spec 2.3.6). `id` is equal for structurally equal types throughout the process. */
export interface FunctionType {
  readonly parameters: readonly ValueType[];
  readonly results: readonly ValueType[];
  readonly id: number;
}

const interned = new Map<string, FunctionType>();

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

/** A function type as text, for example `(i32, i64) -> (f64)`. */
export function functionTypeText(type: FunctionType): string {
  const list = (types: readonly ValueType[]) => `(${types.map(valueTypeName).join(', ')})`;
  return `${list(type.parameters)} -> ${list(type.results)}`;
}
