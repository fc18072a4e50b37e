// Watches what compiling takes, against what is charged for it.
export {
  CompileMonitor,
  type CompileMonitorOptions,
  type MonitoredEvent,
  type MonitorReport,
} from './compile-monitor.js';
export type { PhaseReport, PhaseState, RatioEstimate } from './monitor-report.js';
export {
  checkMonitorRecord,
  MONITOR_SCHEMA_VERSION,
  MonitorRecordError,
  type EvidenceRecord,
  type HistogramRecord,
  type MonitoredProfile,
  type MonitorRecord,
  type MonitorSettings,
  type PhaseRecord,
} from './monitor-record.js';
export type { RatioBounds } from './monitored-phase.js';
export type { RecordedBucket } from './log-histogram.js';
export type { MemsetReference } from './memset-reference.js';
export { adjustedProfile } from './adjusted-profile.js';
