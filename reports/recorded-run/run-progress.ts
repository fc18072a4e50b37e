import { counted } from './counted.js';
import type { RunRecord } from './run-record.js';

/** Process executions that were measured to their end, of those planned. */
export interface RunProgress {
  readonly complete: number;
  readonly planned: number;
}

export function runProgress({ processes, plan }: Pick<RunRecord, 'processes' | 'plan'>): RunProgress {
  const complete = processes.filter(({ state }) => state === 'complete').length;
  return { complete, planned: Math.max(plan.processes, complete) };
}

/** How far a run came that has not come to its end, for people; undefined of one that has. */
export function unfinishedText(run: RunRecord): string | undefined {
  if (run.state === 'finished') return undefined;
  const { complete, planned } = runProgress(run);
  const some = `${complete} of ${counted(planned, 'planned process execution')}`;
  if (run.state === 'interrupted')
    return planned === 0 ? 'interrupted before anything was measured' : `interrupted after ${some}`;
  return `still running, or killed: ${some} complete, last word at ${run.updatedAt.slice(11, 19)} UTC`;
}

/** Numbers of processes in which something was cut short: their rows count for nothing. */
export function cutShortProcesses({ processes }: Pick<RunRecord, 'processes'>): ReadonlySet<number> {
  return new Set(processes.filter(({ state }) => state !== 'complete').map(({ process }) => process));
}
