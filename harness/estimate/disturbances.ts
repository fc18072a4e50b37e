import type { RecordedDisturbance } from '@wasm-dyno/reports/recorded-run';
import { median } from '../statistics/index.js';
import { groupBy } from './group-by.js';
import type { BlockPair } from './block-pair.js';

/** A block that took so much longer than its arm's others was slow, whatever the flags say. */
const SLOW = 1.1;

/**
 * How far the flag `contended` can be believed, and what is thrown away for it and the other disturbances: by engine, over warm pairs. A
 * block's slowness is judged by its arm's unflagged blocks in the same process; nothing is left out by it.
 */
export function disturbances(pairs: readonly BlockPair[]): RecordedDisturbance[] {
  const warm = pairs.filter(({ phase }) => phase.temperature === 'warm');
  return [...groupBy(warm, ({ phase }) => phase.engine)].map(([engine, own]) => {
    const judged = [...groupBy(own, ({ phase }) => `${phase.process} ${phase.arm}`).values()].flatMap(
      withSlowness,
    );
    const contended = judged.filter(({ isContended }) => isContended);
    const others = judged.filter(({ isContended }) => !isContended);
    return {
      engine,
      pairs: own.length,
      thrownAwayShare: own.filter(({ isDisturbed }) => isDisturbed).length / own.length,
      contendedBlocks: contended.length,
      slowIfContended: slowShare(contended),
      slowOtherwise: slowShare(others),
    };
  });
}

interface Judged {
  readonly isContended: boolean;
  readonly isSlow: boolean;
}

function withSlowness(pairs: readonly BlockPair[]): Judged[] {
  const isContended = ({ phase }: BlockPair): boolean => phase.flags.includes('contended');
  const calm = pairs.filter((pair) => !isContended(pair));
  const usual = median((calm.length > 0 ? calm : pairs).map((pair) => pair.phaseNanosecondsPerByte));
  return pairs.map((pair) => ({
    isContended: isContended(pair),
    isSlow: pair.phaseNanosecondsPerByte >= SLOW * usual,
  }));
}

function slowShare(judged: readonly Judged[]): number | null {
  return judged.length === 0 ? null : judged.filter(({ isSlow }) => isSlow).length / judged.length;
}
