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

/** Of `memory.grow` and `table.grow`, whatever they grow by: hosts make new buffers for none at all. */
export const GROWTH_FUEL = 16;

/** Fuel of an operator that is not free, without what depends on sizes and on numbers of values. */
export function operatorFuel(operator: Operator): number {
  return operator === Operator.MemoryGrow || operator === Operator.TableGrow ? GROWTH_FUEL : 1;
}

/** Values that come along for nothing: arguments of a call; results of a call, and what a branch carries. */
const FREE_ARGUMENTS = 8;
const FREE_RESULTS = 4;

function beyond(free: number, values: number): number {
  return values > free ? values - free : 0;
}

/** Fuel of a branch, taken or not, to a label that takes so many values. */
export function branchFuel(values: number): number {
  return 1 + beyond(FREE_RESULTS, values);
}

/** Fuel of a call: it pays for its arguments, and for the results whatever way the callee returns them. */
export function callFuel(parameters: number, results: number): number {
  return 1 + beyond(FREE_ARGUMENTS, parameters) + beyond(FREE_RESULTS, results);
}

/** Fuel of a tail call: the results were paid for by the call that it takes the place of. */
export function tailCallFuel(parameters: number): number {
  return callFuel(parameters, 0);
}

/** Fuel of filling, copying, zeroing or adding so many bytes, 0 and up: a memset's price, begun units counted whole. */
export function bytesFuel(bytes: number, bytesPerFuel: number): number {
  return Math.ceil(bytes / bytesPerFuel);
}

/** Fuel of filling, copying, initialising or adding an element of a table. */
export const TABLE_ELEMENT_FUEL = 1;

/** Fuel of a call of a function that turned out invalid on its first call, beside what that call paid for finding out. */
export const INVALID_CALL_FUEL = 1;

/** Of an instance, whatever is in it. */
export const INSTANCE_FUEL = 500;
/** Of a memory, and of a table, that an instance makes, beside its initial size. */
export const MEMORY_FUEL = 500;
export const TABLE_FUEL = 50;
/** Of an import, a function, a global, an export or a segment of an instance. */
export const ENTITY_FUEL = 5;
/** Of an operator of a constant expression. */
export const CONSTANT_OPERATOR_FUEL = 1;
