import { parseModule } from '../binary/parse-module.js';
import { definedFunctionCount, type ParsedModule } from '../binary/parsed-module.js';
import { limitsWith, type EnforcedLimits } from '../enforced-limits.js';
import { CompileError } from '../errors.js';
import { OutOfFuelError } from './out-of-fuel-error.js';
import { featuresWith, type Features } from '../features.js';
import { applyProfilePolicy, CostTable, type CompilePhase } from '../fuel/index.js';
import type { TranslationOptions } from '../translate/ir-writer.js';
import { translateFunction } from '../translate/translate-function.js';
import { CodeArena, type TranslatedFunction } from '../translate/translated-function.js';
import { validateFunction } from '../validate/validate-function.js';
import { ENGINE_NAME, ENGINE_VERSION } from '../version.js';
import { HostExecution } from '../host-executor/host-execution.js';
import { HostModule } from '../host-executor/host-module.js';
import { hostWebAssembly } from '../host-executor/web-assembly.js';
import type { CompileListener } from './compile-event.js';
import type { CompilationMode, EngineConfig } from './config.js';
import type { Execution, ExecutorName } from './execution.js';
import { InterpreterExecution } from './interpreter-execution.js';
import { Module } from './module.js';
import type { Store } from './store.js';

export interface CompileOptions {
  /** Fuel that loading may use; unlimited unless given. What was used is `module.fuelCharged`. */
  readonly fuel?: bigint | number;
}

/**
 * The engine: features, limits and costs that modules are loaded under. Stores and modules belong to one engine.
 */
export class Engine {
  readonly features: Features;
  readonly limits: EnforcedLimits;
  readonly compilationMode: CompilationMode;
  readonly costs: CostTable;
  readonly shareCompilation: boolean;
  /** What runs functions. */
  readonly executor: ExecutorName;
  /** Whether, and at how many bytes per fuel, executing is charged. */
  readonly metering: TranslationOptions;
  /** Lines for the user about the profile; empty when all is well. */
  readonly notices: readonly string[];
  private readonly arena = new CodeArena();
  private readonly listeners = new Set<CompileListener>();

  /**
   * @throws TypeError, RangeError for a bad configuration; ProfileError for a profile that is refused; ExecutorError for the executor
   * `host` where the host has no WebAssembly.
   */
  constructor(config: EngineConfig = {}) {
    this.features = featuresWith(config.features);
    this.limits = limitsWith(config.limits);
    this.compilationMode = checkMode(config.compilationMode ?? 'lazy-translation');
    this.executor = checkExecutor(config.executor ?? 'interpreter');
    this.shareCompilation = config.shareCompilation ?? false;
    const checked =
      config.profile === undefined
        ? undefined
        : applyProfilePolicy(
            config.profile,
            { engineName: ENGINE_NAME, engineVersion: ENGINE_VERSION },
            config.profileCheck ?? 'strict',
          );
    this.notices = checked?.notices ?? [];
    this.costs = new CostTable({
      profile: checked?.profile,
      profilePolicy: config.profilePolicy,
      configuration: config.fuelCosts,
    });
    this.metering = {
      consumeFuel: config.consumeFuel ?? true,
      bytesPerFuel: this.costs.costs.bytesPerFuel,
    };
  }

  /**
   * Loads a module: parses it and, as the compilation mode says, validates and translates its functions. The bytes are copied.
   *
   * @throws CompileError when the bytes are no valid module, or the host executor's host cannot compile it; OutOfFuelError when `fuel` does not suffice: before parsing, or
   * before the first function is validated or translated.
   */
  compile(bytes: Uint8Array, options: CompileOptions = {}): Module {
    const budget = options.fuel === undefined ? undefined : BigInt(options.fuel);
    const parseFuel = this.phaseFuel('parse', bytes.length);
    checkBudget(budget, parseFuel, () => `parsing a module of ${bytes.length.toLocaleString('en')} bytes`);
    const start = this.clock();
    const parsed = parseModule(new Uint8Array(bytes), this.features, this.limits);
    const parseNanoseconds = this.clock() - start;
    const bodyFuel = this.bodyFuel(parsed);
    checkBudget(
      budget,
      parseFuel + bodyFuel,
      () => `loading the module's ${definedFunctionCount(parsed)} functions`,
    );
    const module = new Module(this, parsed, parseFuel + bodyFuel);
    this.report(module, 'parse', undefined, bytes.length, parseFuel, parseNanoseconds);
    if (this.compilationMode !== 'lazy') module.validateAll();
    if (this.executor === 'host') this.compileOnHost(module);
    else if (this.compilationMode === 'eager') module.translateAll();
    return module;
  }

  /**
   * Injects fuel accounting and has the host compile. Its time is one event for the whole module; what is charged per function is
   * reported per function, here when loading pays for it and else by the store that pays.
   */
  private compileOnHost(module: Module): void {
    const { bytesPerFuel, consumeFuel } = this.metering;
    const start = this.clock();
    module.hostModule = HostModule.compile(module.parsed, {
      bytesPerFuel,
      chargeExecution: consumeFuel,
      compilationFuel:
        consumeFuel && this.compilationMode !== 'eager'
          ? (bodyBytes) => this.firstCallFuel(bodyBytes).validate + this.firstCallFuel(bodyBytes).translate
          : undefined,
      validated: this.compilationMode !== 'lazy',
      shareCompilation: this.shareCompilation,
    });
    this.report(module, 'translate', undefined, 0, 0n, this.clock() - start);
    if (this.compilationMode !== 'eager' || this.listeners.size === 0) return;
    module.parsed.bodyLengths.forEach((bodyBytes, i) => {
      const functionIndex = module.parsed.importedFunctionCount + i;
      this.report(module, 'translate', functionIndex, bodyBytes, this.phaseFuel('translate', bodyBytes), 0);
    });
  }

  /** What runs functions in a store. For the store. */
  newExecution(store: Store): Execution {
    return this.executor === 'host' ? new HostExecution(store) : new InterpreterExecution(store);
  }

  /** Fuel that the first call of a function with a body of so many bytes pays, by phase. For the engine's own parts. */
  firstCallFuel(bodyBytes: number): { readonly validate: bigint; readonly translate: bigint } {
    return {
      validate: this.compilationMode === 'lazy' ? this.phaseFuel('validate', bodyBytes) : 0n,
      translate: this.compilationMode === 'eager' ? 0n : this.phaseFuel('translate', bodyBytes),
    };
  }

  /** Whether anybody listens to compile events. For the engine's own parts. */
  get isObserved(): boolean {
    return this.listeners.size > 0;
  }

  /** Reports the compiling that a store has just paid for, where the host compiled out of sight. For the host executor. */
  reportFirstCall(module: Module, functionIndex: number): void {
    const bodyBytes = module.bodyBytes(functionIndex);
    const fuel = this.firstCallFuel(bodyBytes);
    if (this.compilationMode === 'lazy')
      this.report(module, 'validate', functionIndex, bodyBytes, fuel.validate, 0);
    this.report(module, 'translate', functionIndex, bodyBytes, fuel.translate, 0);
  }

  /** Fuel for what loading does with all bodies. */
  private bodyFuel(parsed: ParsedModule): bigint {
    let fuel = 0n;
    if (this.compilationMode === 'lazy' || !this.metering.consumeFuel) return fuel;
    const eager = this.compilationMode === 'eager';
    for (const bodyBytes of parsed.bodyLengths) {
      fuel += this.phaseFuel('validate', bodyBytes);
      if (eager) fuel += this.phaseFuel('translate', bodyBytes);
    }
    return fuel;
  }

  /** Whether the bytes are a valid module under this engine's features and limits. */
  validate(bytes: Uint8Array): boolean {
    try {
      const parsed = parseModule(new Uint8Array(bytes), this.features, this.limits);
      const end = parsed.importedFunctionCount + definedFunctionCount(parsed);
      for (let index = parsed.importedFunctionCount; index < end; index++) validateFunction(parsed, index);
      return true;
    } catch (error) {
      if (error instanceof CompileError) return false;
      throw error;
    }
  }

  /** Calls `listener` after each phase of each compilation from now on; returns how to stop that. */
  on(event: 'compile', listener: CompileListener): () => void {
    if (event !== 'compile')
      throw new TypeError(`unknown event "${String(event)}"; the engine emits "compile"`);
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Bytes of translated code that the engine holds; what the host compiled is the host's. */
  get codeBytes(): number {
    return this.arena.bytes;
  }

  /** What compiling `bytes` bytes costs in a phase; 0 when fuel is not consumed. For the engine's own parts. */
  phaseFuel(phase: CompilePhase, bytes: number): bigint {
    return this.metering.consumeFuel ? this.costs.compileFuel(phase, bytes) : 0n;
  }

  /** Validates a function. For the engine's own parts. */
  validateFunction(module: Module, functionIndex: number, fuelCharged: bigint): void {
    const start = this.clock();
    validateFunction(module.parsed, functionIndex);
    const bodyBytes = module.bodyBytes(functionIndex);
    this.report(module, 'validate', functionIndex, bodyBytes, fuelCharged, this.clock() - start);
  }

  /** Translates a function. For the engine's own parts. */
  translateFunction(module: Module, functionIndex: number, fuelCharged: bigint): TranslatedFunction {
    const start = this.clock();
    const translated = translateFunction(module.parsed, functionIndex, this.metering, this.arena);
    const bodyBytes = module.bodyBytes(functionIndex);
    this.report(module, 'translate', functionIndex, bodyBytes, fuelCharged, this.clock() - start);
    return translated;
  }

  /** Nanoseconds since some moment; 0 while nobody listens, so that the clock costs nothing. */
  private clock(): number {
    return this.listeners.size === 0 ? 0 : performance.now() * 1e6;
  }

  private report(
    module: Module,
    phase: CompilePhase,
    functionIndex: number | undefined,
    bodyBytes: number,
    fuelCharged: bigint,
    nanoseconds: number,
  ): void {
    if (this.listeners.size === 0) return;
    const event = { phase, module, functionIndex, bodyBytes, fuelCharged, nanoseconds };
    for (const listener of this.listeners) listener(event);
  }
}

function checkMode(mode: CompilationMode): CompilationMode {
  if (mode !== 'eager' && mode !== 'lazy-translation' && mode !== 'lazy') {
    throw new TypeError(`unknown compilation mode "${String(mode)}"; one of eager, lazy-translation, lazy`);
  }
  return mode;
}

function checkExecutor(executor: ExecutorName): ExecutorName {
  if (executor !== 'interpreter' && executor !== 'host') {
    throw new TypeError(`unknown executor "${String(executor)}"; one of interpreter, host`);
  }
  if (executor === 'host') hostWebAssembly();
  return executor;
}

/** The step's text is composed only for the error: formatting a number loads the host's locale data. */
function checkBudget(budget: bigint | undefined, required: bigint, step: () => string): void {
  if (budget !== undefined && budget < required) throw new OutOfFuelError(required, budget, step());
}
