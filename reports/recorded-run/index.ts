// The files of a run directory: what is in them and how they are read back.
export * from './size-class.js';
export * from './measurement.js';
export * from './estimate.js';
export * from './summary-row.js';
export * from './fit-record.js';
export * from './verification.js';
export * from './metering.js';
export * from './run-description.js';
export { CsvTable, type CsvColumn } from './csv-table.js';
export { MEASUREMENT_TABLE } from './measurement-table.js';
export { SUMMARY_TABLE } from './summary-table.js';
export { WARM_UP_TABLE, type WarmUpCall } from './warm-up.js';
export { RecordedRunError } from './recorded-run-error.js';
export {
  RUN_FILES,
  profileFile,
  readMeasurements,
  readMetering,
  readRecordedRun,
  type RecordedRun,
} from './read-run.js';
