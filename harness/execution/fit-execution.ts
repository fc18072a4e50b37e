import { Random } from '@wasm-dyno/corpora/random';
import { EXECUTION_CLASSES, type ExecutionClass } from '@wasm-dyno/engine';
import type { RecordedEstimate } from '@wasm-dyno/reports/recorded-run';
import { median, nonNegativePrices, type PricedObservation } from '../statistics/index.js';

/** A kernel or program with its time in each process. */
export interface TimedProgram {
  readonly name: string;
  readonly kind: 'kernel' | 'program';
  readonly counts: ReadonlyMap<ExecutionClass, number>;
  readonly fuelPerCall: number;
  /** By process; undefined where the process did not run it. */
  readonly nanosecondsPerCall: readonly (number | undefined)[];
}

/** Times by class, in nanoseconds, and of a call from outside. */
export interface ExecutionFit {
  readonly classes: ReadonlyMap<ExecutionClass, number>;
  readonly callNanoseconds: number;
}

/** Resamples that intervals rest on. */
const RESAMPLES = 100;
const LEVEL = 0.95;
/** Parts that kernels are divided into, to be foretold each by the others. */
const FOLDS = 10;

/** The median time of each program over some processes: those of the indices, as often as they come. */
function timesOver(programs: readonly TimedProgram[], processes: readonly number[]): (number | undefined)[] {
  return programs.map(({ nanosecondsPerCall }) => {
    const times = processes.flatMap((process) => nanosecondsPerCall[process] ?? []);
    return times.length === 0 ? undefined : median(times);
  });
}

/** The classes that some program executes. */
function classesOf(programs: readonly TimedProgram[]): ExecutionClass[] {
  return EXECUTION_CLASSES.filter((name) => programs.some(({ counts }) => counts.has(name)));
}

/** Non-negative times by class that explain the programs' times best, relative to each. The real programs together count as the kernels. */
export function fitTimes(
  programs: readonly TimedProgram[],
  times: readonly (number | undefined)[],
): ExecutionFit {
  const classes = classesOf(programs);
  const kernels = programs.filter(({ kind }) => kind === 'kernel').length;
  const realWeight = Math.max(1, kernels) / Math.max(1, programs.length - kernels);
  const observations = programs.flatMap(({ counts, kind }, i): PricedObservation[] => {
    const value = times[i];
    if (value === undefined || !(value > 0)) return [];
    return [
      {
        counts: [1, ...classes.map((name) => counts.get(name) ?? 0)],
        value,
        weight: kind === 'kernel' ? 1 : realWeight,
      },
    ];
  });
  const [callNanoseconds = 0, ...prices] = nonNegativePrices(observations) ?? [];
  return { callNanoseconds, classes: new Map(classes.map((name, j) => [name, prices[j] ?? 0])) };
}

/** What a fit says that a call takes. */
export function predictedNanoseconds(
  { counts }: Pick<TimedProgram, 'counts'>,
  { callNanoseconds, classes }: ExecutionFit,
): number {
  let sum = callNanoseconds;
  for (const [name, count] of counts) sum += count * (classes.get(name) ?? 0);
  return sum;
}

function processesOf(programs: readonly TimedProgram[]): number {
  return Math.max(0, ...programs.map(({ nanosecondsPerCall }) => nanosecondsPerCall.length));
}

/** The times of all processes. */
export function medianTimes(programs: readonly TimedProgram[]): (number | undefined)[] {
  return timesOver(
    programs,
    Array.from({ length: processesOf(programs) }, (_, i) => i),
  );
}

/** The fit with its intervals: of fits to processes drawn with replacement. */
export function fitExecution(
  programs: readonly TimedProgram[],
  seed: number,
): { readonly fit: ExecutionFit; readonly estimates: ReadonlyMap<ExecutionClass, RecordedEstimate> } {
  const processes = processesOf(programs);
  const fit = fitTimes(programs, medianTimes(programs));
  const random = new Random(seed, 'execution resamples');
  const draws = Array.from({ length: RESAMPLES }, () => {
    const drawn = Array.from({ length: processes }, () => random.integer(0, processes - 1));
    return fitTimes(programs, timesOver(programs, drawn)).classes;
  });
  const confidenceLevel = Math.min(LEVEL, 1 - 2 ** (1 - processes));
  const estimates = new Map<ExecutionClass, RecordedEstimate>();
  for (const [name, estimate] of fit.classes) {
    const values = draws.map((classes) => classes.get(name) ?? 0).sort((a, b) => a - b);
    const at = (part: number) => values[Math.round(part * (values.length - 1))]!;
    estimates.set(name, {
      estimate,
      low: Math.min(estimate, at((1 - LEVEL) / 2)),
      high: Math.max(estimate, at((1 + LEVEL) / 2)),
      confidenceLevel,
      processes,
    });
  }
  return { fit, estimates };
}

/** What each program's call would take by a fit without it; kernels are left out by tenths. */
export function heldOutPredictions(programs: readonly TimedProgram[]): number[] {
  const times = medianTimes(programs);
  const foretold = new Array<number>(programs.length).fill(0);
  const groups = new Map<string, number[]>();
  programs.forEach(({ kind, name }, i) => {
    const key = kind === 'kernel' ? `kernel ${i % FOLDS}` : name;
    groups.set(key, [...(groups.get(key) ?? []), i]);
  });
  for (const group of groups.values()) {
    const left = new Set(group);
    const kept = programs.filter((_, i) => !left.has(i));
    const fit = fitTimes(
      kept,
      times.filter((_, i) => !left.has(i)),
    );
    for (const i of group) foretold[i] = predictedNanoseconds(programs[i]!, fit);
  }
  return foretold;
}
