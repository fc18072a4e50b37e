import { Random } from '@wasm-dyno/corpora/random';
import type { RecordedCorpusInterval, RecordedLeaveOneOut } from '@wasm-dyno/reports/recorded-run';
import { quantile } from '../statistics/index.js';

/** A module of the corpus: its time, and what the prices charge for it. */
export interface ModuleCharge {
  readonly module: string;
  readonly time: number;
  readonly charge: number;
}

const RESAMPLES = 2000;
const LEVEL = 0.95;
/** The same modules give the same interval. */
const SEED = 1;

/** Sum of times / sum of charges: what prices must be multiplied by for these modules to be paid for. */
function factorOf(modules: readonly ModuleCharge[]): number {
  let time = 0;
  let charge = 0;
  for (const one of modules) {
    time += one.time;
    charge += one.charge;
  }
  return time / charge;
}

/**
 * How far a price moves when the corpus has other modules of the same kinds: the percentile interval of a bootstrap over modules (Efron
 * 1979), which the measurement's own interval knows nothing of. null for fewer than two modules.
 */
export function corpusInterval(
  modules: readonly ModuleCharge[],
  multiplier: number,
): RecordedCorpusInterval | null {
  if (modules.length < 2) return null;
  const random = new Random(SEED, 'corpus');
  const whole = factorOf(modules);
  const factors = Array.from({ length: RESAMPLES }, () => {
    const drawn = modules.map(() => random.pick(modules));
    return factorOf(drawn) / whole;
  });
  const tail = (1 - LEVEL) / 2;
  return {
    low: multiplier * quantile(factors, tail),
    high: multiplier * quantile(factors, 1 - tail),
    confidenceLevel: LEVEL,
    modules: modules.length,
    resamples: RESAMPLES,
  };
}

/** The least and the greatest that a price becomes when one module is left out; null for fewer than two modules. */
export function leaveOneModuleOut(
  modules: readonly ModuleCharge[],
  multiplier: number,
): RecordedLeaveOneOut | null {
  if (modules.length < 2) return null;
  const whole = factorOf(modules);
  const without = modules
    .map(({ module }, left) => ({
      module,
      value: (multiplier * factorOf(modules.filter((_, i) => i !== left))) / whole,
    }))
    .sort((a, b) => a.value - b.value || (a.module < b.module ? -1 : 1));
  const [low, high] = [without[0]!, without.at(-1)!];
  return { low: low.value, lowWithout: low.module, high: high.value, highWithout: high.module };
}

/** Charge / time of each module by the prices of the others alone. */
export function closureLeftOut(modules: readonly ModuleCharge[]): number[] {
  return modules.map(({ time, charge }, left) =>
    modules.length < 2 ? NaN : (charge / time) * factorOf(modules.filter((_, i) => i !== left)),
  );
}
