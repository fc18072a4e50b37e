import {
  CHARGE_POLICIES,
  constantByRule,
  multiplierByRule,
  parseProfile,
  type CompilePhase,
  type HardwareProfile,
  type ProfileEstimate,
  type ProfilePhaseModels,
  type ProfilePrice,
} from '../fuel/index.js';
import type { CompileMonitor } from './compile-monitor.js';
import { MonitorRecordError } from './monitor-record.js';
import type { RatioEstimate } from './monitor-report.js';

/**
 * The profile with the prices of phases that drift multiplied by what was observed, constants, bytes and models alike; undefined where none does.
 * It is no measurement: it says so in its warnings, with the interval of what was observed, and is not signed.
 *
 * @throws MonitorRecordError for another profile than the monitor's, and for an agreed one
 */
export function adjustedProfile(
  profile: HardwareProfile,
  monitor: CompileMonitor,
  createdAt: string,
): HardwareProfile | undefined {
  const { phases, settings } = monitor.report();
  const known = settings.profile;
  if (known?.createdAt !== profile.createdAt || known.machineId !== profile.machine.id)
    throw new MonitorRecordError(
      `the profile of ${profile.createdAt} is not the one that was charged by; give that of ${known?.createdAt ?? 'none'}`,
    );
  if (profile.agreed !== undefined)
    throw new MonitorRecordError(
      `the profile is what ${profile.agreed.profiles} profiles agreed on (${profile.agreed.id}), which none adjusts by itself; calibrate the machines again and merge`,
    );
  const drifting = phases.flatMap(({ phase, proposal }) =>
    proposal === undefined ? [] : [{ phase, proposal }],
  );
  const policy = profile.policies[known.policy];
  if (drifting.length === 0 || policy === undefined) return undefined;
  const prices = { ...policy.phases };
  const modelled = known.policy === 'warm' ? profile.models : undefined;
  const models = { ...modelled?.phases };
  const warnings = [...profile.warnings];
  for (const { phase, proposal } of drifting) {
    const price = prices[phase];
    if (price === undefined) continue;
    const byModels = phase === 'parse' ? undefined : models[phase];
    if (byModels) models[phase as 'validate'] = adjustedModels(byModels, proposal.estimate);
    prices[phase] = adjustedPrice(price, proposal, profile);
    warnings.push(warning(phase, proposal, createdAt));
  }
  return parseProfile({
    ...profile,
    createdAt,
    policies: { ...profile.policies, [known.policy]: { ...policy, phases: prices } },
    ...(modelled && { models: { ...modelled, phases: models } }),
    verdict: profile.verdict === 'ok' ? 'noisy' : profile.verdict,
    warnings,
  });
}

/** The model that is charged by: its intervals are no longer known. */
function adjustedModels(phase: ProfilePhaseModels, factor: number): ProfilePhaseModels {
  const models = phase.models.map((model) => {
    if (model.name !== phase.charged) return model;
    const prices = model.prices.map(({ of, thousandths }) => {
      const times = CHARGE_POLICIES.map((policy) => [policy, Math.ceil(thousandths[policy] * factor)]);
      return { of, thousandths: Object.fromEntries(times), overProcesses: null, overModules: null };
    });
    return { ...model, prices };
  });
  return { ...phase, models };
}

function adjustedPrice(
  price: ProfilePrice,
  proposal: RatioEstimate,
  { unit }: HardwareProfile,
): ProfilePrice {
  const rule = 'estimate-rounded-up';
  // What was charged is what was compared with, whatever the rule made of the estimate.
  const factor = ((price.multiplierThousandths / 1000) * proposal.estimate) / price.multiplier.estimate;
  const observed = scaled(price.multiplier, factor);
  const constants = price.constants.map((constant) => {
    const nanoseconds = scaled(constant.nanoseconds, factor);
    return { ...constant, nanoseconds, constantFuel: constantByRule(nanoseconds, rule, unit) };
  });
  const { corpusInterval, equalBytesRatio, leaveOneModuleOut } = price;
  return {
    ...price,
    rule,
    multiplier: observed,
    multiplierThousandths: multiplierByRule({ multiplier: observed, rule }),
    nanosecondsPerByte: scaled(price.nanosecondsPerByte, factor),
    corpusNanosecondsPerByte: scaled(price.corpusNanosecondsPerByte, factor),
    constants,
    corpusInterval: corpusInterval && ranged(corpusInterval, factor),
    leaveOneModuleOut: leaveOneModuleOut && ranged(leaveOneModuleOut, factor),
    equalBytesRatio: { ...ranged(equalBytesRatio, factor), ratio: equalBytesRatio.ratio * factor },
    verdict: price.verdict === 'ok' ? 'noisy' : price.verdict,
  };
}

function ranged<Range extends { low: number; high: number }>(range: Range, factor: number): Range {
  return { ...range, low: range.low * factor, high: range.high * factor };
}

function scaled<Estimate extends ProfileEstimate>(estimate: Estimate, factor: number): Estimate {
  return { ...ranged(estimate, factor), estimate: estimate.estimate * factor };
}

function warning(phase: CompilePhase, { estimate, high, low, samples }: RatioEstimate, at: string): string {
  const [times, from, to] = [estimate, low, high].map((value) => value.toFixed(3));
  return `${phase} was adjusted by monitoring on ${at.slice(0, 10)}: times ${times} (${from} to ${to}, ${samples} samples); calibrate again.`;
}
