import type {
  ChargePolicy,
  ExecutionClass,
  HardwareProfile,
  ProfilePolicyName,
  ProfilePrice,
} from '@wasm-dyno/engine';
import type { Bounded } from '@wasm-dyno/reports';
import { bytePrices, type BytePrices } from './byte-prices.js';
import type { OperatorTimes } from './class-costs.js';
import { MissingMeasurement } from './missing-measurement.js';
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
  /** Time of validating a byte of a body / time of filling one; undefined when not measured. */
  readonly validateRatio: Bounded | undefined;
  /** As `validateRatio`, for translating. */
  readonly translateRatio: Bounded | undefined;
  /** As `validateRatio`, for all of compiling; for engines that do not let it be taken apart. */
  readonly compileRatio: Bounded | undefined;
  /** The policy by which a byte's price was fitted on a census; undefined for prices of the whole corpus. */
  readonly chargePolicy?: ChargePolicy | undefined;
  /** Prices that no schedule of a time per byte can hold, a sentence each. */
  readonly spread?: readonly string[];
  /** Time of one executed operator that is charged one fuel; undefined when not measured. */
  readonly operatorNanoseconds: Bounded | undefined;
  /** Times by class of operators, where they were measured. */
  readonly operatorTimes?: OperatorTimes | undefined;
}

/**
 * Costs out of a profile. Schedules that know bytes alone get the constants spread over the bytes of the corpus's mean function.
 * @throws MissingMeasurement
 */
export function costsOfProfile(
  profile: HardwareProfile,
  options: {
    readonly policy?: ProfilePolicyName;
    /** A byte's price by the model of bytes alone, which was fitted on single functions, under this policy; that of the whole corpus unless told. */
    readonly chargePolicy?: ChargePolicy | undefined;
    readonly operatorNanoseconds?: Bounded | undefined;
    /** Whose times of classes are wanted; the executor's that the profile charges by unless told. */
    readonly executor?: 'interpreter' | 'host';
  } = {},
): MeasuredCosts {
  const policyName = options.policy ?? 'warm';
  const policy = profile.policies[policyName];
  if (policy === undefined) throw new MissingMeasurement(`the profile has no policy "${policyName}"`);
  const { unit } = profile;
  const corpus = weighedCorpus(profile);
  const { chargePolicy } = options;
  const fitted: BytePrices | undefined = chargePolicy && bytePrices(profile, chargePolicy);
  const ratio = (phase: 'validate' | 'translate' | 'compile'): Bounded | undefined => {
    if (fitted !== undefined) return fitted.ratios[phase];
    const price = policy.phases[phase];
    return price && spreadPrice(price, corpus, unit.nanosecondsPerByte.estimate);
  };
  const priced = Object.values(policy.phases).map(({ multiplier }) => multiplier);
  return {
    provenance: {
      engine: profile.engine.name,
      engineVersion: profile.engine.version,
      flags: profile.engine.flags,
      machine: `${profile.machine.cpuModel} (${profile.machine.arch}, ${profile.machine.platform}, id ${profile.machine.id})`,
      date: profile.createdAt,
      kernel: profile.baseline.kernel,
      regime: 'hot',
      confidenceLevel: Math.min(...priced.map(({ confidenceLevel }) => confidenceLevel)),
      processes: Math.min(...priced.map(({ processes }) => processes)),
      verdict: profile.verdict,
    },
    memsetNanosecondsPerByte: unit.nanosecondsPerByte.estimate,
    chargePolicy,
    spread: fitted?.sentences ?? spreadSentences(policy.phases, corpus),
    validateRatio: ratio('validate'),
    translateRatio: ratio('translate'),
    compileRatio: ratio('compile'),
    operatorNanoseconds: options.operatorNanoseconds,
    operatorTimes: operatorTimesOf(profile, options.executor),
  };
}

function operatorTimesOf(
  { engine, execution }: HardwareProfile,
  wanted?: 'interpreter' | 'host',
): OperatorTimes | undefined {
  if (execution === undefined) return undefined;
  const { chargedExecutor, executors } = execution;
  const executor = wanted !== undefined && executors[wanted] !== undefined ? wanted : chargedExecutor;
  const classes = Object.entries(executors[executor]!.classes) as [
    ExecutionClass,
    { nanoseconds: Bounded },
  ][];
  return {
    measuredOn: `${engine.name} ${engine.version}, ${executor}`,
    nanoseconds: new Map(classes.map(([name, { nanoseconds }]) => [name, nanoseconds])),
  };
}

interface CorpusSize {
  readonly modules: number;
  readonly functions: number;
  readonly bodyBytes: number;
}

/** Of the modules that weigh: the generated ones do where there is nothing else. */
function weighedCorpus({ corpora }: HardwareProfile): CorpusSize {
  const others = corpora.filter(({ name }) => name !== 'generated');
  const weighed = others.length > 0 ? others : corpora;
  const sum = (of: (corpus: CorpusSize) => number): number =>
    weighed.reduce((total, corpus) => total + of(corpus), 0);
  return {
    modules: sum(({ modules }) => modules),
    functions: sum(({ functions }) => functions),
    bodyBytes: Math.max(
      1,
      sum(({ bodyBytes }) => bodyBytes),
    ),
  };
}

/** What a byte costs with its share of the constants, in times of filling one. */
function spreadPrice(price: ProfilePrice, corpus: CorpusSize, unit: number): Bounded {
  const { functions, modules, bodyBytes } = corpus;
  const at = (end: 'estimate' | 'low' | 'high'): number => {
    const constants = price.constants.map(({ per, nanoseconds }) => {
      const count = per === 'function' ? functions : per === 'module' ? modules : 0;
      return (nanoseconds[end] * count) / bodyBytes;
    });
    return price.multiplier[end] + constants.reduce((sum, each) => sum + each, 0) / unit;
  };
  return { estimate: at('estimate'), low: at('low'), high: at('high') };
}

function spreadSentences(
  phases: HardwareProfile['policies']['warm']['phases'],
  { functions, bodyBytes }: CorpusSize,
): string[] {
  return (['validate', 'translate', 'compile'] as const).flatMap((phase) =>
    (phases[phase]?.constants ?? []).flatMap(({ per, nanoseconds }) => {
      if (!(nanoseconds.estimate > 0)) return [];
      const time = `${Number(nanoseconds.estimate.toPrecision(3))} ns`;
      if (per === 'process') return [`${phase}: the ${time} of a process's first call cannot be charged`];
      const bytes = Math.round(bodyBytes / Math.max(1, functions));
      return [
        `${phase}: the ${time} of each ${per} cannot be charged; they are spread over the corpus's bytes (${bytes} a function), so smaller functions pay too little and larger ones too much`,
      ];
    }),
  );
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
