import type { SectionEntries } from '../binary/module-entities.js';
import { Operator, OPERATOR_SPACE } from '../binary/operator.js';
import type { FunctionType } from '../types/function-type.js';
import { HASHED_NAME_UNITS } from '../types/hashed-names.js';
import { ValueType } from '../types/value-type.js';

/**
 * What everything costs: the one place that all charges come from, of loading and compiling, of executing on either executor, of instances and
 * of WASI's functions. A profile or a configuration puts its own numbers in the place of the default ones of compiling, and of classes of operators.
 * Bytes are turned into fuel by `bytesPerFuel`, the price of a memset. `docs/fuel.md` is this file as tables.
 */

/** Bytes filled, copied or zeroed for one fuel, unless told otherwise. */
export const DEFAULT_BYTES_PER_FUEL = 64;

/** Of compiling a byte, in thousandths of filling one: the middle of the 20-30x that Wasmi's issue 981 estimates. */
export const DEFAULT_MULTIPLIER_THOUSANDTHS = 25_000;

/** Of loading a module, whatever is in it: an empty one takes less than 100 additions a fuel on either executor. */
export const DEFAULT_MODULE_FUEL = 6_000;

/** Of validating a function, and of translating it, whatever is in it: first calls of two bytes are not next to free. */
export const DEFAULT_VALIDATE_FUNCTION_FUEL = 100;
export const DEFAULT_TRANSLATE_FUNCTION_FUEL = 300;

/** Of an operator that no row below names. */
export const OPERATOR_FUEL = 1;

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

/** Bytes that a local counts as, when a function is entered and zeroes what it declares; v128 and references leave the loop for it. */
export const LOCAL_BYTES = 8;
export const RARE_LOCAL_BYTES = 64;

/** Bytes that the declared locals of a function count as, `rare` of them of type v128 or references. */
export function localBytes(locals: number, rare: number): number {
  return LOCAL_BYTES * locals + (RARE_LOCAL_BYTES - LOCAL_BYTES) * rare;
}

/** Fuel of entering a function, for its declared locals; fewer than `bytesPerFuel` bytes of them are free. */
export function localsFuel(locals: number, rare: number, bytesPerFuel: number): number {
  return Math.floor(localBytes(locals, rare) / bytesPerFuel);
}

/** Of `memory.grow` and `table.grow`, whatever they grow by: hosts make new buffers for none at all, and new views of them. */
export const GROWTH_FUEL = 5_000;

/** In a table of costs by operator: calling an imported function. */
export const IMPORT_CALL = OPERATOR_SPACE;

/** The most that a basic block is charged when it is entered: a word of the interpreter's code, never negative. */
export const MOST_BLOCK_FUEL = 0x7fff_ffff;

/** Values that come along for nothing: arguments of a call; results of a call, and what a branch carries. */
export const FREE_ARGUMENTS = 8;
export const FREE_RESULTS = 4;

function beyond(free: number, values: number): number {
  return values > free ? values - free : 0;
}

/** Fuel of the values that a branch, taken or not, carries to a label, beside the branch's own. */
export function carriedFuel(values: number): number {
  return beyond(FREE_RESULTS, values);
}

/** Of each v128 that a call takes or gives: the embedder's functions get, and make, an object for it. */
export const VECTOR_FUEL = 4;

/** Fuel of a call's values, beside its own: it pays for its arguments, and for the results whatever way the callee returns them. */
export function callValuesFuel({ parameters, results }: FunctionType): number {
  return valuesFuel(FREE_ARGUMENTS, parameters) + valuesFuel(FREE_RESULTS, results);
}

/** Of a tail call's values: the results were paid for by the call that it takes the place of. */
export function tailCallValuesFuel({ parameters }: FunctionType): number {
  return valuesFuel(FREE_ARGUMENTS, parameters);
}

function valuesFuel(free: number, types: readonly ValueType[]): number {
  return beyond(free, types.length) + vectorsFuel(types);
}

function vectorsFuel(types: readonly ValueType[]): number {
  let fuel = 0;
  for (let i = 0; i < types.length; i++) if (types[i] === ValueType.V128) fuel += VECTOR_FUEL;
  return fuel;
}

/** Fuel of filling, copying, zeroing or adding so many bytes, 0 and up: a memset's price, begun units counted whole. */
export function bytesFuel(bytes: number, bytesPerFuel: number): number {
  return Math.ceil(bytes / bytesPerFuel);
}

/** Of each begun `bytesPerFuel` bytes that are filled, copied or initialised, and that a memory grows by. */
export const BULK_BYTES_FUEL = 1;
export const GROWTH_BYTES_FUEL = 1;
/** Of filling, copying, initialising or adding an element of a table. */
export const TABLE_ELEMENT_FUEL = 1;

/** Fuel of a call of a function that turned out invalid on its first call, beside what that call paid for finding out. */
export const INVALID_CALL_FUEL = 1;

/** Of an instance, whatever is in it. */
export const INSTANCE_FUEL = 1_000;
/** Of a memory, and of a table, that an instance makes, beside its initial size. */
export const MEMORY_FUEL = 1_000;
export const TABLE_FUEL = 1_000;
/** Of a global that an instance makes: a host makes an object of each that can be seen. */
export const GLOBAL_FUEL = 40;
/** Of a function of an instance. */
export const FUNCTION_FUEL = 10;
/** Of an import, an export or a segment of an instance. */
export const ENTITY_FUEL = 20;
/** Values, parameters and results together, that an imported function takes and gives for nothing. */
export const FREE_IMPORTED_VALUES = 16;

/** Fuel of importing a function, for its type: hosts go through it, and a v128 takes an adapter. */
export function importedTypeFuel({ parameters, results }: FunctionType): number {
  return (
    vectorsFuel(parameters) +
    vectorsFuel(results) +
    beyond(FREE_IMPORTED_VALUES, parameters.length + results.length)
  );
}

/** Fuel of an instance for the names of imports and exports, of so many UTF-16 code units each: fewer than `bytesPerFuel` are free. */
export function namesFuel(lengths: readonly number[], bytesPerFuel: number): number {
  const compared = lengths.filter((units) => units > HASHED_NAME_UNITS).length;
  let fuel = 0;
  for (const units of lengths)
    fuel += Math.floor((units > HASHED_NAME_UNITS ? units * compared : units) / bytesPerFuel);
  return fuel;
}

/** Of an operator of a constant expression. */
export const CONSTANT_OPERATOR_FUEL = 1;

/** Bytes that an entry counts as, whatever is in it. A function's are for all phases, and for a host's tables. */
const FUNCTION_BYTES = 96;
/** An element segment has an expression and a list. */
const ELEMENT_BYTES = 256;
const ENTRY_BYTES = 24;
/** Types of a module that each of them counts one byte more for: hosts compare those that differ little with one another. */
const TYPES_PER_BYTE = 8;
const MOST_COMPARED_TYPES = 5_000;
/** Bytes of entries that are free: those of small modules, which take no time to speak of. */
const FREE_ENTRY_BYTES = 8_192;

/** Bytes that the entries of a module's sections count as beyond those that are free, whatever is in them. */
export function entriesWeight(entries: SectionEntries): number {
  const { types, functions, elements, customs, imports, tables, memories, globals, exports, data } = entries;
  const typeBytes = ENTRY_BYTES + Math.floor(Math.min(types, MOST_COMPARED_TYPES) / TYPES_PER_BYTE);
  const others = customs + imports + tables + memories + globals + exports + data;
  const weight =
    typeBytes * types + FUNCTION_BYTES * functions + ELEMENT_BYTES * elements + ENTRY_BYTES * others;
  return Math.max(0, weight - FREE_ENTRY_BYTES);
}

/** Bytes that parsing a module is charged for where its entries have no prices: its own, or what they count as, whichever is more. */
export function moduleWeight(bytes: number, entries: SectionEntries): number {
  return Math.max(bytes, entriesWeight(entries));
}

/** What validating and translating a body takes that its bytes alone do not tell. */
export interface BodyWork {
  readonly bytes: number;
  readonly parameters: number;
  /** Declared locals. */
  readonly locals: number;
  /** What the lists of values come to that operators take, leave or move. */
  readonly values: number;
  /** Operators, and different targets of a br_table, at which control splits or joins; `if` and `br_if` are two. */
  readonly joins: number;
  /** Values of `valuesOfOperator`. */
  readonly dear: number;
}

/** A list of so few values does not count: the bytes of the operator that names it pay for them. */
export const FEW_VALUES = 1;
/** Values that a longer list counts as beside its own, each time that it is gone through. */
export const VALUES_OF_A_LIST = 4;
/** Values that a body's bytes pay for: so many, and one for each byte. Validation stops at what goes beyond until that is paid. */
const FREE_VALUES = 256;
/** Bytes that a body counts as, in validating, where that stops so: being left, paid for and begun anew takes long, however short it is. */
const BYTES_OF_A_STOP = 4_096;
/** Each of its bytes counts so often more there: it was looked at until then, by both front ends, and is weighed by a pass of its own. */
const TIMES_OF_A_STOP = 6;
/** Values beyond those that count as one byte of a body, in validating. */
const VALIDATED_VALUES_PER_BYTE = 2;
/** The same in translating, where each may become a word of code. */
const TRANSLATED_VALUES_PER_BYTE = 1;
/** Declared locals that count as one byte of a body. */
const LOCALS_PER_BYTE = 64;
/** Values that a join of control counts as, whatever the function: a host's baseline compiler keeps and merges its state there. */
export const VALUES_OF_A_JOIN = 5;
/** Parameters and locals that count as one more, at each join: they are what that state is of. */
export const JOINED_LOCALS_PER_VALUE = 7;
/** A condition splits control, and what is injected behind it does so again. */
export const JOINS_OF_A_CONDITION = 2;
/** Operators that a host compiles to a call of its own, or to many instructions, by the values that each counts as. */
const DEAR_OPERATORS: readonly (readonly [values: number, ...operators: Operator[]])[] = [
  [
    3,
    ...[Operator.I32TruncF32S, Operator.I32TruncF32U, Operator.I32TruncF64S, Operator.I32TruncF64U],
    ...[Operator.I64TruncF64S, Operator.F32ConvertI64U, Operator.F64ConvertI64U],
    ...[Operator.I16x8ExtaddPairwiseI8x16S, Operator.I16x8ExtaddPairwiseI8x16U],
    ...[Operator.I32x4ExtaddPairwiseI16x8S, Operator.I32x4ExtaddPairwiseI16x8U],
  ],
  [
    4,
    ...[Operator.Call, Operator.ReturnCall, Operator.MemoryGrow, Operator.DataDrop, Operator.ElemDrop],
    ...[Operator.I32DivS, Operator.I32DivU, Operator.I32RemS, Operator.I32RemU],
    ...[Operator.I64DivS, Operator.I64DivU, Operator.I64RemS, Operator.I64RemU],
    ...[Operator.I32Rotl, Operator.I32Rotr, Operator.I64Rotl, Operator.I64Rotr],
    ...[Operator.I64TruncF64U, Operator.I32TruncSatF32S, Operator.I32TruncSatF32U],
    ...[Operator.I32TruncSatF64S, Operator.I32TruncSatF64U],
    ...[Operator.I8x16Popcnt, Operator.I32x4TruncSatF32x4S, Operator.I32x4TruncSatF32x4U],
    ...[Operator.I32x4TruncSatF64x2SZero, Operator.F32x4Abs, Operator.F32x4Neg],
    ...[Operator.F64x2Abs, Operator.F64x2Neg],
  ],
  [
    5,
    ...[Operator.I64TruncF32S, Operator.I64TruncF32U, Operator.I64TruncSatF64S, Operator.I8x16Swizzle],
    ...[Operator.I32x4TruncSatF64x2UZero, Operator.F64x2ConvertLowI32x4U],
  ],
  [6, Operator.RefFunc, Operator.I64TruncSatF64U],
  [7, Operator.TableGet, Operator.I64TruncSatF32S, Operator.I64TruncSatF32U],
  [8, Operator.TableSet],
  [9, Operator.CallIndirect, Operator.ReturnCallIndirect],
  [12, Operator.MemoryInit, Operator.MemoryCopy, Operator.MemoryFill],
  [18, Operator.TableInit, Operator.TableCopy, Operator.TableFill, Operator.TableGrow],
];

/** Values that each operator counts as by itself, by number: none, mostly. */
export const valuesOfOperator = new Uint8Array(OPERATOR_SPACE);
for (const [values, ...operators] of DEAR_OPERATORS)
  for (const operator of operators) valuesOfOperator[operator] = values;
/** The most that a byte of operators can count as. */
const MOST_VALUES_OF_A_BYTE = 4;
/** Parameters and locals with which such an operator counts twice, thrice and so on: calls go through all of them. */
const LOCALS_PER_DEAR_OPERATOR = 2_048;

/** Bytes of a body that each value of its joins and dear operators counts as, in translating, beyond those that its bytes pay for. */
export const TRANSLATED_BYTES_PER_JOIN_VALUE = 10;

/** Values that the bytes of a body pay for: of long lists, and as many of joins. */
export function freeValues(bytes: number): number {
  return FREE_VALUES + bytes;
}

/** Values of long lists that the bytes of a body do not pay for. */
export function unpaidValues({ bytes, values }: BodyWork): number {
  return Math.max(0, values - freeValues(bytes));
}

/** Bytes that validating a body is charged for. */
export function validationWeight(work: BodyWork): number {
  const stop = unpaidValues(work) > 0 ? BYTES_OF_A_STOP + TIMES_OF_A_STOP * work.bytes : 0;
  return stop + weightWithLists(work, VALIDATED_VALUES_PER_BYTE);
}

function weightWithLists(work: BodyWork, valuesPerByte: number): number {
  const { bytes, locals } = work;
  return bytes + Math.floor(unpaidValues(work) / valuesPerByte) + Math.floor(locals / LOCALS_PER_BYTE);
}

/** What a join counts as in a function of so many parameters and locals together. */
function valuesOfJoin(locals: number): number {
  return VALUES_OF_A_JOIN + Math.ceil(locals / JOINED_LOCALS_PER_VALUE);
}

/** Values of joins and dear operators that the bytes of a body do not pay for. */
function unpaidJoinValues({ bytes, joins, dear, locals, parameters }: BodyWork): number {
  const all = parameters + locals;
  const values = joins * valuesOfJoin(all) + dear + Math.floor((dear * all) / LOCALS_PER_DEAR_OPERATOR);
  return Math.max(0, values - freeValues(bytes));
}

/** Whether a body may hold more joins and dear operators than its bytes pay for. */
export function mayHaveUnpaidJoins(work: BodyWork): boolean {
  const { bytes } = work;
  const most = { ...work, joins: bytes, dear: MOST_VALUES_OF_A_BYTE * bytes };
  return unpaidJoinValues({ ...most, dear: 0 }) > 0 || unpaidJoinValues({ ...most, joins: 0 }) > 0;
}

/** Bytes that translating a body is charged for, or injecting it and having the host compile it. */
export function translationWeight(work: BodyWork): number {
  const withLists = weightWithLists(work, TRANSLATED_VALUES_PER_BYTE);
  return withLists + TRANSLATED_BYTES_PER_JOIN_VALUE * unpaidJoinValues(work);
}

/** The most that one phase of one function is charged: both phases together fit a tank. */
export const MOST_COMPILE_FUEL = 2n ** 61n;

/** Of what WASI's functions do; the reasons stand in docs/fuel.md. */
export const WASI_FUEL = {
  /** Every call. */
  call: 50,
  /** A request to the host about an open descriptor, whether there is one or not. */
  request: 200,
  /** A request to the host's file system by a name, whether that is there or not. */
  lookUp: 600,
  /** Opening a file or folder, beside its look-up: the host makes a descriptor, and asks whose it is. */
  opening: 1_000,
  /** An entry made, removed, renamed or linked, or given other times. */
  change: 3_000,
  /** Waiting until the disk has a file. */
  sync: 10_000,
  /** A component of a path that is walked, those of followed links included. */
  component: 150,
  /** Asking the host for random numbers, however many. */
  random: 400,
  /** A buffer in an array of buffers, an argument or variable. */
  item: 1,
  /** An entry of a folder that is listed; handing it out with its type is a look-up. */
  entry: 20,
  /** A subscription that is polled. */
  subscription: 30,
  /** Sending the thread to sleep, however short. */
  sleep: 400,
} as const;

/** Fuel of bytes that WASI's functions read, write or copy: fewer than `bytesPerFuel` are free. */
export function wasiBytesFuel(bytes: number, bytesPerFuel: number): number {
  return Math.floor(bytes / bytesPerFuel);
}

/** Bytes of random numbers, and of paths (checked, split, looked up), take this many times as long as copied ones. */
export const WASI_SLOW_FACTOR = 8;

/** A thread that sleeps is paid for: one fuel for so many nanoseconds. */
export const SLEEP_NANOSECONDS_PER_FUEL = 100n;
