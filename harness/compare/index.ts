// What changed between runs or profiles: prices -> changes with intervals -> words, and a limit to hold them to.
export {
  compareSources,
  DEFAULT_SAME_WITHIN,
  IncomparableError,
  type ComparedChange,
  type ComparedRow,
  type CompareOptions,
  type PriceComparison,
} from './compare-sources.js';
export { readPricedSource, sourceOfProfile, type ComparedPrice, type PricedSource } from './priced-source.js';
export { priceChange, type ChangeRule, type ChangeVerdict, type PriceChange } from './price-change.js';
export { holdToLimit, type LimitOutcome } from './fail-over.js';
export { comparisonRecord } from './comparison-record.js';
