import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { MEASUREMENT_TABLE, rowOrigin, type Measurement, type RunRecord } from '@wasm-dyno/reports';
import { runRecord } from './run-folder.js';

/** When the run wrote its record last. */
export const LIVE_NOW = Date.parse('2026-01-31T12:00:00Z');

/** Writes a run of 12 planned process executions as it stands after `complete` of them. */
export function writeLiveRun(
  directory: string,
  rows: readonly Measurement[],
  complete: number,
  state: RunRecord['state'] = 'running',
  secondsLeft = 3 * (12 - complete),
): void {
  const processes = Array.from({ length: 12 }, (_, process) => process)
    .slice(0, complete)
    .map((process): RunRecord['processes'][number] => ({
      ...{ process, slot: process, engine: 'embedded', kind: 'warm', state: 'complete' },
      ...{ startedAt: '2026-01-31T11:57:00Z', seconds: 3, rounds: 4, waitedSeconds: 0 },
      ...{ stealShare: null, othersBusyCores: null, failure: null },
    }));
  const ended = state === 'running' ? null : runRecord().ended;
  const progress = { done: complete, expectedEnd: new Date(LIVE_NOW + 1000 * secondsLeft).toISOString() };
  const run: RunRecord = { ...runRecord(), state, ended, processes, progress };
  writeFileSync(join(directory, 'measurements.csv'), MEASUREMENT_TABLE.text(rows, rowOrigin(run)));
  writeFileSync(join(directory, 'run.json'), JSON.stringify(run));
}
