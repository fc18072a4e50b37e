import type { Engine } from '@wasm-dyno/engine';
import type { PlannedCall } from './sides/call-plan.js';
import type { EngineSide } from './sides/engine-side.js';
import type { Outcome } from './sides/outcome.js';

/** What running a module's calls came to; step 0 is the instantiation. */
export interface CallRun {
  readonly side: EngineSide;
  readonly outcomes: readonly Outcome[];
  readonly hostCalls: readonly (readonly string[])[];
  readonly totalFuel: readonly bigint[];
  /** Without what compiling was charged. */
  readonly executionFuel: readonly bigint[];
}

/** Instantiates and makes the calls, up to one that runs out of fuel or exhausts the stack. */
export function runCalls(side: EngineSide, engine: Engine, calls: readonly PlannedCall[]): CallRun {
  const outcomes: Outcome[] = [];
  const hostCalls: string[][] = [];
  const totalFuel: bigint[] = [];
  const executionFuel: bigint[] = [];
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
  return { side, outcomes, hostCalls, totalFuel, executionFuel };
}
