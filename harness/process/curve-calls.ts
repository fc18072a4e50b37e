import type { PairedArms } from '../schedule/arm-plan.js';
import type { Effort } from '../schedule/effort.js';
import type { Preflight } from './preflight.js';

const MOST_NANOSECONDS = 3e9;
const FEWEST_CALLS = 50;

/** How many first calls a warm-up curve times: the effort's, or fewer where calls are so slow that they would take long. */
export function curveCalls(
  pair: PairedArms,
  { pairs, nanosecondsPerCall }: Pick<Preflight, 'pairs' | 'nanosecondsPerCall'>,
  effort: Effort,
): number {
  const perByte = pairs
    .filter(({ phase, bytesPerCall }) => phase === pair.phase && bytesPerCall > 0)
    .map(({ name, bytesPerCall }) => nanosecondsPerCall.get(name)! / bytesPerCall);
  // The quickest: preflight's calls were cold, the curve's soon are not.
  const call = Math.min(...perByte) * pair.bytesPerCall;
  const fitting = Math.floor(MOST_NANOSECONDS / Math.max(1, call));
  return Math.min(effort.curveCalls, Math.max(FEWEST_CALLS, fitting));
}
