import type { MeasuredPhase, MemsetRegime, Temperature } from './measurement.js';
import type { FunctionSizeClass } from './size-class.js';
import type { Verdict } from './estimate.js';

/** The pairs that an estimate is made of; `quietest`: of each arm and process the sixth that were disturbed least. */
export type Basis = 'undisturbed' | 'quietest' | 'all';

/** Phase time / memset time at equal bytes for one class of functions: a row of `summary.csv`. */
export interface SummaryRow {
  readonly engine: string;
  readonly temperature: Temperature;
  readonly phase: Exclude<MeasuredPhase, 'memset'>;
  readonly functionSizeClass: FunctionSizeClass;
  /** The memset that the ratio is against. */
  readonly kernel: string;
  readonly regime: MemsetRegime;
  /** Median over processes. */
  readonly ratio: number;
  readonly low: number;
  readonly high: number;
  readonly confidenceLevel: number;
  readonly processes: number;
  /** Pairs of blocks behind the number. */
  readonly pairs: number;
  /** Median over processes of the phase's time per byte. */
  readonly phaseNanosecondsPerByte: number;
  readonly memsetNanosecondsPerByte: number;
  /** Which pairs `ratio` is made of: the undisturbed ones when they are enough, else the quietest where that can be told, else all. */
  readonly basis: Basis;
  /** Part of all pairs that others disturbed (run delay, a shared core, ...). */
  readonly disturbedShare: number;
  /** The ratio over all pairs, disturbed or not. */
  readonly ratioOfAllPairs: number;
  readonly verdict: Verdict;
  /** Names of the reasons for the verdict. */
  readonly reasons: readonly string[];
}

/** The columns of `summary.csv`, in order. */
export const SUMMARY_COLUMNS = [
  'engine',
  'temperature',
  'phase',
  'functionSizeClass',
  'kernel',
  'regime',
  'ratio',
  'low',
  'high',
  'confidenceLevel',
  'processes',
  'pairs',
  'phaseNanosecondsPerByte',
  'memsetNanosecondsPerByte',
  'basis',
  'disturbedShare',
  'ratioOfAllPairs',
  'verdict',
  'reasons',
] as const satisfies readonly (keyof SummaryRow)[];
