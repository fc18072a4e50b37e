import { Random } from '@wasm-dyno/corpora/random';
import { median, quantile } from '../statistics/index.js';
import type { ModelKind, Observation } from './cost-model.js';

/** Between which a typical price lies, 95%, in nanoseconds. */
export interface PriceInterval {
  readonly low: number;
  readonly high: number;
}

/** An observation with its time in each process. */
export interface SampledObservation extends Observation {
  readonly byProcess: readonly number[];
}

/** What is drawn anew. */
export type Drawn = 'processes' | 'modules';

const RESAMPLES = 100;
const TAIL = 0.025;

/**
 * Between which each price of a model lies when processes, or modules, are drawn anew with replacement (Efron's percentile intervals); null where
 * there are fewer than two to draw from.
 */
export function bootstrapPrices(
  kind: ModelKind,
  observations: readonly SampledObservation[],
  drawn: Drawn,
  { nanosecondsPerFilledByte, seed }: { readonly nanosecondsPerFilledByte: number; readonly seed: number },
): readonly PriceInterval[] | null {
  const draw = drawn === 'processes' ? processesDrawn(observations) : modulesDrawn(observations);
  if (draw === undefined) return null;
  const random = new Random(seed, 'bootstrap', drawn, kind.name);
  const found = Array.from({ length: RESAMPLES }, () =>
    kind.fit(draw(random), nanosecondsPerFilledByte).prices.map(({ nanoseconds }) => nanoseconds),
  );
  return found[0]!.map((_, i) => {
    const prices = found.map((each) => each[i]!);
    return { low: quantile(prices, TAIL), high: quantile(prices, 1 - TAIL) };
  });
}

type Draw = (random: Random) => Observation[];

function processesDrawn(observations: readonly SampledObservation[]): Draw | undefined {
  const processes = observations[0]?.byProcess.length ?? 0;
  if (processes < 2) return undefined;
  return (random) => {
    const chosen = Array.from({ length: processes }, () => random.integer(0, processes - 1));
    return observations.map((each) => ({
      ...each,
      nanoseconds: median(chosen.map((process) => each.byProcess[process]!)),
    }));
  };
}

function modulesDrawn(observations: readonly SampledObservation[]): Draw | undefined {
  const modules = new Map<string, Observation[]>();
  for (const each of observations) {
    const known = modules.get(each.module);
    if (known === undefined) modules.set(each.module, [each]);
    else known.push(each);
  }
  const all = [...modules.values()];
  if (all.length < 2) return undefined;
  return (random) =>
    Array.from({ length: all.length }, (_, i) =>
      // Drawn twice, a module weighs twice.
      all[random.integer(0, all.length - 1)]!.map((each) => ({ ...each, module: `${each.module} ${i}` })),
    ).flat();
}
