import type { RecordedEstimate } from '@wasm-dyno/reports/recorded-run';
import type { MedianInterval } from '../statistics/index.js';

/** An interval as runs record it: the sample is the process executions. */
export function recordedEstimate({
  estimate,
  low,
  high,
  confidenceLevel,
  sampleSize,
}: MedianInterval): RecordedEstimate {
  return { estimate, low, high, confidenceLevel, processes: sampleSize };
}
