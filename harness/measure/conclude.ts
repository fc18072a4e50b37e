import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { HardwareProfile } from '@wasm-dyno/engine';
import {
  EXECUTION_FILE,
  MODEL_PREDICTION_TABLE,
  profileFile,
  rowOrigin,
  type Measurement,
  type RunRecord,
} from '@wasm-dyno/reports/recorded-run';
import { readCensuses } from '../census/index.js';
import { estimateFiles, type RatioEstimate, type RunEstimates } from '../estimate/index.js';
import { bestReferenceTimes, strangeReferenceTimes, type ReferenceTimes } from '@wasm-dyno/reports/noise';
import type { Preflight } from '../process/preflight.js';
import { profileText } from '../profile/index.js';
import { writeAtomically } from '../run-directory/atomic-file.js';
import { attachVerification } from '../run-directory/latest-verification.js';
import { keepReferenceTimes } from '../run-directory/reference-times.js';
import type { RunDirectory } from '../run-directory/run-directory.js';
import { completeCurves, recordedReferenceTimes } from '../estimate/complete-rows.js';
import { evidenceSoFar } from '../estimate/estimates-so-far.js';
import { priceEngine, type PricedEngine } from './price-engine.js';
import { profileMends, type ProfileMend } from './profile-mends.js';

/** What became of one engine's profile. */
export type ProfileOutcome =
  | {
      readonly engine: string;
      readonly state: 'written';
      readonly path: string;
      readonly profile: HardwareProfile;
    }
  | {
      readonly engine: string;
      readonly state: 'insufficient-data';
      readonly reasons: readonly string[];
      /** What helps, the most helpful first. */
      readonly mends: readonly ProfileMend[];
    };

/** What a run comes to. */
export interface Conclusion {
  readonly ratios: readonly RatioEstimate[];
  readonly profiles: readonly ProfileOutcome[];
  /** What each module of the corpus took, and is charged by the prices. */
  readonly modules: RunEstimates['modules'];
}

/**
 * Estimates from the recorded rows, prices the engines by that, and only then writes: `summary.csv`, `modules.csv`, `fits.json` and the
 * profiles, the first engine's as `profile.json`, another's as `profile-ENGINE.json`. What executing costs, if the run has measured that,
 * is in the profile. A profile of an earlier sitting is removed where there is none now.
 */
export function conclude(
  directory: RunDirectory,
  preflights: ReadonlyMap<string, Preflight>,
  force: boolean,
): Conclusion {
  const { estimates, rows } = evidenceSoFar(directory);
  const references = referencesOf(directory.record, rows);
  const findings = {
    record: directory.record,
    estimates,
    curves: completeCurves(directory),
    censuses: readCensuses(directory.path),
    execution: EXECUTION_FILE.read(join(directory.path, EXECUTION_FILE.name)),
  };
  const priced = [...preflights.values()].map((looked) => priceEngine(findings, looked, force));
  const outcomes = priced.map((one, i) => outcomeOf(directory, one, i === 0, estimates.ratios));

  directory.update({ ...references.recorded, disturbances: estimates.disturbances });
  keepReferenceTimes(directory.record.machine.id, directory.record.engines, references.best);
  attachVerification(directory.record.machine.id, directory.file('verification'));
  for (const [name, text] of Object.entries(tables(directory.record, estimates, priced)))
    writeAtomically(join(directory.path, name), text);
  outcomes.forEach((outcome, i) => {
    if (outcome.state === 'written') writeAtomically(outcome.path, profileText(outcome.profile));
    // What fewer processes supported is no profile of this run any more: who copies it would ship it.
    else rmSync(join(directory.path, profileFile(outcome.engine, i === 0)), { force: true });
  });
  return { ratios: estimates.ratios, profiles: outcomes, modules: estimates.modules };
}

/** The reference loops' best times, and what the run's record says of them. */
interface References {
  readonly best: ReferenceTimes;
  readonly recorded: Pick<RunRecord, 'engines' | 'warnings'>;
}

function referencesOf(record: RunRecord, rows: readonly Measurement[]): References {
  const { engines, warnings } = record;
  const known = recordedReferenceTimes(record);
  const best = bestReferenceTimes(rows, known);
  return {
    best,
    recorded: {
      warnings: [...new Set([...warnings, ...strangeReferenceTimes(rows, known)])],
      engines: engines.map((engine) => ({ ...engine, referenceNanoseconds: best.get(engine.name) ?? null })),
    },
  };
}

function outcomeOf(
  directory: RunDirectory,
  priced: PricedEngine,
  isFirst: boolean,
  ratios: readonly RatioEstimate[],
): ProfileOutcome {
  const { engine } = priced;
  if ('insufficient' in priced) {
    const { canBeForced, reasons } = priced.insufficient;
    const own = ratios.filter((ratio) => ratio.engine === engine);
    const mends = profileMends(directory, own, canBeForced);
    return { engine, state: 'insufficient-data', reasons, mends };
  }
  const path = join(directory.path, profileFile(engine, isFirst));
  return { engine, state: 'written', path, profile: priced.profile };
}

/** The files of estimates by name; what models foretold is among them where one was fitted. */
function tables(record: RunRecord, estimates: RunEstimates, priced: readonly PricedEngine[]) {
  const predictions = priced.flatMap((one) => ('predictions' in one ? one.predictions : []));
  const origin = rowOrigin(record);
  return {
    ...estimateFiles(estimates, origin),
    ...(predictions.length === 0
      ? {}
      : { [MODEL_PREDICTION_TABLE.name]: MODEL_PREDICTION_TABLE.text(predictions, origin) }),
  };
}
