// The hardware profile as an outcome of a run.
export { InsufficientDataError, buildProfile, profileText, type ProfileRunInfo } from './build-profile.js';
export { pricesOf, type Price } from './prices-of.js';
export { profileViolations, type ProfileViolation } from './profile-violations.js';
