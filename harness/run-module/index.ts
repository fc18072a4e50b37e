// Running one module with its fuel set against time: what `wasm-dyno run` does.
export { EntryError, errorLine, runModule, type RunOptions, type RunOutcome } from './run-module.js';
export { ArgumentError, formatValue, parseArguments } from './value-text.js';
export { fuelReportJson, fuelReportText, type FuelReport, type FuelRow } from './fuel-report.js';
export type { WasiOptions } from '@wasm-dyno/engine/wasi';
