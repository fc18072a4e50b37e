import { join } from 'node:path';

import { VERIFICATION_FILE } from '@wasm-dyno/reports/recorded-run';
import { latestVerificationPath } from '../../run-directory/latest-verification.js';
import type { StudiedRun } from './studied-run.js';

/** What was verified of the run's machine: what lies with the run, else the latest here. */
export function verificationLines({ directory, record }: StudiedRun): string[] {
  const found =
    VERIFICATION_FILE.read(join(directory, VERIFICATION_FILE.name)) ??
    VERIFICATION_FILE.read(latestVerificationPath(record.machine.id));
  if (found === undefined) return ['Not verified: npm run verify:statistics does it, in ten minutes.'];
  return [
    `${found.createdAt}, seed ${found.seed}:`,
    ...found.checks.map(
      ({ found: seen, name, passed, wanted }) =>
        `${passed ? 'passed' : 'FAILED'}  ${name}: ${seen} (wanted: ${wanted})`,
    ),
  ];
}
