import { Random } from '@wasm-dyno/corpora/random';
import type { Measurement, VerificationCheck } from '@wasm-dyno/reports/recorded-run';
import { counted, percent } from '@wasm-dyno/reports/wording';
import {
  COVERAGE_BOUNDS,
  coverageFailures,
  medianInterval,
  simulateCoverage,
  type MedianInterval,
} from '../statistics/index.js';
import { coverageOfTwins, rowsOfTwins } from './against-itself.js';
import { DEFAULT_ARM_RATIO, armRatios, type ArmRatioOptions } from './arm-ratio.js';
import type { VerificationTarget } from './verification-target.js';

/** A/A experiments' worth of processes, and how often they are dealt out to experiments. */
export const SELF_EXPERIMENTS = 40;
const SELF_DEALS = 20;
export const KNOWN_ANSWER_TOLERANCE = 0.03;
/**
 * The phases warm and in a loop are a little less than a first call: it changes from one to the other, takes fresh memory, and makes the
 * function ready, which is a microsecond of its own.
 */
export const CLOSURE_TOLERANCE = 0.1;

export interface CheckOptions extends Partial<ArmRatioOptions> {
  readonly seed: number;
}

/** Nominal against observed coverage on simulated data. */
export function checkCoverage(options: {
  seed: number;
  experiments?: number;
  rounds?: number;
}): VerificationCheck {
  const simulation = simulateCoverage(options);
  const failures = coverageFailures(simulation);
  const [low, high] = COVERAGE_BOUNDS;
  const observed = simulation.designs.map((design) => design.observed);
  return {
    name: 'coverage-simulation',
    passed: failures.length === 0,
    wanted: `nominal 95% intervals hold the truth in ${percent(low)} to ${percent(high)} of the experiments`,
    found: `${percent(Math.min(...observed))} to ${percent(Math.max(...observed))} over ${counted(observed.length, 'design')}`,
    coverages: [...simulation.designs, simulation.control].map(
      ({ design, experiments, nominal, observed: seen, medianRelativeHalfWidth }) => ({
        design,
        experiments,
        nominal,
        observed: seen,
        medianRelativeHalfWidth,
      }),
    ),
  };
}

/**
 * The same work against itself, phase and memset, all in the same processes and through the whole estimator: of the intervals as many
 * should hold 1 as they promise. The interval of the coverage counts each process once, however often it was dealt out.
 */
export async function checkAgainstItself(
  target: VerificationTarget,
  options: CheckOptions & { readonly experiments?: number },
): Promise<VerificationCheck> {
  const { seed, experiments = SELF_EXPERIMENTS } = options;
  const measured = settings(options);
  const random = new Random(seed);
  const processes: Measurement[][] = [];
  for (let process = 0; process < experiments * measured.processes; process++) {
    processes.push(await rowsOfTwins(target, process, random, measured));
    measured.onProcess?.();
  }
  const dealing = { processesOfExperiment: measured.processes, deals: SELF_DEALS };
  const { intervals, held, farthest } = coverageOfTwins(processes, dealing, random);
  const coverage = held / intervals;
  const [low, high] = COVERAGE_BOUNDS;
  const [least, most] = shareInterval(coverage, intervals / SELF_DEALS);
  return {
    name: 'a-against-a',
    passed: low <= coverage && coverage <= high,
    wanted: `${percent(low)} to ${percent(high)} of the intervals of a phase and a memset against their copies hold 1`,
    found: `${percent(coverage)} do (${percent(least)} to ${percent(most)} by ${intervals / SELF_DEALS} independent ones, ${counted(processes.length, 'process', 'processes')} dealt out ${SELF_DEALS} times); the estimate farthest from 1 is ${percent(farthest)} off`,
  };
}

/** A 95% interval for a share of so many independent trials (Wilson 1927). */
function shareInterval(share: number, trials: number): [number, number] {
  const z = 1.96;
  const centre = (share + (z * z) / (2 * trials)) / (1 + (z * z) / trials);
  const half =
    (z * Math.sqrt((share * (1 - share)) / trials + (z * z) / (4 * trials * trials))) /
    (1 + (z * z) / trials);
  return [Math.max(0, centre - half), Math.min(1, centre + half)];
}

/** Twice the work must take twice the time. */
export async function checkKnownAnswer(
  target: VerificationTarget,
  options: CheckOptions,
): Promise<VerificationCheck> {
  const random = new Random(options.seed);
  const ratio = medianInterval(await armRatios(target, ['double'], ['single'], random, settings(options)));
  return {
    name: 'known-answer',
    passed: Math.abs(ratio.estimate / 2 - 1) <= KNOWN_ANSWER_TOLERANCE,
    wanted: `the same work twice reads 2.00 within ${percent(KNOWN_ANSWER_TOLERANCE)}`,
    found: shown(ratio),
  };
}

/** Phases measured apart must add up to the lazily compiled first call measured whole. */
export async function checkClosure(
  target: VerificationTarget,
  options: CheckOptions,
): Promise<VerificationCheck> {
  const random = new Random(options.seed);
  const parts = ['parse', 'validate', 'translate'] as const;
  const ratio = medianInterval(await armRatios(target, parts, ['first-call'], random, settings(options)));
  return {
    name: 'closure',
    passed: Math.abs(ratio.estimate - 1) <= CLOSURE_TOLERANCE,
    wanted: `parse + validate + translate measured apart are the first call measured whole within ${percent(CLOSURE_TOLERANCE)}`,
    found: `apart / whole = ${shown(ratio)}`,
  };
}

function settings(options: CheckOptions): ArmRatioOptions {
  const { processes, rounds, blockNanoseconds, warmUpNanoseconds, onProcess } = {
    ...DEFAULT_ARM_RATIO,
    ...options,
  };
  return { processes, rounds, blockNanoseconds, warmUpNanoseconds, onProcess };
}

function shown({ estimate, low, high, confidenceLevel, sampleSize }: MedianInterval): string {
  return `${estimate.toFixed(3)} (${percent(confidenceLevel)} interval ${low.toFixed(3)} to ${high.toFixed(3)}, ${sampleSize} processes)`;
}
