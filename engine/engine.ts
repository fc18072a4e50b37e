import { parseModule } from './binary/parse-module.js';
import { definedFunctionCount, type ParsedModule } from './binary/parsed-module.js';
import { limitsWith, type EnforcedLimits } from './enforced-limits.js';
import { bytesArgument, objectArgument } from './arguments.js';
import { CompileError, ResourceLimitError } from './errors.js';
import { featuresWith, type Features } from './features.js';
import {
  checkProfile,
  choiceOf,
  COST_BEHAVIOUR,
  CostTable,
  phasesNotConfigured,
  type CompilePhase,
  type ProfileChoice,
} from './fuel/index.js';
import type { Metering } from './fuel/metering.js';
import { compileFunction } from './translate/compile-function.js';
import { translateFunction } from './translate/translate-function.js';
import { demandVerified } from './signature/verified-profiles.js';
import { frontEndName, lastFrontEnd } from './core/front-end.js';
import { loopName } from './interpreter/loop.js';
import { type ArenaMark, CodeArena, type TranslatedFunction } from './translate/translated-function.js';
import { type FunctionType, FunctionTypes } from './types/function-type.js';
import type { ValueType } from './types/value-type.js';
import { validateFunction, validateWithinFreeValues } from './validate/validate-function.js';
import { ENGINE_NAME, ENGINE_VERSION } from './version.js';
import { HostExecutor } from './host-executor/host-executor.js';
import { INTERPRETER_EXECUTOR } from './interpreter/interpreter-executor.js';
import { FinishedPhase } from './runtime/compile-event.js';
import type { CompilationMode, CompileOptions, EngineConfig, ValidateOptions } from './runtime/config.js';
import type {
  EngineDescription,
  EngineExplanation,
  EngineParts,
  Execution,
  Executor,
  ExecutorName,
  ValidationExtent,
} from './runtime/engine-parts.js';
import { LoadCharge } from './runtime/load-charge.js';
import { Module } from './runtime/module.js';
import { type Listeners, Observers } from './runtime/observers.js';
import type { Store } from './runtime/store.js';

/** What the engine holds for a module. */
interface HeldByModule {
  readonly types: readonly FunctionType[];
  readonly code: { readonly bytes: number };
}

/**
 * The engine: features, limits and costs that modules are loaded under. Stores and modules belong to one engine.
 */
export class Engine implements EngineParts {
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
  private readonly choice: ProfileChoice | undefined;
  private readonly runs: Executor;
  private readonly arena: CodeArena;
  private readonly functionTypes: FunctionTypes;
  private readonly collected = new FinalizationRegistry<HeldByModule>((held) => this.giveBack(held));
  /** @internal */
  readonly observers = new Observers();
  /** Validated functions that the prices are not known to hold for. */
  private functionsOutsideDomain = 0;
  /** Modules that listeners have been told of. */
  private readonly shown = new WeakSet<Module>();

  /**
   * @throws TypeError, RangeError for a bad configuration; ProfileError for a profile that is refused; ExecutorError for the executor
   * `host` where the host has no WebAssembly.
   */
  constructor(config: EngineConfig = {}) {
    objectArgument(config, 'the configuration of an engine');
    this.features = featuresWith(config.features);
    this.compilationMode = checkMode(config.compilationMode ?? 'lazy-translation');
    this.limits = limitsWith(config.limits);
    this.runs = executorOfName(config.executor ?? 'interpreter', this.limits, config.resumable ?? false);
    this.executor = this.runs.name;
    this.resumable = this.executor === 'interpreter' || (config.resumable ?? false);
    this.arena = new CodeArena(this.limits.maximumCodeBytes, undefined, this.runs.newCodeChunk);
    this.functionTypes = new FunctionTypes(this.limits.maximumDistinctTypes);
    this.shareCompilation = config.shareCompilation ?? false;
    if (config.requireSignature !== undefined && config.profile !== undefined)
      demandVerified(config.profile, config.requireSignature);
    const checked =
      config.profile === undefined
        ? undefined
        : checkProfile(
            config.profile,
            {
              engineName: ENGINE_NAME,
              engineVersion: ENGINE_VERSION,
              costBehaviour: COST_BEHAVIOUR,
              profilePolicy: config.profilePolicy,
              chargedPhases: phasesNotConfigured(config.fuelCosts),
            },
            config.profileCheck ?? 'strict',
          );
    this.notices = checked?.notices ?? [];
    this.choice = checked?.profile && choiceOf(checked.profile);
    this.costs = new CostTable({
      profile: checked?.profile,
      profilePolicy: config.profilePolicy,
      chargePolicy: config.chargePolicy,
      configuration: config.fuelCosts,
    });
    this.metering = {
      consumeFuel: config.consumeFuel ?? true,
      bytesPerFuel: this.costs.costs.bytesPerFuel,
      execution: this.costs.execution,
    };
  }

  /** Tells what compiles and runs modules. The first to ask makes the front end, which takes a millisecond or three. */
  describe(): EngineDescription {
    return {
      name: ENGINE_NAME,
      version: ENGINE_VERSION,
      executor: this.executor,
      frontEnd: frontEndName(),
      loop: loopName(),
      ...(this.costs.chargePolicy === undefined
        ? {}
        : { functionsOutsideDomain: this.functionsOutsideDomain }),
    };
  }

  /** Tells what compiling is charged by and why: the profile's choice, where it was chosen, and every number with where it comes from. */
  explain(): EngineExplanation {
    const { chargePolicy } = this.costs;
    return { costBehaviour: COST_BEHAVIOUR, profile: this.choice, chargePolicy, costs: this.costs.explain() };
  }

  /**
   * Loads a module: parses it and, as the compilation mode says, validates and translates its functions. The bytes are copied.
   *
   * @throws TypeError for what holds no bytes; CompileError when the bytes are no valid module, or the host executor's host cannot compile
   * it; OutOfFuelError when `fuel` does not suffice: before parsing, or before the first function is validated or translated. Both tell by
   * `fuelCharged` what was charged all the same.
   */
  compile(source: ArrayBuffer | ArrayBufferView, options: CompileOptions = {}): Module {
    const bytes = bytesArgument(source, 'Engine.compile');
    objectArgument(options, 'the options of Engine.compile');
    const charge = new LoadCharge(options.fuel);
    return this.observers.besideCalls(() => charge.during(() => this.load(bytes, charge)));
  }

  private load(bytes: Uint8Array, charge: LoadCharge): Module {
    const { observers } = this;
    const start = observers.startModule();
    const parsed = this.parse(bytes, charge);
    const parseNanoseconds = observers.since(start);
    const module = this.newModule(parsed);
    const mark = this.arena.mark();
    try {
      this.make(module, charge, parseNanoseconds);
    } catch (error) {
      this.discard(module, mark);
      throw error;
    }
    return module;
  }

  /** Whether loading may validate and translate each body in one pass that nobody times: nobody is told how long each phase of each takes. */
  private get compilesAtOnce(): boolean {
    return this.compilationMode === 'eager' && this.runs.name === 'interpreter' && !this.observers.hearEvents;
  }

  /** Does with a parsed module what the compilation mode says. */
  private make(module: Module, charge: LoadCharge, parseNanoseconds: number): void {
    const { parsed } = module;
    const parseFuel = charge.charged;
    charge.require(
      () => this.loadingFuel(module, 'least'),
      () => `loading the module's ${definedFunctionCount(parsed)} functions`,
      () => this.loadingFuel(module, 'full'),
    );
    this.report(module, 'parse', undefined, parsed.bytes.length, parseFuel, parseNanoseconds);
    if (this.compilationMode !== 'lazy') module.validateAll(charge, this.compilesAtOnce);
    this.runs.load(module, charge);
    module.fuelCharged = charge.charged;
  }

  /** A module that gives back, once it is collected, what the engine has for it. */
  private newModule(parsed: ParsedModule): Module {
    const module = new Module(this, parsed);
    this.collected.register(module, { types: parsed.types, code: module.heldCode }, module);
    return module;
  }

  /**
   * Gives back at once what the engine has for a module that nobody can have, the arena's room since `mark` too. One that listeners were
   * shown is left to the collector.
   */
  private discard(module: Module, mark?: ArenaMark): void {
    if (this.shown.has(module)) return;
    if (mark !== undefined) this.arena.goBackTo(mark, module.heldCode.bytes);
    this.collected.unregister(module);
    this.giveBack({ types: module.parsed.types, code: module.heldCode });
  }

  private giveBack({ code, types }: HeldByModule): void {
    this.arena.bytes -= code.bytes;
    this.functionTypes.release(types);
  }

  /** @internal */
  useFunctionType(parameters: readonly ValueType[], results: readonly ValueType[]): FunctionType {
    const type = this.functionTypes.use(parameters, results);
    if (type !== undefined) return type;
    const { maximum } = this.functionTypes;
    throw new ResourceLimitError(
      'maximumDistinctTypes',
      `another function type where the engine knows ${maximum}`,
    );
  }

  private parse(bytes: Uint8Array, charge: LoadCharge): ParsedModule {
    const fuel = this.metering.consumeFuel ? this.costs.parseFuel(bytes) : 0n;
    charge.require(
      () => fuel,
      () => `parsing a module of ${bytes.length.toLocaleString('en')} bytes`,
    );
    charge.charged += fuel;
    return parseModule(new Uint8Array(bytes), this.features, this.limits, this.functionTypes);
  }

  /** @internal */
  newExecution(store: Store): Execution {
    return this.runs.newExecution(store);
  }

  /** Fuel for what loading does with all bodies, or the least that it can come to. */
  private loadingFuel(module: Module, measure: 'least' | 'full'): bigint {
    switch (this.compilationMode) {
      case 'lazy':
        return 0n;
      case 'lazy-translation':
        return module.phaseFuelOfAll('validate', measure);
      case 'eager':
        return module.phaseFuelOfAll('validate', measure) + module.phaseFuelOfAll('translate', measure);
    }
  }

  /**
   * Whether the bytes are a valid module under this engine's features and limits. All bodies are validated, and charged, whatever the
   * compilation mode.
   *
   * @throws TypeError for what holds no bytes; OutOfFuelError when `fuel` does not suffice: before parsing, or before the first function
   * is validated
   */
  validate(source: ArrayBuffer | ArrayBufferView, options: ValidateOptions = {}): boolean {
    const bytes = bytesArgument(source, 'Engine.validate');
    objectArgument(options, 'the options of Engine.validate');
    const charge = new LoadCharge(options.fuel);
    try {
      return this.observers.besideCalls(() =>
        charge.during(() => {
          const module = this.newModule(this.parse(bytes, charge));
          try {
            const step = () => `validating the module's ${definedFunctionCount(module.parsed)} functions`;
            charge.require(
              () => module.phaseFuelOfAll('validate', 'least'),
              step,
              () => module.phaseFuelOfAll('validate'),
            );
            module.validateAll(charge);
            return true;
          } finally {
            this.discard(module);
          }
        }),
      );
    } catch (error) {
      if (error instanceof CompileError) return false;
      throw error;
    } finally {
      options.onCharge?.(charge.charged);
    }
  }

  /**
   * Calls `listener` from now on, after each phase of each compilation (`compile`), or after each call from outside and each instance
   * (`call`); returns how to stop that.
   */
  on<Name extends keyof Listeners>(event: Name, listener: Listeners[Name]): () => void {
    return this.observers.on(event, listener);
  }

  /** Bytes of code that the engine holds for its modules; of what the host compiled, an estimate by what it was given. */
  get codeBytes(): number {
    return this.arena.bytes;
  }

  /** @internal */
  takeCode(module: Module, bytes: number): void {
    this.arena.take(bytes, `a module's code`);
    module.heldCode.bytes += bytes;
  }

  /** @internal */
  phaseFuel(phase: 'validate' | 'translate', countedBytes: number, bodyBytes: number): bigint {
    return this.metering.consumeFuel ? this.costs.functionFuel(phase, bodyBytes, countedBytes) : 0n;
  }

  /** @internal */
  validateFunction(
    module: Module,
    functionIndex: number,
    fuelCharged: bigint,
    extent: ValidationExtent,
    keep?: () => void,
  ): boolean {
    const start = this.observers.startFunction('validate');
    if (extent === 'all') validateFunction(module.parsed, functionIndex);
    else if (!validateWithinFreeValues(module.parsed, functionIndex)) return false;
    keep?.();
    this.countOutside(module, functionIndex);
    const bodyBytes = module.bodyBytes(functionIndex);
    const nanoseconds = this.observers.since(start);
    this.report(module, 'validate', functionIndex, bodyBytes, fuelCharged, nanoseconds);
    return true;
  }

  /** @internal */
  compileFunction(
    module: Module,
    functionIndex: number,
    extent: ValidationExtent,
    keep: (code: TranslatedFunction) => void,
  ): boolean {
    const { arena, metering } = this;
    const code = compileFunction(module.parsed, functionIndex, extent === 'free-values', metering, arena);
    if (code === undefined) return false;
    module.heldCode.bytes += 4 * code.words;
    keep(code);
    this.countOutside(module, functionIndex);
    return true;
  }

  /** @internal */
  countOutside(module: Module, functionIndex: number): void {
    if (this.costs.chargePolicy !== undefined && module.turnsOutOutside(functionIndex))
      this.functionsOutsideDomain++;
  }

  /** @internal */
  translateFunction(
    module: Module,
    functionIndex: number,
    fuelCharged: bigint,
    keep: (code: TranslatedFunction) => void,
  ): void {
    const start = this.observers.startFunction('translate');
    const code = translateFunction(module.parsed, functionIndex, this.metering, this.arena);
    module.heldCode.bytes += 4 * code.words;
    keep(code);
    const bodyBytes = module.bodyBytes(functionIndex);
    const nanoseconds = this.observers.since(start);
    this.report(module, 'translate', functionIndex, bodyBytes, fuelCharged, nanoseconds);
  }

  /** @internal */
  report(
    module: Module,
    phase: CompilePhase,
    functionIndex: number | undefined,
    bodyBytes: number,
    fuelCharged: bigint,
    nanoseconds: number,
    price = fuelCharged,
  ): void {
    const { observers } = this;
    const isOfFunction = functionIndex !== undefined;
    if (observers.isInTurn) return;
    observers.tellMeters(module, phase, isOfFunction, bodyBytes, fuelCharged, price, nanoseconds);
    if (!observers.hearEvents) return;
    this.shown.add(module);
    const tier = phase === 'parse' ? 'javascript' : lastFrontEnd();
    observers.tellCompiling(
      new FinishedPhase(phase, module, functionIndex, bodyBytes, fuelCharged, price, nanoseconds, tier),
    );
  }
}

function checkMode(mode: CompilationMode): CompilationMode {
  if (mode !== 'eager' && mode !== 'lazy-translation' && mode !== 'lazy') {
    throw new TypeError(`unknown compilation mode "${String(mode)}"; one of eager, lazy-translation, lazy`);
  }
  return mode;
}

/** @throws ExecutorError where the executor cannot run on this host */
function executorOfName(name: ExecutorName, limits: EnforcedLimits, resumable: boolean): Executor {
  switch (name) {
    case 'interpreter':
      return INTERPRETER_EXECUTOR;
    case 'host':
      return new HostExecutor(limits, resumable);
    default:
      throw new TypeError(`unknown executor "${String(name)}"; one of interpreter, host`);
  }
}
