import type { BodyFeatures } from '@wasm-dyno/engine/phases';
import { CENSUS_PHASES, type CensusRecord } from '@wasm-dyno/reports/recorded-run';

export { CENSUS_PHASES };
export type CensusPhase = (typeof CENSUS_PHASES)[number];

/** By phase, as far as the engine has it: times by process, each the median over its passes, without what reading the clock takes. */
export type CensusTimes = Readonly<Partial<Record<CensusPhase, readonly number[]>>>;

/** A function, or a module as a whole, and what it costs. */
export interface CensusBody {
  /** Imports first; undefined for a whole module. */
  readonly index: number | undefined;
  /** 1, or those of the module. */
  readonly functions: number;
  readonly features: BodyFeatures;
  /** Bytes that the embedded engine counts it as. */
  readonly counted: { readonly validate: number; readonly translate: number };
  readonly nanoseconds: CensusTimes;
}

export interface CensusModule {
  /** `corpus/name`. */
  readonly name: string;
  /** Modules of one generator, or of one package, are alike. */
  readonly family: string;
  /** What made it: modules of one toolchain are alike too. */
  readonly toolchain: string;
  readonly bodies: readonly CensusBody[];
}

/** How an engine was counted. */
export type CountedEngine = CensusRecord['engines'][number];

/** Every function of some modules, timed by itself in several processes of one engine. */
export interface Census {
  readonly machine: string;
  readonly createdAt: string;
  readonly corpusSha256: string;
  readonly seed: number;
  readonly engine: CountedEngine;
  readonly modules: readonly CensusModule[];
}

/** What of a target is timed. */
export interface Grain {
  readonly kind: 'function' | 'module';
  readonly phases: readonly CensusPhase[];
}

/** There is no census, or none that this version reads. */
export class CensusError extends Error {
  override readonly name = 'CensusError';
}
