// What disturbed a block, as its row tells: the flags and their meanings, and what the reference loop beside it says of its core.
export { FLAGS, isDisturbed, type Flag } from './flags.js';
export {
  bestReferenceTimes,
  flagContended,
  isContended,
  strangeReferenceTimes,
  type ReferenceTimes,
} from './contention.js';
export { quickerReference, slowerReference, type ReferenceReadings } from './reference-readings.js';
