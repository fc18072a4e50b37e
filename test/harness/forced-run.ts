import { rmSync } from 'node:fs';

/** How often a calibration with `--force` is begun anew at most. */
const TRIES = 8;

/** How a command ended. */
type Ended = { readonly status: number | null } | { readonly code: number | null };

function codeOf(ended: Ended): number | null {
  return 'status' in ended ? ended.status : ended.code;
}

/**
 * A calibration that writes its profile by force. On a busy machine even that may end with exit code 3: where no memset took the longer the
 * more it filled, there is no unit of fuel, and no number to force. Then it is begun anew; how noisy a machine is, no test is about.
 *
 * @param directory the run's, removed before each further try
 */
export async function forcedRun<T extends Ended>(
  directory: string,
  attempt: () => T | Promise<T>,
): Promise<T> {
  for (let tries = 1; ; tries++) {
    const ended = await attempt();
    if (codeOf(ended) !== 3 || tries === TRIES) return ended;
    rmSync(directory, { recursive: true });
  }
}
