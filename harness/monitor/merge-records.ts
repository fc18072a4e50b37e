import { CompileMonitor, MonitorRecordError } from '@wasm-dyno/engine';
import { FileError, readRegularText } from '@wasm-dyno/engine/node/regular-file';

/** A record is some tens of kilobytes. */
const MOST_RECORD_BYTES = 4 * 1024 * 1024;

/** What services recorded, merged. @throws MonitorRecordError naming the file */
export function mergeRecords(files: readonly string[]): CompileMonitor {
  const [first, ...others] = files.map((file) => ofFile(file, () => read(file)));
  others.forEach((other, i) => ofFile(files[i + 1]!, () => first!.merge(other)));
  return first!;
}

function read(file: string): CompileMonitor {
  return CompileMonitor.from(JSON.parse(readRegularText(file, MOST_RECORD_BYTES)), { reference: null });
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
