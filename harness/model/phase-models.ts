import {
  CHARGE_POLICIES,
  MODEL_FOLDS,
  type ChargePolicy,
  type ProfileDomain,
  type ProfileModel,
  type ProfileModelPrice,
  type ProfilePhaseModels,
} from '@wasm-dyno/engine';
import type { Census, CensusBody, CensusPhase } from '../census/index.js';
import { median } from '../statistics/index.js';
import { bootstrapPrices, type PriceInterval, type SampledObservation } from './bootstrap-prices.js';
import { CHARGED_MODEL, MODEL_KINDS, type ModelKind } from './cost-model.js';
import { heldOut, type HeldOut, type Trials } from './held-out.js';

/** What fitting takes to know. */
export interface FittingOptions {
  readonly nanosecondsPerFilledByte: number;
  readonly seed: number;
  /** Told after each of the models. */
  readonly onStep?: (() => void) | undefined;
}

/** The models of a phase, and what each predicts for functions of modules that it has not seen, in the order of `observations`. */
export interface FittedPhase {
  readonly models: ProfilePhaseModels;
  readonly observations: readonly PlacedObservation[];
  readonly predictions: ReadonlyMap<string, readonly number[]>;
}

export interface PlacedObservation extends SampledObservation {
  /** Undefined for a whole module. */
  readonly index: number | undefined;
}

/** Undefined where the census has not that phase. */
export function fittedPhase(
  census: Census,
  phase: CensusPhase,
  options: FittingOptions,
): FittedPhase | undefined {
  const observations = observationsOf(census, phase);
  if (observations.length === 0) return undefined;
  const predictions = new Map<string, readonly number[]>();
  const models = MODEL_KINDS.map((kind) => {
    const trials = Object.fromEntries(
      MODEL_FOLDS.map((fold) => [fold, heldOut(kind, observations, fold, options.nanosecondsPerFilledByte)]),
    ) as Record<(typeof MODEL_FOLDS)[number], Trials>;
    predictions.set(kind.name, trials.module.predictions);
    const model = profileModel(kind, observations, trials, options);
    options.onStep?.();
    return model;
  });
  const domain = domainOf(
    census.modules.flatMap(({ bodies }) => bodies),
    phase,
  );
  return { models: { charged: CHARGED_MODEL, domain, models }, observations, predictions };
}

/** What a census saw of a phase; nothing where it has not that phase. */
export function observationsOf({ modules }: Census, phase: CensusPhase): PlacedObservation[] {
  return modules.flatMap(({ bodies, family, name, toolchain }) =>
    bodies.flatMap(({ features, functions, index, nanoseconds }): PlacedObservation[] => {
      const byProcess = nanoseconds[phase];
      if (byProcess === undefined) return [];
      return [
        {
          module: name,
          family,
          toolchain,
          index,
          functions,
          features,
          nanoseconds: median(byProcess),
          leastNanoseconds: Math.min(...byProcess),
          byProcess,
        },
      ];
    }),
  );
}

function profileModel(
  kind: ModelKind,
  observations: readonly PlacedObservation[],
  trials: Record<(typeof MODEL_FOLDS)[number], Trials>,
  options: FittingOptions,
): ProfileModel {
  const { nanosecondsPerFilledByte } = options;
  const of = (fold: (typeof MODEL_FOLDS)[number], policy: ChargePolicy) =>
    trials[fold].policies.find((each) => each.policy === policy)!;
  // It takes seconds: what nobody is charged by has none.
  const hasIntervals = kind.name === CHARGED_MODEL;
  const [overProcesses, overModules] = (['processes', 'modules'] as const).map((drawn) =>
    hasIntervals ? bootstrapPrices(kind, observations, drawn, options) : null,
  );
  const thousandths = (nanoseconds: number) => (1000 * nanoseconds) / nanosecondsPerFilledByte;
  const inThousandths = (interval: PriceInterval | undefined) =>
    interval === undefined
      ? null
      : { low: rounded(thousandths(interval.low)), high: rounded(thousandths(interval.high)) };
  const { prices } = kind.fit(observations, nanosecondsPerFilledByte);
  return {
    name: kind.name,
    prices: prices.map(({ nanoseconds, of: priced }, i): ProfileModelPrice => ({
      of: priced,
      thousandths: byPolicy((policy) => Math.ceil(thousandths(nanoseconds) * of('module', policy).factor)),
      overProcesses: inThousandths(overProcesses?.[i]),
      overModules: inThousandths(overModules?.[i]),
    })),
    policies: byPolicy((policy) => ({
      factor: rounded(of('module', policy).factor),
      heldOut: {
        module: trialOf(of('module', policy)),
        family: trialOf(of('family', policy)),
        toolchain: trialOf(of('toolchain', policy)),
      },
    })),
  };
}

function byPolicy<Value>(of: (policy: ChargePolicy) => Value): Record<ChargePolicy, Value> {
  return Object.fromEntries(CHARGE_POLICIES.map((policy) => [policy, of(policy)])) as Record<
    ChargePolicy,
    Value
  >;
}

function trialOf({ leastOfModules, medianError, mostOfModules, p95Error, undercharged, worst }: HeldOut) {
  return {
    medianError: rounded(medianError),
    p95Error: rounded(p95Error),
    undercharged: rounded(undercharged),
    worst: rounded(worst),
    leastOfModules: rounded(leastOfModules),
    mostOfModules: rounded(mostOfModules),
  };
}

/** Six digits: nothing is charged by it. */
function rounded(value: number): number {
  return Number(value.toPrecision(6));
}

/** All that was measured. Engines that count otherwise, and whole modules, count bytes as bytes. */
function domainOf(bodies: readonly CensusBody[], phase: CensusPhase): ProfileDomain {
  const sizes = bodies.map(({ features }) => features.bytes);
  const counted = bodies.map(({ counted, features }) =>
    phase === 'compile' ? 1 : counted[phase] / features.bytes,
  );
  return {
    leastBytes: sizes.reduce((a, b) => Math.min(a, b)),
    mostBytes: sizes.reduce((a, b) => Math.max(a, b)),
    mostCountedThousandths: Math.ceil(1000 * counted.reduce((a, b) => Math.max(a, b))),
  };
}
