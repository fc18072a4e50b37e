import { deepEqual, equal, ok } from 'node:assert/strict';

import { definedFunctionCount } from '@wasm-dyno/engine/phases';
import type { Module } from '@wasm-dyno/engine';

import { chargedRun, sameFuelCorpora, WAYS, wayText, type ChargedRun, type Way } from './same-fuel.js';

/** What loading is charged beside parsing: bodies that are validated, and translated, at once. */
function loadedPhases({ mode }: Way): readonly ('validate' | 'translate')[] {
  return mode === 'eager' ? ['validate', 'translate'] : mode === 'lazy' ? [] : ['validate'];
}

function bodiesFuel(module: Module, phases: readonly ('validate' | 'translate')[]): bigint {
  const { importedFunctionCount: first } = module.parsed;
  let fuel = 0n;
  for (let i = 0; i < definedFunctionCount(module.parsed); i++)
    for (const phase of phases) fuel += module.phaseFuel(phase, first + i);
  return fuel;
}

/** Steps that came to their own end: where a call ran out, modes have had other fuel left for it. */
function finishedSteps({ run }: ChargedRun): number {
  const stopped = run.outcomes.findIndex(({ kind }) => kind === 'out-of-fuel' || kind === 'exhausted');
  return stopped < 0 ? run.outcomes.length : stopped;
}

describe('what loading, first calls and calls are charged', function () {
  this.timeout(600_000);
  for (const { modules, name: corpus } of sameFuelCorpora())
    it(`is the same in every mode, on both executors, stopped at every step or not: ${corpus}`, () => {
      const told = { steps: 0, fuel: 0n, resumptions: 0, onHost: 0 };
      for (const { bytes, name } of modules) {
        let parsing: bigint | undefined;
        let first: ChargedRun | undefined;
        const totals = new Map<string, readonly bigint[]>();
        for (const way of WAYS) {
          const where = `${name}: ${wayText(way)}`;
          const charged = chargedRun(way, bytes);
          if (charged === undefined) continue;
          const { module, run } = charged;
          first ??= charged;
          const own = module.fuelCharged - bodiesFuel(module, loadedPhases(way));
          parsing ??= own;
          equal(own, parsing, where);
          const steps = Math.min(finishedSteps(charged), finishedSteps(first));
          deepEqual(run.executionFuel.slice(0, steps), first.run.executionFuel.slice(0, steps), where);
          // With first calls: of one mode the same, stopped or not.
          const total = run.totalFuel.slice(0, steps);
          const known = totals.get(way.mode);
          if (known !== undefined) {
            const both = Math.min(known.length, total.length);
            deepEqual(total.slice(0, both), known.slice(0, both), where);
          } else totals.set(way.mode, total);
          told.steps += steps;
          told.fuel += run.executionFuel.reduce((sum, fuel) => sum + fuel, 0n);
          told.resumptions += run.side.resumptions;
          if (way.executor === 'host') told.onHost++;
        }
      }
      ok(told.steps > 20 * modules.length, `${told.steps} steps`);
      const { fuel, onHost, resumptions } = told;
      ok(
        onHost > modules.length && resumptions > modules.length && fuel > 100_000n,
        `${onHost}, ${resumptions}, ${fuel}`,
      );
    });
});
