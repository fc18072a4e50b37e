import { functionArgument, objectArgument } from '../arguments.js';
import {
  functionType,
  functionTypeText,
  isSameFunctionType,
  type FunctionType,
} from '../types/function-type.js';
import { isValueType, valueTypeOfName, type ValueType, type ValueTypeName } from '../types/value-type.js';
import type { Instance } from './instance.js';
import type { Memory } from './memory.js';
import { callAsync, callResumableAsync } from './async-call.js';
import type { AsyncResumableCall } from './async-call-state.js';
import { call, callResumable } from './observed-call.js';
import type { ResumableCall, ResumableRawCall } from './resumable-call.js';
import type { Store } from './store.js';
import type { RawValue, Value } from './value.js';

/** What an embedder function is told about who calls it. */
export interface Caller<Data = unknown> {
  readonly store: Store<Data>;
  /** The calling instance; undefined when the host itself calls. */
  readonly instance: Instance | undefined;
  /** The calling instance's exported memory of that name. */
  getMemory(name: string): Memory | undefined;
}

/**
 * A function of the embedder's, in JavaScript. Results: none or undefined for no result, the value for one, an array for several.
 * What it throws passes through the WebAssembly frames above it unchanged.
 */
export type EmbedderFunction<Data = unknown> = (caller: Caller<Data>, ...values: Value[]) => unknown;

/** The host's types for value types, by name. */
interface HostTypes {
  i32: number;
  i64: bigint;
  f32: number;
  f64: number;
  v128: Uint8Array;
  funcref: Func | null;
  externref: unknown;
}

/** The host's values for a list of value types. */
export type ValuesOf<T extends readonly ValueTypeName[]> = { -readonly [I in keyof T]: HostTypes[T[I]] };

/** What a typed function returns: nothing, the value, or an array of several. */
export type ResultOf<T extends readonly ValueTypeName[]> = T extends readonly []
  ? undefined
  : T extends readonly [infer Only extends ValueTypeName]
    ? HostTypes[Only]
    : ValuesOf<T>;

function typeOfName(name: ValueTypeName): ValueType {
  const type = valueTypeOfName(name);
  if (type === undefined) throw new TypeError(`unknown value type "${String(name)}"`);
  return type;
}

/** A copy of a list of types. @throws TypeError for anything else, RangeError for more than `maximum` of them */
function typesArgument(types: unknown, what: string, maximum: number): ValueType[] {
  if (!Array.isArray(types)) throw new TypeError(`${what} are an array of value types`);
  const { length } = types;
  if (length > maximum) throw new RangeError(`${what} are ${length}; the limit is ${maximum}`);
  // Not `every` on the array itself, which passes over holes.
  const list = Array.from({ length }, (_, i) => types[i] as ValueType);
  if (!list.every(isValueType)) throw new TypeError(`${what} are an array of value types`);
  return list;
}

const NO_CODE = new Int32Array(0);

/** A function instance (spec 4.2.6): of a module, or the embedder's own. */
export class Func {
  readonly kind = 'function';
  /** What no other object has, a Proxy of a function neither. */
  readonly #isFunc = true;
  // What the interpreter enters; `entry` is -1 until the function is ready in its store.
  code: Int32Array = NO_CODE;
  entry = -1;
  frameSlots = 0;
  /** Slots that its frame counts for: see `frameCost`. */
  frameCost = 0;
  /** For the interpreter: where the loop in WebAssembly finds the function; 0 for what it does not enter. */
  record = 0;
  /** What the host executor calls: the host's function for this one, once there is one. */
  hostFunction: unknown = undefined;

  constructor(
    readonly store: Store,
    readonly type: FunctionType,
    /** Undefined for embedder functions. */
    readonly instance: Instance | undefined,
    /** Index in the instance's module, imports first; -1 for embedder functions. */
    readonly index: number,
    readonly embedderFunction: EmbedderFunction | null,
  ) {}

  /** @internal Whether a value is a function: without a look at it, which would run the code of a Proxy. */
  static is(value: unknown): value is Func {
    return typeof value === 'object' && value !== null && #isFunc in value;
  }

  /** An embedder function with its type. @throws TypeError for what is no type or no function; ResourceLimitError when the engine knows too many types */
  static wrap<Data>(
    store: Store<Data>,
    type: { readonly parameters: readonly ValueType[]; readonly results: readonly ValueType[] },
    implementation: EmbedderFunction<Data>,
  ): Func {
    objectArgument(store, 'the store of an embedder function');
    const { parameters, results } = objectArgument(type, 'the type of an embedder function');
    const { maximumParameters, maximumResults } = store.engine.limits;
    const parameterTypes = typesArgument(
      parameters,
      'the parameters of an embedder function',
      maximumParameters,
    );
    const resultTypes = typesArgument(results, 'the results of an embedder function', maximumResults);
    const checked = functionArgument(implementation, 'an embedder function') as EmbedderFunction;
    const known = store.engine.useFunctionType(parameterTypes, resultTypes);
    return new Func(store as Store, known, undefined, -1, checked);
  }

  /**
   * Calls the function. Missing arguments are errors, as are values of the wrong type.
   * @throws Trap; OutOfFuelError, whose `suspendedCall` resumes this very call once fuel was added; whatever embedder functions throw.
   */
  call(...values: Value[]): Value[] {
    return call(this, values, 'value') as Value[];
  }

  /** Like `call`, but returns how the call ended: finished, out of fuel, or stopped by an error of an embedder function. */
  callResumable(...values: Value[]): ResumableCall {
    return callResumable(this, values, 'value') as ResumableCall;
  }

  /**
   * Like `call`, with a turn for the event loop whenever `store.fuelYieldInterval` of fuel is consumed; fuel, traps and the order of effects
   * are those of `call`. Other calls of the store may run in such a turn. Without an interval the call runs through.
   *
   * Calls that embedder functions make meanwhile run through, and so do calls of embedder functions.
   * @throws (rejects) as `call` does; ExecutorError where there is an interval, and the executor cannot suspend calls
   */
  callAsync(...values: Value[]): Promise<Value[]> {
    return callAsync(this, values);
  }

  /**
   * Like `callResumable`, on the host executor too (of an engine made with `resumable: true`): what stops is promised, and so is what it comes to
   * when it is resumed. Other calls of the store may run in between.
   * @throws (rejects) as `callResumable` throws; ExecutorError where calls cannot be suspended
   */
  callResumableAsync(...values: Value[]): Promise<AsyncResumableCall> {
    return callResumableAsync(this, values) as Promise<AsyncResumableCall>;
  }

  /** Like `call` with every bit kept: see RawValue. */
  callRaw(values: readonly RawValue[]): RawValue[] {
    return call(this, values, 'raw') as RawValue[];
  }

  /** Like `callResumable` with every bit kept. */
  callRawResumable(values: readonly RawValue[]): ResumableRawCall {
    return callResumable(this, values, 'raw') as ResumableRawCall;
  }

  /**
   * The function with its signature checked once and known to TypeScript: `func.typed(['i32', 'i64'], ['f64'])` is a
   * `(a: number, b: bigint) => number`. No result gives undefined, several give an array.
   *
   * @throws TypeError when the function has another signature.
   */
  typed<const P extends readonly ValueTypeName[], const R extends readonly ValueTypeName[]>(
    parameters: P,
    results: R,
  ): (...values: ValuesOf<P>) => ResultOf<R> {
    const wanted = functionType(parameters.map(typeOfName), results.map(typeOfName));
    if (!isSameFunctionType(wanted, this.type)) {
      throw new TypeError(`the function is ${functionTypeText(this.type)}, not ${functionTypeText(wanted)}`);
    }
    return (...values) => {
      const answer = call(this, values, 'value');
      return (results.length > 1 ? answer : answer[0]) as ResultOf<R>;
    };
  }
}
