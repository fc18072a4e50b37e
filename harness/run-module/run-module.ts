import {
  CompileError,
  Engine,
  Linker,
  OutOfFuelError,
  ResourceLimitError,
  Store,
  functionTypeText,
  valueTypeName,
  type ChargePolicy,
  type CompilationMode,
  type ExecutorName,
  type Func,
  type HardwareProfile,
  type Instance,
  type Module,
  type ProfileCheck,
  type ProfilePolicyName,
  type Value,
} from '@wasm-dyno/engine';
import { FuelRecord } from './fuel-record.js';
import { fuelReport, type FuelReport } from './fuel-report.js';
import { formatValue, parseArguments } from './value-text.js';
import { ProgramExit, Wasi, type WasiOptions } from '@wasm-dyno/engine/wasi';

/** The command line names nothing that could be run. */
export class EntryError extends Error {
  override readonly name = 'EntryError';
}

export interface RunOptions {
  readonly bytes: Uint8Array;
  /** Exported function to call; without it `_start` of a WASI program. */
  readonly invoke: string | undefined;
  /** Arguments of the function, or of the program after its name. */
  readonly arguments: readonly string[];
  /** Fuel for loading and running together; unlimited if undefined. */
  readonly fuel: bigint | undefined;
  readonly compilationMode: CompilationMode;
  readonly executor: ExecutorName;
  readonly profile: HardwareProfile | undefined;
  readonly profileCheck: ProfileCheck;
  readonly profilePolicy: ProfilePolicyName;
  readonly chargePolicy?: ChargePolicy | undefined;
  readonly wasi: Omit<WasiOptions, 'args'> & { readonly programName: string };
  /** Called when the module is loaded and the command line fits it, before anything of it runs. */
  readonly onStart?: () => void;
}

/** How a run ended. */
export interface RunOutcome {
  /** Of the function called, by type name and text; none for programs. */
  readonly results: readonly { readonly type: string; readonly text: string }[];
  /** Of `proc_exit`, else 0, or 1 after an error. */
  readonly exitCode: number;
  /** What went wrong: a trap, too little fuel, an error while loading or linking. */
  readonly error: unknown;
  /** Undefined when nothing could be loaded. */
  readonly fuel: FuelReport | undefined;
  readonly consumedFuel: bigint;
  readonly engine: Engine;
}

/**
 * Loads and runs one module. Errors of the module (invalid, unlinkable, trapping, out of fuel) are in the outcome.
 *
 * @throws ArgumentError, EntryError when the command line does not fit the module; ProfileError; Error for folders that are none
 */
export function runModule(options: RunOptions): RunOutcome {
  const { chargePolicy, compilationMode, executor, profile, profileCheck, profilePolicy } = options;
  const engine = new Engine({
    compilationMode,
    executor,
    profile,
    profileCheck,
    profilePolicy,
    chargePolicy,
  });
  const record = new FuelRecord(engine);
  let module: Module;
  try {
    module = engine.compile(options.bytes, { fuel: options.fuel });
  } catch (error) {
    const isOfLoading =
      error instanceof CompileError || error instanceof OutOfFuelError || error instanceof ResourceLimitError;
    const consumedFuel = isOfLoading ? error.fuelCharged : 0n;
    return { results: [], exitCode: 1, error, fuel: undefined, consumedFuel, engine };
  } finally {
    record.moment = 'first call';
  }
  const start = findEntry(module, options);
  options.onStart?.();
  const store = new Store(
    engine,
    options.fuel === undefined ? {} : { fuel: options.fuel - module.fuelCharged },
  );
  const wasi = new Wasi({ ...options.wasi, args: [options.wasi.programName, ...options.arguments] });
  const began = performance.now();
  let ended: Pick<RunOutcome, 'results' | 'exitCode' | 'error'>;
  try {
    const linker = new Linker(engine);
    wasi.defineIn(linker, store);
    ended = { results: start(linker.instantiate(store, module)), exitCode: 0, error: undefined };
  } catch (error) {
    ended = { results: [], ...endOf(error) };
  } finally {
    wasi.close();
    record.stop();
  }
  const cost = {
    record,
    executionFuel: store.consumedFuel - record.fuelAt('first call'),
    executionNanoseconds: (performance.now() - began) * 1e6 - record.nanosecondsAt('first call'),
    bytesPerFuel: engine.costs.costs.bytesPerFuel,
    profile,
  };
  return { ...ended, fuel: fuelReport(cost), consumedFuel: module.fuelCharged + store.consumedFuel, engine };
}

/** Exit codes that a process can end with are the program's; of others the system would keep eight bits, perhaps a 0. */
function endOf(error: unknown): Pick<RunOutcome, 'exitCode' | 'error'> {
  if (!(error instanceof ProgramExit)) return { exitCode: 1, error };
  if (error.code <= MAXIMUM_EXIT_CODE) return { exitCode: error.code, error: undefined };
  const message = `the program ended with exit code ${error.code}; processes have 0 to ${MAXIMUM_EXIT_CODE}, so this one ends with 1`;
  return { exitCode: 1, error: new Error(message, { cause: error }) };
}

const MAXIMUM_EXIT_CODE = 255;

type Start = (instance: Instance) => RunOutcome['results'];

/** What is to be called, checked before anything runs. */
function findEntry(module: Module, { invoke, arguments: texts }: RunOptions): Start {
  const functions = module.exports.filter(({ type }) => type.kind === 'function');
  const has = (name: string) => functions.some((entry) => entry.name === name);
  if (invoke === undefined) {
    if (has('_start')) {
      demandCommand(functions);
      return (instance) => {
        instance.getFunction('_start')!.call();
        return [];
      };
    }
    throw new EntryError(`no _start to run: name a function with --invoke (${listFunctions(functions)})`);
  }
  const entry = functions.find(({ name }) => name === invoke);
  if (entry?.type.kind !== 'function') {
    throw new EntryError(`no exported function "${invoke}" (${listFunctions(functions)})`);
  }
  const { type } = entry.type;
  const values = parseArguments(invoke, type, texts);
  return (instance) => {
    // A reactor's constructors run before all else, whatever it imports (WASI application ABI).
    if (isReactor(functions) && invoke !== '_initialize') instance.getFunction('_initialize')!.call();
    return textResults(instance.getFunction(invoke)!, values);
  };
}

/** @throws EntryError for a `_start` that is not called without arguments */
function demandCommand(functions: Module['exports']): void {
  const type = functions.find(({ name }) => name === '_start')?.type;
  if (type?.kind !== 'function' || type.type.parameters.length + type.type.results.length === 0) return;
  throw new EntryError(
    `_start is ${functionTypeText(type.type)}, a program's has neither; call it with --invoke _start`,
  );
}

function isReactor(functions: Module['exports']): boolean {
  return functions.some(
    ({ name, type }) =>
      name === '_initialize' &&
      type.kind === 'function' &&
      type.type.parameters.length === 0 &&
      type.type.results.length === 0,
  );
}

function textResults(func: Func, values: readonly Value[]): RunOutcome['results'] {
  return func.call(...values).map((value, i) => {
    const type = func.type.results[i]!;
    return { type: valueTypeName(type), text: formatValue(type, value) };
  });
}

function listFunctions(functions: Module['exports']): string {
  if (functions.length === 0) return 'the module exports no function';
  const shown = functions.slice(0, 12).map(({ name, type }) => {
    return type.kind === 'function' ? `${name} ${functionTypeText(type.type)}` : name;
  });
  const more = functions.length > shown.length ? `, and ${functions.length - shown.length} more` : '';
  return `exported: ${shown.join(', ')}${more}`;
}

/** What a kind of error is called; those of the module itself name its file. */
const ERROR_KINDS: Readonly<Record<string, { readonly prefix: string; readonly ofFile: boolean }>> = {
  Trap: { prefix: 'trap: ', ofFile: false },
  LinkError: { prefix: 'cannot link: ', ofFile: false },
  MalformedModuleError: { prefix: 'malformed module: ', ofFile: true },
  ValidationError: { prefix: 'invalid module: ', ofFile: true },
  UnsupportedModuleError: { prefix: 'unsupported module: ', ofFile: true },
};

/** One line that says what stopped a run. */
export function errorLine(error: unknown, file = ''): string {
  if (error instanceof OutOfFuelError) return error.message;
  if (!(error instanceof Error)) return String(error);
  const { prefix, ofFile } = ERROR_KINDS[error.name] ?? { prefix: '', ofFile: false };
  return `${ofFile && file !== '' ? `${file}: ` : ''}${prefix}${error.message}`;
}
