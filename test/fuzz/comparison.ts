import { Random } from '@wasm-dyno/corpora';
import { CompileError, UnsupportedModuleError, type Engine, type Module } from '@wasm-dyno/engine';
import { runCalls, type CallRun } from './call-run.js';
import type { EngineSet } from './engine-set.js';
import { WebAssembly } from './host-web-assembly.js';
import { planCalls, type PlannedCall } from './sides/call-plan.js';
import { EngineSide, type EngineSideOptions } from './sides/engine-side.js';
import { HostValues } from './sides/host-values.js';
import { interfaceOf, type ModuleInterface } from './sides/module-interface.js';
import { agree, outcomeText } from './sides/outcome.js';
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
  readonly variants: number | 'all' | readonly Variant[];
  /** Whether to compare behaviour with V8; without, only whether both accept the module. */
  readonly compareBehaviour: boolean;
}

/** A further run that must come to the same. */
export type Variant =
  | 'eager'
  | 'lazy'
  | 'unmetered'
  | 'interrupted'
  | 'second store'
  | 'host executor'
  | 'host executor, unmetered';

const VARIANTS: readonly Variant[] = [
  'eager',
  'lazy',
  'unmetered',
  'interrupted',
  'second store',
  'host executor',
  'host executor, unmetered',
];

function isOnHost(variant: Variant): boolean {
  return variant.startsWith('host');
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
    first: CallRun,
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
  ): CallRun {
    const { fuelPerCall } = this.options;
    const metered = engine.metering.consumeFuel;
    const side = new EngineSide(engine, module, face, this.hostValues, { ...options, metered, fuelPerCall });
    const run = runCalls(side, engine, calls);
    this.resumptions += side.resumptions;
    return run;
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
      variants === 'all'
        ? VARIANTS
        : typeof variants === 'number'
          ? Array.from({ length: variants }, () => random.pick(VARIANTS))
          : variants;
    const engine = engines.get('lazy-translation');
    // Modules of their own, so that these runs pay for compiling and nothing is left from the run beside V8. The bits of
    // NaNs are the engine's alone: V8 need not have the same.
    const references = new Map<boolean, CallRun>();
    const referenceOf = (exactNan: boolean) => {
      const known = references.get(exactNan);
      const run = known ?? this.runEngine(engine, engine.compile(this.bytes), face, calls, { exactNan });
      references.set(exactNan, run);
      return run;
    };
    for (const variant of chosen) {
      this.variants++;
      const run = this.runVariant(variant, module, face, calls);
      const divergence = differenceOf(variant, run, referenceOf(!isOnHost(variant)), calls);
      if (divergence !== undefined) return divergence;
    }
    return undefined;
  }

  private runVariant(
    variant: Variant,
    module: Module,
    face: ModuleInterface,
    calls: readonly PlannedCall[],
  ): CallRun {
    const { engines, seed } = this.options;
    const exactNan = true;
    const engine = engines.get('lazy-translation');
    switch (variant) {
      case 'eager':
      case 'lazy':
      case 'unmetered': {
        const other = engines.get(variant);
        return this.runEngine(other, other.compile(this.bytes), face, calls, { exactNan });
      }
      case 'interrupted':
        return this.runEngine(engine, engine.compile(this.bytes), face, calls, {
          exactNan,
          interruptionSeed: seed,
        });
      case 'second store':
        return this.runEngine(engine, module, face, calls, { exactNan });
      case 'host executor':
      case 'host executor, unmetered': {
        const other = engines.get(variant);
        return this.runEngine(other, other.compile(this.bytes), face, calls, { exactNan: false });
      }
    }
  }

  private diverged(kind: string, detail: string): Comparison {
    return this.done(undefined, { kind, detail });
  }

  private done(skipped?: string, divergence?: Divergence): Comparison {
    const { callsCompared, trapsCompared, resumptions, variants } = this;
    return { divergence, skipped, callsCompared, trapsCompared, resumptions, variants };
  }
}

/** Where a variant's run differs from the reference in results, host calls, fuel or final state. */
function differenceOf(
  variant: Variant,
  run: CallRun,
  reference: CallRun,
  calls: readonly PlannedCall[],
): Divergence | undefined {
  const differs = (what: string, detail: string) => ({
    kind: `${variant}: ${what}`,
    detail: `${variant}: ${detail}`,
  });
  // Modes charge compiling at different times; elsewhere, and where nothing is compiled any more, totals must be alike.
  const fuel = variant === 'eager' || variant === 'lazy' ? 'executionFuel' : 'totalFuel';
  for (const [step, expected] of reference.outcomes.entries()) {
    const what = step === 0 ? 'instantiation' : callText(calls[step - 1]!);
    const actual = run.outcomes[step];
    if (isOnHost(variant) && actual?.kind === 'exhausted') return undefined; // V8's stack is its own
    if (actual === undefined || outcomeText(actual) !== outcomeText(expected)) {
      const shown = actual === undefined ? 'nothing' : outcomeText(actual);
      return differs('results', `${what}: ${shown}, else ${outcomeText(expected)}`);
    }
    if (run.hostCalls[step]!.join() !== reference.hostCalls[step]!.join()) return differs('host calls', what);
    const expectedFuel = variant.endsWith('unmetered') ? 0n : reference[fuel][step];
    if (run[fuel][step] !== expectedFuel) {
      return differs('fuel', `${what} consumed ${run[fuel][step]}, else ${expectedFuel}`);
    }
  }
  const difference = stateDifference(run.side.state(), reference.side.state());
  return difference === undefined ? undefined : differs('state', difference);
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
