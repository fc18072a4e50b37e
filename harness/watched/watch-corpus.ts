import { readFileSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';

import { Random } from '@wasm-dyno/corpora/random';
import {
  CompileError,
  CompileMonitor,
  Engine,
  ResourceLimitError,
  type CompilationMode,
  type HardwareProfile,
  type Module,
  type ProfileWatched,
} from '@wasm-dyno/engine';

export type WatchedPhases = Partial<Record<'validate' | 'translate', ProfileWatched>>;

/** Of each phase: no samples, as compiling is cold; the process of a calibration has compiled little itself. */
const WARM_UP_FUNCTIONS = 8_000;
/** With those of warming up. */
const FUNCTIONS = 24_000;
/** Functions of a module that are compiled as first calls do, each time that it is loaded. */
const FIRST_CALLS = 24;
/** Of fewer modules a monitor tells nothing. */
const LEAST_MODULES = 4;
/** The interval of what a monitor tells. */
const CONFIDENCE_LEVEL = 0.95;

/**
 * Compiles a corpus as services do, by the profile: modules in another order each time, whole when they are loaded and as first calls do; tells
 * what a monitor sees of it, against what the profile's prices are typically. That is more than the prices are of, which was measured over the same
 * functions again and again. Modules that the engine refuses are left out.
 */
export async function watchCorpus(
  profile: HardwareProfile,
  paths: readonly string[],
  seed: number,
  signal?: AbortSignal,
): Promise<WatchedPhases> {
  const engine = (compilationMode: CompilationMode) =>
    new Engine({
      profile,
      profileCheck: 'warn',
      compilationMode,
      ...(profile.models === undefined ? {} : { chargePolicy: 'typical' }),
    });
  const [eager, lazy] = [engine('eager'), engine('lazy')];
  const monitor = CompileMonitor.of(eager, {
    profile,
    margin: 10,
    oneFunctionIn: 1,
    warmUpFunctions: WARM_UP_FUNCTIONS,
  });
  monitor.watch(eager);
  monitor.watch(lazy);
  const random = new Random(seed, 'watched');
  const compiled = () => monitor.report().phases.find(({ phase }) => phase === 'translate')!.functions;
  for (let before = -1; compiled() > before && compiled() < FUNCTIONS;) {
    before = compiled();
    for (const path of random.shuffled(paths)) {
      signal?.throwIfAborted();
      const bytes = readFileSync(path);
      attempt(() => eager.compile(bytes));
      attempt(() => compileAsCalled(lazy.compile(bytes), random));
      // Code of modules that were collected is given back between turns of the event loop.
      await setImmediate();
    }
  }
  return watchedPhases(monitor);
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

function watchedPhases(monitor: CompileMonitor): WatchedPhases {
  const seen = monitor.report().phases.flatMap(({ modules, overModules, phase, timed }) =>
    overModules === undefined || modules < LEAST_MODULES || phase === 'parse'
      ? []
      : [
          [
            phase,
            {
              timesWarm: overModules.estimate,
              low: overModules.low,
              high: overModules.high,
              confidenceLevel: CONFIDENCE_LEVEL,
              modules,
              functions: timed,
            },
          ] as const,
        ],
  );
  return Object.fromEntries(seen);
}
