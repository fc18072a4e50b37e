import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { RandomGenerator } from 'pure-rand/types/RandomGenerator';

/** Something to choose with a probability in proportion to its weight. */
export interface Weighted {
  readonly weight: number;
}

/**
 * A seeded stream of random numbers and choices (xoroshiro128+): the same seed gives the same stream on every machine.
 * Labels separate streams of one seed, so that what one stream draws never shifts what another gives.
 */
export class Random {
  readonly #generator: RandomGenerator;

  constructor(seed: number, ...labels: readonly (string | number)[]) {
    this.#generator = xoroshiro128plus(hash32([seed, ...labels].join('/')));
  }

  /** In [0, 1). */
  uniform(): number {
    return uniformFloat64(this.#generator);
  }

  /** A whole number from `from` to `to`, both included. */
  integer(from: number, to: number): number {
    return uniformInt(this.#generator, from, to);
  }

  /** A signed 32-bit integer, all values alike. */
  word(): number {
    return this.#generator.next();
  }

  /** A signed 64-bit integer, all values alike. */
  longWord(): bigint {
    return (BigInt(this.word()) << 32n) | BigInt(this.word() >>> 0);
  }

  /** True with the given probability. */
  chance(probability: number): boolean {
    return this.integer(0, 999_999) < probability * 1_000_000;
  }

  pick<Item>(items: readonly Item[]): Item {
    if (items.length === 0) throw new RangeError('nothing to pick from');
    return items[this.integer(0, items.length - 1)]!;
  }

  /** The items in random order (Fisher & Yates); the argument stays as it is. */
  shuffled<Item>(items: readonly Item[]): Item[] {
    const result = [...items];
    for (let last = result.length - 1; last > 0; last--) {
      const other = this.integer(0, last);
      [result[last], result[other]] = [result[other]!, result[last]!];
    }
    return result;
  }

  /** One of the items, in proportion to their weights (whole numbers above 0). */
  weighted<Item extends Weighted>(items: readonly Item[]): Item {
    let total = 0;
    for (const { weight } of items) total += weight;
    let rest = this.integer(1, total);
    for (const item of items) {
      rest -= item.weight;
      if (rest <= 0) return item;
    }
    throw new RangeError('nothing to pick from');
  }
}

/** FNV-1a over the UTF-16 code units. */
function hash32(text: string): number {
  let hash = 0x811c9dc5;
  for (let position = 0; position < text.length; position++) {
    hash = Math.imul(hash ^ text.charCodeAt(position), 0x01000193);
  }
  return hash | 0;
}
