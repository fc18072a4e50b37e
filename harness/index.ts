// From a corpus to a profile: schedule -> measure -> estimate -> profile. Targets are engines as child processes.

// Measuring
export { calibrate, resumeCalibration, ResumeRefused } from './measure/calibrate.js';
export type { CalibrateOptions, CalibrationResult } from './measure/calibrate.js';
export type {
  CalibrationEvent,
  CalibrationListener,
  CalibrationSettings,
} from './measure/calibration-settings.js';
export type { ObservedBlock } from './process/block.js';
export type { ModuleFile } from './process/session.js';
export type { Conclusion, ProfileOutcome } from './measure/conclude.js';
export { Pace } from './process/pace.js';
export { QuietCore, type QuietCoreOptions } from './process/quiet-core.js';
export { warmUp, type RunsBlocks, type WarmUp } from './process/warm-up.js';

// Planning
export { EFFORTS, EFFORT_NAMES, type Effort, type EffortName } from './schedule/effort.js';
export {
  planArms,
  standingForCorpus,
  curveStops,
  planColdGroups,
  planCurveArms,
  type Baseline,
  type PairedArms,
} from './schedule/arm-plan.js';
export {
  extendPlan,
  planProcesses,
  type PlannedEngine,
  type PlannedProcess,
  type ProcessKind,
} from './schedule/process-plan.js';
export { randomOrder, type PlacedPair } from './schedule/round-order.js';
export {
  functionStrata,
  moduleStrata,
  wholeCorpusStratum,
  type DescribedModule,
  type SampleSize,
  type Stratum,
} from './schedule/strata.js';
export { sweepSizes } from './schedule/sweep-sizes.js';

// What a run leaves
export { SIZE_CLASS_NAMES, type SizeClassName } from '@wasm-dyno/reports/recorded-run';
export {
  MEASURED_PHASES,
  MEMSET_REGIMES,
  type Measurement,
  type MeasuredPhase,
  type MemsetRegime,
  type Temperature,
} from '@wasm-dyno/reports/recorded-run';
export { readRunRecord } from '@wasm-dyno/reports/recorded-run';
export { readRun } from './estimate/read-run.js';
export { RunDirectory } from './run-directory/run-directory.js';
export type { ProcessRecord, RunRecord } from '@wasm-dyno/reports/recorded-run';
export { CalibrationRunning, lockPath, takeCalibrationLock, type LockHolder } from './run-directory/lock.js';
export { proveWritable } from './run-directory/space.js';
export { RowFile } from './run-directory/row-file.js';

// The machine
export { lastLevelCacheBytes, machineFingerprint } from './machine/fingerprint.js';
export { machineFitness, type Fitness, type FitnessCheck } from './machine/fitness.js';
export { FLAGS, strangeReferenceTimes, type Flag, type ReferenceTimes } from '@wasm-dyno/reports/noise';
export { blockFlags } from './guards/flags.js';
export { blockLies } from './guards/honesty.js';
export type { ProcessCounters } from './guards/process-counters.js';

// Targets
export * from './targets/protocol.js';
export {
  TargetClient,
  TargetError,
  TargetFailure,
  type ClientOptions,
  type TargetCommand,
  type TargetFailureKind,
  type TimedAnswer,
} from './targets/client.js';
export {
  expandTargets,
  knownTargets,
  resolveTarget,
  splitCommand,
  targetNames,
  UnknownTarget,
  type KnownTarget,
} from './targets/registry.js';
export {
  checkTarget,
  type CheckLine,
  type CheckOptions,
  type CheckReport,
} from './targets/check/check-target.js';

// From rows to numbers
export * from './statistics/index.js';
export * from './estimate/index.js';
export * from './profile/index.js';
export * from './signing/index.js';
export { bundleProfiles, mergeProfiles, MergeRefused, profileFiles } from './merge/index.js';
export type { BundledProfiles, MergedProfile, MergeOptions } from './merge/index.js';
export * from './compare/index.js';
export * from './metering/index.js';
export * from './verify/index.js';

// Running
export * from './run-module/index.js';
export { Random } from '@wasm-dyno/corpora/random';

// Following a run that is measured
export { serveReport, type ServedReport, type ServeOptions } from './serve/serve-report.js';
