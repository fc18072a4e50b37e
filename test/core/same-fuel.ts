import { loadAdversarialCorpus, loadRealCorpus } from '@wasm-dyno/corpora';
import {
  Engine,
  UnsupportedModuleError,
  type CompilationMode,
  type ExecutorName,
  type Module,
} from '@wasm-dyno/engine';

import { KNOWN_RECIPES } from '../../corpora/adversarial/known-recipes.js';
import { runCalls, type CallRun } from '../fuzz/call-run.js';
import { instrument } from '../fuzz/instrument.js';
import { planCalls } from '../fuzz/sides/call-plan.js';
import { EngineSide } from '../fuzz/sides/engine-side.js';
import { HostValues } from '../fuzz/sides/host-values.js';
import { interfaceOf } from '../fuzz/sides/module-interface.js';

/** A way of running a module: what it is charged is the same in all of them. */
export interface Way {
  readonly executor: ExecutorName;
  readonly mode: CompilationMode;
  /** Whether each call runs out of fuel, and resumes, wherever it can; the host executor cannot resume on every Node. */
  readonly isInterrupted: boolean;
}

const MODES = ['lazy', 'lazy-translation', 'eager'] as const satisfies readonly CompilationMode[];

export const WAYS: readonly Way[] = MODES.flatMap((mode): Way[] => [
  { executor: 'interpreter', mode, isInterrupted: false },
  { executor: 'interpreter', mode, isInterrupted: true },
  { executor: 'host', mode, isInterrupted: false },
]);

export function wayText({ executor, isInterrupted, mode }: Way): string {
  return `${executor}, ${mode}${isInterrupted ? ', interrupted' : ''}`;
}

const SEED = 20;
const CALLS = 8;
const FUEL_PER_CALL = 60_000_000;

const engines = new Map<string, Engine>();

function engineOf({ executor, mode }: Way): Engine {
  const key = `${executor} ${mode}`;
  let engine = engines.get(key);
  if (engine === undefined) {
    engine = new Engine({ executor, compilationMode: mode, limits: { maximumStackSlots: 65_536 } });
    engines.set(key, engine);
  }
  return engine;
}

export interface ChargedRun {
  readonly module: Module;
  readonly run: CallRun;
}

/** Loads a module and calls its exports; undefined where the executor refuses it. */
export function chargedRun(way: Way, bytes: Uint8Array): ChargedRun | undefined {
  const engine = engineOf(way);
  let module: Module;
  try {
    module = engine.compile(bytes);
  } catch (error) {
    if (way.executor === 'host' && error instanceof UnsupportedModuleError) return undefined;
    throw error;
  }
  const face = interfaceOf(module);
  const side = new EngineSide(engine, module, face, new HostValues(SEED), {
    fuelPerCall: FUEL_PER_CALL,
    metered: true,
    exactNan: false,
    ...(way.isInterrupted ? { interruptionSeed: SEED, interruptedAtEveryStep: true } : {}),
  });
  return { module, run: runCalls(side, engine, planCalls(face.functions, SEED, 1, CALLS)) };
}

/**
 * Of thousands of calls that take and leave a thousand values each V8 takes 16 s to compile what the host executor gives it; hundreds tell the
 * same, as all are charged alike.
 */
const RECIPES = KNOWN_RECIPES.map((recipe) =>
  recipe.name === 'call-lists' ? { ...recipe, bodyBytes: 1_024 } : recipe,
);

/** The adversarial modules and the real ones, with what they keep to themselves exported; of the first, which export nothing, functions too. */
export function sameFuelCorpora(): readonly {
  readonly name: string;
  readonly modules: readonly { readonly name: string; readonly bytes: Uint8Array }[];
}[] {
  return [loadAdversarialCorpus({ recipes: RECIPES }), loadRealCorpus()].map(({ modules, name }) => ({
    name,
    modules: modules.map((module) => ({
      name: module.name,
      bytes: instrument(module.bytes, name === 'adversarial'),
    })),
  }));
}
