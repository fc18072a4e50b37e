import { admitModule, type AdmissionOptions } from '../admit-module.js';
import type { Corpus, CorpusModule, SkippedModule } from '../corpus.js';
import { corpusDigest } from '../digest.js';
import { FAMILIES } from './families/index.js';
import { returningForZero } from './returning-for-zero.js';
import { functionsOfSize, generateModule, LARGEST_BODY_BYTES, sizeSweep } from './generate-module.js';

/** The seed of the generated corpus unless another is asked for. */
export const DEFAULT_SEED = 1;

/** The families of the generated corpus by name. */
export const FAMILY_NAMES: readonly string[] = Object.freeze(FAMILIES.map(({ name }) => name));

export interface GeneratedCorpusOptions extends AdmissionOptions {
  /** Whole number; default DEFAULT_SEED. */
  readonly seed?: number;
  /** Default: all. */
  readonly families?: readonly string[];
  /** Body sizes in bytes, from 16 on, each once; default: powers of two and halfway between them, up to `maximumBodyBytes`. */
  readonly bodySizes?: readonly number[];
  /** Largest body of the default sweep; default 64 KiB. */
  readonly maximumBodyBytes?: number;
  /** Functions of each size; default: about 8 KiB of each size, at least 2 and at most 64 functions. */
  readonly functionsPerSize?: (bodyBytes: number) => number;
  /** Bodies return at once where their first argument is zero (families of `i32`); default: they do all that is in them. */
  readonly returnsForZero?: boolean;
}

/** Generates the corpus: one module per family. Unknown families and impossible sizes are errors. */
export function generateCorpus(options: GeneratedCorpusOptions = {}): Corpus {
  const { seed = DEFAULT_SEED, families = FAMILY_NAMES, functionsPerSize = functionsOfSize } = options;
  if (!Number.isSafeInteger(seed)) throw new RangeError(`the seed is a whole number, not ${seed}`);
  const bodySizes = options.bodySizes ?? sizeSweep(undefined, options.maximumBodyBytes ?? LARGEST_BODY_BYTES);
  const twice = bodySizes.find((size, i) => bodySizes.indexOf(size) !== i);
  if (twice !== undefined) {
    throw new RangeError(
      `body size ${twice} is given twice; functionsPerSize says how many functions of a size there are`,
    );
  }
  const modules: CorpusModule[] = [];
  const skipped: SkippedModule[] = [];
  for (const name of families) {
    const family = FAMILIES.find((candidate) => candidate.name === name);
    if (family === undefined) {
      throw new RangeError(`unknown family "${name}"; the families are ${FAMILY_NAMES.join(', ')}`);
    }
    const bytes = generateModule(
      options.returnsForZero === true ? returningForZero(family) : family,
      seed,
      bodySizes,
      functionsPerSize,
    );
    const parameters = { bodySizes, functionsPerSize: bodySizes.map(functionsPerSize) };
    const origin = { kind: 'generated', family: name, seed, parameters } as const;
    const admission = admitModule('generated', name, bytes, origin, options);
    if (admission.module !== undefined) modules.push(admission.module);
    else skipped.push(admission.skipped); // only with features switched off or limits tightened
  }
  return { name: 'generated', modules, skipped, digest: corpusDigest(modules) };
}
