import {
  DEFAULT_LIMITS,
  type EnforcedLimits,
  CompileError,
  DEFAULT_FEATURES,
  type Features,
} from '@wasm-dyno/engine';
import { parseModule, validateFunction } from '@wasm-dyno/engine/phases';
import type { CorpusFunction, CorpusModule, CorpusOrigin, SkippedModule } from './corpus.js';
import { sha256 } from './digest.js';
import { foreignFormat } from './foreign-format.js';

/** How modules are checked before they may stand in a corpus. */
export interface AdmissionOptions {
  /** Default: the engine's. */
  readonly features?: Features;
  /** Default: the engine's. */
  readonly limits?: EnforcedLimits;
  /**
   * `validate` (default) checks every body; `parse` leaves bodies alone, for callers that know the modules or check them
   * themselves.
   */
  readonly check?: 'validate' | 'parse';
}

/** A module that made it into the corpus, or one that did not. */
export type Admission =
  | { readonly module: CorpusModule; readonly skipped?: undefined }
  | { readonly module?: undefined; readonly skipped: SkippedModule };

/**
 * Decodes and checks a module and locates its functions, all by the engine's own phases. A module that is broken, needs a
 * feature that is not supported, or has no function bodies comes back as skipped; only faults of this program throw.
 */
export function admitModule(
  corpus: string,
  name: string,
  bytes: Uint8Array,
  origin: CorpusOrigin,
  { features = DEFAULT_FEATURES, limits = DEFAULT_LIMITS, check = 'validate' }: AdmissionOptions = {},
): Admission {
  const foreign = foreignFormat(bytes);
  if (foreign !== undefined) return { skipped: { name, reason: foreign.reason, offset: foreign.offset } };
  try {
    const parsed = parseModule(bytes, features, limits);
    const functions: CorpusFunction[] = [];
    let bodyBytes = 0;
    for (let position = 0; position < parsed.bodyLengths.length; position++) {
      const index = parsed.importedFunctionCount + position;
      if (check === 'validate') validateFunction(parsed, index);
      const length = parsed.bodyLengths[position]!;
      functions.push({ index, bodyBytes: length });
      bodyBytes += length;
    }
    if (functions.length === 0) return { skipped: { name, reason: 'has no function bodies to measure' } };
    return { module: { corpus, name, bytes, sha256: sha256(bytes), origin, functions, bodyBytes } };
  } catch (error) {
    if (!(error instanceof CompileError)) throw error;
    const place = error.functionIndex === undefined ? '' : ` (in function ${error.functionIndex})`;
    return { skipped: { name, reason: `${error.reason}${place}`, offset: error.offset } };
  }
}
