import assert from 'node:assert/strict';

import {
  executionKernels,
  generateCorpus,
  loadAdversarialCorpus,
  loadPrograms,
  loadRealCorpus,
} from '@wasm-dyno/corpora';
import { Engine, type Module } from '@wasm-dyno/engine';
import {
  frontEndName,
  loopName,
  useFrontEnd,
  useLoop,
  type FrontEndName,
  type LoopName,
} from '@wasm-dyno/engine/phases';

import { runCalls, type CallRun } from '../fuzz/call-run.js';
import { instrument } from '../fuzz/instrument.js';
import { planCalls } from '../fuzz/sides/call-plan.js';
import { EngineSide } from '../fuzz/sides/engine-side.js';
import { HostValues } from '../fuzz/sides/host-values.js';
import { interfaceOf } from '../fuzz/sides/module-interface.js';
import { stateDifference } from '../fuzz/sides/side.js';

const OWN = { frontEnd: frontEndName(), loop: loopName() };

/** All that this Node has: before Node 22 there is one loop. */
const COMBINATIONS = (['javascript', 'webassembly'] as const satisfies readonly FrontEndName[]).flatMap(
  (frontEnd) =>
    (OWN.loop === 'webassembly' ? (['javascript', 'webassembly'] as const) : (['javascript'] as const)).map(
      (loop): { frontEnd: FrontEndName; loop: LoopName } => ({ frontEnd, loop }),
    ),
);

const SEED = 18;
const CALLS = 12;
const FUEL_PER_CALL = 400_000;
const FUEL_PER_PROGRAM = 4_000_000;

const engines = {
  lazy: new Engine({ compilationMode: 'lazy', limits: { maximumStackSlots: 65_536 } }),
  eager: new Engine({ compilationMode: 'eager', limits: { maximumStackSlots: 65_536 } }),
};

/** A module, and the one export of it that is to be called; all of them unless told. */
interface Sample {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly export?: string;
}

/** What calls of a module's exports come to: values, traps, what the host is called with, fuel, and at last the contents of all. */
function behaviour(engine: Engine, bytes: Uint8Array, only?: string, interruptionSeed?: number): CallRun {
  const module: Module = engine.compile(bytes);
  const face = interfaceOf(module);
  const side = new EngineSide(engine, module, face, new HostValues(SEED), {
    fuelPerCall: only === undefined ? FUEL_PER_CALL : FUEL_PER_PROGRAM,
    metered: true,
    exactNan: true,
    interruptionSeed,
  });
  const calls = planCalls(face.functions, SEED, 2, only === undefined ? CALLS : Infinity);
  return runCalls(
    side,
    engine,
    calls.filter(({ name }) => only === undefined || name === only),
  );
}

function assertSame(run: CallRun, first: CallRun, where: string): void {
  assert.deepEqual(run.outcomes, first.outcomes, where);
  assert.deepEqual(run.hostCalls, first.hostCalls, where);
  assert.deepEqual(run.totalFuel, first.totalFuel, where);
  assert.deepEqual(run.executionFuel, first.executionFuel, where);
  assert.equal(run.side.resumptions, first.side.resumptions, where);
  assert.equal(stateDifference(run.side.state(), first.side.state()), undefined, where);
}

interface Compared {
  calls: number;
  fuel: bigint;
  resumptions: number;
}

/** Runs the module in every combination: in lazy mode, and in eager mode interrupted by fuel that ends anywhere. */
function compare(sample: Sample, compared: Compared): void {
  const { name, export: only } = sample;
  const bytes = instrument(sample.bytes);
  const firsts: CallRun[] = [];
  for (const { frontEnd, loop } of COMBINATIONS) {
    useFrontEnd(frontEnd);
    useLoop(loop);
    const runs = [behaviour(engines.lazy, bytes, only), behaviour(engines.eager, bytes, only, SEED)];
    for (const [mode, run] of runs.entries()) {
      firsts[mode] ??= run;
      assertSame(
        run,
        firsts[mode],
        `${name}: front end ${frontEnd}, loop ${loop}, ${mode === 0 ? 'lazy' : 'eager, interrupted'}`,
      );
    }
  }
  compared.calls += firsts[0]!.outcomes.length;
  compared.fuel += firsts[0]!.executionFuel.reduce((sum, fuel) => sum + fuel, 0n);
  compared.resumptions += firsts[1]!.side.resumptions;
}

describe('both front ends and both loops agree, fuel for fuel', function () {
  this.timeout(600_000);
  afterEach(() => {
    useFrontEnd(OWN.frontEnd);
    useLoop(OWN.loop);
  });

  const corpora: readonly (readonly [name: string, modules: () => readonly Sample[]])[] = [
    ['the generated corpus', () => generateCorpus().modules],
    ['real modules', () => loadRealCorpus().modules],
    ['the adversarial corpus', () => loadAdversarialCorpus().modules],
    ['programs', () => loadPrograms().programs],
    ['kernels of every class of operators', () => executionKernels(SEED, 1)],
  ];
  for (const [name, modules] of corpora) {
    it(`on ${name}`, () => {
      const compared: Compared = { calls: 0, fuel: 0n, resumptions: 0 };
      const all = modules();
      for (const module of all) compare(module, compared);
      assert.ok(
        compared.calls > all.length && compared.fuel > 100_000n,
        `${compared.calls} calls, ${compared.fuel} fuel`,
      );
      if (name !== 'the adversarial corpus') assert.ok(compared.resumptions > 0);
    });
  }
});
