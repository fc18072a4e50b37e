import { CompileError, DEFAULT_FEATURES, DEFAULT_LIMITS } from '@wasm-dyno/engine';
import { parseModule, type ParsedModule } from '@wasm-dyno/engine/phases';

import type { ModuleSources } from '../fuzz/sources/index.js';
import { compareInjections } from './both-injectors.js';
import { compareModule, type Verdict } from './both-front-ends.js';

/** Compares the functions and injections of the module of that seed, if it can be parsed, and counts the verdicts. */
export async function compareRandomModule(
  sources: ModuleSources,
  seed: number,
  counts: Record<Verdict, number>,
): Promise<void> {
  const parsed = parsedIfWellFormed((await sources.generate(seed)).bytes);
  if (parsed === undefined) return;
  compareInjections(parsed, `the module of seed ${seed}`);
  const verdicts = compareModule(parsed, `the module of seed ${seed}`);
  for (const verdict of Object.keys(verdicts) as Verdict[]) counts[verdict] += verdicts[verdict];
}

function parsedIfWellFormed(bytes: Uint8Array): ParsedModule | undefined {
  try {
    return parseModule(bytes.slice(), DEFAULT_FEATURES, DEFAULT_LIMITS);
  } catch (error) {
    if (error instanceof CompileError) return undefined;
    throw error;
  }
}
