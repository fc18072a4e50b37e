import { existsSync, readFileSync } from 'node:fs';

import {
  MEASUREMENT_TABLE,
  WARM_UP_TABLE,
  type Measurement,
  type RunRecord,
  type WarmUpCall,
} from '@wasm-dyno/reports/recorded-run';
import type { ReferenceTimes } from '../guards/contention.js';
import type { RunDirectory } from '../run-directory/run-directory.js';

/** What a run has recorded: a directory that is written to, or one that is only read. */
export type RecordedDirectory = Pick<RunDirectory, 'record' | 'file'>;

/** The rows that count: of processes that were measured to their end. */
export function completeRows(directory: RecordedDirectory): Measurement[] {
  const complete = completeProcesses(directory);
  const { rows } = MEASUREMENT_TABLE.parse(readFileSync(directory.file('measurements'), 'utf8'));
  return rows.filter(({ process }) => complete.has(process));
}

/** The warm-up curves that count. */
export function completeCurves(directory: RecordedDirectory): WarmUpCall[] {
  const path = directory.file('warmUp');
  if (!existsSync(path)) return [];
  const complete = completeProcesses(directory);
  return WARM_UP_TABLE.parse(readFileSync(path, 'utf8')).rows.filter(({ process }) => complete.has(process));
}

function completeProcesses({ record }: RecordedDirectory): Set<number> {
  return new Set(record.processes.filter(({ state }) => state === 'complete').map(({ process }) => process));
}

/** What the run knows of its engines' reference loops at their best. */
export function recordedReferenceTimes({ engines }: Pick<RunRecord, 'engines'>): ReferenceTimes {
  return new Map(
    engines.flatMap(({ name, referenceNanoseconds }) =>
      referenceNanoseconds === null ? [] : [[name, referenceNanoseconds]],
    ),
  );
}
