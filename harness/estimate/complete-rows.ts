import {
  MEASUREMENT_TABLE,
  readTextFile,
  WARM_UP_TABLE,
  type Measurement,
  type RUN_FILES,
  type RunRecord,
  type WarmUpCall,
} from '@wasm-dyno/reports/recorded-run';
import type { ReferenceTimes } from '@wasm-dyno/reports/noise';

/** What a run has recorded: a directory that is written to, or one that is only read. */
export interface RecordedDirectory {
  readonly record: RunRecord;
  file(name: keyof typeof RUN_FILES): string;
}

/** The rows that count: of processes that were measured to their end. */
export function completeRows(directory: RecordedDirectory): Measurement[] {
  const { rows } = MEASUREMENT_TABLE.parse(readTextFile(directory.file('measurements')) ?? '');
  return rowsThatCount(directory.record, rows);
}

/** Of some rows, those of processes that were measured to their end. */
export function rowsThatCount<Row extends { readonly process: number }>(
  { processes }: Pick<RunRecord, 'processes'>,
  rows: readonly Row[],
): Row[] {
  const complete = new Set(
    processes.filter(({ state }) => state === 'complete').map(({ process }) => process),
  );
  return rows.filter(({ process }) => complete.has(process));
}

/** The warm-up curves that count. */
export function completeCurves(directory: RecordedDirectory): WarmUpCall[] {
  const { rows } = WARM_UP_TABLE.parse(readTextFile(directory.file('warmUp')) ?? '');
  return rowsThatCount(directory.record, rows);
}

/** What the run knows of its engines' reference loops at their best. */
export function recordedReferenceTimes({ engines }: Pick<RunRecord, 'engines'>): ReferenceTimes {
  return new Map(
    engines.flatMap(({ name, referenceNanoseconds }) =>
      referenceNanoseconds === null ? [] : [[name, referenceNanoseconds]],
    ),
  );
}
