import { median, quantile } from '../statistics/index.js';
import { CHARGE_POLICIES, type ChargePolicy, type MODEL_FOLDS, type ProfileTrial } from '@wasm-dyno/engine';
import { predicted, type ModelKind, type Observation } from './cost-model.js';

/** What is left out together. */
export type Fold = (typeof MODEL_FOLDS)[number];

/** How a model does on what it has not seen. */
export interface HeldOut extends ProfileTrial {
  readonly model: string;
  readonly policy: ChargePolicy;
  /** What the typical charge is multiplied by. */
  readonly factor: number;
}

/** How a model does on what it has not seen, and what it predicts for each observation. */
export interface Trials {
  readonly policies: readonly HeldOut[];
  /** Typical charges in time, in the order of the observations. */
  readonly predictions: readonly number[];
}

/** Beside what was seen, for what was not. */
const SAFETY = 1.2;

interface Tested {
  readonly fold: string;
  readonly module: string;
  readonly time: number;
  readonly leastTime: number;
  /** Typical, by a model that has not seen the fold. */
  readonly charge: number;
}

/** Fits the model without each fold, charges the fold with it, and tells how that went under each policy. */
export function heldOut(
  kind: ModelKind,
  observations: readonly Observation[],
  fold: Fold,
  nanosecondsPerFilledByte: number,
): Trials {
  const folds = [...new Set(observations.map((each) => each[fold]))];
  const tested = new Array<Tested>(observations.length);
  for (const name of folds) {
    const model = kind.fit(
      observations.filter((each) => each[fold] !== name),
      nanosecondsPerFilledByte,
    );
    observations.forEach((each, i) => {
      const { leastNanoseconds, module, nanoseconds } = each;
      if (each[fold] !== name) return;
      const charge = predicted(model, each);
      tested[i] = { fold: name, module, time: nanoseconds, leastTime: leastNanoseconds, charge };
    });
  }
  const policies = CHARGE_POLICIES.map((policy) => {
    // What a fold is multiplied by comes from the others alone.
    const factors = new Map(
      folds.map((name) => [
        name,
        factorOf(
          policy,
          tested.filter((each) => each.fold !== name),
        ),
      ]),
    );
    const charged = tested.map((each) => ({ ...each, charge: each.charge * factors.get(each.fold)! }));
    return { model: kind.name, policy, factor: factorOf(policy, tested), ...summary(charged) };
  });
  return { policies, predictions: tested.map(({ charge }) => charge) };
}

function factorOf(policy: ChargePolicy, tested: readonly Tested[]): number {
  if (policy === 'typical' || tested.length === 0) return 1;
  const ratios = [...byModule(tested).values()].map((functions) =>
    functions.map(({ charge, time }) => time / charge),
  );
  // By times that every process saw: one that was disturbed is no reason to charge all others by it.
  if (policy === 'safe') {
    const sure = tested.reduce((most, { charge, leastTime }) => Math.max(most, leastTime / charge), 1);
    return Math.max(SAFETY * sure, factorOf('p99', tested));
  }
  const probability = policy === 'p90' ? 0.9 : 0.99;
  return Math.max(
    1,
    quantile(
      ratios.map((each) => quantile(each, probability)),
      probability,
    ),
  );
}

function byModule(tested: readonly Tested[]): Map<string, Tested[]> {
  const modules = new Map<string, Tested[]>();
  for (const each of tested) {
    const list = modules.get(each.module);
    if (list === undefined) modules.set(each.module, [each]);
    else list.push(each);
  }
  return modules;
}

function summary(tested: readonly Tested[]): ProfileTrial {
  const modules = [...byModule(tested).values()];
  const errors = modules.map((functions) => functions.map(({ charge, time }) => Math.abs(charge / time - 1)));
  const sums = modules.map(
    (functions) =>
      functions.reduce((sum, { charge }) => sum + charge, 0) /
      functions.reduce((sum, { time }) => sum + time, 0),
  );
  const worst = tested.reduce((most, { charge, time }) => Math.max(most, time / charge), 0);
  return {
    medianError: median(errors.map((each) => median(each))),
    p95Error: median(errors.map((each) => quantile(each, 0.95))),
    undercharged: tested.filter(({ charge, time }) => charge < time).length / tested.length,
    worst,
    leastOfModules: Math.min(...sums),
    mostOfModules: Math.max(...sums),
  };
}
