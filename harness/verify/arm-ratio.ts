import type { Random } from '@wasm-dyno/corpora/random';
import { median } from '../statistics/index.js';
import type { VerificationArm, VerificationProcess, VerificationTarget } from './verification-target.js';

export interface ArmRatioOptions {
  /** Process executions. */
  readonly processes: number;
  readonly rounds: number;
  /** Wall time of a block. */
  readonly blockNanoseconds: number;
  /** Warming up goes on for so long per arm, at least. */
  readonly warmUpNanoseconds: number;
  /** Told after each process execution. */
  readonly onProcess?: (() => void) | undefined;
}

export const DEFAULT_ARM_RATIO: ArmRatioOptions = {
  processes: 12,
  rounds: 20,
  blockNanoseconds: 1e6,
  warmUpNanoseconds: 3e8,
};

/** Warm means at least so many calls as well. */
const WARM_UP_CALLS = 2000;

/**
 * The time of some arms together / that of others together, per process: the median over rounds. In each process the arms are made in
 * a drawn order, blocks are as long as each other, and every round takes the arms in random order: the same
 * design as calibration.
 */
export async function armRatios(
  target: VerificationTarget,
  numerator: readonly VerificationArm[],
  denominator: readonly VerificationArm[],
  random: Random,
  options: ArmRatioOptions,
): Promise<number[]> {
  const arms = [...numerator, ...denominator];
  const medians: number[] = [];
  for (let process = 0; process < options.processes; process++) {
    const opened = await target.open(random.shuffled(arms));
    try {
      const calls = new Map<VerificationArm, number>();
      for (const arm of arms) calls.set(arm, await warmUpArm(opened, arm, options));
      const rounds: number[] = [];
      for (let round = 0; round < options.rounds; round++) {
        const times = new Map<VerificationArm, number>();
        for (const arm of random.shuffled(arms)) {
          times.set(arm, (await opened.measureBlock(arm, calls.get(arm)!)).nanoseconds / calls.get(arm)!);
        }
        const together = (some: readonly VerificationArm[]) =>
          some.reduce((sum, arm) => sum + times.get(arm)!, 0);
        rounds.push(together(numerator) / together(denominator));
      }
      medians.push(median(rounds));
    } finally {
      await opened.close();
    }
    options.onProcess?.();
  }
  return medians;
}

/** Runs the arm until it is warm; returns how many calls make a block of the wanted length. */
export async function warmUpArm(
  process: VerificationProcess,
  arm: VerificationArm,
  { blockNanoseconds, warmUpNanoseconds }: ArmRatioOptions,
): Promise<number> {
  let calls = 1;
  let doneCalls = 0;
  let doneNanoseconds = 0;
  for (;;) {
    const { nanoseconds } = await process.measureBlock(arm, calls);
    doneCalls += calls;
    doneNanoseconds += nanoseconds;
    const fitting = Math.round((calls * blockNanoseconds) / Math.max(nanoseconds, 1));
    const next = Math.max(1, Math.min(fitting, calls * 4));
    const settled = next <= calls * 2;
    if (settled && doneNanoseconds >= warmUpNanoseconds && doneCalls >= WARM_UP_CALLS) return next;
    // Slow arms are warm before 2,000 calls; ten times the wanted time is enough for any.
    if (settled && doneNanoseconds >= 10 * warmUpNanoseconds) return next;
    calls = next;
  }
}
