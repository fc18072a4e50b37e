import { readFileSync } from 'node:fs';

import { MEASUREMENT_TABLE, type Measurement, type RunRecord } from '@wasm-dyno/reports/recorded-run';
import type { ReferenceTimes } from '../guards/contention.js';
import type { RunDirectory } from '../run-directory/run-directory.js';

/** What a run has recorded: a directory that is written to, or one that is only read. */
export type RecordedDirectory = Pick<RunDirectory, 'record' | 'file'>;

/** The rows that count: of processes that were measured to their end. */
export function completeRows(directory: RecordedDirectory): Measurement[] {
  const complete = new Set(
    directory.record.processes.filter(({ state }) => state === 'complete').map(({ process }) => process),
  );
  const { rows } = MEASUREMENT_TABLE.parse(readFileSync(directory.file('measurements'), 'utf8'));
  return rows.filter(({ process }) => complete.has(process));
}

/** What the run knows of its engines' reference loops at their best. */
export function recordedReferenceTimes({ engines }: Pick<RunRecord, 'engines'>): ReferenceTimes {
  return new Map(
    engines.flatMap(({ name, referenceNanoseconds }) =>
      referenceNanoseconds === null ? [] : [[name, referenceNanoseconds]],
    ),
  );
}
