export { costsOfProfile, costsOfSummary, type MeasuredCosts, type Provenance } from './measured-costs.js';
export { MissingMeasurement } from './missing-measurement.js';
export { WASMI_DEFAULT_COSTS, type WasmiFuelCosts } from './wasmi-fuel-costs.js';
export { recommendForWasmi, type Anchor, type WasmiRecommendation } from './recommend-wasmi.js';
export { recommendForWasmtime, type WasmtimeRecommendation } from './recommend-wasmtime.js';
export { type RoundedCost } from './rounded-cost.js';
export { checkExportedProfile, OtherEngineError, type ProfileUse } from './check-profile.js';
export {
  EXPORT_ENGINES,
  EXPORT_FORMATS,
  exportCosts,
  type ExportedCosts,
  type ExportEngine,
  type ExportFormat,
  type ExportOptions,
} from './export-costs.js';
