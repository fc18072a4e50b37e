import { counted } from '@wasm-dyno/reports/wording';
import { OutOfFuelError, Trap, type Func, type Value } from '@wasm-dyno/engine';
import type { InvokeParams, InvokeResult, PhaseArmParams } from '../protocol.js';
import { generateLoop } from './generated-loop.js';
import { freshInstance, lazyEngine, valueFromText, zeroOf, type FreshInstance } from './instances.js';
import type { LoadedModule } from './loaded-module.js';
import type { TimedArm } from './memset-arm.js';
import { AnswerError } from './serve.js';

/** One call calls one exported function of an instance that lives as long as the arm. */
export function createExecuteArm(loaded: LoadedModule, params: PhaseArmParams): TimedArm {
  const { store, instance } = freshInstance(loaded.bytes);
  const name = params.export;
  if (name === undefined) throw new AnswerError('bad-request', 'an execute arm needs "export"');
  const func = exportedFunction({ instance }, name, loaded.name);
  const values = argumentsOf(func, params.arguments ?? []);
  const loop = generateLoop({ func, values }, '', 'func.call(...values);');
  return {
    bytesPerCall: 0,
    granularity: 'function',
    run: (calls) => {
      const before = store.consumedFuel;
      const nanoseconds = answeringTraps(() => loop(calls));
      return { nanoseconds, fuel: store.consumedFuel - before };
    },
    curve: (calls) => Array.from({ length: calls }, () => answeringTraps(() => loop(1))),
  };
}

/**
 * One call is the first call of each listed function (exported functions only) in a module that the engine has compiled nothing of.
 * The store holds just the fuel that compiling takes, so the call ends where the body would begin, unless the bodies end at once anyway:
 * what is timed is the engine's whole way to a compiled function. Making the instance is outside the timed part; calling and
 * suspending is measured and subtracted.
 * @param fromBytes loading the module is timed too: everything from bytes to ready code
 */
export function createFirstCallArm(
  loaded: LoadedModule,
  functions: readonly number[] | undefined,
  fromBytes: boolean,
): TimedArm {
  const exported = new Map<number, string>();
  for (const { kind, index, name } of loaded.parsed.exports) {
    if (kind === 'function' && index >= loaded.parsed.importedFunctionCount) exported.set(index, name);
  }
  const indices = functions ?? [...exported.keys()];
  const names = indices.map((index) => {
    const name = exported.get(index);
    if (name === undefined) {
      throw new AnswerError(
        'unsupported',
        `function ${index} of "${loaded.name}" is not exported: nobody can call it`,
      );
    }
    return name;
  });
  if (names.length === 0)
    throw new AnswerError('unsupported', `module "${loaded.name}" exports no function of its own`);
  const budgets = compileBudgets(loaded, names);
  const isEnded = endAtOnce(loaded, names, budgets);
  const spent = isEnded ? FUEL_OF_A_SHORT_CALL : 0n;
  const fuelOfFirst = budgets.map((budget) => budget + spent);
  const fuelOfOthers = budgets.map(() => spent);
  const engine = lazyEngine();
  const state: FirstCalls = { store: undefined, fuel: fuelOfFirst, calls: [] };
  const loop = generateLoop(
    { state },
    'const { store, fuel, calls: list } = state, count = list.length;',
    `for (let i = 0; i < count; i++) { store.fuel = fuel[i]; list[i].func.${isEnded ? 'call' : 'callResumable'}(...list[i].values); }`,
  );
  // Calling and suspending, without compiling. The smallest time seen: a disturbed one would be taken for compiling.
  let overheadNanoseconds = Infinity;
  const once = (): number => {
    const fresh = freshInstance(loaded.bytes, engine);
    state.store = fresh.store;
    state.calls = names.map((name) => {
      const func = exportedFunction(fresh, name, loaded.name);
      return { func, values: func.type.parameters.map(zeroOf) };
    });
    state.fuel = fuelOfFirst;
    const first = (fromBytes ? fresh.loadNanoseconds : 0) + loop(1);
    // Compiled now, the same calls end at the same place.
    state.fuel = fuelOfOthers;
    overheadNanoseconds = Math.min(overheadNanoseconds, loop(1));
    return Math.max(0, first - overheadNanoseconds);
  };
  return {
    bytesPerCall: indices.reduce((sum, index) => sum + loaded.bodyBytesOf(index), 0),
    granularity: 'function',
    run: (calls) => {
      let nanoseconds = 0;
      for (let call = 0; call < calls; call++) nanoseconds += once();
      const fuel = budgets.reduce((sum, budget) => sum + budget, 0n) * BigInt(calls);
      return { nanoseconds, overheadNanoseconds: overheadNanoseconds * calls, fuel };
    },
    curve: (calls) => Array.from({ length: calls }, once),
  };
}

interface FirstCalls {
  store: FreshInstance['store'] | undefined;
  fuel: readonly bigint[];
  calls: { func: Func; values: Value[] }[];
}

/** What a call may take that ends at once. */
const FUEL_OF_A_SHORT_CALL = 64n;

/**
 * Whether each function ends at once, given zeros. Such calls need not be suspended, which takes garbage, and as long as compiling a small
 * function does.
 */
function endAtOnce(loaded: LoadedModule, names: readonly string[], budgets: readonly bigint[]): boolean {
  const { store, ...fresh } = freshInstance(loaded.bytes);
  return names.every((name, i) => {
    const func = exportedFunction(fresh, name, loaded.name);
    store.fuel = budgets[i]! + FUEL_OF_A_SHORT_CALL;
    try {
      return func.callResumable(...func.type.parameters.map(zeroOf)).state === 'finished';
    } catch (error) {
      if (error instanceof Trap) return false;
      throw error;
    }
  });
}

/** What compiling each function costs, learnt from the error of a call without fuel. */
function compileBudgets(loaded: LoadedModule, names: readonly string[]): bigint[] {
  const fresh = freshInstance(loaded.bytes);
  return names.map((name) => {
    const func = exportedFunction(fresh, name, loaded.name);
    fresh.store.fuel = 0n;
    try {
      func.call(...func.type.parameters.map(zeroOf));
    } catch (error) {
      if (error instanceof OutOfFuelError) return error.requiredFuel;
      throw error;
    }
    throw new AnswerError('unsupported', `calling "${name}" of "${loaded.name}" costs no fuel`);
  });
}

export function invoke(loaded: LoadedModule, params: InvokeParams): InvokeResult {
  const { store, instance } = freshInstance(loaded.bytes);
  const func = exportedFunction({ instance }, params.export, loaded.name);
  const before = store.consumedFuel;
  const results = answeringTraps(() => func.call(...argumentsOf(func, params.arguments)));
  return { results: results.map(String), fuel: String(store.consumedFuel - before) };
}

function exportedFunction({ instance }: Pick<FreshInstance, 'instance'>, name: string, module: string): Func {
  const func = instance.getFunction(name);
  if (func === undefined)
    throw new AnswerError('bad-request', `module "${module}" exports no function "${name}"`);
  return func;
}

function argumentsOf(func: Func, texts: readonly string[]): Value[] {
  const { parameters } = func.type;
  if (texts.length !== parameters.length) {
    throw new AnswerError(
      'bad-request',
      `the function takes ${counted(parameters.length, 'argument')}, not ${texts.length}`,
    );
  }
  return parameters.map((type, i) => valueFromText(type, texts[i]!));
}

function answeringTraps<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof Trap) throw new AnswerError('trap', error.message);
    throw error;
  }
}
