import { createHash } from 'node:crypto';
import { CompileMonitor, MonitorRecordError } from '@wasm-dyno/engine';
import { FileError, readRegularText } from '@wasm-dyno/engine/node/regular-file';

/** A record is some tens of kilobytes. */
const MOST_RECORD_BYTES = 4 * 1024 * 1024;

/** What services recorded, merged. */
interface MergedRecords {
  readonly monitor: CompileMonitor;
  /** Of files that hold what another holds, a sentence each: they are counted once. */
  readonly notices: readonly string[];
}

/** Merges records file by file: however many there are, one is held beside the sum. @throws MonitorRecordError naming the file */
export function mergeRecords(files: readonly string[]): MergedRecords {
  /** By digest: the texts of a thousand files are some tens of megabytes. */
  const fileOf = new Map<string, string>();
  const notices: string[] = [];
  let sum: CompileMonitor | undefined;
  for (const file of files) {
    ofFile(file, () => {
      const text = readRegularText(file, MOST_RECORD_BYTES).replace(/^\uFEFF/, '');
      const monitor = CompileMonitor.from(JSON.parse(text), { reference: null });
      const digest = createHash('sha256').update(text).digest('hex');
      const known = fileOf.get(digest);
      if (known !== undefined && hasSeen(monitor)) {
        notices.push(`${file} is the record of ${known} again, and counted once`);
        return;
      }
      fileOf.set(digest, file);
      if (sum === undefined) sum = monitor;
      else sum.merge(monitor);
    });
  }
  return { monitor: sum!, notices };
}

/** No two services take the same nanoseconds. Those that compiled nothing yet may be alike. */
function hasSeen(monitor: CompileMonitor): boolean {
  return monitor.report().phases.some(({ nanoseconds }) => nanoseconds > 0);
}

function ofFile<Result>(file: string, step: () => Result): Result {
  try {
    return step();
  } catch (error) {
    if (error instanceof FileError) {
      const mend = error.isMissing ? '; name a record that a service wrote' : '';
      throw new MonitorRecordError(`${file}: cannot be read: ${error.reason}${mend}`);
    }
    if (error instanceof SyntaxError)
      throw new MonitorRecordError(`${file}: no JSON: ${error.message}; write JSON.stringify(monitor) there`);
    if (error instanceof MonitorRecordError) throw new MonitorRecordError(`${file}: ${error.message}`);
    throw error;
  }
}
