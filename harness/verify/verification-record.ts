import type { VerificationCheck, VerificationRecord } from '@wasm-dyno/reports/recorded-run';

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
