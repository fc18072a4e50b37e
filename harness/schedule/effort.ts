import type { SampleSize } from './strata.js';

/**
 * How much measuring is bought with how much time. `smoke` is for trying whether everything works: its figures mean
 * nothing.
 */
export const EFFORT_NAMES = ['smoke', 'quick', 'standard', 'thorough'] as const;
export type EffortName = (typeof EFFORT_NAMES)[number];

export interface Effort {
  readonly name: EffortName;
  /** The whole run, one engine, machine check included; more engines get as much each. */
  readonly budgetSeconds: number;
  /** Warm process executions: the sampling units. */
  readonly processes: number;
  /** At most so many more take the place of those that others disturbed. */
  readonly mostReplacements: number;
  /** Passes over all arms in each of them, and how few will do when time runs short. */
  readonly rounds: number;
  readonly leastRounds: number;
  /**
   * In so many of the warm processes the primary memset is compared with the other kernels and regimes, in so many rounds of their own after
   * all else: fresh memory and walks over large buffers would slow down the phases beside them.
   */
  readonly comparisonProcesses: number;
  readonly comparisonRounds: number;
  /** Whether those are all kernels in all regimes, or the primary kernel in all regimes. */
  readonly compareAllKernels: boolean;
  readonly blockNanoseconds: number;
  /** Warming up goes on until stable, within these. */
  readonly leastWarmUpMilliseconds: number;
  readonly mostWarmUpMilliseconds: number;
  /**
   * What one warm call of a stratum handles. More than the processor's branch prediction can learn: bodies that it knows compile up
   * to a third faster than bodies seen once.
   */
  readonly warmSample: SampleSize;
  /** Bytes that first calls handle, a process for each: sizes apart enough to tell the constant of a process from the price of a byte. */
  readonly coldSampleBytes: readonly number[];
  /** Modules whose first handling as a whole is timed, a process for each. */
  readonly coldModules: number;
  /** Modules measured whole (the parse phase, and engines that know no functions), and their largest size. */
  readonly sampleModules: number;
  readonly mostModuleBytes: number;
  /** Fresh processes per group of arms (`planColdGroups`) whose first calls are timed. */
  readonly coldProcesses: number;
  readonly curveProcesses: number;
  /** First calls of an arm, where a target cannot time single functions of one call ... */
  readonly curveCalls: number;
  /** ... and first functions, each another one, where it can. */
  readonly curveFunctions: number;
  readonly sweepProcesses: number;
  readonly sweepRounds: number;
  /** Factor between the sizes of the memset sweep. */
  readonly sweepFactor: number;
  /** Largest size of the sweep, in last-level caches ... */
  readonly sweepCaches: number;
  /** ... and in bytes: where many cores share hundreds of megabytes of cache, the sweep would take longer than all else. */
  readonly mostSweepBytes: number;
  /** Processes in which a second instrument measures the same arms. */
  readonly opinionProcesses: number;
  /** Where functions are timed one by one, too. */
  readonly census: CensusEffort;
}

/** How much a census takes of a run. */
export interface CensusEffort {
  /** Of the run's budget, fitting models included: processes are begun until it is spent, once there are a few. */
  readonly seconds: number;
  readonly processes: number;
  readonly leastProcesses: number;
  readonly passes: number;
}

/** Efforts that time functions one by one unless told not to: the time that it takes is not missed elsewhere. */
export const CENSUS_EFFORTS: readonly EffortName[] = ['standard', 'thorough'];

const STANDARD: Effort = {
  name: 'standard',
  budgetSeconds: 118,
  processes: 20,
  mostReplacements: 20,
  rounds: 12,
  leastRounds: 8,
  comparisonProcesses: 6,
  comparisonRounds: 3,
  compareAllKernels: true,
  blockNanoseconds: 1e6,
  leastWarmUpMilliseconds: 1000,
  mostWarmUpMilliseconds: 2500,
  warmSample: { bytes: 256 * 1024, leastFunctions: 3, mostFunctions: 8192 },
  coldSampleBytes: [1024, 4096, 16_384, 65_536],
  coldModules: 3,
  sampleModules: 6,
  mostModuleBytes: 4 * 1024 * 1024,
  coldProcesses: 12,
  curveProcesses: 6,
  curveCalls: 4000,
  curveFunctions: 10_000,
  sweepProcesses: 2,
  sweepRounds: 2,
  sweepFactor: 2,
  sweepCaches: 4,
  mostSweepBytes: 128 * 1024 * 1024,
  opinionProcesses: 3,
  census: { seconds: 22, processes: 7, leastProcesses: 3, passes: 6 },
};

export const EFFORTS: Readonly<Record<EffortName, Effort>> = {
  smoke: {
    ...STANDARD,
    name: 'smoke',
    // Far more than it takes on the busiest machine: no process of it is ever left out.
    budgetSeconds: 900,
    processes: 3,
    mostReplacements: 0,
    rounds: 3,
    leastRounds: 2,
    comparisonProcesses: 3,
    comparisonRounds: 1,
    compareAllKernels: false,
    blockNanoseconds: 1e5,
    leastWarmUpMilliseconds: 10,
    mostWarmUpMilliseconds: 30,
    warmSample: { bytes: 1024, leastFunctions: 1, mostFunctions: 64 },
    coldSampleBytes: [256, 1024],
    coldModules: 1,
    sampleModules: 1,
    mostModuleBytes: 64 * 1024,
    coldProcesses: 1,
    curveProcesses: 1,
    curveCalls: 50,
    curveFunctions: 50,
    sweepProcesses: 1,
    sweepRounds: 1,
    sweepFactor: 16,
    sweepCaches: 0.05,
    opinionProcesses: 0,
    census: { seconds: 30, processes: 1, leastProcesses: 1, passes: 1 },
  },
  quick: {
    ...STANDARD,
    name: 'quick',
    budgetSeconds: 28,
    processes: 12,
    mostReplacements: 12,
    rounds: 12,
    leastRounds: 6,
    comparisonProcesses: 6,
    comparisonRounds: 2,
    compareAllKernels: false,
    leastWarmUpMilliseconds: 500,
    mostWarmUpMilliseconds: 1000,
    sampleModules: 3,
    mostModuleBytes: 1024 * 1024,
    coldSampleBytes: [1024, 16_384],
    coldModules: 1,
    coldProcesses: 9,
    curveProcesses: 1,
    sweepProcesses: 1,
    sweepRounds: 1,
    sweepFactor: 4,
    opinionProcesses: 0,
    census: { seconds: 8, processes: 3, leastProcesses: 2, passes: 2 },
  },
  standard: STANDARD,
  thorough: {
    ...STANDARD,
    name: 'thorough',
    budgetSeconds: 900,
    processes: 30,
    mostReplacements: 30,
    rounds: 24,
    leastRounds: 12,
    census: { seconds: 120, processes: 15, leastProcesses: 5, passes: 7 },
    leastWarmUpMilliseconds: 3000,
    mostWarmUpMilliseconds: 6000,
    sampleModules: 10,
    mostModuleBytes: 16 * 1024 * 1024,
    coldProcesses: 20,
    curveProcesses: 10,
    sweepProcesses: 12,
    sweepRounds: 3,
    mostSweepBytes: 1024 * 1024 * 1024,
    opinionProcesses: 6,
  },
};
