import {
  type HardwareProfile,
  type ProfileBaseline,
  type ProfileCorpus,
  type ProfileMachine,
  type ProfileMultiplier,
  type ProfilePhase,
  type ProfilePolicy,
  type ProfilePolicyName,
  PROFILE_KIND,
  PROFILE_PHASES,
  PROFILE_SCHEMA_VERSION,
  multiplierByRule,
  parseProfile,
} from '@wasm-dyno/engine';
import { worstVerdict, PROFILE_FILE } from '@wasm-dyno/reports/recorded-run';
import { SYSTEMATIC_FLOOR, type RatioEstimate, type RunEstimates } from '../estimate/index.js';
import type { MemsetRegime, Temperature } from '@wasm-dyno/reports/recorded-run';

/** What a profile says beside the numbers. */
export interface ProfileRunInfo {
  readonly tool: HardwareProfile['tool'];
  readonly engine: HardwareProfile['engine'];
  readonly machine: ProfileMachine;
  readonly corpora: readonly ProfileCorpus[];
  readonly seed: number;
  readonly options: HardwareProfile['options'];
  /** Write although the data are insufficient; the profile then says so. */
  readonly force?: boolean;
  /** When the profile is made; now unless told. */
  readonly createdAt?: Date;
  /** The memset that fuel is counted in; the regime is `hot` unless told. */
  readonly kernel: string;
  readonly regime?: MemsetRegime;
}

/** No profile is written: the numbers to charge by are missing or insufficient. The command line ends with code 3. */
export class InsufficientDataError extends Error {
  override readonly name = 'InsufficientDataError';
  constructor(
    /** One sentence each. */
    readonly reasons: readonly string[],
  ) {
    super(
      `insufficient data for a profile: ${reasons.join(' ')} Calibrate with more effort, or write it all the same with --force.`,
    );
  }
}

/**
 * The profile that a run's estimates support for one engine: per phase the ratio over the whole corpus against the chosen
 * memset, warm and, where measured, cold.
 *
 * @throws InsufficientDataError when a warm number is insufficient and `force` is not set, or when there is none at all.
 */
export function buildProfile(estimates: RunEstimates, info: ProfileRunInfo): HardwareProfile {
  const { force = false, regime = 'hot', kernel, createdAt = new Date() } = info;
  const chosen = estimates.ratios.filter(
    (ratio) => ratio.engine === info.engine.name && ratio.kernel === kernel && ratio.regime === regime,
  );
  const charged = chosen.filter((ratio) => ratio.sizeClass === 'all' && isProfilePhase(ratio.phase));
  const warm = charged.filter(({ temperature }) => temperature === 'warm');
  const baseline = profileBaseline(estimates, info.engine.name, kernel, regime);
  const absent = [
    ...(warm.length === 0
      ? [`No phase of ${info.engine.name} was measured against ${kernel} (${regime}).`]
      : []),
    ...(baseline === undefined
      ? [`The memset ${kernel} (${regime}) was measured at too few sizes to fit.`]
      : []),
  ];
  if (absent.length > 0 || baseline === undefined) throw new InsufficientDataError(absent);
  const insufficient = warm.filter(({ verdict }) => verdict === 'insufficient-data');
  if (insufficient.length > 0 && !force) throw new InsufficientDataError(insufficient.map(sentence));
  // A cold start that cannot be told is left out rather than standing in the way of the warm numbers.
  const cold = charged.filter((ratio) => ratio.temperature === 'cold');
  const coldUsable =
    cold.length > 0 && (force || cold.every(({ verdict }) => verdict !== 'insufficient-data'));
  const policy = (temperature: Temperature): ProfilePolicy => ({
    phases: Object.fromEntries(
      charged
        .filter((ratio) => ratio.temperature === temperature)
        .map((ratio) => [ratio.phase, multiplier(ratio)]),
    ),
    sizeClasses: chosen
      .filter((ratio) => ratio.temperature === temperature && ratio.sizeClass !== 'all')
      .flatMap((ratio) => {
        const { phase, sizeClass } = ratio;
        return isProfilePhase(phase) ? [{ phase, sizeClass, ...ratioFields(ratio) }] : [];
      }),
    slopes: estimates.slopes.flatMap((slope) => {
      const ours =
        slope.engine === info.engine.name &&
        slope.temperature === temperature &&
        slope.kernel === kernel &&
        slope.regime === regime;
      const { phase, slopeRatio, nanosecondsPerByte, nanosecondsPerFunction } = slope;
      return ours && isProfilePhase(phase)
        ? [{ phase, slopeRatio, nanosecondsPerByte, nanosecondsPerFunction }]
        : [];
    }),
  });
  const policies: Record<'warm', ProfilePolicy> & Partial<Record<ProfilePolicyName, ProfilePolicy>> = {
    warm: policy('warm'),
  };
  if (coldUsable) policies.cold = policy('cold');
  return parseProfile({
    kind: PROFILE_KIND,
    schemaVersion: PROFILE_SCHEMA_VERSION,
    createdAt: createdAt.toISOString(),
    tool: info.tool,
    engine: info.engine,
    machine: info.machine,
    baseline,
    policies,
    corpora: info.corpora,
    seed: info.seed,
    options: info.options,
    systematicFloor: SYSTEMATIC_FLOOR,
    verdict: worstVerdict(warm.map(({ verdict }) => verdict)),
    forced: insufficient.length > 0,
    warnings: [
      ...charged.filter(({ verdict }) => verdict !== 'ok').map(sentence),
      ...(cold.length > 0 && !coldUsable ? ['The cold starts are insufficient and left out.'] : []),
      ...estimates.warnings,
    ],
  });
}

/** The profile as the text of `profile.json`. */
export function profileText(profile: HardwareProfile): string {
  return PROFILE_FILE.text(profile);
}

function profileBaseline(
  { baselines }: RunEstimates,
  engine: string,
  kernel: string,
  regime: MemsetRegime,
): ProfileBaseline | undefined {
  const found = baselines.find((b) => b.engine === engine && b.kernel === kernel && b.regime === regime);
  if (found === undefined) return undefined;
  const sizes = found.points.map(({ bytes }) => Math.round(bytes));
  return {
    kernel,
    regime,
    fromBytes: Math.min(...sizes),
    toBytes: Math.max(...sizes),
    segments: found.segments,
    kneesBytes: found.kneesBytes,
    largestRelativeResidual: found.largestRelativeResidual,
  };
}

function multiplier(estimate: RatioEstimate): ProfileMultiplier {
  const fields = { ...ratioFields(estimate), rule: 'estimate-rounded-up' as const };
  return { ...fields, multiplierThousandths: multiplierByRule(fields) };
}

function ratioFields({ ratio, low, high, confidenceLevel, processes, verdict }: RatioEstimate) {
  return { ratio, low, high, confidenceLevel, processes, verdict };
}

function isProfilePhase(phase: string): phase is ProfilePhase {
  return (PROFILE_PHASES as readonly string[]).includes(phase);
}

function sentence({ phase, temperature, warnings }: RatioEstimate): string {
  const why = warnings.filter(({ verdict }) => verdict !== 'ok').map(({ message }) => message);
  return `${phase} (${temperature}): ${why.join(' ')}`;
}
