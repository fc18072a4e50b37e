import type { Recipe } from './recipe.js';
import { SHAPES } from './shapes/index.js';
import type { Shape } from './shape.js';

/** A recipe that is kept, under its name in the corpus. */
export interface KnownRecipe extends Recipe {
  readonly name: string;
}

/** Strong, and within what a function of common limits may have. */
function strong({ intensity: { least, most } }: Shape): number {
  return Math.max(least, Math.min(most, 1000));
}

/** Many bodies of one call: each has just more values of lists than its bytes pay for, so that validation stops at it. */
const MANY_STOPS: KnownRecipe = {
  name: 'many-stops',
  bodyBytes: 2,
  functions: 500,
  seed: 1,
  parts: [{ shape: 'call-lists', intensity: 80, share: 1 }],
};

/** Each shape by itself at full strength, then what hunts have found, and reviewers, the dearest of each. */
export const KNOWN_RECIPES: readonly KnownRecipe[] = [
  ...SHAPES.map((shape) => ({
    name: shape.name,
    bodyBytes: 8_192,
    functions: 2,
    seed: 1,
    parts: [{ shape: shape.name, intensity: strong(shape), share: 1 }],
  })),
  MANY_STOPS,
];
