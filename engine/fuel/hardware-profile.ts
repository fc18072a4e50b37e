import type { AgreedProfile } from './agreed-profile.js';
import type { MachineIdentity } from './machine-identity.js';
import type { ProfileEstimate } from './profile-estimate.js';
import type { ProfileExecution } from './profile-execution.js';
import { PROFILE_FORM } from './profile-form.js';
import type { ProfileModels } from './profile-models.js';
import type {
  MemsetRegime,
  MULTIPLIER_RULES,
  PRICED_ENTITIES,
  PROFILE_PHASES,
  Verdict,
} from './profile-words.js';
import type { ShapeProblem } from './profile-shape.js';

export type { ProfileEstimate } from './profile-estimate.js';
export { PRICED_ENTITIES, PROFILE_PHASES, VERDICTS, type Verdict } from './profile-words.js';

/** The version of the profile's form that this engine reads. */
export const PROFILE_SCHEMA_VERSION = 2;

/** What `kind` says in every profile. */
export const PROFILE_KIND = 'wasm-dyno-profile';

/** Relative half-width of an interval, as a part of the ratio, above which its verdict can only be `insufficient-data`. */
export const INSUFFICIENT_HALF_WIDTH = 0.3;

/** `warm`: code of the compiler that has run for long. `cold`: the first compile in a fresh process. */
export type ProfilePolicyName = (typeof PROFILE_POLICIES)[number];

/** The policies that a profile may have, by name. */
export const PROFILE_POLICIES = ['warm', 'cold'] as const;

/** A phase that a profile may have a multiplier for. */
export type ProfilePhase = (typeof PROFILE_PHASES)[number];

/** How multiplier and constants follow from their estimates. */
export type MultiplierRule = (typeof MULTIPLIER_RULES)[number];

/** What one fuel of the profile's numbers is. */
export interface ProfileUnit {
  /** As asked for: so many bytes filled (`64B`), or a time (`10ps`). */
  readonly definition: string;
  /** Time of one fuel; exact where the definition is a time. */
  readonly nanosecondsPerFuel: ProfileEstimate;
  /** Bytes that the hot memset fills in that time; exact where the definition is in bytes. */
  readonly bytesPerFuel: number;
  /** The hot memset's plateau: its slope over sizes from `fromBytes` to `toBytes`, in each process by itself. */
  readonly nanosecondsPerByte: ProfileEstimate;
  readonly fromBytes: number;
  readonly toBytes: number;
  /** Largest distance of a size on the plateau from the line, as a part of its time, in the median process. */
  readonly largestRelativeResidual: number;
  /** Whether times grow with sizes up to the end of the plateau as they do at its beginning. */
  readonly isInCache: boolean;
  readonly verdict: Verdict;
}

/** What something costs before its bytes. */
export interface ProfileConstant {
  readonly per: (typeof PRICED_ENTITIES)[number];
  readonly nanoseconds: ProfileEstimate;
  /** What is charged, in the profile's unit: nanoseconds / the unit's, made whole by the price's rule. */
  readonly constantFuel: number;
}

/** How far the multiplier moves when other modules are measured: bootstrap over the corpus's modules. */
export interface ProfileCorpusInterval {
  readonly low: number;
  readonly high: number;
  readonly confidenceLevel: number;
  readonly modules: number;
  readonly resamples: number;
}

/** The multiplier over the corpus without one of its modules: the least and the greatest. */
export interface ProfileLeaveOneOut {
  readonly low: number;
  readonly lowWithout: string;
  readonly high: number;
  readonly highWithout: string;
}

/** Phase time / memset time at equal bytes, sizes equal one by one, the memset's call cost included. */
export interface ProfileRatio {
  /** Median over processes. */
  readonly ratio: number;
  readonly low: number;
  readonly high: number;
  readonly confidenceLevel: number;
  readonly processes: number;
  readonly verdict: Verdict;
}

/** What the first functions (parse: modules) of a fresh process took, all together, against what the warm price charges for them. */
export interface ProfileFirstFunctions {
  readonly functions: number;
  /** Median over processes. */
  readonly nanoseconds: number;
  /** Their time / the time that the warm price stands for. */
  readonly timesWarm: number;
  readonly processes: number;
}

/**
 * What monitors saw of the phase, on the machine that was calibrated and right after: modules compiled as services do, met in turn. What is seen
 * later is held against that (docs/monitoring.md).
 */
export interface ProfileWatched {
  /** All functions of a module in turn, as it is loaded. */
  readonly eager: ProfileWatching;
  /** Each by its first call. */
  readonly lazy: ProfileWatching;
}

/** What one monitor saw. */
export interface ProfileWatching {
  /** Observed / what is typically charged by the warm prices, or the models: the mean over modules of their medians. */
  readonly timesWarm: number;
  readonly low: number;
  readonly high: number;
  readonly confidenceLevel: number;
  readonly modules: number;
  readonly functions: number;
}

/** One phase's price: constants, and a time for each byte. */
export interface ProfilePrice {
  /** Time per byte over the whole corpus, constants included. */
  readonly corpusNanosecondsPerByte: ProfileEstimate;
  /** Time per byte beside the constants. */
  readonly nanosecondsPerByte: ProfileEstimate;
  /** Median over processes of time per byte / the unit's time per byte in the same process. */
  readonly multiplier: ProfileEstimate;
  /** What is charged: the multiplier, made an integer in thousandths by `rule`. */
  readonly multiplierThousandths: number;
  readonly rule: MultiplierRule;
  readonly constants: readonly ProfileConstant[];
  /** null where fewer than two modules were measured each by itself. */
  readonly corpusInterval: ProfileCorpusInterval | null;
  readonly leaveOneModuleOut: ProfileLeaveOneOut | null;
  /** Over the whole corpus; for information. */
  readonly equalBytesRatio: ProfileRatio;
  /** For information, of warm prices: which tier of a JIT was measured, in the engine's own words. */
  readonly tier?: string;
  /** For information, of warm prices: the first 1, 10, 100, ... functions of a fresh process. */
  readonly firstFunctions?: readonly ProfileFirstFunctions[];
  /** For monitors, of warm prices. */
  readonly watched?: ProfileWatched;
  readonly verdict: Verdict;
}

/** For information: the equal-bytes ratio in one class of function sizes. */
export interface ProfileSizeClassRatio extends ProfileRatio {
  readonly phase: ProfilePhase;
  readonly sizeClass: string;
}

/** Prices of one temperature, with what they rest on. */
export interface ProfilePolicy {
  readonly phases: Readonly<Partial<Record<ProfilePhase, ProfilePrice>>>;
  readonly sizeClasses: readonly ProfileSizeClassRatio[];
}

/** One straight piece of the memset's time: T(n) = intercept + nanosecondsPerByte x n for fromBytes <= n < toBytes. */
export interface ProfileBaselineSegment {
  readonly fromBytes: number;
  /** null: without end. */
  readonly toBytes: number | null;
  readonly interceptNanoseconds: ProfileEstimate;
  readonly nanosecondsPerByte: ProfileEstimate;
}

/** The memset that the unit is of, and every ratio against, over all sizes. */
export interface ProfileBaseline {
  readonly kernel: string;
  readonly regime: MemsetRegime;
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
  readonly engine: {
    readonly name: string;
    readonly version: string;
    readonly flags: readonly string[];
    /** Digest of what its costs of compiling and executing depend on, `COST_BEHAVIOUR`: where it is told, versions do not count. */
    readonly costBehaviour?: string;
  };
  readonly machine: ProfileMachine;
  readonly unit: ProfileUnit;
  readonly baseline: ProfileBaseline;
  readonly policies: { readonly warm: ProfilePolicy; readonly cold?: ProfilePolicy };
  /** What executing costs, where that was measured: else every operator costs 1. */
  readonly execution?: ProfileExecution;
  /** How what functions take follows from what they are made of, where a census was taken: else their prices alone are charged. */
  readonly models?: ProfileModels;
  readonly corpora: readonly ProfileCorpus[];
  readonly seed: number;
  readonly options: Readonly<Record<string, string | number | boolean | null>>;
  /** What no interval sees (alignment, layout, creation order), as a part of each number: 0.03. */
  readonly systematicFloor: number;
  readonly verdict: Verdict;
  /** Written although the data were insufficient, because the user insisted. */
  readonly forced: boolean;
  /** Sentences for people. */
  readonly warnings: readonly string[];
  /** What many machines agreed on: not measured on the machine that it names, and charged by on any. */
  readonly agreed?: AgreedProfile;
}

/** Where and why `value` is not a profile of this version; undefined when it is one. */
export function profileShapeProblem(value: unknown): ShapeProblem | undefined {
  return PROFILE_FORM(value, '');
}
