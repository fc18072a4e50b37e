import { join } from 'node:path';
import { counted } from './counted.js';
import { MEASUREMENT_TABLE, type Measurement } from './measurement.js';
import { RecordedRunError } from './recorded-run-error.js';
import type { RunRecord } from './run-record.js';
import { readTextFile } from './text-file.js';

const { name } = MEASUREMENT_TABLE;

/**
 * The rows of `measurements.csv`. `torn`: the last one was cut off while it was written and is left out.
 *
 * @throws RecordedRunError when the file is missing, empty or damaged
 */
export function readMeasurements(directory: string): { rows: Measurement[]; torn: boolean } {
  const text = readTextFile(join(directory, name));
  const mend = 'restore the file, or begin a new run with another --out';
  if (text === undefined) throw new RecordedRunError(`${directory} has no ${name}; ${mend}`);
  if (!text.includes('\n')) throw new RecordedRunError(`${directory}: ${name} is empty; ${mend}`);
  return MEASUREMENT_TABLE.parse(text);
}

/** The rows that are there, and sentences on those that are not: a report has the estimates still. */
export interface RecordedBlocks {
  readonly rows: readonly Measurement[];
  readonly notices: readonly string[];
}

export function readBlocks(directory: string, run: RunRecord): RecordedBlocks {
  try {
    const { rows, torn } = readMeasurements(directory);
    return { rows, notices: [...(torn ? [tornNotice(rows)] : []), ...lostNotices(rows, run)] };
  } catch (error) {
    if (!(error instanceof RecordedRunError)) throw error;
    return { rows: [], notices: [`Pictures of single blocks are left out: ${error.message}.`] };
  }
}

function tornNotice(rows: readonly Measurement[]): string {
  return `${name} breaks off in a row after ${counted(rows.length, 'row')}: that row counts for nothing.`;
}

/** What `run.json` says that each process execution left there. Runs of earlier versions do not tell. */
function lostNotices(rows: readonly Measurement[], { processes }: RunRecord): string[] {
  const found = new Map<number, number>();
  for (const { process } of rows) found.set(process, (found.get(process) ?? 0) + 1);
  const changed = processes.flatMap(({ process, rows: told }) => {
    const there = found.get(process) ?? 0;
    return told === undefined || told === there ? [] : [{ process, told, there }];
  });
  if (changed.length === 0) return [];
  const sum = (of: 'told' | 'there') => changed.reduce((total, one) => total + one[of], 0);
  const [first, ...more] = changed;
  const others = more.length === 0 ? '' : ` and ${more.length} more`;
  return [
    `${name} has ${counted(sum('there'), 'row')} where run.json tells of ${sum('told').toLocaleString('en-US')} ` +
      `(process execution ${first!.process}${others}): the file was damaged after it was measured; restore it, or mend it with wasm-dyno calibrate --resume.`,
  ];
}
