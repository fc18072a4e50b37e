import { memsetArmName, type PairedArms } from '../schedule/arm-plan.js';
import type { SecondOpinion } from '@wasm-dyno/reports/recorded-run';
import { median } from '../statistics/index.js';
import { callsFor } from './block.js';
import type { Session } from './session.js';

const LEAST_OWN_ROUNDS = 5;

/**
 * The same arms by an independent instrument (Benchmark.js in the embedded target), between rounds of our own before and after that take
 * as long, in the same process: so a disagreement is the instruments' and not the processes'. Arms are made and warm already.
 */
export async function secondOpinionOn(
  session: Session,
  pair: PairedArms,
  options: {
    readonly milliseconds: number;
    readonly blockNanoseconds: number;
    readonly engine: string;
    readonly process: number;
  },
): Promise<SecondOpinion> {
  const baseline = pair.baselines[0]!;
  const memset = memsetArmName(pair, baseline);
  const patience = 30_000 + 10 * options.milliseconds;
  const ask = (arm: string) =>
    session.client.request('opinion', { arm, milliseconds: options.milliseconds }, patience);
  const own = () => ownRatios(session, pair.name, memset, options);
  const before = await own();
  const phaseOpinion = await ask(pair.name);
  const memsetOpinion = await ask(memset);
  const ratio = phaseOpinion.nanosecondsPerCall / memsetOpinion.nanosecondsPerCall;
  const after = await own();
  const ownRatio = median([...before, ...after]);
  return {
    engine: options.engine,
    process: options.process,
    arm: pair.name,
    instrument: phaseOpinion.instrument,
    phase: pair.phase,
    sizeClass: pair.sizeClass,
    phaseNanosecondsPerCall: phaseOpinion.nanosecondsPerCall,
    phaseRelativeMargin: phaseOpinion.relativeMargin,
    memsetNanosecondsPerCall: memsetOpinion.nanosecondsPerCall,
    memsetRelativeMargin: memsetOpinion.relativeMargin,
    ...baseline,
    ratio,
    ownRatio,
    disagreement: ratio / ownRatio - 1,
  };
}

async function ownRatios(
  session: Session,
  phase: string,
  memset: string,
  { blockNanoseconds, milliseconds }: { readonly blockNanoseconds: number; readonly milliseconds: number },
): Promise<number[]> {
  const phaseCalls = callsFor(blockNanoseconds, await session.blocks.timeOfCall(phase, blockNanoseconds));
  const memsetCalls = callsFor(blockNanoseconds, await session.blocks.timeOfCall(memset, blockNanoseconds));
  const ratios: number[] = [];
  const end = performance.now() + milliseconds;
  while (ratios.length < LEAST_OWN_ROUNDS || performance.now() < end) {
    const a = await session.blocks.run(phase, phaseCalls);
    const b = await session.blocks.run(memset, memsetCalls);
    ratios.push(a.nanoseconds / phaseCalls / (b.nanoseconds / memsetCalls));
  }
  return ratios;
}
