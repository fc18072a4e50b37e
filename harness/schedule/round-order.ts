import type { Random } from '@wasm-dyno/corpora/random';

export interface PlacedPair<P> {
  readonly pair: P;
  /** `ab`: the phase block first; `ba`: the memset block first. */
  readonly order: 'ab' | 'ba';
}

/** One round: every pair once, in random order, each with its blocks in random order. */
export function roundOrder<P>(pairs: readonly P[], random: Random): PlacedPair<P>[] {
  return random.shuffled(pairs).map((pair) => ({ pair, order: random.integer(0, 1) === 0 ? 'ab' : 'ba' }));
}

/**
 * In which order a process creates and warms up its arms: every other process the other way round, so that what comes
 * of being first cancels over the processes.
 */
export function creationOrder<P>(pairs: readonly P[], reversed: boolean): PlacedPair<P>[] {
  const placed = pairs.map((pair): PlacedPair<P> => ({ pair, order: reversed ? 'ba' : 'ab' }));
  return reversed ? placed.reverse() : placed;
}
