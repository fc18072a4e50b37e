import { plateauSizes, type Plateau } from '../estimate/index.js';
import type { Effort } from '../schedule/effort.js';
import { sweepSizes } from '../schedule/sweep-sizes.js';

/** Largest size of the sweep that every warm process makes for a fit of its own: it stays in the second-level cache. */
const OWN_SWEEP_BYTES = 1024 * 1024;
/** Of a process's own sweep, whose blocks are thirds of a block: all prices are divided by what it tells. */
export const OWN_SWEEP_ROUNDS = 9;
export const OWN_SWEEP_SETTLING_BLOCKS = 6;

export function ownSweepBlockNanoseconds({ blockNanoseconds }: Pick<Effort, 'blockNanoseconds'>): number {
  return blockNanoseconds / 3;
}

/** The sizes of a process's own sweep: small to large for the curve, and those of the plateau for the unit. */
export function ownSweepSizes({
  effort: { mostSweepBytes, sweepFactor },
  memoryBytes,
  plateau,
}: {
  readonly effort: Effort;
  readonly memoryBytes: number;
  readonly plateau: Plateau;
}): number[] {
  const sizes = [
    ...sweepSizes(sweepFactor, 1, OWN_SWEEP_BYTES, memoryBytes, mostSweepBytes),
    ...plateauSizes(plateau),
  ];
  return [...new Set(sizes)].sort((a, b) => a - b);
}
