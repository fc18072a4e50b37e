// What engines charge as fuel, and how long a fuel's worth of running real programs takes.
export { measureMetering, type MeteringOptions, type MeteringSettings } from './measure-metering.js';
export { EXECUTION_EFFORT, type ExecutionEffort } from './execute-programs.js';
export { meteringCsv, meterRun, RunChanged } from './meter-run.js';
