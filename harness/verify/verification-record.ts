import type { VerificationCheck, VerificationRecord } from '@wasm-dyno/reports/recorded-run';
import { SELF_EXPERIMENTS } from './checks.js';

/**
 * Whether a verification is kept for the reports of a machine's runs. A simulation says nothing about the machine, and few experiments next to
 * nothing: by two intervals no coverage lies between 93 and 98%.
 */
export function speaksForMachine({
  simulation,
  experiments,
}: {
  readonly simulation: boolean;
  readonly experiments: number;
}): boolean {
  return !simulation && experiments >= SELF_EXPERIMENTS;
}

/** The outcome of all checks, as `verification.json` keeps it; it passes when every check does. */
export function verificationRecord(
  checks: readonly VerificationCheck[],
  info: Pick<VerificationRecord, 'tool' | 'machine' | 'engine' | 'seed'> & { readonly createdAt?: Date },
): VerificationRecord {
  const { tool, machine, engine, seed, createdAt = new Date() } = info;
  return {
    kind: 'wasm-dyno-verification',
    schemaVersion: 1,
    createdAt: createdAt.toISOString(),
    tool,
    machine,
    engine,
    seed,
    passed: checks.every(({ passed }) => passed),
    checks,
  };
}
