import { median } from './sample.js';
import { medianInterval, relativeHalfWidth, type MedianInterval } from './order-statistic-interval.js';
import { Random } from '@wasm-dyno/corpora/random';
import { heavyTailed, normal } from './distributions.js';
import { sequentialPlan } from './sequential-plan.js';

/** How simulated measurements go wrong. Spreads are those of the logarithm of the ratio. */
export interface SimulatedNoise {
  /** Spread between processes (layout, alignment, which code the JIT chose). */
  readonly processSpread: number;
  /** Spread between rounds of one process. */
  readonly roundSpread: number;
  /** Correlation of one round with the next (first-order autoregression). */
  readonly autocorrelation: number;
  /** Part of the rounds in which a heavy-tailed delay hits one of the two blocks, the phase's or the memset's. */
  readonly disturbedRounds: number;
  /** Part of the processes whose compiler code is slower throughout, by 30% to 200%. */
  readonly outlierProcesses: number;
}

export const DEFAULT_NOISE: SimulatedNoise = {
  processSpread: 0.02,
  roundSpread: 0.03,
  autocorrelation: 0.7,
  disturbedRounds: 0.1,
  outlierProcesses: 0.05,
};

/** The nominal and the observed coverage of one way of making intervals. */
export interface CoverageResult {
  /** For example `12 processes`. */
  readonly design: string;
  readonly experiments: number;
  readonly nominal: number;
  readonly observed: number;
  /** Processes used, on average. */
  readonly meanProcesses: number;
  /** Median of the intervals' relative half-widths. */
  readonly medianRelativeHalfWidth: number;
}

export interface CoverageSimulation {
  readonly seed: number;
  readonly noise: SimulatedNoise;
  readonly rounds: number;
  /** The designs in use; each must lie within [0.93, 0.98]. */
  readonly designs: readonly CoverageResult[];
  /** The same data with every round taken for an independent value: what the designs avoid. */
  readonly control: CoverageResult;
}

/** What observed coverage of a nominal 95% must lie within. */
export const COVERAGE_BOUNDS = [0.93, 0.98] as const;

/** Processes after which the sequential design looks at its interval. */
export const SEQUENTIAL_LOOKS = [20, 30, 40] as const;

/**
 * Simulates whole calibrations with a known answer and counts how often the interval holds it. The truth is the ratio of an
 * undisturbed process, so that outlier processes bias the data against us.
 */
export function simulateCoverage(options: {
  seed: number;
  experiments?: number;
  rounds?: number;
  noise?: SimulatedNoise;
}): CoverageSimulation {
  const { seed, experiments = 2000, rounds = 40, noise = DEFAULT_NOISE } = options;
  const fixed = (processes: number) => ({
    design: `${processes} processes`,
    nominal: 0.95,
    measure: (random: Random) =>
      medianInterval(times(processes, () => median(simulateProcess(random, rounds, noise)))),
  });
  const plan = sequentialPlan(SEQUENTIAL_LOOKS);
  const sequential = {
    design: `${SEQUENTIAL_LOOKS.join(' -> ')} processes, stopping at a half-width of ${100 * STOPPING_HALF_WIDTH}%`,
    nominal: 0.95,
    measure: (random: Random) => {
      const medians: number[] = [];
      let interval: MedianInterval | undefined;
      for (const look of plan.looks) {
        while (medians.length < look.sampleSize) medians.push(median(simulateProcess(random, rounds, noise)));
        interval = medianInterval(medians, { ranks: look.ranks });
        if (relativeHalfWidth(interval) <= STOPPING_HALF_WIDTH) break;
      }
      return interval!;
    },
  };
  const pooled = {
    design: '20 processes, every round taken for an independent value',
    nominal: 0.95,
    measure: (random: Random) =>
      medianInterval(times(20, () => simulateProcess(random, rounds, noise)).flat()),
    processes: 20,
  };
  const run = (design: typeof sequential, stream: number, size?: number): CoverageResult => {
    const random = new Random(Math.imul(seed, 31) + stream);
    const intervals = times(experiments, () => design.measure(random));
    return {
      design: design.design,
      experiments,
      nominal: design.nominal,
      observed:
        intervals.filter(({ low, high }) => low <= TRUE_RATIO && TRUE_RATIO <= high).length / experiments,
      meanProcesses: size ?? intervals.reduce((sum, { sampleSize }) => sum + sampleSize, 0) / experiments,
      medianRelativeHalfWidth: median(intervals.map(relativeHalfWidth)),
    };
  };
  return {
    seed,
    noise,
    rounds,
    designs: [fixed(12), fixed(20), fixed(30), sequential].map((design, index) => run(design, index)),
    control: run(pooled, 4, pooled.processes),
  };
}

/** The designs whose observed coverage lies outside {@link COVERAGE_BOUNDS}. */
export function coverageFailures(simulation: CoverageSimulation): CoverageResult[] {
  const [low, high] = COVERAGE_BOUNDS;
  return simulation.designs.filter(({ observed }) => observed < low || observed > high);
}

const TRUE_RATIO = 1000;

/** Chosen so that the sequential design stops at each of its looks in a good part of the experiments. */
const STOPPING_HALF_WIDTH = 0.016;

/** The ratios of one simulated process, round by round. */
function simulateProcess(random: Random, rounds: number, noise: SimulatedNoise): number[] {
  const effect = noise.processSpread * normal(random);
  const slowdown = random.uniform() < noise.outlierProcesses ? 1.3 + 1.7 * random.uniform() : 1;
  const { autocorrelation } = noise;
  const innovation = Math.sqrt(1 - autocorrelation * autocorrelation);
  let drift = normal(random);
  return times(rounds, () => {
    drift = autocorrelation * drift + innovation * normal(random);
    const disturbed = random.uniform() < noise.disturbedRounds;
    const delay = disturbed ? Math.max(-5, Math.min(5, 0.1 * heavyTailed(random))) : 0;
    return TRUE_RATIO * slowdown * Math.exp(effect + noise.roundSpread * drift + delay);
  });
}

function times<T>(count: number, make: () => T): T[] {
  return Array.from({ length: count }, make);
}
