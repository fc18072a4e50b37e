import { SectionCode } from '../binary/section-code.js';
import type { FunctionType } from '../types/function-type.js';
import { ValueType } from '../types/value-type.js';
import { putVector, type RawValue, vectorAt } from '../runtime/value.js';
import { type Bytes, nameBytes, section, signed, sized, unsigned, vector } from '../binary/module-parts.js';
import { compileSmallModule } from '../host/small-module.js';
import {
  type HostCompiledModule,
  type HostFunction,
  type HostGlobal,
  type HostLinearMemory,
  hostWebAssembly,
} from '../host/web-assembly.js';

/*
 * Values across the border to the host with every bit kept. JavaScript numbers lose NaN payloads and vectors cannot cross at
 * all, so small modules move numbers and vectors through a memory; references cross as they are. For the embedder's functions, which see numbers
 * as JavaScript has them, the vectors alone go through it.
 *
 * One memory serves all: what is written into it is read again before anything else runs.
 */

interface Access {
  readonly load: Bytes;
  readonly store: Bytes;
  readonly bytes: 4 | 8 | 16;
}

const ACCESS: ReadonlyMap<ValueType, Access> = new Map([
  [ValueType.I32, { load: [0x28], store: [0x36], bytes: 4 }],
  [ValueType.I64, { load: [0x29], store: [0x37], bytes: 8 }],
  [ValueType.F32, { load: [0x2a], store: [0x38], bytes: 4 }],
  [ValueType.F64, { load: [0x2b], store: [0x39], bytes: 8 }],
  [ValueType.V128, { load: [0xfd, 0x00], store: [0xfd, 0x0b], bytes: 16 }],
]);

const SLOT_BYTES = 16;
/** Arguments lie from 0 on. A function has 1,000 results at most. */
const RESULTS_OFFSET = 32_768;

const LOCAL_GET = 0x20;
const LOCAL_SET = 0x21;
const GLOBAL_GET = 0x23;
const GLOBAL_SET = 0x24;
const CALL = 0x10;
const END = 0x0b;
const FUNCTION = 0x60;

let sharedMemory: HostLinearMemory | undefined;
const callers = new WeakMap<FunctionType, HostCompiledModule>();
const waitingCallers = new WeakMap<FunctionType, HostCompiledModule>();
const vectorCallees = new WeakMap<FunctionType, HostCompiledModule>();

/** Can values of these types cross as JavaScript values, bit by bit? */
export function crossesExactly(types: readonly ValueType[]): boolean {
  return types.every((type) => type !== ValueType.F32 && type !== ValueType.F64 && type !== ValueType.V128);
}

/** A function that calls `target`, of this type, with raw values (references being the host's) and gives raw results. */
export function rawCaller(
  target: HostFunction,
  type: FunctionType,
): (values: readonly RawValue[]) => RawValue[] {
  const { exports } = bridge(callers, type, callerModule, { target });
  const call = exports['call'] as HostFunction;
  return (values) => {
    const references = writeValues(0, type.parameters, values);
    const returned = call(...references);
    return readValues(RESULTS_OFFSET, type.results, Array.isArray(returned) ? returned : [returned]);
  };
}

/**
 * The same where the call may wait (JavaScript Promise Integration): it begins at once, and promises the references among its results. The
 * numbers go to `finished`, which the call itself calls last: the memory is others' afterwards.
 */
export function waitingCaller(
  target: HostFunction,
  type: FunctionType,
  finished: (numbers: RawValue[]) => void,
): (values: readonly RawValue[]) => Promise<unknown> {
  const done = () => finished(readValues(RESULTS_OFFSET, type.results, []));
  const { exports } = bridge(waitingCallers, type, waitingCallerModule, { target, done });
  const call = hostWebAssembly().promising!(exports['call'] as HostFunction);
  return (values) => call(...writeValues(0, type.parameters, values));
}

/** All results of such a call: its numbers, and the references that it gave in the end. */
export function withReferences(
  { results }: FunctionType,
  numbers: readonly RawValue[],
  returned: unknown,
): RawValue[] {
  const references: unknown[] = Array.isArray(returned) ? returned : [returned];
  let reference = 0;
  return results.map((type, i) => (isReference(type) ? references[reference++] : numbers[i]));
}

/**
 * A function of the host's WebAssembly of this type. It passes `callee` what JavaScript gets for its arguments, vectors as arrays of 16 bytes of
 * their own, and takes the results likewise.
 */
export function vectorCallee(
  callee: (values: unknown[]) => readonly unknown[],
  type: FunctionType,
): HostFunction {
  const { parameters, results } = type;
  const target = (...crossed: unknown[]): unknown => {
    const answers = callee(withVectors(parameters, crossed));
    const returned = withoutVectors(results, answers);
    return returned.length === 1 ? returned[0] : returned;
  };
  return bridge(vectorCallees, type, vectorCalleeModule, { target }).exports['call'] as HostFunction;
}

/** The arguments: those that crossed by themselves, and between them the vectors from their slots. */
function withVectors(parameters: readonly ValueType[], crossed: readonly unknown[]): unknown[] {
  const bytes = new Uint8Array(memory().buffer);
  const values = new Array<unknown>(parameters.length);
  for (let i = 0, next = 0; i < values.length; i++)
    values[i] = isVector(parameters[i]!) ? vectorAt(bytes, i * SLOT_BYTES) : crossed[next++];
  return values;
}

/** Writes the vectors among the results into their slots; returns the others. */
function withoutVectors(results: readonly ValueType[], answers: readonly unknown[]): unknown[] {
  const bytes = new Uint8Array(memory().buffer);
  const others: unknown[] = [];
  for (let i = 0; i < results.length; i++) {
    if (isVector(results[i]!)) putVector(bytes, RESULTS_OFFSET + i * SLOT_BYTES, answers[i] as Uint8Array);
    else others.push(answers[i]);
  }
  return others;
}

/** A function of the host's WebAssembly of this type, whose arguments and results can all cross, that calls `callee`. */
export function plainCallee(callee: HostFunction, type: FunctionType): HostFunction {
  const module = compileSmallModule(
    section(SectionCode.Type, [signature(type.parameters, type.results)]),
    section(SectionCode.Import, [[...nameBytes('b'), ...nameBytes('target'), 0, 0]]),
    section(SectionCode.Export, [[...nameBytes('call'), 0, 0]]),
  );
  const { Instance } = hostWebAssembly();
  return new Instance(module, { b: { target: callee } }).exports['call'] as HostFunction;
}

/** Reads and writes a global of a type whose values do not all cross. */
export class RawGlobalAccess {
  private readonly exports: Readonly<Record<string, unknown>>;

  constructor(
    global: HostGlobal,
    private readonly type: ValueType,
    mutable: boolean,
  ) {
    const access = ACCESS.get(type)!;
    const at = [0x41, 0];
    const read = [...at, GLOBAL_GET, 0, ...access.store, 0, 0];
    const write = [...at, ...access.load, 0, 0, GLOBAL_SET, 0];
    const bodies = mutable ? [read, write] : [read];
    const module = compileSmallModule(
      section(SectionCode.Type, [signature([], [])]),
      section(SectionCode.Import, [
        [...nameBytes('b'), ...nameBytes('memory'), 2, 0, 1],
        [...nameBytes('b'), ...nameBytes('global'), 3, type, mutable ? 1 : 0],
      ]),
      section(
        SectionCode.Function,
        bodies.map(() => [0]),
      ),
      section(
        SectionCode.Export,
        bodies.map((_, index) => [...nameBytes(index === 0 ? 'read' : 'write'), 0, index]),
      ),
      section(
        SectionCode.Code,
        bodies.map((body) => sized([0, ...body, END])),
      ),
    );
    const { Instance } = hostWebAssembly();
    this.exports = new Instance(module, { b: { memory: memory(), global } }).exports;
  }

  get raw(): RawValue {
    (this.exports['read'] as HostFunction)();
    return readValues(0, [this.type], [])[0];
  }

  set raw(raw: RawValue) {
    writeValues(0, [this.type], [raw]);
    (this.exports['write'] as HostFunction)();
  }
}

function memory(): HostLinearMemory {
  sharedMemory ??= new (hostWebAssembly().Memory)({ initial: 1 });
  return sharedMemory;
}

function bridge(
  known: WeakMap<FunctionType, HostCompiledModule>,
  type: FunctionType,
  make: (type: FunctionType) => HostCompiledModule,
  imports: { readonly target: HostFunction; readonly done?: () => void },
): { readonly exports: Readonly<Record<string, unknown>> } {
  let module = known.get(type);
  if (module === undefined) known.set(type, (module = make(type)));
  const { Instance } = hostWebAssembly();
  return new Instance(module, { b: { ...imports, memory: memory() } });
}

/** Imports a function of `type`; exports `call`, which loads its arguments and stores its results. */
function callerModule(type: FunctionType): HostCompiledModule {
  return callerOf(type, []);
}

/** The same with an imported `done` that is called last. */
function waitingCallerModule(type: FunctionType): HostCompiledModule {
  return callerOf(type, [CALL, 1]);
}

function callerOf({ parameters, results }: FunctionType, last: Bytes): HostCompiledModule {
  const outer = { parameters: parameters.filter(isReference), results: results.filter(isReference) };
  const body = [
    ...load(0, parameters, 0, isReference),
    CALL,
    0,
    ...setLocals(outer.parameters.length, results),
    ...store(RESULTS_OFFSET, results, outer.parameters.length, isReference),
    ...last,
    ...getCrossing(results, outer.parameters.length, isReference),
  ];
  return bridgeModule(
    signature(parameters, results),
    signature(outer.parameters, outer.results),
    results,
    body,
    last.length > 0,
  );
}

/** Imports a function that takes and gives all but the vectors; exports `call` of `type`, which stores and loads those. */
function vectorCalleeModule({ parameters, results }: FunctionType): HostCompiledModule {
  const inner = { parameters: parameters.filter(isNoVector), results: results.filter(isNoVector) };
  const body = [
    ...store(0, parameters, 0, isNoVector),
    ...getCrossing(parameters, 0, isNoVector),
    CALL,
    0,
    ...setLocals(parameters.length, inner.results),
    ...load(RESULTS_OFFSET, results, parameters.length, isNoVector),
  ];
  return bridgeModule(
    signature(inner.parameters, inner.results),
    signature(parameters, results),
    inner.results,
    body,
  );
}

/** A module that imports the function `target`, maybe `done`, and the memory, and exports the function `call`. */
function bridgeModule(
  imported: Bytes,
  exported: Bytes,
  locals: readonly ValueType[],
  body: Bytes,
  hasDone = false,
): HostCompiledModule {
  const declarations = vector(locals.map((type) => [1, type]));
  return compileSmallModule(
    section(SectionCode.Type, [imported, exported, signature([], [])]),
    section(SectionCode.Import, [
      [...nameBytes('b'), ...nameBytes('target'), 0, 0],
      ...(hasDone ? [[...nameBytes('b'), ...nameBytes('done'), 0, 2]] : []),
      [...nameBytes('b'), ...nameBytes('memory'), 2, 0, 1],
    ]),
    section(SectionCode.Function, [[1]]),
    section(SectionCode.Export, [[...nameBytes('call'), 0, hasDone ? 2 : 1]]),
    section(SectionCode.Code, [sized([...declarations, ...body, END])]),
  );
}

/** Tells the types whose values cross by themselves, not through the memory. */
type IsCrossing = (type: ValueType) => boolean;

function isReference(type: ValueType): boolean {
  return !ACCESS.has(type);
}

function isVector(type: ValueType): boolean {
  return type === ValueType.V128;
}

function isNoVector(type: ValueType): boolean {
  return type !== ValueType.V128;
}

/** A function type, as modules have it. */
export function signature(parameters: readonly ValueType[], results: readonly ValueType[]): Bytes {
  return [FUNCTION, ...sized(parameters), ...sized(results)];
}

/** Pushes values: from their slots, or those that crossed from the locals from `local` on. */
function load(offset: number, types: readonly ValueType[], local: number, isCrossing: IsCrossing): Bytes {
  return types.flatMap((type, index) => {
    if (isCrossing(type)) return [LOCAL_GET, ...unsigned(local++)];
    return [0x41, ...signed(BigInt(offset + index * SLOT_BYTES)), ...ACCESS.get(type)!.load, 0, 0];
  });
}

/** Stores what does not cross by itself, of the values in the locals from `local` on. */
function store(offset: number, types: readonly ValueType[], local: number, isCrossing: IsCrossing): Bytes {
  return types.flatMap((type, index) => {
    if (isCrossing(type)) return [];
    const address = [0x41, ...signed(BigInt(offset + index * SLOT_BYTES))];
    return [...address, LOCAL_GET, ...unsigned(local + index), ...ACCESS.get(type)!.store, 0, 0];
  });
}

function setLocals(first: number, types: readonly ValueType[]): Bytes {
  return types.flatMap((_, index) => [LOCAL_SET, ...unsigned(first + types.length - 1 - index)]);
}

function getCrossing(types: readonly ValueType[], first: number, isCrossing: IsCrossing): Bytes {
  return types.flatMap((type, index) => (isCrossing(type) ? [LOCAL_GET, ...unsigned(first + index)] : []));
}

/** Writes what is no reference into its slot; returns the references. */
function writeValues(offset: number, types: readonly ValueType[], values: readonly RawValue[]): unknown[] {
  const view = new DataView(memory().buffer);
  const references: unknown[] = [];
  // Converting runs the host's code where a value is an object: all of it before anything is written.
  const converted = types.map((type, index) =>
    isReference(type) ? values[index] : BigInt.asUintN(128, values[index] as bigint),
  );
  types.forEach((type, index) => {
    if (isReference(type)) {
      references.push(converted[index]);
      return;
    }
    const bits = converted[index] as bigint;
    view.setBigUint64(offset + index * SLOT_BYTES, BigInt.asUintN(64, bits), true);
    view.setBigUint64(offset + index * SLOT_BYTES + 8, BigInt.asUintN(64, bits >> 64n), true);
  });
  return references;
}

/** The values in their slots, `references` in between. */
function readValues(offset: number, types: readonly ValueType[], references: readonly unknown[]): RawValue[] {
  const view = new DataView(memory().buffer);
  let reference = 0;
  return types.map((type, index) => {
    const access = ACCESS.get(type);
    if (access === undefined) return references[reference++];
    const at = offset + index * SLOT_BYTES;
    if (access.bytes === 4) return BigInt(view.getUint32(at, true));
    const low = view.getBigUint64(at, true);
    return access.bytes === 8 ? low : (view.getBigUint64(at + 8, true) << 64n) | low;
  });
}
