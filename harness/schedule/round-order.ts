import type { Random } from '@wasm-dyno/corpora/random';

export interface PlacedPair<P> {
  readonly pair: P;
  /** `ab`: the phase block first; `ba`: the memset block first. */
  readonly order: 'ab' | 'ba';
}

/**
 * Every pair once, in random order, each with its two sides in random order: a round of blocks, or the order in which a process makes and
 * warms up its arms. Drawn anew each time, so that what comes of being first, or of standing behind a certain other, cancels over rounds
 * and processes; two fixed orders in turns leave two fixed sets of neighbours.
 */
export function randomOrder<P>(pairs: readonly P[], random: Random): PlacedPair<P>[] {
  return random.shuffled(pairs).map((pair) => ({ pair, order: random.integer(0, 1) === 0 ? 'ab' : 'ba' }));
}
