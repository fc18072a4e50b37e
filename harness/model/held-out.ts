import { median, quantile } from '../statistics/index.js';
import { predicted, type ModelKind, type Observation } from './cost-model.js';

/** How careful charges are: typical ones, or such that so many functions of so many modules are not undercharged. */
export const POLICIES = ['typical', 'p90', 'p99', 'safe'] as const;
export type Policy = (typeof POLICIES)[number];

/** What is left out together. */
export const FOLDS = ['module', 'toolchain'] as const;
export type Fold = (typeof FOLDS)[number];

/** How a model does on what it has not seen. */
export interface HeldOut {
  readonly model: string;
  readonly policy: Policy;
  /** What the typical charge is multiplied by. */
  readonly factor: number;
  /** Of |charge / time - 1|, over functions, modules weighing alike. */
  readonly medianError: number;
  readonly p95Error: number;
  /** Part of the functions that are charged less than they take. */
  readonly undercharged: number;
  /** The worst of them: time / charge. */
  readonly worst: number;
  /** Charge / time over whole modules. */
  readonly leastOfModules: number;
  readonly mostOfModules: number;
}

/** Beside what was seen, for what was not. */
const SAFETY = 1.2;

interface Tested {
  readonly fold: string;
  readonly module: string;
  readonly time: number;
  /** Typical, by a model that has not seen the fold. */
  readonly charge: number;
}

/** Fits the model without each fold, charges the fold with it, and tells how that went under each policy. */
export function heldOut(
  kind: ModelKind,
  observations: readonly Observation[],
  fold: Fold,
  nanosecondsPerFilledByte: number,
): HeldOut[] {
  const folds = [...new Set(observations.map((each) => each[fold]))];
  const tested = folds.flatMap((name): Tested[] => {
    const model = kind.fit(
      observations.filter((each) => each[fold] !== name),
      nanosecondsPerFilledByte,
    );
    return observations
      .filter((each) => each[fold] === name)
      .map(({ features, module, nanoseconds }) => ({
        fold: name,
        module,
        time: nanoseconds,
        charge: predicted(model, features),
      }));
  });
  return POLICIES.map((policy) => {
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
}

function factorOf(policy: Policy, tested: readonly Tested[]): number {
  if (policy === 'typical') return 1;
  const ratios = [...byModule(tested).values()].map((functions) =>
    functions.map(({ charge, time }) => time / charge),
  );
  if (policy === 'safe') return SAFETY * Math.max(...ratios.map((each) => quantile(each, 1)));
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

function summary(tested: readonly Tested[]): Omit<HeldOut, 'model' | 'policy' | 'factor'> {
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
