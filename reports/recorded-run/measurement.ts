import type { FunctionSizeClass } from './size-class.js';

/** What a block times. `memset` is the baseline; the others are the target protocol's phases. */
export const MEASURED_PHASES = [
  'parse',
  'validate',
  'translate',
  'compile',
  'first-call',
  'execute',
  'memset',
] as const;

export type MeasuredPhase = (typeof MEASURED_PHASES)[number];

/** Where the filled bytes lie: the level of the memory hierarchy that decides what a memset costs. */
export const MEMSET_REGIMES = ['hot', 'llc', 'memory', 'first-touch'] as const;

export type MemsetRegime = (typeof MEMSET_REGIMES)[number];

/** `warm`: the loop had run before (at least 2,000 calls and 300 ms). `cold`: the first call in a fresh process. */
export type Temperature = 'warm' | 'cold';

/**
 * One timed block: a row of `measurements.csv`. Flat on purpose; every later stage reads these rows and nothing else.
 *
 * A phase block stands in a *pair* with the memset block (or blocks, one per kernel and regime) beside it, which fill the
 * same sizes in the same order: bytes per call are equal in both, calls need not be. A memset row without a pair belongs to
 * the sweep that the baseline's a + b*n is fitted to.
 */
export interface Measurement {
  /** Name of the target, for example `embedded` or `wasmi`. */
  readonly engine: string;
  /** Number of the process execution, unique in the run, from 0. */
  readonly process: number;
  /** Pass over all arms inside the process, from 0. Always 0 when cold. */
  readonly round: number;
  readonly phase: MeasuredPhase;
  /** Names the loop that was timed; the same in every process and round. Paired arms of one stratum share no name. */
  readonly arm: string;
  /** Joins a phase block and its memset blocks; unique within (engine, process, round). Empty: not paired. */
  readonly pair: string;
  /** `ab`: the phase block ran first; `ba`: the memset block did; empty: not paired. */
  readonly order: 'ab' | 'ba' | '';
  /** Name of the module, or of the family; empty for the memset sweep. */
  readonly module: string;
  /** Class of the functions handled; `all` where one call handles whole modules. */
  readonly functionSizeClass: FunctionSizeClass;
  /** Functions handled (or fills made) by one call; 1 where the unit is the module. */
  readonly functions: number;
  /** Bytes handled by the whole block: calls x bytes per call. Body bytes; module bytes for `parse`. */
  readonly bytes: number;
  readonly calls: number;
  /** Time of the block, without `overheadNanoseconds`. */
  readonly nanoseconds: number;
  /** What the target measured and subtracted. */
  readonly overheadNanoseconds: number;
  /** Bytes of the corpus that this arm stands for: its weight in totals (an arm may time a sample of its stratum). */
  readonly stratumBytes: number;
  /** Of the memset; on a phase row empty, or that of its only partner. */
  readonly kernel: string;
  /** Of the memset; on a phase row empty, or that of its only partner. */
  readonly regime: MemsetRegime | '';
  readonly temperature: Temperature;
  /** Time spent runnable but not running during the block; undefined where the system does not tell. */
  readonly runDelayNanoseconds: number | undefined;
  readonly involuntarySwitches: number | undefined;
  /** Garbage collection inside the block; undefined where the target does not tell. */
  readonly gcNanoseconds: number | undefined;
  /**
   * Time of the target's fixed reference loop beside the block: what it takes beyond its best is what others take of the core.
   * Undefined where the target does not tell.
   */
  readonly referenceNanoseconds: number | undefined;
  /** Names of what was amiss, for example `run-delay`; empty: nothing was. Flagged rows are kept. */
  readonly flags: readonly string[];
}

/** The columns of `measurements.csv`, in order. */
export const MEASUREMENT_COLUMNS = [
  'engine',
  'process',
  'round',
  'phase',
  'arm',
  'pair',
  'order',
  'module',
  'functionSizeClass',
  'functions',
  'bytes',
  'calls',
  'nanoseconds',
  'overheadNanoseconds',
  'stratumBytes',
  'kernel',
  'regime',
  'temperature',
  'runDelayNanoseconds',
  'involuntarySwitches',
  'gcNanoseconds',
  'referenceNanoseconds',
  'flags',
] as const satisfies readonly (keyof Measurement)[];
