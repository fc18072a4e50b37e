import { counted } from '@wasm-dyno/reports/wording';
import { existsSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';

import { readRegularText } from '@wasm-dyno/engine/node/regular-file';
import {
  readRunRecord,
  RUN_FILE,
  RUN_FILES,
  MEASUREMENT_TABLE,
  rowOrigin,
  WARM_UP_TABLE,
  type WarmUpCall,
  type Measurement,
  type ProcessRecord,
  type RecordedProgress,
  type RunRecord,
} from '@wasm-dyno/reports/recorded-run';
import type { Flag } from '@wasm-dyno/reports/noise';
import { writeAtomically } from './atomic-file.js';
import { RowFile } from './row-file.js';

const LONGEST_HEADER_BYTES = 4096;

/**
 * What a calibration leaves, while it comes about. Rows are appended as they are measured; `run.json` is replaced whole.
 * A process execution is announced in `run.json` before its first row and declared complete after its last: killed at any
 * moment, the directory tells which rows belong to a complete execution.
 */
export class RunDirectory {
  /** Rows appended, by process. */
  private readonly rowsOf = new Map<number, number>();

  private constructor(
    readonly path: string,
    private current: RunRecord,
    private readonly measurements: RowFile<Measurement>,
    private readonly warmUp: RowFile<WarmUpCall>,
  ) {}

  /** @param path a folder that is there. @throws Error when it holds a run already */
  static create(path: string, record: RunRecord): RunDirectory {
    refuseUsedDirectory(path);
    // The record comes first: whatever is there after a kill can be resumed.
    writeRecord(path, record);
    const { measurements, warmUp } = rowFiles(path, record);
    const directory = new RunDirectory(resolve(path), record, measurements, warmUp);
    directory.update({});
    return directory;
  }

  /** Opens a run to go on with it: executions that were cut short are marked so, in the record and in their rows. */
  static reopen(path: string): RunDirectory {
    const record = readRunRecord(path);
    const { measurements, warmUp } = rowFiles(path, record);
    const damaged = damagedProcesses(measurements.rows(), record.processes);
    const cutShort = [...damaged, ...record.processes.filter(({ state }) => state === 'running')];
    const unfinished = [...damaged, ...record.processes.filter(({ state }) => state !== 'complete')];
    flagRows(measurements, new Set(unfinished.map(({ process }) => process)), ['interrupted']);
    const directory = new RunDirectory(resolve(path), record, measurements, warmUp);
    const processes = record.processes.map((process): ProcessRecord =>
      cutShort.includes(process) ? { ...process, state: 'interrupted' } : process,
    );
    const lost = `${RUN_FILES.measurements} lacks rows of ${counted(damaged.length, 'complete process execution')}: ${damaged.length === 1 ? 'it is' : 'they are'} measured again.`;
    const warnings = damaged.length === 0 ? record.warnings : [...record.warnings, lost];
    directory.update({ processes, warnings, state: 'running', ended: null });
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

  /** How far the run is, for whoever follows it: written with what is announced next. */
  expect(progress: RecordedProgress): void {
    this.current = { ...this.current, progress };
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
      ...(this.current.fitness.length > 0 ? { sitting: this.current.fitness.length } : {}),
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
    if (rows.length === 0) return;
    this.measurements.append(rows);
    for (const { process } of rows) this.rowsOf.set(process, (this.rowsOf.get(process) ?? 0) + 1);
  }

  appendWarmUp(calls: readonly WarmUpCall[]): void {
    if (calls.length > 0) this.warmUp.append(calls);
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
    flagRows(this.measurements, new Set([process]), flags);
    this.update({
      processes: this.current.processes.map((known) =>
        known.process === process ? { ...known, ...outcome, rows: this.rowsOf.get(process) ?? 0 } : known,
      ),
    });
  }

  close(): void {
    this.measurements.close();
    this.warmUp.close();
  }
}

function rowFiles(
  path: string,
  record: RunRecord,
): { measurements: RowFile<Measurement>; warmUp: RowFile<WarmUpCall> } {
  const origin = rowOrigin(record);
  return {
    measurements: RowFile.open(join(path, RUN_FILES.measurements), MEASUREMENT_TABLE.of(origin)),
    warmUp: RowFile.open(join(path, RUN_FILES.warmUp), WARM_UP_TABLE.of(origin)),
  };
}

function writeRecord(path: string, record: RunRecord): void {
  writeAtomically(join(path, RUN_FILES.run), RUN_FILE.text(record));
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
  const status = statSync(path);
  return (
    status.isFile() &&
    status.size <= LONGEST_HEADER_BYTES &&
    readRegularText(path, LONGEST_HEADER_BYTES).split('\n').length <= 2
  );
}

/**
 * Complete executions whose rows are not all in the file any more (it was damaged since): they count as cut short, and are measured
 * again. Runs of earlier versions do not tell how many there were.
 */
function damagedProcesses(
  rows: readonly Measurement[],
  processes: readonly ProcessRecord[],
): ProcessRecord[] {
  const found = new Map<number, number>();
  for (const { process } of rows) found.set(process, (found.get(process) ?? 0) + 1);
  return processes.filter(
    ({ process, state, rows }) =>
      state === 'complete' && rows !== undefined && rows !== (found.get(process) ?? 0),
  );
}

/** Adds flags to all rows of some process executions. */
function flagRows(
  measurements: RowFile<Measurement>,
  processes: ReadonlySet<number>,
  flags: readonly Flag[],
): void {
  if (processes.size === 0 || flags.length === 0) return;
  const rows = measurements.rows();
  if (!rows.some(({ process }) => processes.has(process))) return;
  measurements.replace(
    rows.map((row) =>
      processes.has(row.process) ? { ...row, flags: [...new Set([...row.flags, ...flags])] } : row,
    ),
  );
}
