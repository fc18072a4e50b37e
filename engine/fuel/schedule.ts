import { Operator } from '../binary/operator.js';

/**
 * What everything costs: the one place that the validator's, the translator's, the interpreter's and the injector's charges come from.
 * An operator costs one fuel unless a row here says otherwise; bytes are turned into fuel by `bytesPerFuel`, the price of a memset.
 * `docs/fuel.md` is this file as a table.
 */

/** Operators that cost nothing: each leaves nothing to do when the function runs, or ends what was paid for. */
export const FREE_OPERATORS: readonly Operator[] = [
  Operator.Unreachable,
  Operator.Nop,
  Operator.Block,
  Operator.Else,
  Operator.End,
  Operator.Return,
  Operator.Drop,
];

/** Bytes that a local counts as, when a function is entered and zeroes what it declares. */
const LOCAL_BYTES = 8;
const VECTOR_LOCAL_BYTES = 16;

/** Bytes that the declared locals of a function count as, `vectors` of them of type v128. */
export function localBytes(locals: number, vectors: number): number {
  return LOCAL_BYTES * locals + (VECTOR_LOCAL_BYTES - LOCAL_BYTES) * vectors;
}

/** Fuel of entering a function, for its declared locals; fewer than `bytesPerFuel` bytes of them are free. */
export function localsFuel(locals: number, vectors: number, bytesPerFuel: number): number {
  return Math.floor(localBytes(locals, vectors) / bytesPerFuel);
}

/** Bytes that an element of a table counts as, in bulk operators and growth. */
export const TABLE_ELEMENT_BYTES = 8;

/** Fuel of a call of a function that turned out invalid on its first call, beside what that call paid for finding out. */
export const INVALID_CALL_FUEL = 1;
