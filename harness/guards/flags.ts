import type { Flag } from '@wasm-dyno/reports/noise';
import type { BlockResult } from '../targets/protocol.js';
import type { ProcessCounters } from './process-counters.js';

const MOST_DELAY_SHARE = 0.02;
const MOST_COLLECTION_SHARE = 0.02;
export const MOST_STEAL_SHARE = 0.01;
export const MOST_THROTTLED_SHARE = 0.01;

/** The flags that one block earns by itself. */
export function blockFlags(block: BlockResult, counters: ProcessCounters | undefined): Flag[] {
  const flags: Flag[] = [];
  if (counters !== undefined) {
    if (counters.runDelayNanoseconds > MOST_DELAY_SHARE * block.nanoseconds) flags.push('run-delay');
    if (counters.involuntarySwitches > 0) flags.push('preempted');
  }
  if ((block.collectionNanoseconds ?? 0) > MOST_COLLECTION_SHARE * block.nanoseconds)
    flags.push('collection');
  return flags;
}
