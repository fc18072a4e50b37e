import type { HardwareProfile, ProfilePolicyName } from '@wasm-dyno/engine';
import type { Bounded } from '@wasm-dyno/reports';
import type { Temperature, SummaryRow } from '@wasm-dyno/reports/recorded-run';

/** Where the numbers of an export come from; written into it. */
export interface Provenance {
  readonly engine: string;
  readonly engineVersion: string;
  readonly flags: readonly string[];
  readonly machine: string;
  /** UTC, when the measurement was made. */
  readonly date: string;
  readonly kernel: string;
  readonly regime: string;
  readonly confidenceLevel: number;
  readonly processes: number;
  readonly verdict: string;
}

/** What compiling, filling and executing cost: all that a fuel schedule needs to know. */
export interface MeasuredCosts {
  readonly provenance: Provenance;
  readonly memsetNanosecondsPerByte: number;
  /** Time of validating a body / time of a memset of as many bytes; undefined when not measured. */
  readonly validateRatio: Bounded | undefined;
  /** As `validateRatio`, for translating. */
  readonly translateRatio: Bounded | undefined;
  /** As `validateRatio`, for all of compiling; for engines that do not let it be taken apart. */
  readonly compileRatio: Bounded | undefined;
  /** Time of one executed operator that is charged one fuel; undefined when not measured. */
  readonly operatorNanoseconds: Bounded | undefined;
}

/** The measurement lacks what the export needs. */
export class MissingMeasurement extends Error {
  override readonly name = 'MissingMeasurement';
}

/** Costs out of a profile. The memset's time is its fit at the corpus's mean body size. @throws MissingMeasurement */
export function costsOfProfile(
  profile: HardwareProfile,
  options: { readonly policy?: ProfilePolicyName; readonly operatorNanoseconds?: Bounded } = {},
): MeasuredCosts {
  const policyName = options.policy ?? 'warm';
  const policy = profile.policies[policyName];
  if (policy === undefined) throw new MissingMeasurement(`the profile has no policy "${policyName}"`);
  const ratio = (phase: keyof typeof policy.phases): Bounded | undefined => {
    const priced = policy.phases[phase];
    return priced && { estimate: priced.ratio, low: priced.low, high: priced.high };
  };
  const priced = Object.values(policy.phases);
  const functions = profile.corpora.reduce((sum, corpus) => sum + corpus.functions, 0);
  const bodyBytes = profile.corpora.reduce((sum, corpus) => sum + corpus.bodyBytes, 0);
  return {
    provenance: {
      engine: profile.engine.name,
      engineVersion: profile.engine.version,
      flags: profile.engine.flags,
      machine: `${profile.machine.cpuModel} (${profile.machine.arch}, ${profile.machine.platform}, id ${profile.machine.id})`,
      date: profile.createdAt,
      kernel: profile.baseline.kernel,
      regime: profile.baseline.regime,
      confidenceLevel: Math.min(...priced.map(({ confidenceLevel }) => confidenceLevel)),
      processes: Math.min(...priced.map(({ processes }) => processes)),
      verdict: profile.verdict,
    },
    memsetNanosecondsPerByte: memsetNanosecondsPerByte(
      profile,
      Math.max(1, bodyBytes / Math.max(1, functions)),
    ),
    validateRatio: ratio('validate'),
    translateRatio: ratio('translate'),
    compileRatio: ratio('compile'),
    operatorNanoseconds: options.operatorNanoseconds,
  };
}

function memsetNanosecondsPerByte({ baseline }: HardwareProfile, bytes: number): number {
  const inside = (to: number | null): boolean => to === null || bytes < to;
  const segment = baseline.segments.find(({ toBytes }) => inside(toBytes)) ?? baseline.segments.at(-1);
  if (segment === undefined) throw new MissingMeasurement('the profile has no fit of its memset');
  return segment.interceptNanoseconds.estimate / bytes + segment.nanosecondsPerByte.estimate;
}

/** Costs out of a run's summary rows, of one engine against one memset, over the whole corpus. @throws MissingMeasurement */
export function costsOfSummary(
  rows: readonly SummaryRow[],
  choice: {
    readonly engine: string;
    readonly kernel: string;
    readonly regime: string;
    readonly temperature?: Temperature;
    readonly provenance: Pick<Provenance, 'engineVersion' | 'flags' | 'machine' | 'date'>;
    readonly operatorNanoseconds?: Bounded;
  },
): MeasuredCosts {
  const temperature = choice.temperature ?? 'warm';
  const chosen = rows.filter(
    (row) =>
      row.engine === choice.engine &&
      row.kernel === choice.kernel &&
      row.regime === choice.regime &&
      row.temperature === temperature &&
      row.sizeClass === 'all',
  );
  const row = (phase: string): SummaryRow | undefined =>
    chosen.find((candidate) => candidate.phase === phase);
  const ratio = (phase: string): Bounded | undefined => {
    const found = row(phase);
    return found && { estimate: found.ratio, low: found.low, high: found.high };
  };
  const body = row('translate') ?? row('compile') ?? row('validate');
  if (body === undefined) {
    throw new MissingMeasurement(
      `no ${temperature} rows of "${choice.engine}" against ${choice.kernel} in the regime ${choice.regime}`,
    );
  }
  return {
    provenance: {
      ...choice.provenance,
      engine: choice.engine,
      kernel: choice.kernel,
      regime: choice.regime,
      confidenceLevel: body.confidenceLevel,
      processes: body.processes,
      verdict: body.verdict,
    },
    memsetNanosecondsPerByte: body.memsetNanosecondsPerByte,
    validateRatio: ratio('validate'),
    translateRatio: ratio('translate'),
    compileRatio: ratio('compile'),
    operatorNanoseconds: choice.operatorNanoseconds,
  };
}
