import { fitTimes, predictedNanoseconds, type ExecutionFit } from './fit-times.js';
import type { TimedProgram } from './timed-program.js';

/** How firmly classes may be held to their groups: from telling most apart to merging nearly all. */
const HOLDS: readonly number[] = [0.001, 0.01, 0.1, 1];
/** Parts that programs are divided into, to be foretold each by the others. */
export const FOLDS = 5;

export interface ChosenFit {
  readonly hold: number;
  readonly fit: ExecutionFit;
}

/** The fit with the hold that foretells best what it has not seen: programs and kernels, a fifth at a time. */
export function bestFit(
  programs: readonly TimedProgram[],
  times: readonly (number | undefined)[],
): ChosenFit {
  const hold = bestHold(programs, times);
  return { hold, fit: fitTimes(programs, times, hold) };
}

/** The hold with the least mean squared logarithm of foretold / measured. */
export function bestHold(programs: readonly TimedProgram[], times: readonly (number | undefined)[]): number {
  const losses = HOLDS.map((hold) => ({ hold, loss: heldOutLoss(programs, times, hold) }));
  const least = Math.min(...losses.map(({ loss }) => loss));
  return losses.find(({ loss }) => loss === least)?.hold ?? HOLDS.at(-1)!;
}

/** The part of each program, by turns among the kernels and among the real ones. */
export function foldsOf(programs: readonly TimedProgram[]): number[] {
  const numbers = { kernel: 0, program: 0 };
  return programs.map(({ kind }) => numbers[kind]++ % FOLDS);
}

/** Real programs together count as the kernels, as in the fit. */
function heldOutLoss(
  programs: readonly TimedProgram[],
  times: readonly (number | undefined)[],
  hold: number,
): number {
  const squares = { kernel: [] as number[], program: [] as number[] };
  const folds = foldsOf(programs);
  for (let fold = 0; fold < FOLDS; fold++) {
    const keeps = (_: unknown, i: number): boolean => folds[i] !== fold;
    const fit = fitTimes(programs.filter(keeps), times.filter(keeps), hold);
    programs.forEach((program, i) => {
      const time = times[i];
      if (folds[i] !== fold || time === undefined) return;
      const foretold = Math.max(predictedNanoseconds(program, fit), Number.MIN_VALUE);
      squares[program.kind].push(Math.min(Math.log(foretold / time) ** 2, MOST_SQUARE));
    });
  }
  const mean = (values: readonly number[]): number =>
    values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
  return mean(squares.kernel) + mean(squares.program);
}

/** A program that is foretold at nothing is a bad one, not the only one. */
const MOST_SQUARE = Math.log(10) ** 2;
