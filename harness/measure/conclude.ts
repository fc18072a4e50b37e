import { join } from 'node:path';
import type { HardwareProfile } from '../../engine/fuel/hardware-profile.js';
import { ENGINE_VERSION } from '../../engine/version.js';
import { estimateFiles, estimateRun, type RatioEstimate } from '../estimate/index.js';
import { bestReferenceTimes } from '../guards/contention.js';
import { buildProfile, InsufficientDataError, profileText } from '../profile/index.js';
import { writeAtomically } from '../run-directory/atomic-file.js';
import { attachVerification } from '../run-directory/latest-verification.js';
import { keepReferenceTimes } from '../run-directory/reference-times.js';
import type { RunDirectory } from '../run-directory/run-directory.js';
import { primaryBaseline } from '../schedule/arm-plan.js';
import { sequentialPlan } from '../statistics/index.js';
import { completeRows, recordedReferenceTimes } from './complete-rows.js';
import type { Preflight } from './preflight.js';

/** What became of one engine's profile. */
export type ProfileOutcome =
  | {
      readonly engine: string;
      readonly state: 'written';
      readonly path: string;
      readonly profile: HardwareProfile;
    }
  | { readonly engine: string; readonly state: 'insufficient-data'; readonly reasons: readonly string[] };

/** What a run comes to. */
export interface Conclusion {
  readonly ratios: readonly RatioEstimate[];
  readonly profiles: readonly ProfileOutcome[];
}

/**
 * Estimates from the recorded rows, and writes `summary.csv`, `fits.json` and the profiles: the first engine's is
 * `profile.json`, another's `profile-ENGINE.json`.
 */
export function conclude(
  directory: RunDirectory,
  preflights: ReadonlyMap<string, Preflight>,
  force: boolean,
): Conclusion {
  const { record } = directory;
  const { looks } = record.plan;
  const plan = looks.length === 0 ? {} : { plan: sequentialPlan(looks.map(({ processes }) => processes)) };
  const rows = completeRows(directory);
  const knownReferenceTimes = recordedReferenceTimes(record);
  const estimates = estimateRun(rows, { ...plan, knownReferenceTimes });
  const best = bestReferenceTimes(rows, knownReferenceTimes);
  directory.update({
    engines: record.engines.map((engine) => ({
      ...engine,
      referenceNanoseconds: best.get(engine.name) ?? null,
    })),
  });
  keepReferenceTimes(record.machine.id, record.engines, best);
  for (const [name, text] of Object.entries(estimateFiles(estimates))) {
    writeAtomically(join(directory.path, name), text);
  }
  attachVerification(record.machine.id, directory.file('verification'));
  const profiles = [...preflights.values()].map(({ command, description }, i): ProfileOutcome => {
    const engine = command.name;
    const { modules, corpora, engines, ...options } = record.options;
    try {
      const profile = buildProfile(estimates, {
        tool: { name: 'wasm-dyno', version: ENGINE_VERSION },
        engine: { name: engine, version: description.version, flags: description.flags },
        machine: record.machine,
        corpora: record.corpora,
        seed: record.seed,
        options: {
          ...options,
          modules: modules.join(' '),
          corpora: corpora.join(' '),
          engines: engines.join(' '),
          processes: record.processes.filter(({ state }) => state === 'complete').length,
          rounds: record.plan.rounds,
        },
        force,
        ...primaryBaseline(description),
      });
      const path =
        i === 0 ? directory.file('profile') : directory.file('profile').replace(/\.json$/, `-${engine}.json`);
      writeAtomically(path, profileText(profile));
      return { engine, state: 'written', path, profile };
    } catch (error) {
      if (!(error instanceof InsufficientDataError)) throw error;
      return { engine, state: 'insufficient-data', reasons: error.reasons };
    }
  });
  return { ratios: estimates.ratios, profiles };
}
