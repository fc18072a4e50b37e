import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { BodyFeatures } from '@wasm-dyno/engine/phases';

export const CENSUS_FILE = 'census.json';
export const CENSUS_VERSION = 1;
export const CENSUS_PHASES = ['validate', 'translate'] as const;
export type CensusPhase = (typeof CENSUS_PHASES)[number];

/** What one function costs in each phase. */
export interface CensusFunction {
  /** Imports first. */
  readonly index: number;
  readonly features: BodyFeatures;
  /** By process: the median over its passes, without what reading the clock takes. */
  readonly nanoseconds: Readonly<Record<CensusPhase, readonly number[]>>;
}

export interface CensusModule {
  /** `corpus/name`. */
  readonly name: string;
  /** What made it: modules of one toolchain are alike. */
  readonly toolchain: string;
  readonly sha256: string;
  readonly functions: readonly CensusFunction[];
  /** By process: sum of single times, with what reading the clock takes / time of the whole, which is read twice. */
  readonly closure: Readonly<Record<CensusPhase, readonly number[]>>;
}

/** Every function of some modules, timed by itself in several processes. */
export interface Census {
  readonly version: typeof CENSUS_VERSION;
  readonly engine: string;
  readonly engineVersion: string;
  readonly machine: string;
  readonly corpusDigest: string;
  readonly seed: number;
  readonly processes: number;
  readonly passes: number;
  /** Of filling a byte of a hot buffer, by process. */
  readonly nanosecondsPerFilledByte: readonly number[];
  readonly modules: readonly CensusModule[];
}

/** The file in a folder is no census that this version reads. */
export class CensusError extends Error {
  override readonly name = 'CensusError';
}

/** @throws CensusError where the folder has none */
export function readCensus(folder: string): Census {
  const path = join(folder, CENSUS_FILE);
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    const reason = error instanceof SyntaxError ? 'is not whole JSON' : 'cannot be read';
    throw new CensusError(`${path} ${reason}: make one with wasm-dyno census --out ${folder}`);
  }
  const { version, modules } = (value ?? {}) as Partial<Census>;
  if (version !== CENSUS_VERSION || !Array.isArray(modules) || modules.length === 0)
    throw new CensusError(
      `${path} is no census of version ${CENSUS_VERSION}: take it anew with wasm-dyno census`,
    );
  return value as Census;
}
