// The hardware profile as an outcome of a run.
export { InsufficientDataError, buildProfile, profileText, type ProfileRunInfo } from './build-profile.js';
export { pricesOf, type NamedEstimate, type Price, type PriceOf } from './prices-of.js';
export { profileViolations, type ProfileViolation } from './profile-violations.js';
export { profileWithExecution } from './profile-with-execution.js';
export { DEFAULT_UNIT, profileUnit, unitProblem } from './profile-unit.js';
