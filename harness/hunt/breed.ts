import {
  SHAPES,
  type AdversarialPhase,
  type Random,
  type Recipe,
  type RecipePart,
  type Shape,
} from '@wasm-dyno/corpora';

/** Bytes of a body, or of a module of declarations: small enough to be timed often, large enough for constants not to count. */
const LEAST_BYTES = 1_024;
const MOST_BYTES = 32_768;
const MOST_PARTS = 4;
const MOST_SHARE = 9;

/** The shapes that are meant for a phase. */
export function shapesOf(phase: AdversarialPhase): readonly Shape[] {
  // Constants of functions are a price of their own: with functions of two bytes nothing else would be found.
  return SHAPES.filter(
    ({ kind, phases }) => phases.includes(phase) && (phase === 'parse') === (kind === 'module'),
  );
}

/** A recipe drawn at random. */
export function randomRecipe(phase: AdversarialPhase, random: Random): Recipe {
  const parts = Array.from({ length: random.integer(1, 2) }, () => randomPart(phase, random));
  return {
    bodyBytes: logarithmic(LEAST_BYTES, MOST_BYTES, random),
    functions: 1,
    seed: random.integer(1, 1_000_000),
    parts,
  };
}

/** A recipe like `parent`, with one thing or two changed. */
export function mutated(parent: Recipe, phase: AdversarialPhase, random: Random): Recipe {
  let child = parent;
  for (let changes = random.integer(1, 2); changes > 0; changes--) child = changed(child, phase, random);
  return child;
}

/** A recipe with parts of both. */
export function mixed(mother: Recipe, father: Recipe, random: Random): Recipe {
  const parts = random.shuffled([...mother.parts, ...father.parts]);
  return { ...mother, parts: parts.slice(0, random.integer(1, Math.min(MOST_PARTS, parts.length))) };
}

function changed(recipe: Recipe, phase: AdversarialPhase, random: Random): Recipe {
  const { bodyBytes, parts } = recipe;
  const place = random.integer(0, parts.length - 1);
  const replace = (part: RecipePart): Recipe => ({ ...recipe, parts: parts.with(place, part) });
  const part = parts[place]!;
  switch (random.pick(['intensity', 'intensity', 'share', 'size', 'part', 'shape', 'seed'] as const)) {
    case 'intensity':
      return replace({ ...part, intensity: near(part, phase, random) });
    case 'share':
      return replace({ ...part, share: random.integer(1, MOST_SHARE) });
    case 'size':
      return {
        ...recipe,
        bodyBytes: clamped(Math.round(bodyBytes * 2 ** random.pick([-1, 1])), LEAST_BYTES, MOST_BYTES),
      };
    case 'part':
      if (parts.length < MOST_PARTS && random.chance(0.6))
        return { ...recipe, parts: [...parts, randomPart(phase, random)] };
      return parts.length > 1 ? { ...recipe, parts: parts.filter((_, i) => i !== place) } : recipe;
    case 'shape':
      return replace(randomPart(phase, random));
    case 'seed':
      return { ...recipe, seed: random.integer(1, 1_000_000) };
  }
}

function randomPart(phase: AdversarialPhase, random: Random): RecipePart {
  const shape = random.pick(shapesOf(phase));
  const { least, most } = shape.intensity;
  return {
    shape: shape.name,
    intensity: logarithmic(least, most, random),
    share: random.integer(1, MOST_SHARE),
  };
}

function near({ intensity, shape }: RecipePart, phase: AdversarialPhase, random: Random): number {
  const { least, most } = shapesOf(phase).find(({ name }) => name === shape)!.intensity;
  const factor = 2 ** (3 * (random.uniform() - 0.5));
  return clamped(Math.round(intensity * factor), least, most);
}

/** All orders of magnitude alike. */
function logarithmic(least: number, most: number, random: Random): number {
  const low = Math.log(least + 1);
  const high = Math.log(most + 1);
  return clamped(Math.round(Math.exp(low + (high - low) * random.uniform()) - 1), least, most);
}

function clamped(value: number, least: number, most: number): number {
  return Math.max(least, Math.min(most, value));
}
