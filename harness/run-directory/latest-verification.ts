import { copyFileSync, existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';

import { writeAtomically } from './atomic-file.js';
import { machineStatePath } from './machine-state.js';

/** Where the latest verification of a machine is kept for the reports of its runs. */
export function latestVerificationPath(machineId: string): string {
  return machineStatePath(machineId, 'verification');
}

export function keepVerification(machineId: string, text: string): string {
  const path = latestVerificationPath(machineId);
  mkdirSync(dirname(path), { recursive: true });
  writeAtomically(path, text);
  return path;
}

/** Puts the machine's latest verification, when there is one, into a run directory. */
export function attachVerification(machineId: string, file: string): void {
  const path = latestVerificationPath(machineId);
  if (existsSync(path)) copyFileSync(path, file);
}
