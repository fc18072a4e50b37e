import type { ExecutionClass } from '@wasm-dyno/engine';
import { median } from '../statistics/index.js';

/** A kernel or program with its time in each process. */
export interface TimedProgram {
  readonly name: string;
  readonly kind: 'kernel' | 'program';
  readonly counts: ReadonlyMap<ExecutionClass, number>;
  readonly fuelPerCall: number;
  /** By process; undefined where the process did not run it. */
  readonly nanosecondsPerCall: readonly (number | undefined)[];
}

/** The median time of each program over some processes: those of the indices, as often as they come. */
export function timesOver(
  programs: readonly TimedProgram[],
  processes: readonly number[],
): (number | undefined)[] {
  return programs.map(({ nanosecondsPerCall }) => {
    const times = processes.flatMap((process) => nanosecondsPerCall[process] ?? []);
    return times.length === 0 ? undefined : median(times);
  });
}

export function processesOf(programs: readonly TimedProgram[]): number {
  return Math.max(0, ...programs.map(({ nanosecondsPerCall }) => nanosecondsPerCall.length));
}

/** The times of all processes. */
export function medianTimes(programs: readonly TimedProgram[]): (number | undefined)[] {
  return timesOver(
    programs,
    Array.from({ length: processesOf(programs) }, (_, i) => i),
  );
}
