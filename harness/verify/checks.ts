import { Random } from '@wasm-dyno/corpora/random';
import type { VerificationCheck } from '@wasm-dyno/reports/recorded-run';
import { percent } from '@wasm-dyno/reports/wording';
import {
  COVERAGE_BOUNDS,
  coverageFailures,
  medianInterval,
  simulateCoverage,
  type MedianInterval,
} from '../statistics/index.js';
import { DEFAULT_ARM_RATIO, armRatios, type ArmRatioOptions } from './arm-ratio.js';
import type { VerificationTarget } from './verification-target.js';

/** A/A experiments, and how many of the 95% intervals must hold 1: fewer come by chance in 1.4% of runs where 95% is true. */
export const SELF_EXPERIMENTS = 40;
export const SELF_COVERED = 35;
export const KNOWN_ANSWER_TOLERANCE = 0.03;
export const CLOSURE_TOLERANCE = 0.05;

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
    found: `${percent(Math.min(...observed))} to ${percent(Math.max(...observed))} over ${observed.length} designs`,
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

/** The same work against itself, many times over: the interval should hold 1. */
export async function checkAgainstItself(
  target: VerificationTarget,
  options: CheckOptions & { readonly experiments?: number },
): Promise<VerificationCheck> {
  const { seed, experiments = SELF_EXPERIMENTS } = options;
  const needed = Math.ceil((experiments * SELF_COVERED) / SELF_EXPERIMENTS);
  const random = new Random(seed);
  const intervals: MedianInterval[] = [];
  for (let experiment = 0; experiment < experiments; experiment++) {
    intervals.push(
      medianInterval(await armRatios(target, ['single'], ['single-copy'], random, settings(options))),
    );
  }
  const covered = intervals.filter(({ low, high }) => low <= 1 && 1 <= high).length;
  const farthest = Math.max(...intervals.map(({ estimate }) => Math.abs(estimate - 1)));
  return {
    name: 'a-against-a',
    passed: covered >= needed,
    wanted: `at least ${needed} of ${experiments} intervals hold 1`,
    found: `${covered} of ${experiments} do; the estimate farthest from 1 is ${percent(farthest)} off`,
  };
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
