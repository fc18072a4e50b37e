// From rows to numbers: pairs of blocks -> medians per process -> estimates over processes, each with a verdict.
export { estimateRun, type EstimateOptions, type RunEstimates } from './estimate-run.js';
export { estimateFiles } from './estimate-files.js';
export { plannedInterval, type IntervalOptions } from './observations.js';
export { recordedEstimate } from './recorded-estimate.js';
export { type RatioEstimate } from './ratio-estimate.js';
export {
  DEFAULT_THRESHOLDS,
  SYSTEMATIC_FLOOR,
  type EstimateWarning,
  type EstimateWarningKind,
  type VerdictThresholds,
} from './estimate-warning.js';
export { type EstimatedPrice, type ModuleCensus } from './price-estimate.js';
export { plateauOf, plateauSizes, unitEstimates, type Plateau, type UnitEstimate } from './unit-estimate.js';
export { fitPrices, chargedPerByte, type PricedArm, type PricedEntity, type Prices } from './price-fit.js';
export { firstFunctions, type FirstFunctions } from './first-functions.js';
