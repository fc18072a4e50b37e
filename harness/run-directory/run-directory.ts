import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

import { stringify } from 'csv-stringify/sync';

import { MEASUREMENT_COLUMNS, type Measurement } from '../measurement.js';
import type { Flag } from '../guards/flags.js';
import { writeAtomically } from './atomic-file.js';
import { rewriteRows, RowFile } from './row-file.js';
import { RUN_SCHEMA_VERSION, type ProcessRecord, type RunRecord } from './run-record.js';

export const RUN_FILES = {
  record: 'run.json',
  measurements: 'measurements.csv',
  warmUp: 'warm-up.csv',
  summary: 'summary.csv',
  profile: 'profile.json',
} as const;

const WARM_UP_COLUMNS = ['engine', 'process', 'arm', 'phase', 'call', 'nanoseconds'] as const;

/** Time of one of the first calls in a fresh process: a row of `warm-up.csv`. */
export interface WarmUpCall {
  readonly engine: string;
  readonly process: number;
  readonly arm: string;
  readonly phase: string;
  /** From 0. */
  readonly call: number;
  readonly nanoseconds: number;
}

/**
 * What a calibration leaves, while it comes about. Rows are appended as they are measured; `run.json` is replaced whole.
 * A process execution is announced in `run.json` before its first row and declared complete after its last: killed at any
 * moment, the directory tells which rows belong to a complete execution.
 */
export class RunDirectory {
  private constructor(
    readonly path: string,
    private current: RunRecord,
    private measurements: RowFile,
    private warmUp: RowFile,
  ) {}

  /** @throws Error when there is a run already */
  static create(path: string, record: RunRecord): RunDirectory {
    mkdirSync(path, { recursive: true });
    for (const name of [RUN_FILES.record, RUN_FILES.measurements, RUN_FILES.warmUp]) {
      if (existsSync(join(path, name))) {
        throw new Error(
          `${path} holds a run already: resume it with --resume ${path}, or choose another --out`,
        );
      }
    }
    const measurements = RowFile.create(join(path, RUN_FILES.measurements), MEASUREMENT_COLUMNS.join(','));
    const warmUp = RowFile.create(join(path, RUN_FILES.warmUp), WARM_UP_COLUMNS.join(','));
    const directory = new RunDirectory(resolve(path), record, measurements, warmUp);
    directory.update({});
    return directory;
  }

  /** Opens a run to go on with it: executions that were cut short are marked so, in the record and in their rows. */
  static reopen(path: string): RunDirectory {
    const record = readRunRecord(path);
    const cutShort = record.processes.filter(({ state }) => state === 'running');
    const measurementsPath = join(path, RUN_FILES.measurements);
    const unfinished = record.processes.filter(({ state }) => state !== 'complete');
    flagRows(measurementsPath, new Set(unfinished.map(({ process }) => process)), 'interrupted');
    const measurements = RowFile.reopen(measurementsPath, MEASUREMENT_COLUMNS.join(','));
    const warmUp = RowFile.reopen(join(path, RUN_FILES.warmUp), WARM_UP_COLUMNS.join(','));
    const directory = new RunDirectory(resolve(path), record, measurements, warmUp);
    const processes = record.processes.map((process): ProcessRecord =>
      cutShort.includes(process) ? { ...process, state: 'interrupted' } : process,
    );
    directory.update({ processes, state: 'running', ended: null });
    return directory;
  }

  get record(): RunRecord {
    return this.current;
  }

  file(name: keyof typeof RUN_FILES): string {
    return join(this.path, RUN_FILES[name]);
  }

  update(changes: Partial<RunRecord>): void {
    this.current = { ...this.current, ...changes, updatedAt: new Date().toISOString() };
    writeAtomically(this.file('record'), `${JSON.stringify(this.current, undefined, 2)}\n`);
  }

  /** Announces a process execution and gives it its number. */
  beginProcess(planned: Pick<ProcessRecord, 'slot' | 'engine' | 'kind'>): number {
    const process = 1 + Math.max(-1, ...this.current.processes.map((known) => known.process));
    const record: ProcessRecord = {
      process,
      slot: planned.slot,
      engine: planned.engine,
      kind: planned.kind,
      state: 'running',
      startedAt: new Date().toISOString(),
      seconds: null,
      rounds: null,
      stealShare: null,
      failure: null,
    };
    this.update({ processes: [...this.current.processes, record] });
    return process;
  }

  append(rows: readonly Measurement[]): void {
    if (rows.length > 0) this.measurements.append(measurementLines(rows));
  }

  appendWarmUp(calls: readonly WarmUpCall[]): void {
    if (calls.length > 0) {
      this.warmUp.append(
        calls.map((call) => `${csv(WARM_UP_COLUMNS.map((column) => call[column]))}`).join(''),
      );
    }
  }

  /** Its rows are on the disk before the record says that it is complete. An execution that failed has its rows flagged. */
  endProcess(process: number, outcome: Partial<ProcessRecord> & Pick<ProcessRecord, 'state'>): void {
    this.measurements.sync();
    this.warmUp.sync();
    if (outcome.state !== 'complete') {
      this.measurements.close();
      flagRows(this.file('measurements'), new Set([process]), 'interrupted');
      this.measurements = RowFile.reopen(this.file('measurements'), MEASUREMENT_COLUMNS.join(','));
    }
    this.update({
      processes: this.current.processes.map((known) =>
        known.process === process ? { ...known, ...outcome } : known,
      ),
    });
  }

  close(): void {
    this.measurements.close();
    this.warmUp.close();
  }
}

/** @throws Error naming the file when it is missing or is no run's record of this version */
export function readRunRecord(path: string): RunRecord {
  const file = join(path, RUN_FILES.record);
  let record: RunRecord;
  try {
    record = JSON.parse(readFileSync(file, 'utf8')) as RunRecord;
  } catch (error) {
    throw new Error(`${path} is no run directory: ${(error as Error).message}`, { cause: error });
  }
  if ((record as Partial<RunRecord>).kind !== 'wasm-dyno-run')
    throw new Error(`${file} is not a run's record`);
  if (record.schemaVersion !== RUN_SCHEMA_VERSION) {
    throw new Error(
      `${file} has schema version ${record.schemaVersion}; this version reads ${RUN_SCHEMA_VERSION}`,
    );
  }
  return record;
}

/** The lines of `measurements.csv` for some rows. Flags are separated by spaces; what is not known is empty. */
export function measurementLines(rows: readonly Measurement[]): string {
  return rows
    .map((row) =>
      csv(
        MEASUREMENT_COLUMNS.map((column) => (column === 'flags' ? row.flags.join(' ') : (row[column] ?? ''))),
      ),
    )
    .join('');
}

function csv(values: readonly (string | number | readonly string[])[]): string {
  // Names come from files and modules: a line end in one of them would tear the row.
  return stringify([
    values.map((value) => (typeof value === 'string' ? value.replace(/[\r\n]+/g, ' ') : value)),
  ]);
}

/** Flags stand last, and are never quoted: they hold no comma. */
function flagRows(path: string, processes: ReadonlySet<number>, flag: Flag): void {
  if (processes.size === 0) return;
  rewriteRows(path, (line) => {
    // The first column may be quoted, but a target's name holds no comma: the second column follows the first.
    const process = Number(line.split(',', 2)[1]);
    if (!processes.has(process)) return line;
    const flags = line
      .slice(line.lastIndexOf(',') + 1)
      .split(' ')
      .filter((known) => known !== '');
    if (flags.includes(flag)) return line;
    return `${line.slice(0, line.lastIndexOf(',') + 1)}${[...flags, flag].join(' ')}`;
  });
}
