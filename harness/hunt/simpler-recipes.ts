import { SHAPES, type Recipe } from '@wasm-dyno/corpora';

const LEAST_BYTES = 1_024;
/** What is taken once for a module is not to count. */
const LEAST_FUNCTIONS = 64;

/** Recipes that say less than this one, the boldest first. */
export function simplerRecipes(recipe: Recipe): Recipe[] {
  const { bodyBytes, functions, parts } = recipe;
  const simpler: Recipe[] = [];
  if (parts.length > 1)
    parts.forEach((_, place) => simpler.push({ ...recipe, parts: parts.filter((__, i) => i !== place) }));
  if (functions >= 2 * LEAST_FUNCTIONS) simpler.push({ ...recipe, functions: functions >> 1 });
  if (bodyBytes >= (functions > 1 ? 1 : 2 * LEAST_BYTES))
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
