import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** A seeded stream of random numbers: the same seed gives the same stream on every machine. */
export class Random {
  readonly #generator;

  /** `seed` is an integer; its lowest 32 bits count. */
  constructor(readonly seed: number) {
    this.#generator = xoroshiro128plus(seed | 0);
  }

  /** In [0, 1). */
  uniform(): number {
    return uniformFloat64(this.#generator);
  }

  /** An integer from `from` to `to`, both included. */
  integer(from: number, to: number): number {
    return uniformInt(this.#generator, from, to);
  }

  /** Standard normal (Box & Muller 1958). */
  normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.uniform())) * Math.cos(2 * Math.PI * this.uniform());
  }

  /** Student's t with two degrees of freedom, by inverting its distribution: tails so heavy that it has no variance. */
  heavyTailed(): number {
    const u = 2 * this.uniform() - 1;
    return u * Math.sqrt(2 / (1 - u * u || Number.MIN_VALUE));
  }

  /** The items in random order (Fisher & Yates). */
  shuffled<T>(items: readonly T[]): T[] {
    const result = [...items];
    for (let last = result.length - 1; last > 0; last--) {
      const other = this.integer(0, last);
      [result[last], result[other]] = [result[other]!, result[last]!];
    }
    return result;
  }
}
