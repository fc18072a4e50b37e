import type { BlockResult } from '../targets/protocol.js';
import type { ProcessCounters } from './process-counters.js';

/** What a row's flags mean, each with the sentence that people read. Flagged rows are kept. */
export const FLAGS = {
  'run-delay': 'the process waited for a CPU for more than 2% of the block',
  preempted: 'the process was taken off its CPU during the block',
  gc: 'garbage was collected for more than 2% of the block',
  steal: 'the hypervisor took more than 1% of the CPU time while the process ran',
  'not-warm': 'the arm was still getting faster or slower when warming up had to end',
  'short-block': 'the block was shorter than a fifth of what was planned',
  'lie-time': 'the target answered more time than passed outside',
  'lie-calls': 'the target answered for other calls than asked',
  'lie-bytes': 'the target answered for other bytes than asked',
  'lie-growth': "the target's times do not grow with the calls",
  interrupted: 'the process execution was cut short, its rounds are not complete',
} as const;

export type Flag = keyof typeof FLAGS;

const MOST_DELAY_SHARE = 0.02;
const MOST_COLLECTION_SHARE = 0.02;
export const MOST_STEAL_SHARE = 0.01;

/** The flags that one block earns by itself. */
export function blockFlags(block: BlockResult, counters: ProcessCounters | undefined): Flag[] {
  const flags: Flag[] = [];
  if (counters !== undefined) {
    if (counters.runDelayNanoseconds > MOST_DELAY_SHARE * block.nanoseconds) flags.push('run-delay');
    if (counters.involuntarySwitches > 0) flags.push('preempted');
  }
  if ((block.collectionNanoseconds ?? 0) > MOST_COLLECTION_SHARE * block.nanoseconds) flags.push('gc');
  return flags;
}
