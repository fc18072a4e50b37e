// The files of a run directory: what is in them and how they are read back.
export * from './words.js';
export * from './size-class.js';
export * from './measurement.js';
export * from './estimate.js';
export * from './summary-row.js';
export * from './module-closure.js';
export * from './fit-record.js';
export * from './census.js';
export type { RecordedCorpusInterval, RecordedLeaveOneOut } from './price.js';
export * from './verification.js';
export * from './metering.js';
export * from './execution.js';
export * from './run-record.js';
export * from './profile-record.js';
export { MACHINE, type RecordedMachine } from './machine.js';
export * from './warm-up.js';
export { MONITOR_FILE, type RecordedMonitor } from './monitor.js';
export { CsvTable, type RunTable } from './csv-table.js';
export { rowOrigin, type RowOrigin } from './row-origin.js';
export { DESCRIBED_TABLES, type DescribedTable } from './described-tables.js';
export { columnsOf, type CsvColumnFacts, type CsvRow, type CsvRowSchema } from './csv-row.js';
export { JsonFile } from './json-file.js';
export { readTextFile } from './text-file.js';
export * from './run-files.js';
export { RecordedRunError } from './recorded-run-error.js';
export { readBlocks, readMeasurements } from './read-measurements.js';
export { runProgress, unfinishedText, type RunProgress } from './run-progress.js';
export {
  readMetering,
  readRecordedRun,
  readRunRecord,
  type EstimatesSoFar,
  type RecordedRun,
  type RowEstimator,
} from './read-run.js';
