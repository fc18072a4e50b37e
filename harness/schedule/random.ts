import { createHash } from 'node:crypto';

import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus';

/** A stream of random numbers that depends on its seed and labels alone. */
export interface RandomStream {
  /** Uniform over the whole numbers from `least` to `most`, both included. */
  integer(least: number, most: number): number;
  /** The items in random order; the argument stays as it is. */
  shuffled<T>(items: readonly T[]): T[];
}

/** Streams with different labels are independent of each other, so that adding one moves no other. */
export function randomStream(seed: number, ...labels: readonly (string | number)[]): RandomStream {
  const digest = createHash('sha256')
    .update(JSON.stringify([seed, ...labels]))
    .digest();
  const generator = xoroshiro128plusFromState([0, 4, 8, 12].map((at) => digest.readInt32LE(at)));
  const integer = (least: number, most: number): number => uniformInt(generator, least, most);
  return {
    integer,
    shuffled: (items) => {
      const result = [...items];
      for (let i = result.length - 1; i > 0; i--) {
        const j = integer(0, i);
        [result[i], result[j]] = [result[j]!, result[i]!];
      }
      return result;
    },
  };
}
