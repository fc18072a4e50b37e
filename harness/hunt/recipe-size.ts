import type { Recipe } from '@wasm-dyno/corpora';

/** Bytes of a body, or of a module of declarations: large enough for constants not to count. */
export const LEAST_BYTES = 1_024;
/** Many functions are so many at least: what is taken once for a module is not to count. */
export const LEAST_FUNCTIONS = 64;

/** Whether a recipe is about what stands before a function's first byte: its bodies may be of any size, down to nothing. */
export function hasManyFunctions({ functions }: Recipe): boolean {
  return functions >= LEAST_FUNCTIONS;
}
