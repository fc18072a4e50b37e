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

/** Each shape by itself at full strength, then what hunts have found, the dearest of each. */
export const KNOWN_RECIPES: readonly KnownRecipe[] = SHAPES.map((shape) => ({
  name: shape.name,
  bodyBytes: 8_192,
  functions: 2,
  seed: 1,
  parts: [{ shape: shape.name, intensity: strong(shape), share: 1 }],
}));
