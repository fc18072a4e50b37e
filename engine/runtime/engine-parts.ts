import type { FrontEndName } from '../core/front-end.js';
import type { EnforcedLimits } from '../enforced-limits.js';
import type { Features } from '../features.js';
import type { ChargePolicy, CompilePhase, CostExplanation, CostTable, ProfileChoice } from '../fuel/index.js';
import type { Metering } from '../fuel/metering.js';
import type { CodeChunk, TranslatedFunction } from '../translate/translated-function.js';
import type { GlobalType, MemoryType, TableType } from '../types/external-type.js';
import type { FunctionType } from '../types/function-type.js';
import type { ValueType } from '../types/value-type.js';
import type { AsyncCallState } from './async-call-state.js';
import type { Listeners, Observers } from './observers.js';
import type { CompilationMode, CompileOptions, ValidateOptions } from './config.js';
import type { Func } from './func.js';
import type { Global } from './global.js';
import type { Instance } from './instance.js';
import type { LoadCharge } from './load-charge.js';
import type { Memory } from './memory.js';
import type { Module } from './module.js';
import type { Resumable } from './resumable-call.js';
import type { Store } from './store.js';
import type { StoreHoldings } from './store-holdings.js';
import type { ModuleNeeds } from './store-room.js';
import type { Table } from './table.js';
import type { RawValue } from './value.js';

/** What runs the functions of an engine's modules: the engine's interpreter, or the host's own WebAssembly. */
export type ExecutorName = 'interpreter' | 'host';

/** What runs the interpreter's common operators. */
export type LoopName = 'webassembly' | 'javascript';

/** What code ran by: one of the interpreter's loops, or the host's own WebAssembly. */
export type CallTier = LoopName | 'host';

/** What an engine charges for compiling, and why. */
export interface EngineExplanation {
  /** Digest of what costs of compiling and executing depend on; profiles are bound to it. */
  readonly costBehaviour: string;
  /** Why this profile: undefined without one, and for one that was not chosen. */
  readonly profile: ProfileChoice | undefined;
  /** How careful charges by the profile's models are; undefined where it has none. */
  readonly chargePolicy: ChargePolicy | undefined;
  readonly costs: readonly CostExplanation[];
}

/** What an engine is made of, here and now. */
export interface EngineDescription {
  readonly name: string;
  readonly version: string;
  /** What runs functions. */
  readonly executor: ExecutorName;
  /** What validates and translates: the same for all engines of a process. */
  readonly frontEnd: FrontEndName;
  /** What runs the common operators in the interpreter: the same for all engines of a process. */
  readonly loop: LoopName;
  /**
   * Functions validated so far, or given to the host, that the profile's models say nothing of, and that were charged by the policy `safe`. Without models there is
   * no such number.
   */
  readonly functionsOutsideDomain?: number;
}

/**
 * The engine as its modules, stores and linkers see it. The class behind it knows the executors; nothing that is made by it, or given to
 * it, has to.
 */
export interface EngineParts {
  readonly features: Features;
  readonly limits: EnforcedLimits;
  readonly compilationMode: CompilationMode;
  readonly costs: CostTable;
  readonly shareCompilation: boolean;
  /** Whether calls can be suspended and resumed. */
  readonly resumable: boolean;
  /** What runs functions. */
  readonly executor: ExecutorName;
  /** Whether, and at how many bytes per fuel, executing is charged. */
  readonly metering: Metering;
  /** Lines for the user about the profile; empty when all is well. */
  readonly notices: readonly string[];
  /** Bytes of code that the engine holds for its modules; of what the host compiled, an estimate by what it was given. */
  readonly codeBytes: number;
  /** What compiles and runs here, for reports. */
  describe(): EngineDescription;
  /** See Engine.compile. */
  compile(source: ArrayBuffer | ArrayBufferView, options?: CompileOptions): Module;
  /** See Engine.validate. */
  validate(source: ArrayBuffer | ArrayBufferView, options?: ValidateOptions): boolean;
  /** See Engine.on. */
  on<Name extends keyof Listeners>(event: Name, listener: Listeners[Name]): () => void;

  /** @internal Who is told what it does. */
  readonly observers: Observers;
  /** @internal The engine's type for an embedder's function, for good. @throws ResourceLimitError when it knows too many */
  useFunctionType(parameters: readonly ValueType[], results: readonly ValueType[]): FunctionType;
  /** @internal What runs functions in a store. */
  newExecution(store: Store): Execution;
  /** @internal What a phase of a function costs whose body has `bodyBytes` bytes and counts as `countedBytes`; 0 when fuel is not consumed. */
  phaseFuel(phase: 'validate' | 'translate', countedBytes: number, bodyBytes: number): bigint;
  /** @internal Validates the body as `extent` says; false where that was not to the end, of which nobody is told. */
  validateFunction(
    module: Module,
    functionIndex: number,
    fuelCharged: bigint,
    extent: ValidationExtent,
    keep?: () => void,
  ): boolean;
  /**
   * @internal Validates the body as `extent` says and translates it, in one pass, of which nobody is told; false where that cannot be: nothing is
   * known of the body then.
   */
  compileFunction(
    module: Module,
    functionIndex: number,
    extent: ValidationExtent,
    keep: (code: TranslatedFunction) => void,
  ): boolean;
  /** @internal Counts the function, once, if the profile's models say nothing of it. */
  countOutside(module: Module, functionIndex: number): void;
  /** @internal Counts code that the host is about to make for the module, until that is collected. @throws ResourceLimitError */
  takeCode(module: Module, bytes: number): void;
  /** @internal `keep` is given the code before anybody who listens and may call it. */
  translateFunction(
    module: Module,
    functionIndex: number,
    fuelCharged: bigint,
    keep: (code: TranslatedFunction) => void,
  ): void;
  /** @internal Tells whoever listens of a phase that is over; its price is what was charged, unless told. */
  report(
    module: Module,
    phase: CompilePhase,
    functionIndex: number | undefined,
    bodyBytes: number,
    fuelCharged: bigint,
    nanoseconds: number,
    price?: bigint,
  ): void;
}

/** How much of a body is validated: all of it, or as much as its bytes pay for. */
export type ValidationExtent = 'all' | 'free-values';

/** One way of running functions. There are two, side by side, and the engine picks one. */
export interface Executor {
  readonly name: ExecutorName;
  /** Does its part of loading a module, as the compilation mode says; it is parsed, and validated unless that comes later. */
  load(module: Module, charge: LoadCharge): void;
  newExecution(store: Store): Execution;
  /** A place for code to run from; undefined, or no such method, where any will do. */
  readonly newCodeChunk?: (words: number) => CodeChunk | undefined;
}

/** How a call's values are given: as the API's, see Value, or bit by bit, see RawValue. */
export type ValueForm = 'value' | 'raw';

/** Where a global's value is. */
export interface GlobalCell {
  raw: RawValue;
}

/** Where the interpreter has the values of a store's globals. */
export interface GlobalStorage {
  /** Numbers and vectors, four words each. */
  readonly words: Int32Array;
  readonly references: unknown[];
}

/** Values for a module's imports, by index space; they have been checked against the imports' types. */
export interface ImportedExterns {
  readonly functions: readonly Func[];
  readonly tables: readonly Table[];
  readonly memories: readonly Memory[];
  readonly globals: readonly Global[];
}

/**
 * What an executor does in one store. The parts of the public API (Store, Func, Global, Instance) ask it for whatever depends on who
 * executes; there is one implementation per executor.
 */
export interface Execution {
  /** The one store that it is of. */
  readonly store: Store;
  /** Fuel left. */
  fuel: bigint;
  /** What code of the store has run by since this was set to undefined: of the interpreter's loops the one in WebAssembly, if both have. */
  ran: CallTier | undefined;
  /** What the store's parts hold together. */
  readonly holdings: StoreHoldings;
  /** @throws LinkError when the store's limits forbid the size. */
  newMemory(type: MemoryType): Memory;
  /** Null unless an initial value is given. @throws LinkError when the store's limits forbid the size. */
  newTable(type: TableType, ...initial: [value?: unknown]): Table;
  newGlobal(type: GlobalType, initial: RawValue): GlobalCell;
  /** Spec 4.7.2, the start function included; see Linker.instantiate for the errors. */
  instantiate(module: Module, imports: ImportedExterns, needs: ModuleNeeds): Instance;
  /** See Func.call and Func.callRaw. */
  call(func: Func, values: readonly unknown[], form: ValueForm): unknown[];
  /** See Func.callResumable and Func.callRawResumable. */
  callResumable(func: Func, values: readonly unknown[], form: ValueForm): Resumable<unknown>;
  /**
   * Does `run`, which makes a resumable call or resumes one. That call stops as if it were out of fuel when so much is consumed, though
   * there may be as much as it requires. Undefined where only `callResumableAsync` is.
   */
  inTurn?<Result>(fuel: bigint, run: () => Result): Result;
  /**
   * Like `callResumable`, where going on takes the event loop; undefined where `callResumable` serves. In turns, a call stops as `inTurn` has it.
   * @throws (rejects) ExecutorError where calls cannot be suspended
   */
  callResumableAsync?(
    func: Func,
    values: readonly unknown[],
    form: ValueForm,
    isInTurns: boolean,
  ): Promise<AsyncCallState<unknown>>;
}
