/** The flat record every stage of the harness passes on. Its recorded form belongs to `reports`, which reads it back. */
export { SIZE_CLASS_NAMES, type SizeClassName } from '../reports/recorded-run/size-class.js';
export {
  MEASURED_PHASES,
  MEMSET_REGIMES,
  type Measurement,
  type MeasuredPhase,
  type MemsetRegime,
  type Temperature,
} from '../reports/recorded-run/measurement.js';
