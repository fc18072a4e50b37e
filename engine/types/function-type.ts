import { type ValueType, valueTypeName } from './value-type.js';

/** A function type (spec 2.3.6). */
export interface FunctionType {
  readonly parameters: readonly ValueType[];
  readonly results: readonly ValueType[];
  /** Its number in an engine, where two types are equal exactly if their numbers are; -1 of a type that belongs to no engine. */
  readonly id: number;
}

const NO_ID = -1;
const NO_VALUES: readonly ValueType[] = Object.freeze([]);

/** A function type that belongs to no engine: see FunctionTypes for those that do. */
export function functionType(parameters: readonly ValueType[], results: readonly ValueType[]): FunctionType {
  return newType([...parameters, ...results], parameters.length, parameters.length + results.length, NO_ID);
}

function newType(
  list: readonly ValueType[],
  parameterCount: number,
  count: number,
  id: number,
): FunctionType {
  const values = (from: number, to: number) =>
    from === to ? NO_VALUES : Object.freeze(list.slice(from, to));
  return Object.freeze({ parameters: values(0, parameterCount), results: values(parameterCount, count), id });
}

export function isSameFunctionType(a: FunctionType, b: FunctionType): boolean {
  return isSameList(a.parameters, b.parameters) && isSameList(a.results, b.results);
}

function isSameList(a: readonly ValueType[], b: readonly ValueType[]): boolean {
  return a.length === b.length && a.every((type, i) => type === b[i]);
}

/** Values whose codes, seven bits each, fit a number exactly, beside one that marks where they begin. */
const MOST_PACKED = 6;
const PACKED_BASE = 0x80;

/**
 * The function types of an engine: one object for each, so that types compare by `id`. A type is known for as long as somebody uses it;
 * then its number may become another's.
 */
export class FunctionTypes {
  /** Types of few values, by these packed into a number: finding one of them composes no text. */
  private readonly short = new Map<number, FunctionType>();
  private readonly long = new Map<string, FunctionType>();
  /** How often each type is used, by id. */
  private readonly uses: number[] = [];
  private readonly freeIds: number[] = [];

  constructor(
    /** Different types there may be at a time. */
    readonly maximum = Infinity,
  ) {}

  /** Different types there are. */
  get size(): number {
    return this.uses.length - this.freeIds.length;
  }

  /** The type, used once more; undefined where there is no room for another. */
  use(parameters: readonly ValueType[], results: readonly ValueType[]): FunctionType | undefined {
    return this.useList([...parameters, ...results], parameters.length, results.length);
  }

  /** The same for a type whose values stand in one list: `parameterCount` parameters, then `resultCount` results. */
  useList(list: readonly ValueType[], parameterCount: number, resultCount: number): FunctionType | undefined {
    const count = parameterCount + resultCount;
    const signature = packed(list, parameterCount, count);
    if (signature >= 0) {
      const known = this.short.get(signature) ?? this.add(list, parameterCount, count);
      if (known === undefined) return undefined;
      if (this.uses[known.id]!++ === 0) this.short.set(signature, known);
      return known;
    }
    const text = textOf(list, parameterCount, count);
    const known = this.long.get(text) ?? this.add(list, parameterCount, count);
    if (known === undefined) return undefined;
    if (this.uses[known.id]!++ === 0) this.long.set(text, known);
    return known;
  }

  private add(list: readonly ValueType[], parameterCount: number, count: number): FunctionType | undefined {
    if (this.size >= this.maximum) return undefined;
    const id = this.freeIds.pop() ?? this.uses.length;
    this.uses[id] = 0;
    return newType(list, parameterCount, count, id);
  }

  /** Takes back one use of each of the types. */
  release(types: Iterable<FunctionType>): void {
    for (const { id, parameters, results } of types) {
      if (--this.uses[id]! > 0) continue;
      const list = [...parameters, ...results];
      const signature = packed(list, parameters.length, list.length);
      if (signature >= 0) this.short.delete(signature);
      else this.long.delete(textOf(list, parameters.length, list.length));
      this.freeIds.push(id);
    }
  }
}

/** The list as a number, or -1 where it does not fit one. The parameters' end is marked by a digit that no value type has. */
function packed(types: readonly ValueType[], parameterCount: number, count: number): number {
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

/** The list as text, a character for each value; the parameters' end is marked by one that no value type has. */
function textOf(types: readonly ValueType[], parameterCount: number, count: number): string {
  const codes: number[] = types.slice(0, parameterCount);
  codes.push(0);
  for (let index = parameterCount; index < count; index++) codes.push(types[index]!);
  return String.fromCharCode(...codes);
}

/** A function type as text, for example `(i32, i64) -> (f64)`. */
export function functionTypeText(type: FunctionType): string {
  const list = (types: readonly ValueType[]) => `(${types.map(valueTypeName).join(', ')})`;
  return `${list(type.parameters)} -> ${list(type.results)}`;
}
