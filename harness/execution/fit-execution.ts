import { Random } from '@wasm-dyno/corpora/random';
import type { ExecutionClass } from '@wasm-dyno/engine';
import type { RecordedEstimate } from '@wasm-dyno/reports/recorded-run';
import { bestFit, bestHold, foldsOf, FOLDS } from './hold.js';
import { fitTimes, predictedNanoseconds, type ExecutionFit } from './fit-times.js';
import { medianTimes, processesOf, timesOver, type TimedProgram } from './timed-program.js';

/** Resamples that intervals rest on. */
const RESAMPLES = 100;
const LEVEL = 0.95;

/** What executing takes, with intervals, and how firmly classes were held to their groups. */
export interface EstimatedExecution {
  readonly fit: ExecutionFit;
  readonly hold: number;
  readonly estimates: ReadonlyMap<ExecutionClass, RecordedEstimate>;
}

/** The fit with its intervals: of fits to processes, kernels and programs, each drawn with replacement. */
export function fitExecution(programs: readonly TimedProgram[], seed: number): EstimatedExecution {
  const processes = processesOf(programs);
  const { fit, hold } = bestFit(programs, medianTimes(programs));
  const random = new Random(seed, 'execution resamples');
  const draw = (count: number): number[] => Array.from({ length: count }, () => random.integer(0, count - 1));
  const [kernels, real] = (['kernel', 'program'] as const).map((wanted) =>
    programs.filter(({ kind }) => kind === wanted),
  ) as [TimedProgram[], TimedProgram[]];
  const draws = Array.from({ length: RESAMPLES }, () => {
    const drawn = [kernels, real].flatMap((of) => draw(of.length).map((i) => of[i]!));
    const { classes } = fitTimes(drawn, timesOver(drawn, draw(processes)), hold);
    return classes;
  });
  const confidenceLevel = Math.min(LEVEL, 1 - 2 ** (1 - processes));
  const estimates = new Map<ExecutionClass, RecordedEstimate>();
  for (const [name, estimate] of fit.classes) {
    // A draw without the class tells nothing of it.
    const values = draws.flatMap((classes) => classes.get(name) ?? []).sort((a, b) => a - b);
    const at = (part: number) => values[Math.round(part * (values.length - 1))] ?? estimate;
    estimates.set(name, {
      estimate,
      low: Math.min(estimate, at((1 - LEVEL) / 2)),
      high: Math.max(estimate, at((1 + LEVEL) / 2)),
      confidenceLevel,
      processes,
    });
  }
  return { fit, hold, estimates };
}

/**
 * What each program's call would take by a fit without it; kernels are left out by fifths. Nothing of it is in the choice of the hold
 * either: that is chosen without the fifth of programs and kernels that it is in.
 */
export function heldOutPredictions(programs: readonly TimedProgram[]): number[] {
  const times = medianTimes(programs);
  const foretold = new Array<number>(programs.length).fill(0);
  const folds = foldsOf(programs);
  for (let fold = 0; fold < FOLDS; fold++) {
    const inFold = programs.flatMap((_, i) => (folds[i] === fold ? [i] : []));
    if (inFold.length === 0) continue;
    const without = (left: readonly number[]): [TimedProgram[], (number | undefined)[]] => {
      const isLeft = new Set(left);
      const keeps = (_: unknown, i: number): boolean => !isLeft.has(i);
      return [programs.filter(keeps), times.filter(keeps)];
    };
    const hold = bestHold(...without(inFold));
    const kernels = inFold.filter((i) => programs[i]!.kind === 'kernel');
    const real = inFold.filter((i) => programs[i]!.kind === 'program');
    for (const left of [kernels, ...real.map((i) => [i])]) {
      if (left.length === 0) continue;
      const fit = fitTimes(...without(left), hold);
      for (const i of left) foretold[i] = predictedNanoseconds(programs[i]!, fit);
    }
  }
  return foretold;
}
