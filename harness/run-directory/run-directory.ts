import { existsSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';

import { RUN_FILES } from '../../reports/recorded-run/read-run.js';
import { MEASUREMENT_TABLE } from '../../reports/recorded-run/measurement-table.js';
import { WARM_UP_TABLE, type WarmUpCall } from '../../reports/recorded-run/warm-up.js';
import type { Measurement } from '../measurement.js';
import type { Flag } from '../guards/flags.js';
import { writeAtomically } from './atomic-file.js';
import { rewriteRows, RowFile } from './row-file.js';
import { RUN_SCHEMA_VERSION, type ProcessRecord, type RunRecord } from './run-record.js';

const LONGEST_HEADER_BYTES = 4096;

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

  /** @param path a folder that is there. @throws Error when it holds a run already */
  static create(path: string, record: RunRecord): RunDirectory {
    refuseUsedDirectory(path);
    // The record comes first: whatever is there after a kill can be resumed.
    writeRecord(path, record);
    const measurements = RowFile.reopen(join(path, RUN_FILES.measurements), MEASUREMENT_TABLE.header());
    const warmUp = RowFile.reopen(join(path, RUN_FILES.warmUp), WARM_UP_TABLE.header());
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
    flagRows(measurementsPath, new Set(unfinished.map(({ process }) => process)), ['interrupted']);
    const measurements = RowFile.reopen(measurementsPath, MEASUREMENT_TABLE.header());
    const warmUp = RowFile.reopen(join(path, RUN_FILES.warmUp), WARM_UP_TABLE.header());
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
    writeRecord(this.path, this.current);
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
      waitedSeconds: null,
      stealShare: null,
      othersBusyCores: null,
      failure: null,
    };
    this.update({ processes: [...this.current.processes, record] });
    return process;
  }

  append(rows: readonly Measurement[]): void {
    if (rows.length > 0) this.measurements.append(MEASUREMENT_TABLE.lines(rows));
  }

  appendWarmUp(calls: readonly WarmUpCall[]): void {
    if (calls.length > 0) this.warmUp.append(WARM_UP_TABLE.lines(calls));
  }

  /**
   * Its rows are on the disk before the record says what became of it.
   * @param flags for all its rows, known only now
   */
  endProcess(
    process: number,
    outcome: Partial<ProcessRecord> & Pick<ProcessRecord, 'state'>,
    flags: readonly Flag[] = [],
  ): void {
    this.measurements.sync();
    this.warmUp.sync();
    if (flags.length > 0) {
      this.measurements.close();
      flagRows(this.file('measurements'), new Set([process]), flags);
      this.measurements = RowFile.reopen(this.file('measurements'), MEASUREMENT_TABLE.header());
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

function writeRecord(path: string, record: RunRecord): void {
  writeAtomically(join(path, RUN_FILES.run), `${JSON.stringify(record, undefined, 2)}\n`);
}

/**
 * Nothing that was measured is written over.
 * @throws Error naming what is there and the way on
 */
export function refuseUsedDirectory(path: string): void {
  if (existsSync(join(path, RUN_FILES.run)))
    throw new Error(`${path} holds a run already: resume it with --resume ${path}, or choose another --out`);
  const found = Object.values(RUN_FILES).find((name) => {
    const isRowFile = name === RUN_FILES.measurements || name === RUN_FILES.warmUp;
    // A run that was killed while it began leaves a header without rows.
    return existsSync(join(path, name)) && !(isRowFile && holdsNoRow(join(path, name)));
  });
  if (found !== undefined) {
    throw new Error(
      `${path} holds ${found} without the ${RUN_FILES.run} it belongs to: move it away, or choose another --out`,
    );
  }
}

function holdsNoRow(path: string): boolean {
  return statSync(path).size <= LONGEST_HEADER_BYTES && readFileSync(path, 'utf8').split('\n').length <= 2;
}

/** @throws Error naming the file when it is missing or is no run's record of this version */
export function readRunRecord(path: string): RunRecord {
  const file = join(path, RUN_FILES.run);
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

/** Flags stand last, and are never quoted: they hold no comma. */
function flagRows(path: string, processes: ReadonlySet<number>, flags: readonly Flag[]): void {
  if (processes.size === 0) return;
  rewriteRows(path, (line) => {
    // A target's name holds no comma: the second column follows the first.
    if (!processes.has(Number(line.split(',', 2)[1]))) return line;
    const last = line.lastIndexOf(',') + 1;
    const known = line
      .slice(last)
      .split(' ')
      .filter((flag) => flag !== '');
    return `${line.slice(0, last)}${[...new Set([...known, ...flags])].join(' ')}`;
  });
}
