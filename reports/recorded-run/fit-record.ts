import type { RecordedEstimate, Verdict } from './estimate.js';
import type { MeasuredPhase, MemsetRegime, Temperature } from './measurement.js';

/** One straight piece of a memset's time: interceptNanoseconds + nanosecondsPerByte x n for fromBytes <= n < toBytes. */
export interface BaselineSegment {
  readonly fromBytes: number;
  /** null: without end. */
  readonly toBytes: number | null;
  readonly interceptNanoseconds: RecordedEstimate;
  readonly nanosecondsPerByte: RecordedEstimate;
}

/** Time of one memset call at one size: a point of the curve. */
export interface BaselinePoint {
  readonly bytes: number;
  readonly nanoseconds: RecordedEstimate;
}

/** How long one kernel takes to fill n bytes in one regime. */
export interface BaselineRecord {
  readonly engine: string;
  readonly kernel: string;
  readonly regime: MemsetRegime;
  readonly points: readonly BaselinePoint[];
  readonly segments: readonly BaselineSegment[];
  readonly kneesBytes: readonly RecordedEstimate[];
  /** Largest distance of a point from the fit, as a part of its time. */
  readonly largestRelativeResidual: number;
}

/** Phase time = nanosecondsPerFunction + nanosecondsPerByte x bytes, and the slope against the memset's. */
export interface SlopeRecord {
  readonly engine: string;
  readonly temperature: Temperature;
  readonly phase: Exclude<MeasuredPhase, 'memset'>;
  readonly kernel: string;
  readonly regime: MemsetRegime;
  readonly slopeRatio: RecordedEstimate;
  readonly nanosecondsPerByte: RecordedEstimate;
  readonly nanosecondsPerFunction: RecordedEstimate;
  readonly verdict: Verdict;
}

/** What a run found besides the ratios of `summary.csv`; kept in `fits.json`. */
export interface FitRecords {
  readonly baselines: readonly BaselineRecord[];
  readonly slopes: readonly SlopeRecord[];
  /** Rows that `summary.csv` was written with; runs of earlier versions do not tell. */
  readonly summaryRows?: number;
  /** Sentences about the run as a whole. */
  readonly warnings: readonly string[];
}
