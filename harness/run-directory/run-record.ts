// The record of a run belongs to the room of recorded files, which both writes and reads it.
export {
  RUN_SCHEMA_VERSION,
  type ProcessRecord,
  type RecordedEngine,
  type RecordedPlan,
  type RunEnd,
  type RunOptions,
  type RunRecord,
  type SecondOpinion,
  type SkippedModule,
} from '../../reports/recorded-run/run-record.js';
