import type { Measurement } from '../recorded-run/index.js';
import { quickerReference, type ReferenceReadings } from './reference-readings.js';

/** What a row's flags mean, each with the sentence that people read. Flagged rows are kept. */
export const FLAGS = {
  'run-delay': 'the thread waited for a CPU for more than 2% of the block',
  preempted: 'the thread was taken off its CPU during the block',
  collection: 'garbage collections took more than 2% of the block',
  contended:
    'the reference loop ran more than 10% slower than at its best before the block and after it: others had part of the core',
  busy: 'other programs used more than 0.3 of a core while the process ran',
  throttled: "the control group's CPU quota stopped its programs for more than 1% of the time",
  steal: 'the hypervisor took more than 1% of the CPU time while the process ran',
  'not-warm':
    'the arm was still getting faster or slower when warming up had to end, or too little was undisturbed to tell',
  'lie-time': 'the target answered more time than passed outside',
  'lie-calls': 'the target answered for other calls than asked',
  'lie-bytes': 'the target answered for other bytes than asked',
  interrupted: 'the process execution was cut short, its rounds are not complete',
} as const;

export type Flag = keyof typeof FLAGS;

/** What others did to a block. Declared before measuring, and seen without looking at the block's own time: such blocks may be left out. */
const DISTURBANCES: ReadonlySet<string> = new Set<Flag>([
  'run-delay',
  'preempted',
  'contended',
  'busy',
  'throttled',
]);

/**
 * Whether others had a hand in what was measured. Time that the hypervisor took somewhere in the process says nothing of a block
 * beside which the reference loop ran at its best; where there is none to ask, or it is not at full speed yet, it says all there is to know.
 */
export function isDisturbed(row: Pick<Measurement, 'flags' | 'temperature'> & ReferenceReadings): boolean {
  const hasReference = row.temperature === 'warm' && quickerReference(row) !== undefined;
  return row.flags.some((flag) => DISTURBANCES.has(flag) || (flag === 'steal' && !hasReference));
}
