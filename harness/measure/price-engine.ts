import {
  type HardwareProfile,
  COST_BEHAVIOUR,
  ENGINE_NAME,
  ENGINE_VERSION,
  parseProfile,
} from '@wasm-dyno/engine';
import type {
  ExecutionRecord,
  ModelPredictionRow,
  RunRecord,
  WarmUpCall,
} from '@wasm-dyno/reports/recorded-run';
import type { Census } from '../census/index.js';
import type { RunEstimates } from '../estimate/index.js';
import { modelReport } from '../model/index.js';
import type { Preflight } from '../process/preflight.js';
import { buildProfile, InsufficientDataError, profileWithExecution } from '../profile/index.js';
import { primaryBaseline } from '../schedule/arm-plan.js';

/** What a run has found, all of its engines together. */
export interface Findings {
  readonly record: RunRecord;
  readonly estimates: RunEstimates;
  readonly curves: readonly WarmUpCall[];
  readonly censuses: readonly Census[];
  /** Undefined where executing was not measured. */
  readonly execution: ExecutionRecord | undefined;
}

/** What an engine's prices are, or why there are none; with models and what these foretold, where a census was taken. */
export type PricedEngine = { readonly engine: string } & (
  | { readonly profile: HardwareProfile; readonly predictions: readonly ModelPredictionRow[] }
  | { readonly insufficient: Pick<InsufficientDataError, 'reasons' | 'canBeForced'> }
);

/** Prices an engine by what its run has found. `force`: from insufficient data, too. */
export function priceEngine(findings: Findings, looked: Preflight, force: boolean): PricedEngine {
  const engine = looked.command.name;
  const census = findings.censuses.find((one) => one.engine.engine === engine);
  try {
    const profile = withExecution(findings, profileOf(findings, looked, force));
    return census === undefined
      ? { engine, profile, predictions: [] }
      : { engine, ...withModels(profile, census) };
  } catch (error) {
    if (!(error instanceof InsufficientDataError)) throw error;
    return { engine, insufficient: error };
  }
}

function profileOf(
  { record, estimates, curves }: Findings,
  { command, description }: Preflight,
  force: boolean,
): HardwareProfile {
  const engine = command.name;
  return buildProfile(estimates, {
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
    curves,
    tiers: warmTiers(record, engine),
    ...(record.options.unit === undefined ? {} : { unitDefinition: record.options.unit }),
    force,
    ...primaryBaseline(description),
  });
}

/** Executing is measured on the embedded engine. */
function withExecution({ execution, record }: Findings, profile: HardwareProfile): HardwareProfile {
  if (execution === undefined || profile.engine.name !== ENGINE_NAME) return profile;
  return profileWithExecution(profile, execution, record.options.execution ?? 'interpreter');
}

/** A profile with the models that its engine's census supports, in the profile's bytes filled. */
function withModels(profile: HardwareProfile, census: Census) {
  const { models, predictions } = modelReport(census, {
    nanosecondsPerFilledByte: profile.unit.nanosecondsPerByte.estimate,
  });
  return { profile: parseProfile({ ...profile, models }), predictions };
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
