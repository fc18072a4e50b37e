import type { ModuleWitness } from './module-witness.js';

/** What of witnesses is looked at. */
export type Testimony = 'logObserved' | 'logJudged';

/** The mean of modules' medians, by logarithm, each one witness. */
export interface ModulesMean {
  readonly modules: number;
  readonly samples: number;
  readonly mean: number;
  /** Standard error. */
  readonly error: number;
}

/** Variance of one sample's logarithm, as far as a median of few is unsure by it. */
const SAMPLE_VARIANCE = 0.25;

/**
 * Means of the first witness, of the first two, and so on. Functions of one module are no independent samples: modules are, and lie apart by
 * `spread` (a standard deviation), or by as much as these do where that is more. That is a random-effects mean, as of the results of
 * several studies. DerSimonian, Laird: Meta-analysis in clinical trials, 1986; Birge: The calculation of errors by the method of least
 * squares, 1932.
 */
export function meansOfFirst(
  witnesses: readonly ModuleWitness[],
  testimony: Testimony,
  spread: number,
): ModulesMean[] {
  let [weights, sum, squares, samples] = [0, 0, 0, 0];
  return witnesses.map((witness, before) => {
    const logRatio = witness[testimony];
    const weight = 1 / (spread * spread + SAMPLE_VARIANCE / witness.samples);
    weights += weight;
    sum += weight * logRatio;
    squares += weight * logRatio * logRatio;
    samples += witness.samples;
    const found = before === 0 ? 1 : (squares - (sum * sum) / weights) / before;
    const error = Math.sqrt(Math.max(1, found) / weights);
    return { modules: before + 1, samples, mean: sum / weights, error };
  });
}
