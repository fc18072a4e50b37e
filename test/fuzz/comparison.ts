import { Random } from 'wasm-dyno/corpora';
import {
  CompileError,
  UnsupportedModuleError,
  type CompilationMode,
  type Engine,
  type Module,
} from 'wasm-dyno/engine';
import type { EngineSet } from './engine-set.js';
import { WebAssembly } from './host-web-assembly.js';
import { planCalls, type PlannedCall } from './sides/call-plan.js';
import { EngineSide, type EngineSideOptions } from './sides/engine-side.js';
import { HostValues } from './sides/host-values.js';
import { interfaceOf, type ModuleInterface } from './sides/module-interface.js';
import { agree, outcomeText, type Outcome } from './sides/outcome.js';
import { stateDifference, type Side } from './sides/side.js';
import { V8Side } from './sides/v8-side.js';

/** Where two runs of a module differ. */
export interface Divergence {
  /** What was compared, for example `v8: results` or `eager: fuel`: a minimiser keeps to it. */
  readonly kind: string;
  readonly detail: string;
}

export interface Comparison {
  readonly divergence: Divergence | undefined;
  /** Why the module, or the rest of its calls, was not compared. */
  readonly skipped: string | undefined;
  readonly callsCompared: number;
  readonly trapsCompared: number;
  /** Times that a call ran out of fuel and was resumed. */
  readonly resumptions: number;
  /** Further runs of the embedded engine that were compared with the first. */
  readonly variants: number;
}

export interface ComparisonOptions {
  readonly seed: number;
  readonly engines: EngineSet;
  readonly rounds: number;
  readonly mostCalls: number;
  readonly fuelPerCall: number;
  /** Runs of the engine against itself, drawn from all there are; `all` for replays. */
  readonly variants: number | 'all';
  /** Whether to compare behaviour with V8; without, only whether both accept the module. */
  readonly compareBehaviour: boolean;
}

type Variant = 'eager' | 'lazy' | 'unmetered' | 'interrupted' | 'second store';

const VARIANTS: readonly Variant[] = ['eager', 'lazy', 'unmetered', 'interrupted', 'second store'];

/** What one run of the calls came to. */
interface Run {
  readonly outcomes: readonly Outcome[];
  readonly hostCalls: readonly (readonly string[])[];
  readonly side: EngineSide;
  /** Fuel per step (instantiation, then each call) without what compiling was charged. */
  readonly executionFuel: readonly bigint[];
  readonly totalFuel: readonly bigint[];
}

/** Compares the embedded engine with V8, and with itself in other configurations, on one module. */
export function compareModule(bytes: Uint8Array, options: ComparisonOptions): Comparison {
  return new ModuleComparison(bytes, options).run();
}

class ModuleComparison {
  private callsCompared = 0;
  private trapsCompared = 0;
  private resumptions = 0;
  private variants = 0;
  private readonly hostValues: HostValues;

  constructor(
    private readonly bytes: Uint8Array,
    private readonly options: ComparisonOptions,
  ) {
    this.hostValues = new HostValues(options.seed);
  }

  run(): Comparison {
    const { engines } = this.options;
    const accepted = WebAssembly.validate(this.bytes);
    let module: Module;
    try {
      module = engines.get('lazy-translation').compile(this.bytes);
    } catch (error) {
      if (!(error instanceof CompileError))
        return this.diverged('v8: validity', `the engine threw ${describe(error)}`);
      if (!accepted) return this.done();
      if (error instanceof UnsupportedModuleError) return this.done(`unsupported: ${error.reason}`);
      return this.diverged('v8: validity', `V8 accepts the module, the engine does not: ${error.message}`);
    }
    if (!accepted)
      return this.diverged(
        'v8: validity',
        `the engine accepts the module, V8 does not: ${v8Reason(this.bytes)}`,
      );
    if (!this.options.compareBehaviour) return this.done();
    return this.compareBehaviour(module);
  }

  private compareBehaviour(module: Module): Comparison {
    const face = interfaceOf(module);
    const { seed, rounds, mostCalls } = this.options;
    const calls = planCalls(face.functions, seed, rounds, mostCalls);
    const engine = this.options.engines.get('lazy-translation');
    const first = this.runEngine(engine, module, face, calls, { exactNan: false });
    const v8 = new V8Side(new WebAssembly.Module(this.bytes), face, this.hostValues);
    const { steps, divergence, skipped } = this.compareWithV8(first, v8, calls);
    if (divergence !== undefined) return this.done(undefined, divergence);
    if (skipped === undefined) {
      const difference = stateDifference(first.side.state(), v8.state());
      if (difference !== undefined) return this.diverged('v8: state', difference);
    }
    if (steps > 0) {
      const different = this.compareVariants(module, face, calls.slice(0, steps - 1));
      if (different !== undefined) return this.done(undefined, different);
    }
    return this.done(skipped);
  }

  private compareWithV8(
    first: Run,
    v8: Side,
    calls: readonly PlannedCall[],
  ): { steps: number; divergence?: Divergence; skipped?: string } {
    for (const [step, ours] of first.outcomes.entries()) {
      const call = step === 0 ? undefined : calls[step - 1]!;
      if (ours.kind === 'out-of-fuel' || ours.kind === 'exhausted')
        return { steps: step, skipped: `engine: ${ours.kind}` };
      const theirs = call === undefined ? v8.instantiate() : v8.call(call);
      if (theirs.kind === 'exhausted') return { steps: step, skipped: 'V8: exhausted' };
      const what = call === undefined ? 'instantiation' : callText(call);
      if (!agree(ours, theirs)) {
        const kind = `v8: ${ours.kind === 'values' && theirs.kind === 'values' ? 'results' : 'outcome'}`;
        const detail = `${what}: ${outcomeText(ours)}, on V8 ${outcomeText(theirs)}`;
        return { steps: step, divergence: { kind, detail } };
      }
      const hostCalls = first.hostCalls[step]!.join(' ');
      const theirHostCalls = v8.takeHostCalls().join(' ');
      if (hostCalls !== theirHostCalls) {
        const detail = `${what} called the host: ${hostCalls}, on V8 ${theirHostCalls}`;
        return { steps: step, divergence: { kind: 'v8: host calls', detail } };
      }
      if (call !== undefined) this.callsCompared++;
      if (ours.kind === 'trap') this.trapsCompared++;
      if (step === 0 && ours.kind !== 'values')
        return { steps: 1, skipped: ours.kind === 'trap' ? 'traps at instantiation' : ours.kind };
    }
    return { steps: first.outcomes.length };
  }

  private runEngine(
    engine: Engine,
    module: Module,
    face: ModuleInterface,
    calls: readonly PlannedCall[],
    options: Pick<EngineSideOptions, 'exactNan' | 'interruptionSeed'>,
  ): Run {
    const metered = engine.metering.consumeFuel;
    const side = new EngineSide(engine, module, face, this.hostValues, {
      ...options,
      metered,
      fuelPerCall: this.options.fuelPerCall,
    });
    const outcomes: Outcome[] = [];
    const hostCalls: string[][] = [];
    const executionFuel: bigint[] = [];
    const totalFuel: bigint[] = [];
    const step = (perform: () => Outcome) => {
      const before = side.store.consumedFuel;
      let compiling = 0n;
      const stop = engine.on('compile', ({ fuelCharged }) => (compiling += fuelCharged));
      outcomes.push(perform());
      stop();
      hostCalls.push(side.takeHostCalls());
      totalFuel.push(side.store.consumedFuel - before);
      executionFuel.push(side.store.consumedFuel - before - compiling);
    };
    step(() => side.instantiate());
    for (const call of outcomes[0]!.kind === 'values' ? calls : []) {
      step(() => side.call(call));
      const { kind } = outcomes.at(-1)!;
      if (kind === 'out-of-fuel' || kind === 'exhausted') break;
    }
    this.resumptions += side.resumptions;
    return { outcomes, hostCalls, side, executionFuel, totalFuel };
  }

  /** The same steps in other configurations must come to the same, bit by bit, and cost the same. */
  private compareVariants(
    module: Module,
    face: ModuleInterface,
    calls: readonly PlannedCall[],
  ): Divergence | undefined {
    const { engines, seed, variants } = this.options;
    const random = new Random(seed, 'variants');
    const chosen =
      variants === 'all' ? VARIANTS : Array.from({ length: variants }, () => random.pick(VARIANTS));
    if (chosen.length === 0) return undefined;
    // A module of its own, so that this run pays for compiling and nothing is left from the run beside V8.
    const engine = engines.get('lazy-translation');
    const fresh = engine.compile(this.bytes);
    const reference = this.runEngine(engine, fresh, face, calls, { exactNan: true });
    for (const variant of chosen) {
      this.variants++;
      const divergence = this.compareVariant(variant, reference, module, face, calls);
      if (divergence !== undefined) return divergence;
    }
    return undefined;
  }

  private compareVariant(
    variant: Variant,
    reference: Run,
    module: Module,
    face: ModuleInterface,
    calls: readonly PlannedCall[],
  ): Divergence | undefined {
    const { engines, seed } = this.options;
    const mode: CompilationMode | 'unmetered' =
      variant === 'eager' || variant === 'lazy' || variant === 'unmetered' ? variant : 'lazy-translation';
    const engine = engines.get(mode);
    const code = variant === 'second store' ? module : engine.compile(this.bytes);
    const run = this.runEngine(engine, code, face, calls, {
      exactNan: true,
      interruptionSeed: variant === 'interrupted' ? seed : undefined,
    });
    const differs = (what: string, detail: string) => ({
      kind: `${variant}: ${what}`,
      detail: `${variant}: ${detail}`,
    });
    for (const [step, expected] of reference.outcomes.entries()) {
      const what = step === 0 ? 'instantiation' : callText(calls[step - 1]!);
      const actual = run.outcomes[step];
      if (actual === undefined || outcomeText(actual) !== outcomeText(expected)) {
        return differs(
          'results',
          `${what}: ${actual ? outcomeText(actual) : 'nothing'}, else ${outcomeText(expected)}`,
        );
      }
      if (run.hostCalls[step]!.join() !== reference.hostCalls[step]!.join())
        return differs('host calls', what);
      if (variant === 'unmetered') {
        if (run.totalFuel[step] !== 0n) return differs('fuel', `${what} charged ${run.totalFuel[step]}`);
        continue;
      }
      // With events, a function that another store compiled is charged but not compiled: only totals tell.
      const fuel = variant === 'second store' || variant === 'interrupted' ? 'totalFuel' : 'executionFuel';
      if (run[fuel][step] !== reference[fuel][step]) {
        return differs('fuel', `${what} consumed ${run[fuel][step]}, else ${reference[fuel][step]}`);
      }
    }
    const difference = stateDifference(run.side.state(), reference.side.state());
    return difference === undefined ? undefined : differs('state', difference);
  }

  private diverged(kind: string, detail: string): Comparison {
    return this.done(undefined, { kind, detail });
  }

  private done(skipped?: string, divergence?: Divergence): Comparison {
    const { callsCompared, trapsCompared, resumptions, variants } = this;
    return { divergence, skipped, callsCompared, trapsCompared, resumptions, variants };
  }
}

function callText({ name, values }: PlannedCall): string {
  const shown = values.map((value) => {
    if ('bits' in value) return `${value.type}:0x${value.bits.toString(16)}`;
    return 'object' in value ? `object ${value.object}` : `function ${value.exportName}`;
  });
  return `${name}(${shown.join(', ')})`;
}

function v8Reason(bytes: Uint8Array): string {
  try {
    new WebAssembly.Module(bytes);
  } catch (error) {
    return describe(error);
  }
  return 'accepted after all';
}

function describe(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
