import type { Random } from '@wasm-dyno/corpora/random';

/** A draw from the standard normal distribution (Box & Muller 1958). */
export function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random.uniform())) * Math.cos(2 * Math.PI * random.uniform());
}

/** A draw from Student's t with two degrees of freedom, by inverting it: tails so heavy that it has no variance. */
export function heavyTailed(random: Random): number {
  const u = 2 * random.uniform() - 1;
  return u * Math.sqrt(2 / (1 - u * u || Number.MIN_VALUE));
}
