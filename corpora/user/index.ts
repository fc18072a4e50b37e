import { admitModule, type AdmissionOptions } from '../admit-module.js';
import { DEFAULT_LIMITS } from '@wasm-dyno/engine';
import type { Corpus, CorpusModule, SkippedModule } from '../corpus.js';
import { corpusDigest } from '../digest.js';
import { findFiles } from './find-files.js';
import { ModuleFileError, readModuleFile } from './module-file.js';

/** None of the user's files holds a module that can be measured. */
export class NoUsableModulesError extends Error {
  override readonly name = 'NoUsableModulesError';
  constructor(
    readonly paths: readonly string[],
    /** Every file that was found, and why it is no use; empty when nothing was found at all. */
    readonly skipped: readonly SkippedModule[],
  ) {
    const first = skipped[0];
    const why =
      first === undefined
        ? 'no .wasm or .wat file found'
        : `${first.name}: ${first.reason}${skipped.length > 1 ? ` (and ${skipped.length - 1} more)` : ''}`;
    super(`no usable module in ${paths.join(', ')}: ${why}; name .wasm or .wat files, or folders of them`);
  }
}

/**
 * Loads the user's own modules: files (.wasm, .wat or whatever holds a module) and folders, searched through for .wasm
 * and .wat files. A module's name is its file's name, or its path inside the folder. What is broken or unreadable is
 * skipped with the reason; a NoUsableModulesError is thrown when nothing at all is left.
 */
export async function loadUserModules(
  paths: readonly string[],
  options: AdmissionOptions = {},
): Promise<Corpus> {
  const found = findFiles(paths);
  const modules: CorpusModule[] = [];
  const skipped = [...found.skipped];
  for (const file of found.files) {
    let bytes: Uint8Array;
    try {
      bytes = await readModuleFile(file.path, (options.limits ?? DEFAULT_LIMITS).maximumModuleBytes);
    } catch (error) {
      if (!(error instanceof ModuleFileError)) throw error;
      skipped.push({ name: file.path, reason: error.reason, ...at(error.offset) });
      continue;
    }
    const admission = admitModule('user', file.name, bytes, { kind: 'file', path: file.path }, options);
    if (admission.module !== undefined) modules.push(admission.module);
    else skipped.push({ ...admission.skipped, name: file.path });
  }
  if (modules.length === 0) throw new NoUsableModulesError(paths, skipped);
  return { name: 'user', modules, skipped, digest: corpusDigest(modules) };
}

function at(offset: number | undefined): { readonly offset?: number } {
  return offset === undefined ? {} : { offset };
}
