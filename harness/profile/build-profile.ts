import {
  type HardwareProfile,
  type ProfileBaseline,
  type ProfileCorpus,
  type ProfileMachine,
  type ProfilePhase,
  type ProfilePolicy,
  type ProfilePolicyName,
  type ProfilePrice,
  type ProfileUnit,
  type Verdict,
  PROFILE_KIND,
  PROFILE_PHASES,
  PROFILE_SCHEMA_VERSION,
  constantByRule,
  multiplierByRule,
  parseProfile,
} from '@wasm-dyno/engine';
import { unitTrouble } from '@wasm-dyno/reports';
import { worstVerdict, PROFILE_FILE } from '@wasm-dyno/reports/recorded-run';
import { counted, percent, shortFigure } from '@wasm-dyno/reports/wording';
import {
  firstFunctions,
  SYSTEMATIC_FLOOR,
  type RatioEstimate,
  type RunEstimates,
} from '../estimate/index.js';
import type {
  MemsetRegime,
  PriceRecord,
  RecordedEstimate,
  Temperature,
  WarmUpCall,
} from '@wasm-dyno/reports/recorded-run';
import { DEFAULT_UNIT, profileUnit } from './profile-unit.js';

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
  /** The memset that fuel is counted in, hot; equal-bytes ratios are against it in this regime, `hot` unless told. */
  readonly kernel: string;
  readonly regime?: MemsetRegime;
  /** What fresh processes took for their first functions. */
  readonly curves?: readonly WarmUpCall[];
  /** By phase, what ran it in warm processes. */
  readonly tiers?: Readonly<Record<string, string>>;
  /** What one fuel of the profile is: bytes filled, or a time; `64B` unless told. */
  readonly unitDefinition?: string;
}

/** No profile is written: the numbers to charge by are missing or insufficient. The command line ends with code 3. */
export class InsufficientDataError extends Error {
  override readonly name = 'InsufficientDataError';
  constructor(
    /** One sentence each. */
    readonly reasons: readonly string[],
    /** Whether there are numbers that could be written all the same, by force. */
    readonly canBeForced: boolean,
  ) {
    super(
      `insufficient data for a profile: ${reasons.join(' ')} Calibrate with more effort${canBeForced ? ', or write it all the same with --force' : ''}.`,
    );
  }
}

/**
 * The profile that a run's estimates support for one engine: the unit, and per phase the price over the whole corpus, warm and, where
 * measured, cold; with them the ratios at equal bytes against the chosen memset.
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
  const measuredUnit = estimates.units.find(
    ({ record }) => record.engine === info.engine.name && record.kernel === kernel,
  )?.record;
  const absent = [
    ...(warm.length === 0
      ? [`No phase of ${info.engine.name} was measured against ${kernel} (${regime}).`]
      : []),
    ...(baseline === undefined
      ? [`The memset ${kernel} (${regime}) was measured at too few sizes to fit.`]
      : []),
    ...(measuredUnit === undefined
      ? [`The memset ${kernel} (hot) was measured at too few sizes on its plateau to tell the unit of fuel.`]
      : []),
  ];
  if (absent.length > 0 || baseline === undefined || measuredUnit === undefined)
    throw new InsufficientDataError(absent, false);
  const unit = profileUnit(info.unitDefinition ?? DEFAULT_UNIT, measuredUnit);
  const priceOf = ({ temperature, phase }: RatioEstimate): PriceRecord | undefined =>
    estimates.prices.find(
      (price) =>
        price.engine === info.engine.name &&
        price.kernel === kernel &&
        price.temperature === temperature &&
        price.phase === phase,
    );
  const verdictOf = (ratio: RatioEstimate): Verdict =>
    worstVerdict([ratio.verdict, priceOf(ratio)?.verdict ?? 'insufficient-data']);
  const insufficient = warm.filter((ratio) => verdictOf(ratio) === 'insufficient-data');
  const sentence = (ratio: RatioEstimate): string => ratioSentence(ratio, unit, priceOf(ratio));
  if (insufficient.length > 0 && !force) throw new InsufficientDataError(insufficient.map(sentence), true);
  // A cold start that cannot be told is left out rather than standing in the way of the warm numbers.
  const cold = charged.filter((ratio) => ratio.temperature === 'cold');
  const coldUsable =
    cold.some((ratio) => priceOf(ratio) !== undefined) &&
    (force || cold.every((ratio) => verdictOf(ratio) !== 'insufficient-data'));
  const policy = (temperature: Temperature): ProfilePolicy => ({
    phases: Object.fromEntries(
      charged
        .filter((ratio) => ratio.temperature === temperature)
        .flatMap((ratio) => {
          const price = priceOf(ratio);
          return price === undefined
            ? []
            : [
                [
                  ratio.phase,
                  { ...profilePrice(price, unit, ratio, verdictOf(ratio)), ...warmRemarks(price, info) },
                ],
              ];
        }),
    ),
    sizeClasses: chosen
      .filter((ratio) => ratio.temperature === temperature && ratio.sizeClass !== 'all')
      .flatMap((ratio) => {
        const { phase, sizeClass } = ratio;
        return isProfilePhase(phase) ? [{ phase, sizeClass, ...ratioFields(ratio) }] : [];
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
    unit,
    baseline,
    policies,
    corpora: info.corpora,
    seed: info.seed,
    options: info.options,
    systematicFloor: SYSTEMATIC_FLOOR,
    verdict: worstVerdict(warm.map(verdictOf)),
    forced: insufficient.length > 0,
    warnings: [
      ...charged.filter((ratio) => verdictOf(ratio) !== 'ok').map(sentence),
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

function profilePrice(
  {
    corpusNanosecondsPerByte,
    nanosecondsPerByte,
    multiplier,
    constants,
    corpusInterval,
    leaveOneModuleOut,
  }: PriceRecord,
  unit: ProfileUnit,
  ratio: RatioEstimate,
  verdict: Verdict,
): ProfilePrice {
  const rule = 'estimate-rounded-up' as const;
  return {
    corpusNanosecondsPerByte,
    nanosecondsPerByte,
    multiplier,
    multiplierThousandths: multiplierByRule({ multiplier, rule }),
    rule,
    constants: constants.map(({ per, nanoseconds }) => ({
      per,
      nanoseconds,
      constantFuel: constantByRule(nanoseconds, rule, unit),
    })),
    corpusInterval,
    leaveOneModuleOut,
    equalBytesRatio: ratioFields(ratio),
    verdict,
  };
}

/** What a warm price does not hold for: a process's first functions, and other tiers of a JIT. */
function warmRemarks(
  price: PriceRecord,
  { curves = [], tiers = {} }: ProfileRunInfo,
): Pick<ProfilePrice, 'tier' | 'firstFunctions'> {
  if (price.temperature !== 'warm') return {};
  const first = firstFunctions(curves, price);
  const tier = tiers[price.phase];
  return {
    ...(tier === undefined ? {} : { tier }),
    ...(first.length === 0 ? {} : { firstFunctions: first }),
  };
}

function ratioFields({ ratio, low, high, confidenceLevel, processes, verdict }: RatioEstimate) {
  return { ratio, low, high, confidenceLevel, processes, verdict };
}

function isProfilePhase(phase: string): phase is ProfilePhase {
  return (PROFILE_PHASES as readonly string[]).includes(phase);
}

function ratioSentence(
  { phase, temperature, warnings }: RatioEstimate,
  unit: ProfileUnit,
  price: PriceRecord | undefined,
): string {
  const why = [
    ...warnings.filter(({ verdict }) => verdict !== 'ok').map(({ message }) => message),
    ...(price === undefined ? ['Too few sizes were measured for a price.'] : widthSentence(price)),
    ...(unit.verdict === 'ok' ? [] : [unitRemark(unit)]),
  ];
  return `${phase} (${temperature}): ${why.join(' ')}`;
}

/** Where the ratio is told well and the price is not. */
function widthSentence({
  corpusNanosecondsPerByte: { estimate },
  multiplier,
  nanosecondsPerByte,
  verdict,
}: PriceRecord): string[] {
  if (verdict === 'ok') return [];
  const known = ({ confidenceLevel, low, high, ...own }: RecordedEstimate): string | undefined =>
    // Too few processes carry no interval: low and high are then no bounds.
    confidenceLevel > 0 ? `known to +-${percent((high - low) / 2 / own.estimate)}` : undefined;
  const [byte, times] = [known(nanosecondsPerByte), known(multiplier)];
  const of = `${shortFigure(nanosecondsPerByte.estimate)} of ${shortFigure(estimate)} ns over the corpus`;
  const parts = [
    ...(byte === undefined ? [] : [`the price of a byte is ${byte} (${of})`]),
    ...(times === undefined ? [] : [`the multiplier is ${times}`]),
  ].join(', ');
  return parts === '' ? [] : [`${parts[0]!.toUpperCase()}${parts.slice(1)}.`];
}

/** What is said of a unit that is not `ok`. */
function unitRemark(unit: ProfileUnit): string {
  const { confidenceLevel, estimate, low, high, processes } = unit.nanosecondsPerByte;
  const over = `over ${counted(processes, 'process execution')}`;
  const width =
    confidenceLevel > 0
      ? `known to +-${percent((high - low) / 2 / estimate)} ${over}`
      : `no interval ${over}`;
  switch (unitTrouble(unit)) {
    case 'leaves-cache':
      return 'The unit of fuel is noisy: its memset leaves the cache.';
    case 'wide-interval':
      return `The unit of fuel is noisy: ${width}.`;
    default:
      return `The unit of fuel is insufficient: ${width}.`;
  }
}
