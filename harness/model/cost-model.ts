import type { BodyFeatures } from '@wasm-dyno/engine/phases';
import { median, nonNegativePricesOfShares } from '../statistics/index.js';

/** A function, or a module as a whole, as a model sees it. */
export interface Observation {
  readonly module: string;
  readonly family: string;
  readonly toolchain: string;
  /** 1, or those of the module. */
  readonly functions: number;
  readonly features: BodyFeatures;
  /** Median over the processes. */
  readonly nanoseconds: number;
  /** The least of them: what it takes for sure. */
  readonly leastNanoseconds: number;
}

/** Something of a function that has a price. `function` counts 1, of a module its functions. */
export type Priced = 'function' | keyof BodyFeatures;

/** A model: prices in nanoseconds, none of them negative. */
export interface CostModel {
  readonly prices: readonly { readonly of: Priced; readonly nanoseconds: number }[];
}

/** A kind of model: how to make one of observations. */
export interface ModelKind {
  readonly name: string;
  fit(observations: readonly Observation[], nanosecondsPerFilledByte: number): CostModel;
}

/** Times below this are held against it: reading the clock takes a third of it. Above it, long and short ones repeat as well. */
const LEAST_NANOSECONDS = 300;
/** Residuals beyond so many scales count in proportion, not by their squares (Huber). */
const HUBER = 1.5;
const ROUNDS = 5;

/** What is counted. */
export type Counted = Pick<Observation, 'features' | 'functions'>;

export function predicted({ prices }: CostModel, counted: Counted): number {
  let sum = 0;
  for (const { nanoseconds, of } of prices) sum += nanoseconds * countOf(of, counted);
  return sum;
}

function countOf(priced: Priced, { features, functions }: Counted): number {
  return priced === 'function' ? functions : features[priced];
}

/** Groups of operators, beside what stands before the first and what all bytes cost. */
const GROUPS: readonly Priced[] = [
  'function',
  'bytes',
  'variables',
  'globals',
  'constants',
  'memory',
  'control',
  'calls',
  'others',
  'locals',
];

/** The model that engines charge by which know of a body nothing but its bytes, the embedded one too. */
export const CHARGED_MODEL = 'constant + bytes';

/** The model of engines that price a byte and nothing else: Wasmi's fuel costs. */
export const BYTE_MODEL = 'per phase';

/** The ladder of models, each with more to it than the one before. */
export const MODEL_KINDS: readonly ModelKind[] = [
  flat('flat 1x', 1),
  flat('flat 25x', 25),
  fitted(BYTE_MODEL, ['bytes']),
  fitted(CHARGED_MODEL, ['function', 'bytes']),
  fitted('+ operators', ['function', 'bytes', 'operators']),
  fitted('+ groups', GROUPS),
  fitted('+ lists', [...GROUPS, 'listValues']),
];

function flat(name: string, times: number): ModelKind {
  return {
    name,
    fit: (_, nanosecondsPerFilledByte) => ({
      prices: [{ of: 'bytes', nanoseconds: times * nanosecondsPerFilledByte }],
    }),
  };
}

/**
 * Non-negative prices by iterated least squares of relative residuals, every module weighing alike, then scaled so that the median module is
 * charged what it takes.
 */
function fitted(name: string, priced: readonly Priced[]): ModelKind {
  return {
    name,
    fit: (observations) => {
      const shares = priced.map((of) =>
        Float64Array.from(observations, (each) => countOf(of, each) / each.nanoseconds),
      );
      const base = baseWeights(observations);
      let weights = base;
      let prices: readonly number[] = [];
      for (let round = 0; round < ROUNDS; round++) {
        prices = nonNegativePricesOfShares(shares, weights);
        weights = reweighted(shares, prices, base, observations);
      }
      const model = { prices: priced.map((of, i) => ({ of, nanoseconds: prices[i] ?? 0 })) };
      return scaled(model, observations);
    },
  };
}

/** Each module weighs alike, whatever it has of functions; times that the clock hardly tells weigh less. */
function baseWeights(observations: readonly Observation[]): Float64Array {
  const sizes = new Map<string, number>();
  for (const { module } of observations) sizes.set(module, (sizes.get(module) ?? 0) + 1);
  return Float64Array.from(
    observations,
    ({ module, nanoseconds }) =>
      (nanoseconds / Math.max(nanoseconds, LEAST_NANOSECONDS)) ** 2 / sizes.get(module)!,
  );
}

function reweighted(
  shares: readonly Float64Array[],
  prices: readonly number[],
  base: Float64Array,
  observations: readonly Observation[],
): Float64Array {
  const residuals = base.map((_, i) => {
    let charged = 0;
    for (let j = 0; j < shares.length; j++) charged += prices[j]! * shares[j]![i]!;
    const { nanoseconds } = observations[i]!;
    return (Math.abs(charged - 1) * nanoseconds) / Math.max(nanoseconds, LEAST_NANOSECONDS);
  });
  const scale = 1.4826 * (residuals.length === 0 ? 0 : residuals.slice().sort()[residuals.length >> 1]!);
  return base.map((weight, i) => weight * Math.min(1, (HUBER * scale) / Math.max(residuals[i]!, 1e-12)));
}

/** Modules weigh alike here too: the median one is charged what it takes. */
function scaled(model: CostModel, observations: readonly Observation[]): CostModel {
  const charged = new Map<string, { time: number; charge: number }>();
  for (const each of observations) {
    const { module, nanoseconds } = each;
    const sums = charged.get(module) ?? { time: 0, charge: 0 };
    charged.set(module, { time: sums.time + nanoseconds, charge: sums.charge + predicted(model, each) });
  }
  const factor =
    charged.size === 0 ? 1 : median([...charged.values()].map(({ charge, time }) => time / charge));
  return { prices: model.prices.map(({ nanoseconds, of }) => ({ of, nanoseconds: nanoseconds * factor })) };
}
