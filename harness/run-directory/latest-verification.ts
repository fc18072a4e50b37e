import { copyFileSync, existsSync, mkdirSync } from 'node:fs';
import os from 'node:os';
import { dirname, join } from 'node:path';

import { writeAtomically } from './atomic-file.js';

/** Where the latest verification of a machine is kept for the reports of its runs. */
export function latestVerificationPath(machineId: string): string {
  const state = process.env['XDG_STATE_HOME'] || join(os.homedir(), '.local', 'state');
  return join(state, 'wasm-dyno', `verification-${machineId}.json`);
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
