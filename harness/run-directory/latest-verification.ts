import { dirname } from 'node:path';

import { FileError, readRegularText } from '@wasm-dyno/engine/node/regular-file';

import { writeAtomically } from './atomic-file.js';
import { machineStatePath } from './machine-state.js';
import { makeFolder } from './make-folder.js';

/** Where the latest verification of a machine is kept for the reports of its runs. */
export function latestVerificationPath(machineId: string): string {
  return machineStatePath(machineId, 'verification');
}

export function keepVerification(machineId: string, text: string): string {
  const path = latestVerificationPath(machineId);
  makeFolder(dirname(path));
  writeAtomically(path, text);
  return path;
}

const LONGEST_STATE_BYTES = 16 * 1024 * 1024;

/** Puts the machine's latest verification, when there is one, into a run directory. */
export function attachVerification(machineId: string, file: string): void {
  let text: string;
  try {
    text = readRegularText(latestVerificationPath(machineId), LONGEST_STATE_BYTES);
  } catch (error) {
    // There is none, or none that can be read: the run does without.
    if (error instanceof FileError) return;
    throw error;
  }
  writeAtomically(file, text);
}
