import type { Random } from '@wasm-dyno/corpora';
import type { TypeLetter } from '../operators.js';

export interface Signature {
  readonly parameters: readonly TypeLetter[];
  readonly results: readonly TypeLetter[];
}

export interface GlobalShape {
  readonly type: TypeLetter;
  readonly mutable: boolean;
}

/** What a function body may refer to. */
export interface ModuleShape {
  readonly types: readonly Signature[];
  /** Type index per function, imports first. */
  readonly functions: readonly number[];
  readonly importedFunctions: number;
  /** May a function call any function, or only those behind it? With guards endless recursion ends by a trap. */
  readonly guarded: boolean;
  /** Global 0 is the guard's counter. */
  readonly globals: readonly GlobalShape[];
  readonly hasMemory: boolean;
  /** Does the memory begin with a page at least? */
  readonly hasPages: boolean;
  /** Table 0 holds functions, table 1 external references. */
  readonly hasTables: boolean;
  readonly dataSegments: number;
  /** Element segments of functions. */
  readonly elementSegments: number;
  /** Functions that `ref.func` may name. */
  readonly declaredFunctions: readonly number[];
}

/** Index of a type, added when new. Shared with block types. */
export class TypeList {
  readonly signatures: Signature[] = [];
  private readonly indices = new Map<string, number>();

  indexOf(signature: Signature): number {
    const key = `${signature.parameters.join('')}>${signature.results.join('')}`;
    let index = this.indices.get(key);
    if (index === undefined) {
      index = this.signatures.push(signature) - 1;
      this.indices.set(key, index);
    }
    return index;
  }
}

/** Some types, most often numbers. */
export function randomTypes(random: Random, most: number, letters: string): TypeLetter[] {
  return Array.from({ length: random.integer(0, most) }, () => randomType(random, letters));
}

export function randomType(random: Random, letters: string): TypeLetter {
  if (random.chance(0.45)) return 'i';
  return letters[random.integer(0, letters.length - 1)] as TypeLetter;
}
