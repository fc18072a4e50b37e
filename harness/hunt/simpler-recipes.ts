import { SHAPES, type Recipe } from '@wasm-dyno/corpora';
import { hasManyFunctions, LEAST_BYTES, LEAST_FUNCTIONS } from './recipe-size.js';

/** Recipes that say less than this one, the boldest first. */
export function simplerRecipes(recipe: Recipe): Recipe[] {
  const { bodyBytes, functions, parts } = recipe;
  const simpler: Recipe[] = [];
  if (parts.length > 1)
    parts.forEach((_, place) => simpler.push({ ...recipe, parts: parts.filter((__, i) => i !== place) }));
  if (functions >= 2 * LEAST_FUNCTIONS) simpler.push({ ...recipe, functions: functions >> 1 });
  if (bodyBytes >= (hasManyFunctions(recipe) ? 1 : 2 * LEAST_BYTES))
    simpler.push({ ...recipe, bodyBytes: bodyBytes >> 1 });
  parts.forEach((part, place) => {
    const { least } = SHAPES.find(({ name }) => name === part.shape)!.intensity;
    const half = Math.max(least, part.intensity >> 1);
    if (half < part.intensity)
      simpler.push({ ...recipe, parts: parts.with(place, { ...part, intensity: half }) });
    if (part.share > 1) simpler.push({ ...recipe, parts: parts.with(place, { ...part, share: 1 }) });
  });
  if (recipe.seed !== 1) simpler.push({ ...recipe, seed: 1 });
  return simpler;
}
