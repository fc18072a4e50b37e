import { admitModule, type AdmissionOptions } from '../admit-module.js';
import type { Corpus, CorpusModule, SkippedModule } from '../corpus.js';
import { corpusDigest } from '../digest.js';
import { generateRecipe } from './generate-recipe.js';
import { KNOWN_RECIPES, type KnownRecipe } from './known-recipes.js';

export type { KnownRecipe };

export interface AdversarialCorpusOptions extends AdmissionOptions {
  /** Default: those that come with the package. */
  readonly recipes?: readonly KnownRecipe[];
}

/**
 * Modules made to be dear for their bytes, a module for each recipe. They are no program's code: no calibration takes them in unless it is
 * told to.
 */
export function loadAdversarialCorpus(options: AdversarialCorpusOptions = {}): Corpus {
  const modules: CorpusModule[] = [];
  const skipped: SkippedModule[] = [];
  for (const { name, ...recipe } of options.recipes ?? KNOWN_RECIPES) {
    const origin = { kind: 'recipe', recipe } as const;
    const admission = admitModule('adversarial', name, generateRecipe(recipe), origin, options);
    if (admission.module !== undefined) modules.push(admission.module);
    else skipped.push(admission.skipped); // only with features switched off or limits tightened
  }
  return { name: 'adversarial', modules, skipped, digest: corpusDigest(modules) };
}
