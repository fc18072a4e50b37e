import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { moduleSeedOf } from '../fuzz-run.js';
import { FuzzProgress } from '../progress.js';
import { NestComparison } from './nest-comparison.js';

export interface NestRunOptions {
  readonly seconds: number;
  /** Programs at most. */
  readonly programs: number;
  readonly seed: number;
  /** Compares the one program of this seed instead. */
  readonly programSeed: number | undefined;
  readonly failures: number;
  readonly out: string;
  readonly isQuiet: boolean;
}

export interface NestRunSummary {
  programs: number;
  calls: number;
  resumptions: number;
  promisedResumptions: number;
  innerOutOfFuel: number;
  divergences: { readonly programSeed: number; readonly detail: string; readonly files: readonly string[] }[];
}

/** Compares programs of nested calls until the time is over; each divergence is told, and its modules are kept as text. */
export async function runNests(options: NestRunOptions): Promise<NestRunSummary> {
  const { failures, out, programSeed, seconds, seed } = options;
  const mostPrograms = programSeed === undefined ? options.programs : 1;
  const comparison = new NestComparison();
  const summary: NestRunSummary = {
    programs: 0,
    calls: 0,
    resumptions: 0,
    promisedResumptions: 0,
    innerOutOfFuel: 0,
    divergences: [],
  };
  const start = Date.now();
  const elapsed = () => (Date.now() - start) / 1000;
  const progress = new FuzzProgress(seconds, mostPrograms, !options.isQuiet);
  let interrupted = false;
  process.once('SIGINT', () => (interrupted = true));
  while (
    !interrupted &&
    elapsed() < seconds &&
    summary.programs < mostPrograms &&
    summary.divergences.length < failures
  ) {
    const current = programSeed ?? moduleSeedOf(seed, summary.programs);
    const { calls, divergence, innerOutOfFuel, program, promisedResumptions, resumptions } =
      await comparison.compare(current);
    summary.programs++;
    summary.calls += calls;
    summary.resumptions += resumptions;
    summary.promisedResumptions += promisedResumptions;
    summary.innerOutOfFuel += innerOutOfFuel;
    if (divergence !== undefined) {
      console.error(`${divergence} (program seed ${current})`);
      const files = keep(out, current, program.texts);
      summary.divergences.push({ programSeed: current, detail: divergence, files });
    }
    progress.update(elapsed(), summary.programs, summary.divergences.length);
    await setImmediate();
  }
  progress.stop();
  return summary;
}

/** One line, like that of the other fuzzing. */
export function nestLastLine({
  calls,
  divergences,
  innerOutOfFuel,
  programs,
  promisedResumptions,
  resumptions,
}: NestRunSummary): string {
  const counts = [
    `${programs} programs`,
    `${calls} calls compared`,
    `${resumptions} resumptions and ${promisedResumptions} promised`,
  ];
  return `${[...counts, `${innerOutOfFuel} out of fuel inside`, `${divergences.length} divergences`].join(', ')}`;
}

function keep(folder: string, seed: number, texts: readonly string[]): string[] {
  mkdirSync(folder, { recursive: true });
  return texts.map((text, i) => {
    const path = join(folder, `nest-${seed}-${i}.wat`);
    writeFileSync(path, text);
    return path;
  });
}
