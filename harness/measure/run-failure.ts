import type { RunEnd } from '@wasm-dyno/reports/recorded-run';
import type { RunDirectory } from '../run-directory/run-directory.js';

/** How a run ends that its user broke off. */
export function interrupted(directory: string): RunEnd {
  return {
    reason: 'interrupted',
    sentence: `Interrupted; go on with: wasm-dyno calibrate --resume ${directory}`,
  };
}

/** Whatever broke the run off (a full disk, say): what is there stays, and can be resumed. */
export function noteInterruption(directory: RunDirectory, error: unknown): void {
  try {
    directory.update({
      state: 'interrupted',
      ended: { reason: 'interrupted', sentence: error instanceof Error ? error.message : String(error) },
    });
  } catch {
    // The record that is there says `running`, which can be resumed just as well.
  }
}

/** An error of the system's (a full disk) with what to do about it; others as they are. */
export function withWayOn(error: unknown, directory: string): unknown {
  const { code, cause } = error as { code?: unknown; cause?: { code?: unknown } };
  const systemCode = code ?? cause?.code;
  if (!(error instanceof Error) || typeof systemCode !== 'string' || !SYSTEM_CODES.has(systemCode))
    return error;
  const sentence = `${error.message}; what was measured is kept: mend that, and go on with: wasm-dyno calibrate --resume ${directory}`;
  return new Error(sentence, { cause: error });
}

const SYSTEM_CODES: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT', 'EROFS', 'EIO', 'EACCES', 'EFBIG']);
