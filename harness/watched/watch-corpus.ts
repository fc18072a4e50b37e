import { readFileSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';

import { Random } from '@wasm-dyno/corpora/random';
import {
  CompileError,
  CompileMonitor,
  Engine,
  ResourceLimitError,
  type CompilationMode,
  type CompilePhase,
  type HardwareProfile,
  type Module,
  type ProfileWatched,
  type ProfileWatching,
} from '@wasm-dyno/engine';

export type WatchedPhases = Partial<Record<'validate' | 'translate', ProfileWatched>>;

/** With those of the monitor's warming up; the round of modules in which it comes to so many is the last. */
const FUNCTIONS = 16_000;
/** Functions of a module that are compiled as first calls do, each time that it is loaded. */
const FIRST_CALLS = 24;
/** Of fewer modules a monitor tells nothing. */
const LEAST_MODULES = 4;
/** The interval of what a monitor tells. */
const CONFIDENCE_LEVEL = 0.95;

/**
 * Compiles a corpus as services do, by the profile: modules in another order each time, whole when they are loaded and then, by another engine, as
 * first calls do; tells what monitors see of either, against what the profile's prices are typically. That is more than the prices are of, which
 * was measured over the same functions again and again. Modules that the engine refuses are left out.
 */
export async function watchCorpus(
  profile: HardwareProfile,
  paths: readonly string[],
  seed: number,
  signal?: AbortSignal,
): Promise<WatchedPhases> {
  if (paths.length < LEAST_MODULES) return {};
  const [eager, lazy] = [monitoredEngine(profile, 'eager'), monitoredEngine(profile, 'lazy')];
  const random = new Random(seed, 'watched');
  const rounds = async ({ compiled, engine }: MonitoredEngine, compile: (module: Module) => void) => {
    for (let before = -1; compiled() > before && compiled() < FUNCTIONS;) {
      before = compiled();
      for (const path of random.shuffled(paths)) {
        signal?.throwIfAborted();
        attempt(() => compile(engine.compile(readFileSync(path))));
        // Code of modules that were collected is given back between turns of the event loop.
        await setImmediate();
      }
    }
  };
  await rounds(eager, () => undefined);
  await rounds(lazy, (module) => compileAsCalled(module, random));
  const seen = (['validate', 'translate'] as const).flatMap((phase) => {
    const [eagerly, lazily] = [watching(eager, phase), watching(lazy, phase)];
    return eagerly === undefined || lazily === undefined ? [] : [[phase, { eager: eagerly, lazy: lazily }]];
  });
  return Object.fromEntries(seen) as WatchedPhases;
}

interface MonitoredEngine {
  readonly engine: Engine;
  readonly monitor: CompileMonitor;
  /** Functions translated so far. */
  compiled(): number;
}

function monitoredEngine(profile: HardwareProfile, compilationMode: CompilationMode): MonitoredEngine {
  const engine = new Engine({
    profile,
    profileCheck: 'warn',
    compilationMode,
    ...(profile.models === undefined ? {} : { chargePolicy: 'typical' }),
  });
  const monitor = CompileMonitor.of(engine, { profile, margin: 10, oneFunctionIn: 1 });
  monitor.watch(engine);
  const compiled = () => monitor.report().phases.find(({ phase }) => phase === 'translate')!.functions;
  return { engine, monitor, compiled };
}

function compileAsCalled(module: Module, random: Random): void {
  const { bodyLengths, importedFunctionCount } = module.parsed;
  const indices = bodyLengths.map((_, i) => importedFunctionCount + i);
  for (const index of random.shuffled([...indices]).slice(0, FIRST_CALLS)) {
    const isInvalid = module.bodyErrorOf(index, module.phaseFuel('validate', index)) !== undefined;
    if (!isInvalid) module.codeOf(index, module.phaseFuel('translate', index));
  }
}

function attempt(compile: () => void): void {
  try {
    compile();
  } catch (error) {
    if (!(error instanceof CompileError || error instanceof ResourceLimitError)) throw error;
  }
}

function watching({ monitor }: MonitoredEngine, of: CompilePhase): ProfileWatching | undefined {
  const { modules, overModules, timed } = monitor.report().phases.find(({ phase }) => phase === of)!;
  if (overModules === undefined || modules < LEAST_MODULES) return undefined;
  return {
    timesWarm: overModules.estimate,
    low: overModules.low,
    high: overModules.high,
    confidenceLevel: CONFIDENCE_LEVEL,
    modules,
    functions: timed,
  };
}
