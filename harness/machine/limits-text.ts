import os from 'node:os';

import type { ProcessLimits } from './process-limits.js';

/** What limits a process on its machine, for people. */
export function limitsText(
  { quotaCores, allowedCores, memoryBytes }: ProcessLimits,
  cores = os.cpus().length,
): string {
  const seen = [
    allowedCores !== null && allowedCores < cores ? `${allowedCores} of ${cores} cores allowed` : undefined,
    quotaCores === null ? undefined : `CPU quota of ${Number(quotaCores.toFixed(2))} cores`,
    memoryBytes === null ? undefined : `memory limit of ${(memoryBytes / 2 ** 30).toFixed(1)} GiB`,
  ].filter((part) => part !== undefined);
  return seen.length === 0 ? 'none' : seen.join(', ');
}
