import { loadAdversarialCorpus, type AdversarialCorpusOptions } from './adversarial/index.js';
import type { Corpus } from './corpus.js';
import { generateCorpus, type GeneratedCorpusOptions } from './generated/index.js';
import { loadRealCorpus, type RealCorpusOptions } from './real/index.js';

// What a corpus is
export type {
  Corpus,
  CorpusFunction,
  CorpusModule,
  CorpusOrigin,
  FileOrigin,
  GeneratedOrigin,
  PackageOrigin,
  RecipeOrigin,
  SkippedModule,
} from './corpus.js';
export { admitModule, type Admission, type AdmissionOptions } from './admit-module.js';
export { corpusDigest } from './digest.js';
export { SIZE_CLASSES, sizeClassOf, type SizeClass } from './size-class.js';

// Where the modules come from
export {
  DEFAULT_SEED,
  FAMILY_NAMES,
  generateCorpus,
  type GeneratedCorpusOptions,
} from './generated/index.js';
export { probeCorpus } from './generated/probes.js';
export {
  loadAdversarialCorpus,
  type AdversarialCorpusOptions,
  type KnownRecipe,
} from './adversarial/index.js';
export { generateRecipe } from './adversarial/generate-recipe.js';
export { recipeText, type Recipe, type RecipePart } from './adversarial/recipe.js';
export { ADVERSARIAL_PHASES, type AdversarialPhase, type Shape } from './adversarial/shape.js';
export { SHAPES } from './adversarial/shapes/index.js';
export { loadRealCorpus, type RealCorpusOptions } from './real/index.js';
export {
  parseManifest,
  readManifest,
  type Manifest,
  type ManifestModule,
  type Tier,
} from './real/manifest.js';
export { loadUserModules, NoUsableModulesError } from './user/index.js';
export { ModuleFileError, readModuleFile } from './user/module-file.js';
export { encodeTextModule, TextModuleError } from './user/text-module.js';
export { loadPrograms, type Program } from './programs/index.js';
export { executionKernels, KERNEL_CLASSES, type ExecutionKernel } from './kernels/index.js';

// Which functions to take for a quick run
export { selectFunctions, type SelectedFunction, type SelectionOptions } from './select-functions.js';

// Building modules: for tests, fuzzing and checks of targets
export { FunctionBuilder, type BlockType } from './generated/function-builder.js';
export { ModuleBuilder, type GlobalInitial, type SizeLimits } from './generated/module-builder.js';
export { Random, type Weighted } from './random.js';
export { Operator } from '@wasm-dyno/engine/operators';
export { ValueType } from '@wasm-dyno/engine';

/** The corpora that are known by name; the user's own files are a further one, by path. */
export const CORPUS_NAMES = Object.freeze(['generated', 'real', 'adversarial'] as const);
export type CorpusName = (typeof CORPUS_NAMES)[number];

export interface LoadCorpusOptions {
  readonly generated?: GeneratedCorpusOptions;
  readonly real?: RealCorpusOptions;
  readonly adversarial?: AdversarialCorpusOptions;
}

/** Loads a corpus by name. An unknown name is a RangeError that lists the known ones. */
export function loadCorpus(name: string, options: LoadCorpusOptions = {}): Promise<Corpus> {
  switch (name) {
    case 'generated':
      return Promise.resolve(generateCorpus(options.generated));
    case 'real':
      return Promise.resolve(loadRealCorpus(options.real));
    case 'adversarial':
      return Promise.resolve(loadAdversarialCorpus(options.adversarial));
    default:
      return Promise.reject(
        new RangeError(`unknown corpus "${name}"; the corpora are ${CORPUS_NAMES.join(', ')}`),
      );
  }
}
