import { Random } from '@wasm-dyno/corpora';
import { median } from 'wasm-dyno';

/** Times of a pair of blocks, one beside the other. */
export interface Pair {
  readonly without: number;
  readonly with: number;
}

/** How much more the one takes than the other, as a part: 0.01 is 1%. */
export interface PairedChange {
  readonly estimate: number;
  readonly low: number;
  readonly high: number;
  readonly pairs: number;
}

const RESAMPLES = 1_000;
const LEVEL = 0.95;

/**
 * The median over all pairs of with / without - 1, with the 95% interval of a bootstrap: processes are drawn with replacement, and pairs
 * within each.
 */
export function pairedChange(processes: readonly (readonly Pair[])[], seed: number): PairedChange {
  const logarithms = processes.map((pairs) =>
    pairs
      .filter((pair) => pair.without > 0 && pair.with > 0)
      .map((pair) => Math.log(pair.with / pair.without)),
  );
  const random = new Random(seed, 'paired change');
  const drawn = <Item>(items: readonly Item[]): Item[] => items.map(() => random.pick(items));
  const estimates = Array.from({ length: RESAMPLES }, () => median(drawn(logarithms).flatMap(drawn))).sort(
    (a, b) => a - b,
  );
  const all = logarithms.flat();
  const at = (part: number) => Math.expm1(estimates[Math.round(part * (RESAMPLES - 1))]!);
  return {
    estimate: Math.expm1(median(all)),
    low: at((1 - LEVEL) / 2),
    high: at((1 + LEVEL) / 2),
    pairs: all.length,
  };
}
