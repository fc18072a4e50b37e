import type { Random } from '@wasm-dyno/corpora/random';
import type { Measurement } from '@wasm-dyno/reports/recorded-run';
import { estimateRun, type RatioEstimate } from '../estimate/index.js';
import { warmUpArm, type ArmRatioOptions } from './arm-ratio.js';
import type { VerificationArm, VerificationBlock, VerificationTarget } from './verification-target.js';

/** The same work under two names: whatever the estimator makes of the two, its interval should hold 1. */
const TWINS = [
  { phase: 'validate', pair: 'phase', arms: ['single', 'single-copy'] },
  { phase: 'translate', pair: 'memset', arms: ['memset', 'memset-copy'] },
] as const;
const ARMS: readonly VerificationArm[] = TWINS.flatMap(({ arms }) => arms);

const ENGINE = 'itself';
const BASELINE = { kernel: 'itself', regime: 'hot' } as const;

/** The rows of one process execution in which all twins are made in a drawn order, warmed up, and measured side by side in rounds. */
export async function rowsOfTwins(
  target: VerificationTarget,
  process: number,
  random: Random,
  options: ArmRatioOptions,
): Promise<Measurement[]> {
  const opened = await target.open(random.shuffled(ARMS));
  try {
    const calls = new Map<VerificationArm, number>();
    for (const arm of random.shuffled(ARMS)) calls.set(arm, await warmUpArm(opened, arm, options));
    const rows: Measurement[] = [];
    for (let round = 0; round < options.rounds; round++) {
      for (const { phase, pair, arms } of random.shuffled(TWINS)) {
        for (const arm of random.shuffled(arms)) {
          const block = await opened.measureBlock(arm, calls.get(arm)!);
          const place = { process, round, pair, order: arm === arms[0] ? 'ab' : 'ba' } as const;
          rows.push(rowOf(arm === arms[0] ? phase : 'memset', arm, calls.get(arm)!, block, place));
        }
      }
    }
    return rows;
  } finally {
    await opened.close();
  }
}

/** How many of the intervals hold 1 when the processes are dealt out to experiments, again and again. */
export interface Coverage {
  readonly intervals: number;
  readonly held: number;
  /** Of all estimates, how far the farthest is from 1. */
  readonly farthest: number;
}

/**
 * Deals the processes out to experiments of `processesOfExperiment`, `deals` times, and puts each experiment through the whole estimator:
 * guards, collections, trimmed means, intervals. Each process is in one experiment of a deal.
 */
export function coverageOfTwins(
  processes: readonly (readonly Measurement[])[],
  { processesOfExperiment, deals }: { readonly processesOfExperiment: number; readonly deals: number },
  random: Random,
): Coverage {
  const estimates: RatioEstimate[] = [];
  for (let deal = 0; deal < deals; deal++) {
    const dealt = random.shuffled(processes);
    for (let at = 0; at + processesOfExperiment <= dealt.length; at += processesOfExperiment) {
      const { ratios } = estimateRun(dealt.slice(at, at + processesOfExperiment).flat());
      estimates.push(...ratios.filter(({ sizeClass }) => sizeClass === 'all'));
    }
  }
  return {
    intervals: estimates.length,
    held: estimates.filter(({ low, high }) => low <= 1 && 1 <= high).length,
    farthest: Math.max(0, ...estimates.map(({ ratio }) => Math.abs(ratio - 1))),
  };
}

function rowOf(
  phase: Measurement['phase'],
  arm: string,
  calls: number,
  block: VerificationBlock,
  place: Pick<Measurement, 'process' | 'round' | 'pair' | 'order'>,
): Measurement {
  return {
    ...place,
    ...BASELINE,
    engine: ENGINE,
    phase,
    arm,
    module: '',
    sizeClass: 'all',
    functions: 1,
    // Twins do the same in a call, whatever it is.
    bytes: calls,
    calls,
    nanoseconds: block.nanoseconds,
    overheadNanoseconds: 0,
    stratumBytes: 1,
    temperature: 'warm',
    runDelayNanoseconds: block.runDelayNanoseconds,
    involuntarySwitches: block.involuntarySwitches,
    collectionNanoseconds: block.collectionNanoseconds,
    allocatedBytes: block.allocatedBytes,
    referenceBeforeNanoseconds: block.referenceBeforeNanoseconds,
    referenceAfterNanoseconds: block.referenceAfterNanoseconds,
    flags: block.flags ?? [],
  };
}
