// A fresh process that compiles the corpora over and over, in another order each time, watched by a monitor.
import { setImmediate } from 'node:timers/promises';

import { generateCorpus, loadRealCorpus, Random, type CorpusModule } from '@wasm-dyno/corpora';
import {
  adjustedProfile,
  COMPILE_PHASES,
  CompileMonitor,
  Engine,
  type CompilePhase,
  type HardwareProfile,
} from '@wasm-dyno/engine';
import { readProfile } from '@wasm-dyno/engine/node';

import { answer, workerRequest } from '../worker-request.js';
import { changeLoad } from './changing-load.js';
import type { DriftAnswer, DriftRequest, ToldDrift } from './drift-request.js';
import { scaledProfile } from './scaled-profile.js';

/** First calls of a module, each time that it is loaded. */
const FIRST_CALLS = 24;
/** Drift having been told, a proposal is of so many: those of warming up, and the first behind them, which are all timed. */
const PROPOSAL_FUNCTIONS = 16_000;

const { functions, isLoaded, mode, profile, seed, times } = workerRequest<DriftRequest>();
const modules = [...loadRealCorpus({ check: 'parse' }).modules, ...generateCorpus().modules];
const right = readProfile(profile);
const charged = times === 1 ? right : scaledProfile(right, times);
const engine = engineOf(charged);
const told: ToldDrift[] = [];
const monitor = CompileMonitor.of(engine, {
  profile: charged,
  onDrift: ({ functions: after, phase, state }) => told.push({ phase, state, functions: after }),
});
monitor.watch(engine);

function engineOf(of: HardwareProfile): Engine {
  return new Engine({ profile: of, profileCheck: 'warn', compilationMode: mode });
}

const random = new Random(seed, mode, times);
if (isLoaded) changeLoad(seed);
while (!isDone()) {
  for (const module of random.shuffled(modules)) {
    compile(module);
    // Code of modules that were collected is given back between turns of the event loop.
    await setImmediate();
    if (isDone()) break;
  }
}

function isDone(): boolean {
  const [, validate, translate] = monitor.report().phases;
  const isProposed = [validate, translate].every((phase) => phase!.proposal !== undefined);
  if (times !== 1 && isProposed && translate!.functions >= PROPOSAL_FUNCTIONS) return true;
  return translate!.functions >= functions;
}

function compile({ bytes, functions: all }: CorpusModule): void {
  const module = engine.compile(bytes);
  if (mode === 'eager') return;
  for (const { index } of random.shuffled(all).slice(0, FIRST_CALLS)) {
    module.bodyErrorOf(index, module.phaseFuel('validate', index));
    module.codeOf(index, module.phaseFuel('translate', index));
  }
}

/** Of all functions of the corpora. */
function fuelOf(of: Engine, phase: CompilePhase): number {
  let fuel = 0n;
  for (const { bytes, functions: all } of modules) {
    if (phase === 'parse') fuel += of.costs.parseFuel(bytes);
    else for (const { bodyBytes } of all) fuel += of.costs.functionFuel(phase, bodyBytes, bodyBytes);
  }
  return Number(fuel);
}

const { phases, unit } = monitor.report();
const adjusted = adjustedProfile(charged, monitor, new Date().toISOString());
const chargedAfter = Object.fromEntries(
  COMPILE_PHASES.filter((_, i) => phases[i]!.proposal !== undefined).map((phase) => [
    phase,
    fuelOf(engineOf(adjusted!), phase) / fuelOf(engineOf(right), phase),
  ]),
);
answer({ told, phases, unit: unit?.estimate, chargedAfter } satisfies DriftAnswer);
process.exit();
