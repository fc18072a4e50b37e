import { ENGINE_NAME } from '@wasm-dyno/engine';

import type { ModuleFile } from '../process/session.js';
import { profileText } from '../profile/index.js';
import { writeAtomically } from '../run-directory/atomic-file.js';
import { kindOfModule } from '../schedule/strata.js';
import { profileAsWatched, watchCorpus } from '../watched/index.js';
import type { CalibrationListener } from './calibration-settings.js';
import type { ProfileOutcome } from './conclude.js';

/** What is watched, and who is told. */
interface Watching {
  readonly files: readonly ModuleFile[];
  readonly seed: number;
  readonly signal: AbortSignal | undefined;
  readonly tell: CalibrationListener;
}

/** Adds to the embedded engine's profile what a monitor sees of the corpus; a run that is broken off meanwhile has its profile without. */
export async function watchedProfiles(
  outcomes: readonly ProfileOutcome[],
  { files, seed, signal, tell }: Watching,
): Promise<ProfileOutcome[]> {
  const paths = files.filter((file) => kindOfModule(file) !== 'probe').map(({ path }) => path);
  return Promise.all(
    outcomes.map(async (outcome) => {
      if (outcome.state !== 'written' || outcome.engine !== ENGINE_NAME) return outcome;
      tell({ kind: 'notice', message: `${outcome.engine}: compiling as services do, for monitors` });
      const watched = await watchCorpus(outcome.profile, paths, seed, signal).catch((error: unknown) => {
        if (signal?.aborted === true) return {};
        throw error;
      });
      const profile = profileAsWatched(outcome.profile, watched);
      writeAtomically(outcome.path, profileText(profile));
      return { ...outcome, profile };
    }),
  );
}
