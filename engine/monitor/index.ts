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
  type HistogramRecord,
  type MonitoredProfile,
  type MonitorRecord,
  type MonitorSettings,
  type PhaseRecord,
} from './monitor-record.js';
export type { Drift } from './module-evidence.js';
export type { ModuleRecord, RecordedCount } from './module-witness.js';
export type { WatchedModule } from './module-key.js';
export type { RatioBounds } from './ratio-bounds.js';
export type { RecordedBucket } from './log-histogram.js';
export type { FilledSizes, MemsetReference } from './memset-reference.js';
export { adjustedProfile } from './adjusted-profile.js';
