import { Random } from '@wasm-dyno/corpora';
import { compareModule, type Comparison, type Divergence } from './comparison.js';
import type { EngineSet } from './engine-set.js';
import { GeneratorFailure } from './sources/binaryen-generator.js';
import type { ModuleSources, SourceName } from './sources/index.js';

/** How a module is compared. Fixed, so that a module and its seed are all that a replay needs. */
const COMPARISON = { rounds: 4, mostCalls: 40, fuelPerCall: 100_000 } as const;
const VARIANTS_PER_MODULE = 2;

/** `host`: of the engine's further runs only those on the host executor; `interpreter`: some of all. */
export type ExecutorName = 'interpreter' | 'host';

/** A module on which two runs differ. */
export interface Finding {
  readonly bytes: Uint8Array;
  readonly moduleSeed: number;
  readonly source: SourceName;
  readonly compareBehaviour: boolean;
  readonly divergence: Divergence;
}

export interface FuzzCounts {
  modules: number;
  /** Modules whose behaviour or validity was compared to the end. */
  compared: number;
  modulesBySource: Map<string, number>;
  calls: number;
  traps: number;
  variants: number;
  resumptions: number;
  skipped: Map<string, number>;
  divergences: Map<string, number>;
}

export function emptyCounts(): FuzzCounts {
  return {
    modules: 0,
    compared: 0,
    modulesBySource: new Map(),
    calls: 0,
    traps: 0,
    variants: 0,
    resumptions: 0,
    skipped: new Map(),
    divergences: new Map(),
  };
}

/** Seed of the `number`-th module of a run. */
export function moduleSeedOf(runSeed: number, number: number): number {
  return new Random(runSeed, `module/${number}`).word() >>> 0;
}

/** Generates and compares the module of a seed, and counts what came of it. */
export async function fuzzOne(
  moduleSeed: number,
  sources: ModuleSources,
  engines: EngineSet,
  executor: ExecutorName,
  counts: FuzzCounts,
): Promise<Finding | undefined> {
  const generated = await sources.generate(moduleSeed).catch((error: unknown) => {
    if (error instanceof GeneratorFailure) return error;
    throw error;
  });
  if (generated instanceof GeneratorFailure) {
    counts.modules++;
    increment(counts.skipped, generated.message);
    return undefined;
  }
  const { bytes, source, compareBehaviour } = generated;
  const comparison = compareSeeded(bytes, moduleSeed, compareBehaviour, engines, executor);
  count(counts, comparison, source);
  const { divergence } = comparison;
  return divergence && { bytes, moduleSeed, source, compareBehaviour, divergence };
}

/** The comparison of a module as a run makes it. */
export function compareSeeded(
  bytes: Uint8Array,
  moduleSeed: number,
  compareBehaviour: boolean,
  engines: EngineSet,
  executor: ExecutorName,
): Comparison {
  const variants =
    executor === 'host' ? (['host executor', 'host executor, unmetered'] as const) : VARIANTS_PER_MODULE;
  return compareModule(bytes, { ...COMPARISON, variants, seed: moduleSeed, compareBehaviour, engines });
}

function count(counts: FuzzCounts, comparison: Comparison, source: SourceName): void {
  const { divergence, skipped } = comparison;
  counts.modules++;
  increment(counts.modulesBySource, source);
  counts.calls += comparison.callsCompared;
  counts.traps += comparison.trapsCompared;
  counts.variants += comparison.variants;
  counts.resumptions += comparison.resumptions;
  if (divergence !== undefined) increment(counts.divergences, divergence.kind);
  else if (skipped !== undefined) increment(counts.skipped, skipped);
  if (skipped === undefined) counts.compared++;
}

function increment(map: Map<string, number>, key: string): void {
  map.set(key, (map.get(key) ?? 0) + 1);
}
