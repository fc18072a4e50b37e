import type { RecordedRun } from './recorded-run/index.js';

/** Sentences on what speaks against a run's numbers: its own, its profiles', its files'. Each once. */
export function runWarnings({ run, fits, profiles, notices }: RecordedRun): string[] {
  const skipped = (run.skippedModules ?? []).map(({ module, reason }) => `${module} was skipped: ${reason}.`);
  const ofRun = [...notices, ...(run.warnings ?? []), ...(fits?.warnings ?? [])];
  const ofProfiles = profiles.flatMap(({ engine, warnings }) =>
    warnings
      .filter((warning) => !ofRun.includes(warning))
      .map((warning) => `Profile of ${engine.name}: ${warning}`),
  );
  return [...new Set([...ofRun, ...ofProfiles, ...skipped])];
}
