import { MAXIMUM_MULTIPLIER } from './fuel-costs.js';
import type { MachineIdentity } from './machine-identity.js';
import {
  arrayShape,
  booleanShape,
  enumShape,
  nullable,
  numberShape,
  objectShape,
  recordShape,
  scalarShape,
  stringShape,
  type Shape,
  type ShapeProblem,
} from './profile-shape.js';

/** The version of the profile's form that this engine reads. */
export const PROFILE_SCHEMA_VERSION = 2;

/** What `kind` says in every profile. */
export const PROFILE_KIND = 'wasm-dyno-profile';

/** How far a number can be believed, from well to badly. */
export const VERDICTS = ['ok', 'noisy', 'insufficient-data'] as const;

/** How far an estimate can be trusted. */
export type Verdict = (typeof VERDICTS)[number];

/** Relative half-width of an interval, as a part of the ratio, above which its verdict can only be `insufficient-data`. */
export const INSUFFICIENT_HALF_WIDTH = 0.3;

/** `warm`: code of the compiler that has run for long. `cold`: the first compile in a fresh process. */
export type ProfilePolicyName = (typeof PROFILE_POLICIES)[number];

/** The policies that a profile may have, by name. */
export const PROFILE_POLICIES = ['warm', 'cold'] as const;

/** The phases that a profile may price; the embedded engine charges the first three. */
export const PROFILE_PHASES = ['parse', 'validate', 'translate', 'compile', 'first-call'] as const;

/** A phase that a profile may have a multiplier for. */
export type ProfilePhase = (typeof PROFILE_PHASES)[number];

/** An estimate over process executions with its order-statistic interval. */
export interface ProfileEstimate {
  /** Median over processes. */
  readonly estimate: number;
  /** Ends of the interval. */
  readonly low: number;
  readonly high: number;
  /** Coverage the interval reaches for this number of processes, for example 0.959. */
  readonly confidenceLevel: number;
  readonly processes: number;
}

/** How a multiplier follows from its estimate. */
export type MultiplierRule = 'estimate-rounded-up' | 'interval-high-rounded-up';

/** One phase's price: time / memset time at equal bytes. */
export interface ProfileMultiplier {
  /** Median over processes of phase time / memset time at equal bytes, over the whole corpus. */
  readonly ratio: number;
  readonly low: number;
  readonly high: number;
  readonly confidenceLevel: number;
  readonly processes: number;
  readonly verdict: Verdict;
  /** What is charged: the ratio, made an integer in thousandths by `rule`. */
  readonly multiplierThousandths: number;
  readonly rule: MultiplierRule;
}

/** For information: the ratio in one class of function sizes, call-inclusive. */
export interface ProfileSizeClassRatio {
  readonly phase: ProfilePhase;
  readonly sizeClass: string;
  readonly ratio: number;
  readonly low: number;
  readonly high: number;
  readonly confidenceLevel: number;
  readonly processes: number;
  readonly verdict: Verdict;
}

/** For information: phase time = constant + slope x bytes per function, against the memset's slope. */
export interface ProfileSlope {
  readonly phase: ProfilePhase;
  /** Phase nanoseconds per byte / memset nanoseconds per byte. */
  readonly slopeRatio: ProfileEstimate;
  readonly nanosecondsPerByte: ProfileEstimate;
  /** What a function costs before its first byte. */
  readonly nanosecondsPerFunction: ProfileEstimate;
}

/** Multipliers of one temperature, with what they rest on. */
export interface ProfilePolicy {
  readonly phases: Readonly<Partial<Record<ProfilePhase, ProfileMultiplier>>>;
  readonly sizeClasses: readonly ProfileSizeClassRatio[];
  readonly slopes: readonly ProfileSlope[];
}

/** One straight piece of the memset's time: T(n) = intercept + nanosecondsPerByte x n for fromBytes <= n < toBytes. */
export interface ProfileBaselineSegment {
  readonly fromBytes: number;
  /** null: without end. */
  readonly toBytes: number | null;
  readonly interceptNanoseconds: ProfileEstimate;
  readonly nanosecondsPerByte: ProfileEstimate;
}

/** Where the filled bytes of a memset lie. */
const REGIMES = ['hot', 'llc', 'memory', 'first-touch'] as const;

/** The memset that every ratio is against. */
export interface ProfileBaseline {
  readonly kernel: string;
  readonly regime: (typeof REGIMES)[number];
  /** Smallest and largest size that was swept. */
  readonly fromBytes: number;
  readonly toBytes: number;
  /** From small to large; the knees lie where they meet. */
  readonly segments: readonly ProfileBaselineSegment[];
  readonly kneesBytes: readonly ProfileEstimate[];
  /** Largest distance of a swept size from the fit, as a part of its time. */
  readonly largestRelativeResidual: number;
}

export interface ProfileMachine extends MachineIdentity {
  /** `machineId` of the binding fields. */
  readonly id: string;
  readonly physicalCores: number | null;
  readonly l3Bytes: number | null;
  readonly memoryBytes: number;
  readonly osRelease: string;
  /** For example `kvm`; null where none was found. */
  readonly virtualisation: string | null;
  /** For example `performance`; null where not readable. */
  readonly governor: string | null;
}

/** Modules that were measured, with the digest of their bytes. */
export interface ProfileCorpus {
  readonly name: string;
  readonly sha256: string;
  readonly modules: number;
  readonly functions: number;
  readonly bodyBytes: number;
}

/** What compiling costs on one machine with one engine: version 2 of `profile.json`. */
export interface HardwareProfile {
  readonly schemaVersion: typeof PROFILE_SCHEMA_VERSION;
  readonly kind: typeof PROFILE_KIND;
  /** UTC, for example `2026-01-31T12:00:00Z`. */
  readonly createdAt: string;
  /** What wrote the profile. */
  readonly tool: { readonly name: string; readonly version: string };
  /** What was measured. */
  readonly engine: { readonly name: string; readonly version: string; readonly flags: readonly string[] };
  readonly machine: ProfileMachine;
  readonly baseline: ProfileBaseline;
  readonly policies: { readonly warm: ProfilePolicy; readonly cold?: ProfilePolicy };
  readonly corpora: readonly ProfileCorpus[];
  readonly seed: number;
  readonly options: Readonly<Record<string, string | number | boolean | null>>;
  /** What no interval sees (alignment, layout, creation order), as a part of each ratio: 0.03. */
  readonly systematicFloor: number;
  readonly verdict: Verdict;
  /** Written although the data were insufficient, because the user insisted. */
  readonly forced: boolean;
  /** Sentences for people. */
  readonly warnings: readonly string[];
}

const text = stringShape();
const name = stringShape({ nonEmpty: true });
const count = numberShape({ integer: true, minimum: 0, maximum: Number.MAX_SAFE_INTEGER });
const positiveCount = numberShape({ integer: true, minimum: 1, maximum: Number.MAX_SAFE_INTEGER });
const bytesOrNull = nullable(positiveCount);
/** Process executions of one run: a million are a month of them. */
const processes = numberShape({ integer: true, minimum: 1, maximum: 1_000_000 });
/** Sizes of memsets, to 64 GiB. */
const filledBytes = numberShape({ minimum: 0, maximum: 2 ** 36 });
const wholeFilledBytes = numberShape({ integer: true, minimum: 0, maximum: 2 ** 36 });
const positiveFilledBytes = numberShape({ exclusiveMinimum: 0, maximum: 2 ** 36 });
const positive = numberShape({ exclusiveMinimum: 0 });
const positiveRatio = numberShape({ exclusiveMinimum: 0, maximum: MAXIMUM_MULTIPLIER });
/** From the least multiplier, a thousandth. */
const chargeableRatio = numberShape({ minimum: 0.001, maximum: MAXIMUM_MULTIPLIER });
const fraction = numberShape({ minimum: 0, maximum: 1 });
const verdict = enumShape(...VERDICTS);
const phase = enumShape(...PROFILE_PHASES);

function estimateShape(value: Shape): Shape {
  return objectShape({ estimate: value, low: value, high: value, confidenceLevel: fraction, processes });
}

const estimate = estimateShape(numberShape());
const positiveEstimate = estimateShape(positive);

const ratio = {
  ratio: chargeableRatio,
  low: positiveRatio,
  high: positiveRatio,
  confidenceLevel: fraction,
  processes,
  verdict,
};

const multiplier = objectShape({
  ...ratio,
  multiplierThousandths: numberShape({ integer: true, minimum: 1, maximum: MAXIMUM_MULTIPLIER * 1000 }),
  rule: enumShape('estimate-rounded-up', 'interval-high-rounded-up'),
});

const policy = objectShape({
  phases: objectShape({}, Object.fromEntries(PROFILE_PHASES.map((phase) => [phase, multiplier]))),
  sizeClasses: arrayShape(objectShape({ phase, sizeClass: name, ...ratio })),
  slopes: arrayShape(
    objectShape({
      phase,
      slopeRatio: estimate,
      nanosecondsPerByte: estimate,
      nanosecondsPerFunction: estimate,
    }),
  ),
});

const profileShape = objectShape({
  kind: enumShape(PROFILE_KIND),
  schemaVersion: enumShape(PROFILE_SCHEMA_VERSION),
  createdAt: stringShape({
    pattern: /^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?Z$/,
    form: 'a UTC time such as 2026-01-31T12:00:00Z',
  }),
  tool: objectShape({ name, version: name }),
  engine: objectShape({ name, version: name, flags: arrayShape(text) }),
  machine: objectShape({
    id: stringShape({ pattern: /^[0-9a-f]{16}$/, form: '16 hexadecimal digits' }),
    cpuModel: text,
    cpuFamily: nullable(text),
    cpuModelNumber: nullable(text),
    cpuStepping: nullable(text),
    arch: name,
    platform: name,
    logicalCores: positiveCount,
    physicalCores: nullable(positiveCount),
    l1dBytes: bytesOrNull,
    l2Bytes: bytesOrNull,
    l3Bytes: bytesOrNull,
    memoryBytes: positiveCount,
    osRelease: text,
    nodeVersion: name,
    v8Version: name,
    virtualisation: nullable(text),
    governor: nullable(text),
  }),
  baseline: objectShape({
    kernel: name,
    regime: enumShape(...REGIMES),
    fromBytes: wholeFilledBytes,
    toBytes: wholeFilledBytes,
    segments: arrayShape(
      objectShape({
        fromBytes: filledBytes,
        toBytes: nullable(positiveFilledBytes),
        interceptNanoseconds: estimate,
        nanosecondsPerByte: positiveEstimate,
      }),
      { minimum: 1 },
    ),
    kneesBytes: arrayShape(positiveEstimate),
    largestRelativeResidual: numberShape({ minimum: 0, maximum: 10 }),
  }),
  policies: objectShape({ warm: policy }, { cold: policy }),
  corpora: arrayShape(
    objectShape({
      name,
      sha256: stringShape({ pattern: /^[0-9a-f]{64}$/, form: '64 hexadecimal digits' }),
      modules: count,
      functions: count,
      bodyBytes: count,
    }),
    { minimum: 1 },
  ),
  seed: numberShape({ integer: true, minimum: Number.MIN_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER }),
  options: recordShape(scalarShape),
  systematicFloor: fraction,
  verdict,
  forced: booleanShape,
  warnings: arrayShape(text),
});

/** Where and why `value` is not a version 1 profile; undefined when it is one. */
export function profileShapeProblem(value: unknown): ShapeProblem | undefined {
  return profileShape(value, '');
}
