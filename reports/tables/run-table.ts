import {
  MEASUREMENT_TABLE,
  MODULE_CLOSURE_TABLE,
  readMeasurements,
  rowOrigin,
  SUMMARY_TABLE,
  WARM_UP_TABLE,
  type RecordedRun,
} from '../recorded-run/index.js';
import { parquetFile } from './parquet-file.js';

/** The tables of a run, by the names of their files without their endings. */
export const RUN_TABLE_NAMES = ['summary', 'measurements', 'modules', 'warm-up'] as const;

export type RunTableName = (typeof RUN_TABLE_NAMES)[number];

/** A table of a run as CSV (RFC 4180). @throws RecordedRunError when its file is missing or damaged */
export function runTableCsv(recorded: RecordedRun, name: RunTableName = 'summary'): string {
  const origin = rowOrigin(recorded.run);
  switch (name) {
    case 'summary':
      return SUMMARY_TABLE.text(recorded.summary, origin);
    case 'measurements':
      return MEASUREMENT_TABLE.text(readMeasurements(recorded.directory).rows, origin);
    case 'modules':
      return MODULE_CLOSURE_TABLE.text(recorded.modules, origin);
    case 'warm-up':
      return WARM_UP_TABLE.text(recorded.warmUp, origin);
  }
}

/** The same as a Parquet file. @throws RecordedRunError when its file is missing or damaged */
export function runTableParquet(recorded: RecordedRun, name: RunTableName = 'summary'): Uint8Array {
  const origin = rowOrigin(recorded.run);
  switch (name) {
    case 'summary':
      return parquetFile(SUMMARY_TABLE.schema, recorded.summary, origin);
    case 'measurements':
      return parquetFile(MEASUREMENT_TABLE.schema, readMeasurements(recorded.directory).rows, origin);
    case 'modules':
      return parquetFile(MODULE_CLOSURE_TABLE.schema, recorded.modules, origin);
    case 'warm-up':
      return parquetFile(WARM_UP_TABLE.schema, recorded.warmUp, origin);
  }
}
