import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { estimateFiles, estimateRun, plateauOf } from 'wasm-dyno';
import { MEASUREMENT_TABLE, rowOrigin, type Measurement, type RunRecord } from '@wasm-dyno/reports';
import { inventedRows, inventedSweep } from './run-example.js';
import { runRecord } from './run-folder.js';

/** Twelve warm processes from 0 on, and six that sweep the memset, from 1000 on. */
const ROWS = [...inventedRows({ seed: 1, processes: 12, rounds: 4, drift: 0.02 }), ...inventedSweep(2)];
const PROCESSES = [...new Set(ROWS.map(({ process }) => process))].sort((a, b) => b - a);

const rowsOf = (process: number): Measurement[] => ROWS.filter((row) => row.process === process);

function processRecord(process: number, state: 'complete' | 'running' | 'interrupted') {
  return {
    ...{
      process,
      slot: process,
      engine: 'embedded',
      kind: process < 1000 ? ('warm' as const) : ('sweep' as const),
    },
    ...{ state, startedAt: '2026-01-31T11:57:00Z', waitedSeconds: 0, stealShare: null },
    ...{ othersBusyCores: null, failure: null },
    ...(state === 'complete'
      ? { seconds: 3, rounds: 4, rows: rowsOf(process).length }
      : { seconds: null, rounds: null }),
  };
}

/** A run of 18 planned process executions, sweeps first, as far as it came when it was killed or interrupted. */
export interface Stage {
  /** How many process executions were complete. */
  readonly complete: number;
  /** Rows of the next one that had been written, and the letters of a further row. */
  readonly begun?: { readonly rows: number; readonly letters: number };
  readonly state?: 'running' | 'interrupted' | 'finished';
  /** Names of files of estimates that had been written. */
  readonly written?: readonly string[];
  readonly planned?: number;
  readonly files?: Readonly<Record<string, string>>;
}

export function writeUnfinishedRun({
  complete,
  begun,
  state = 'running',
  written = [],
  planned = 18,
  files = {},
}: Stage): string {
  const directory = mkdtempSync(join(tmpdir(), 'wasm-dyno-unfinished-'));
  const done = PROCESSES.slice(0, complete);
  const next = begun === undefined ? [] : PROCESSES.slice(complete, complete + 1);
  const cut = state === 'interrupted' ? 'interrupted' : 'running';
  const example = runRecord();
  const run: RunRecord = {
    ...example,
    state,
    ended: state === 'finished' ? example.ended : null,
    plan: { ...example.plan, processes: planned },
    processes: [
      ...done.map((process) => processRecord(process, 'complete')),
      ...next.map((process) => processRecord(process, cut)),
    ],
  };
  const origin = rowOrigin(run);
  const rows = done.flatMap(rowsOf);
  const lines = [rows, next.flatMap(rowsOf).slice(0, begun?.rows)].map((some) =>
    MEASUREMENT_TABLE.lines(some, origin),
  );
  const estimates = estimateRun(rows, { plateau: plateauOf(run.machine.l2Bytes) });
  const torn = MEASUREMENT_TABLE.lines(ROWS.slice(0, 1), origin).slice(0, begun?.letters ?? 0);
  const estimated = Object.entries(estimateFiles(estimates, origin)).filter(([name]) =>
    written.includes(name),
  );
  const texts = {
    'run.json': JSON.stringify(run),
    'measurements.csv': MEASUREMENT_TABLE.header() + lines.join('') + torn,
    ...(Object.fromEntries(estimated) as Record<string, string>),
    ...files,
  };
  for (const [name, text] of Object.entries(texts)) writeFileSync(join(directory, name), text);
  return directory;
}
