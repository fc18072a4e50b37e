import type { RecordedRun } from '../recorded-run/index.js';

/** Where a picture's numbers are from: a caption's last sentence. */
export function origin({ run }: Pick<RecordedRun, 'run'>): string {
  return `Machine: ${run.machine.cpuModel}, ${run.machine.id}.`;
}
