import { median, quantile } from '../statistics/index.js';
import type { SampledObservation } from './bootstrap-prices.js';

/** How far apart two measurements of the same functions are: what no model foretells. */
export interface Repeats {
  /** Median over the modules, as errors of models are told. */
  readonly medianError: number;
  readonly p95Error: number;
}

/** Processes of each half. */
const LEAST_HALF = 2;

/**
 * Every other process against those between: |time / time - 1| of each function, by medians. The median of all processes, which models are
 * held against, is half as far from what it is an estimate of. Undefined for fewer than four processes.
 */
export function repeatsOf(observations: readonly SampledObservation[]): Repeats | undefined {
  const modules = new Map<string, number[]>();
  for (const { byProcess, module } of observations) {
    const [even, odd] = [0, 1].map((half) => byProcess.filter((_, process) => process % 2 === half));
    if (odd!.length < LEAST_HALF) return undefined;
    const errors = modules.get(module) ?? [];
    errors.push(Math.abs(median(even!) / median(odd!) - 1));
    modules.set(module, errors);
  }
  const all = [...modules.values()];
  if (all.length === 0) return undefined;
  return {
    medianError: median(all.map((errors) => median(errors))),
    p95Error: median(all.map((errors) => quantile(errors, 0.95))),
  };
}
