import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { moduleEntities, type ProfileCorpus } from '@wasm-dyno/engine';
import {
  generateCorpus,
  loadRealCorpus,
  loadUserModules,
  probeCorpus,
  loadAdversarialCorpus,
  type Corpus,
} from '@wasm-dyno/corpora';
import { temporaryFolder } from '../machine/temporary-folder.js';
import type { RecordedModule, SkippedModule } from '@wasm-dyno/reports/recorded-run';
import type { ModuleFile } from '../process/session.js';

/**
 * The corpora that can be asked for by name. `real` is what is always installed, so that a profile does not depend on
 * what else is; `real-large` adds the modules of the development dependencies. `adversarial` is no program's code, and never there unless
 * asked for.
 */
export const CORPUS_NAMES = ['generated', 'real', 'real-large', 'adversarial'] as const;

/** Modules on the disk, where targets can read them. */
export interface CorpusFiles {
  readonly corpora: readonly ProfileCorpus[];
  /** Over all corpora: equal digests mean the same modules by the same names. */
  readonly digest: string;
  readonly files: readonly ModuleFile[];
  /** What is in them. */
  readonly modules: readonly RecordedModule[];
  readonly skipped: readonly SkippedModule[];
  /** Removes the files that were made for the run. */
  remove(): void;
}

/**
 * Loads corpora and the user's own modules, and the probes that tell apart what parsing takes, and writes them to a temporary folder.
 * @throws Error when there is nothing to measure
 */
export async function corpusFiles(
  names: readonly string[],
  modulePaths: readonly string[],
): Promise<CorpusFiles> {
  // The larger of the two holds the smaller.
  const wanted = new Set(names.includes('real-large') ? names.filter((name) => name !== 'real') : names);
  const corpora: Corpus[] = [...wanted].map(loadNamed);
  if (modulePaths.length > 0) corpora.push(await loadUserModules(modulePaths));
  if (corpora.some(({ modules }) => modules.length > 0)) corpora.push(probeCorpus());
  const { path: folder, remove } = temporaryFolder('corpus');
  try {
    const files: ModuleFile[] = [];
    const described: RecordedModule[] = [];
    for (const { modules } of corpora) {
      for (const { corpus, name, bytes, functions, bodyBytes, origin } of modules) {
        const path = join(folder, `${files.length}.wasm`);
        writeFileSync(path, bytes);
        files.push({ name: `${corpus}/${name}`, path, origin });
        described.push({
          name: `${corpus}/${name}`,
          moduleBytes: bytes.length,
          functions: functions.length,
          bodyBytes,
          entities: moduleEntities(bytes),
        });
      }
    }
    if (files.length === 0) {
      const why = corpora.flatMap(({ skipped }) => skipped)[0];
      throw new Error(
        `there is no module to measure${why === undefined ? '' : `: ${why.name}: ${why.reason}`}`,
      );
    }
    const summed = corpora.map((corpus) => profileCorpus(corpus));
    const digest = createHash('sha256')
      .update(summed.map((c) => `${c.name} ${c.sha256}\n`).join(''))
      .digest('hex');
    const skipped = corpora.flatMap((corpus) =>
      corpus.skipped.map(({ name, reason, offset }) => ({
        module: corpus.name === 'user' ? name : `${corpus.name}/${name}`,
        engine: null,
        reason,
        offset: offset ?? null,
      })),
    );
    return { corpora: summed, digest, files, modules: described, skipped, remove };
  } catch (error) {
    remove();
    throw error;
  }
}

/** Bodies of generated and of known modules are not validated here: targets do it, and the manifest has digests. */
function loadNamed(name: string): Corpus {
  switch (name) {
    case 'generated':
      return generateCorpus({ check: 'parse' });
    case 'real':
      return loadRealCorpus({ check: 'parse', tiers: ['small'] });
    case 'real-large':
      return { ...loadRealCorpus({ check: 'parse' }), name: 'real-large' };
    case 'adversarial':
      return loadAdversarialCorpus({ check: 'parse' });
    default:
      throw new RangeError(`unknown corpus "${name}"; known: ${CORPUS_NAMES.join(', ')}`);
  }
}

function profileCorpus({ name, digest, modules }: Corpus): ProfileCorpus {
  return {
    name,
    sha256: digest,
    modules: modules.length,
    functions: modules.reduce((sum, { functions }) => sum + functions.length, 0),
    bodyBytes: modules.reduce((sum, { bodyBytes }) => sum + bodyBytes, 0),
  };
}
