import { join } from 'node:path';
import {
  type HardwareProfile,
  COST_BEHAVIOUR,
  ENGINE_NAME,
  ENGINE_VERSION,
  parseProfile,
} from '@wasm-dyno/engine';
import { estimateFiles, type RatioEstimate, type RunEstimates } from '../estimate/index.js';
import { bestReferenceTimes, strangeReferenceTimes } from '../guards/contention.js';
import { buildProfile, InsufficientDataError, profileText } from '../profile/index.js';
import { readCensuses, type Census } from '../census/index.js';
import { modelReport } from '../model/index.js';
import {
  MODEL_PREDICTION_TABLE,
  profileFile,
  rowOrigin,
  type ModelPredictionRow,
} from '@wasm-dyno/reports/recorded-run';
import { writeAtomically } from '../run-directory/atomic-file.js';
import { attachVerification } from '../run-directory/latest-verification.js';
import { keepReferenceTimes } from '../run-directory/reference-times.js';
import type { RunDirectory } from '../run-directory/run-directory.js';
import type { RunRecord } from '@wasm-dyno/reports/recorded-run';
import { primaryBaseline } from '../schedule/arm-plan.js';
import { completeCurves, completeRows, recordedReferenceTimes } from './complete-rows.js';
import { estimatesSoFar } from './estimates-so-far.js';
import type { Preflight } from '../process/preflight.js';

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
  const estimates = estimatesSoFar(directory);
  directory.update({ disturbances: estimates.disturbances });
  keepBestReferenceTimes(directory);
  for (const [name, text] of Object.entries(estimateFiles(estimates, rowOrigin(directory.record))))
    writeAtomically(join(directory.path, name), text);
  attachVerification(directory.record.machine.id, directory.file('verification'));
  const censuses = readCensuses(directory.path);
  const predictions: ModelPredictionRow[] = [];
  const profiles = [...preflights.values()].map((looked, i) => {
    const census = censuses.find(({ engine }) => engine.engine === looked.command.name);
    const options = {
      census,
      force,
      isFirst: i === 0,
      onPredictions: (rows: readonly ModelPredictionRow[]) => void predictions.push(...rows),
    };
    return writeProfile(directory, estimates, looked, options);
  });
  if (predictions.length > 0)
    writeAtomically(
      join(directory.path, MODEL_PREDICTION_TABLE.name),
      MODEL_PREDICTION_TABLE.text(predictions, rowOrigin(directory.record)),
    );
  return { ratios: estimates.ratios, profiles };
}

/** Keeps the reference loops' best times, in the run's record and for later runs on the machine. */
function keepBestReferenceTimes(directory: RunDirectory): void {
  const { machine, engines } = directory.record;
  const rows = completeRows(directory);
  const known = recordedReferenceTimes(directory.record);
  const best = bestReferenceTimes(rows, known);
  const strange = strangeReferenceTimes(rows, known);
  const warnings = [...new Set([...directory.record.warnings, ...strange])];
  directory.update({
    warnings,
    engines: engines.map((engine) => ({ ...engine, referenceNanoseconds: best.get(engine.name) ?? null })),
  });
  keepReferenceTimes(machine.id, engines, best);
}

/** How a profile is written. */
interface WritingOptions {
  readonly force: boolean;
  readonly isFirst: boolean;
  /** Of its engine, where one was taken. */
  readonly census: Census | undefined;
  readonly onPredictions: (rows: readonly ModelPredictionRow[]) => void;
}

/** A profile with the models that its engine's census supports, in the profile's bytes filled. */
function withModels(
  profile: HardwareProfile,
  census: Census,
  onPredictions: WritingOptions['onPredictions'],
): HardwareProfile {
  const { models, predictions } = modelReport(census, {
    nanosecondsPerFilledByte: profile.unit.nanosecondsPerByte.estimate,
  });
  onPredictions(predictions);
  return parseProfile({ ...profile, models });
}

function writeProfile(
  directory: RunDirectory,
  estimates: RunEstimates,
  { command, description }: Preflight,
  { census, force, isFirst, onPredictions }: WritingOptions,
): ProfileOutcome {
  const engine = command.name;
  const { record } = directory;
  try {
    const priced = buildProfile(estimates, {
      tool: { name: 'wasm-dyno', version: ENGINE_VERSION },
      engine: {
        name: engine,
        version: description.version,
        flags: description.flags,
        // Of other engines nobody knows it.
        ...(engine === ENGINE_NAME ? { costBehaviour: COST_BEHAVIOUR } : {}),
      },
      machine: record.machine,
      corpora: record.corpora,
      seed: record.seed,
      options: profileOptions(record),
      curves: completeCurves(directory),
      tiers: warmTiers(record, engine),
      ...(record.options.unit === undefined ? {} : { unitDefinition: record.options.unit }),
      force,
      ...primaryBaseline(description),
    });
    const profile = census === undefined ? priced : withModels(priced, census, onPredictions);
    const path = join(directory.path, profileFile(engine, isFirst));
    writeAtomically(path, profileText(profile));
    return { engine, state: 'written', path, profile };
  } catch (error) {
    if (!(error instanceof InsufficientDataError)) throw error;
    return { engine, state: 'insufficient-data', reasons: error.reasons };
  }
}

/** The tiers that most warm processes of an engine ended in. */
function warmTiers({ processes }: RunRecord, engine: string): Record<string, string> {
  const told = processes.filter(
    (one) => one.engine === engine && one.kind === 'warm' && one.state === 'complete',
  );
  const votes = new Map<string, Map<string, number>>();
  for (const [phase, tier] of told.flatMap(({ tiers = {} }) => Object.entries(tiers))) {
    const ofPhase = votes.get(phase) ?? new Map<string, number>();
    votes.set(phase, ofPhase.set(tier, (ofPhase.get(tier) ?? 0) + 1));
  }
  return Object.fromEntries(
    [...votes].map(([phase, counts]) => [phase, [...counts].sort((a, b) => b[1] - a[1])[0]![0]]),
  );
}

/** The run's options as a profile tells them. */
function profileOptions({ options, processes, plan }: RunRecord) {
  const { modules, corpora, engines, ...others } = options;
  return {
    ...others,
    modules: modules.join(' '),
    corpora: corpora.join(' '),
    engines: engines.join(' '),
    processes: processes.filter(({ state }) => state === 'complete').length,
    rounds: plan.rounds,
  };
}
