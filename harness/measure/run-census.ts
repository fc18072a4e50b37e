import type { RunEnd } from '@wasm-dyno/reports/recorded-run';
import { CensusError, countedModules, readCensuses, takeCensus, writeCensuses } from '../census/index.js';
import { TargetFailure } from '../targets/client.js';
import type { CalibrationListener } from './calibration-settings.js';
import type { CorpusFiles } from './corpus-files.js';
import { interrupted } from './run-failure.js';
import type { RunContext } from '../process/run-process.js';

/** What a census takes of a run beside what its processes share. */
interface CensusOfRun {
  readonly corpus: CorpusFiles;
  readonly tell: CalibrationListener;
}

/**
 * Times the functions of the run's corpus one by one on each of its engines, into the run's directory; those that were counted before the run was
 * broken off are not counted again. An engine that cannot be counted is told of and left out. Undefined unless the user broke it off.
 */
export async function takeRunCensus(
  run: RunContext,
  { corpus, tell }: CensusOfRun,
): Promise<RunEnd | undefined> {
  const { directory, effort, engines, seed, session, signal } = run;
  const { record } = directory;
  const known = new Map(readCensuses(directory.path).map((census) => [census.engine.engine, census]));
  const failed = new Set(record.engines.flatMap(({ failure, name }) => (failure === null ? [] : [name])));
  const modules = countedModules(corpus.files, seed);
  for (const [name, { preflight }] of engines) {
    if (known.has(name) || failed.has(name) || modules.length === 0) continue;
    tell({ kind: 'notice', message: `${name}: timing functions one by one, for models` });
    try {
      const census = await takeCensus({
        target: preflight.command,
        modules,
        machine: record.machine.id,
        seed,
        ...effort.census,
        signal,
        onStart: session.onStart,
        client: session.onStandardError === undefined ? {} : { onStandardError: session.onStandardError },
      });
      known.set(name, census);
      writeCensuses(directory.path, [...known.values()], record);
    } catch (error) {
      if (signal?.aborted === true) return interrupted(directory.path);
      if (!(error instanceof CensusError || error instanceof TargetFailure)) throw error;
      const warning = `There are no models of ${name}: ${error.message}.`;
      directory.update({ warnings: [...directory.record.warnings, warning] });
      tell({ kind: 'notice', message: warning });
    }
  }
  return undefined;
}
