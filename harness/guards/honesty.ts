import type { BlockResult } from '../targets/protocol.js';
import type { Flag } from '@wasm-dyno/reports/noise';

/** A clock inside may differ from the one outside by so much before it counts as a lie: drift, and its resolution. */
const CLOCK_TOLERANCE = 0.01;

/**
 * What the harness can see of a lie in one answer: more time than passed outside, or work that was not asked for.
 * @param asked what the block was to do
 */
export function blockLies(
  block: BlockResult,
  asked: { readonly calls: number; readonly bytesPerCall: number },
  outsideNanoseconds: number,
  clockResolutionNanoseconds: number,
): Flag[] {
  const lies: Flag[] = [];
  const inside = block.nanoseconds + (block.overheadNanoseconds ?? 0);
  if (
    inside > outsideNanoseconds * (1 + CLOCK_TOLERANCE) + clockResolutionNanoseconds ||
    block.nanoseconds < 0
  ) {
    lies.push('lie-time');
  }
  if (block.calls !== asked.calls) lies.push('lie-calls');
  if (block.bytes !== asked.calls * asked.bytesPerCall) lies.push('lie-bytes');
  return lies;
}

/** Sixteen times the calls must take more than twice as long, or the answers do not come from doing them. */
export const GROWTH_CALLS = 16;
const LEAST_GROWTH = 2;

/** Whether times grow with calls: `few` and `many` are the times of n and `GROWTH_CALLS` x n calls. */
export function growsWithCalls(few: number, many: number): boolean {
  return many > few * LEAST_GROWTH;
}
