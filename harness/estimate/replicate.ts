import type { Temperature } from '@wasm-dyno/reports/recorded-run';
import type { ArmInProcess, ArmSeries } from './arm-series.js';
import { groupBy } from './group-by.js';

/** One independent observation of several arms: an entry per arm, in their order. */
export type Replicate = readonly ArmInProcess[];

export interface Replicates {
  readonly replicates: readonly Replicate[];
  /** Process executions that measured some of the arms but not all. */
  readonly leftOutProcesses: number;
}

/**
 * The independent observations of several arms together. Where processes measure all the arms, a process is one
 * observation. A cold process can measure one arm only: there the k-th processes of all arms make up the k-th observation.
 */
export function replicatesOf(arms: readonly ArmSeries[], temperature: Temperature): Replicates {
  const byProcess = groupBy(
    arms.flatMap((arm) => arm.processes),
    ({ process }) => process,
  );
  const complete = [...byProcess.values()].filter((entries) => entries.length === arms.length);
  if (complete.length === 0 && arms.length > 0 && temperature === 'cold') {
    const fewest = Math.min(...arms.map((arm) => arm.processes.length));
    const replicates = Array.from({ length: fewest }, (_, k) => arms.map((arm) => arm.processes[k]!));
    const used = new Set(replicates.flat().map(({ process }) => process));
    return { replicates, leftOutProcesses: byProcess.size - used.size };
  }
  return { replicates: complete, leftOutProcesses: byProcess.size - complete.length };
}

/** What the arms say together in one observation, each weighing the corpus bytes it stands for. */
export function combined(
  arms: readonly ArmSeries[],
  replicate: Replicate,
): Omit<ArmInProcess, 'process' | 'rounds'> {
  let phase = 0;
  let memset = 0;
  let collection = 0;
  let bytes = 0;
  arms.forEach(({ stratumBytes }, index) => {
    phase += stratumBytes * replicate[index]!.phaseNanosecondsPerByte;
    memset += stratumBytes * replicate[index]!.memsetNanosecondsPerByte;
    collection += stratumBytes * replicate[index]!.collectionNanosecondsPerByte;
    bytes += stratumBytes;
  });
  return {
    ratio: phase / memset,
    phaseNanosecondsPerByte: phase / bytes,
    memsetNanosecondsPerByte: memset / bytes,
    collectionNanosecondsPerByte: collection / bytes,
  };
}
