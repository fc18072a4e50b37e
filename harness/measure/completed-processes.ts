import type { RunDirectory } from '../run-directory/run-directory.js';
import type { RunRecord } from '@wasm-dyno/reports/recorded-run';
import { evidenceSoFar } from '../estimate/estimates-so-far.js';
import { chargedRatios } from './precision.js';
import type { Preflight } from '../process/preflight.js';

/** Warm processes of an engine that were measured to their end. */
export function warmDone({ processes }: Pick<RunRecord, 'processes'>, engine: string): number {
  return processes.filter(
    (known) => known.engine === engine && known.kind === 'warm' && known.state === 'complete',
  ).length;
}

/** In how many starts of the run a process execution was measured to its end. */
export function sittings({ processes }: Pick<RunRecord, 'processes'>): number {
  return new Set(processes.flatMap(({ sitting, state }) => (state === 'complete' ? [sitting ?? 1] : [])))
    .size;
}

/** How many of the `wanted` warm processes do not count undisturbed in every charged ratio, for the engine with the most. */
export function disturbedWarmProcesses(
  directory: RunDirectory,
  preflights: ReadonlyMap<string, Preflight>,
  wanted: number,
): number {
  const { ratios } = evidenceSoFar(directory).estimates;
  const charged = chargedRatios(ratios, preflights);
  return (
    wanted - Math.min(...charged.map(({ basis, processes }) => (basis === 'undisturbed' ? processes : 0)))
  );
}
