import { RecordedRunError } from '@wasm-dyno/reports/recorded-run';

/** Runs a study over recorded runs; a directory that is none is told of in one line, with exit code 1. */
export function runStudy(study: (directories: readonly string[]) => number): void {
  try {
    process.exitCode = study(process.argv.slice(2));
  } catch (error) {
    if (!(error instanceof RecordedRunError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}
