import {
  SHAPES,
  type AdversarialPhase,
  type Random,
  type Recipe,
  type RecipePart,
  type Shape,
} from '@wasm-dyno/corpora';
import { hasManyFunctions, LEAST_BYTES, LEAST_FUNCTIONS } from './recipe-size.js';

/** Bytes of a body, or of a module of declarations: small enough to be timed often. */
const MOST_BYTES = 32_768;
/** Of all bodies of a module. */
const MOST_BYTES_OF_BODIES = 65_536;
const MOST_FUNCTIONS = 4_096;
/** Of recipes that may have many functions. */
const PART_OF_MANY = 0.5;
const MOST_PARTS = 4;
const MOST_SHARE = 9;

/** What a hunt draws recipes of. */
export interface Grounds {
  readonly phase: AdversarialPhase;
  /**
   * Whether modules of many small functions too: where a function has a price beside its bytes. Where it has none, nothing else would be
   * found.
   */
  readonly manyFunctions: boolean;
}

/** The shapes that are meant for a phase. */
export function shapesOf(phase: AdversarialPhase): readonly Shape[] {
  return SHAPES.filter(
    ({ kind, phases }) => phases.includes(phase) && (phase === 'parse') === (kind === 'module'),
  );
}

/** A recipe drawn at random. */
export function randomRecipe({ manyFunctions, phase }: Grounds, random: Random): Recipe {
  const parts = Array.from({ length: random.integer(1, 2) }, () => randomPart(phase, random));
  const isMany = manyFunctions && phase !== 'parse' && random.chance(PART_OF_MANY);
  const functions = isMany ? logarithmic(LEAST_FUNCTIONS, MOST_FUNCTIONS, random) : 1;
  const bodyBytes = isMany
    ? logarithmic(0, Math.floor(MOST_BYTES_OF_BODIES / functions), random)
    : logarithmic(LEAST_BYTES, MOST_BYTES, random);
  return { bodyBytes, functions, seed: random.integer(1, 1_000_000), parts };
}

/** A recipe like `parent`, with one thing or two changed. */
export function mutated(parent: Recipe, grounds: Grounds, random: Random): Recipe {
  let child = parent;
  for (let changes = random.integer(1, 2); changes > 0; changes--) child = changed(child, grounds, random);
  return child;
}

/** A recipe with parts of both. */
export function mixed(mother: Recipe, father: Recipe, random: Random): Recipe {
  const parts = random.shuffled([...mother.parts, ...father.parts]);
  return { ...mother, parts: parts.slice(0, random.integer(1, Math.min(MOST_PARTS, parts.length))) };
}

function changed(recipe: Recipe, { phase }: Grounds, random: Random): Recipe {
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
      return hasManyFunctions(recipe)
        ? ofManyFunctions(recipe, random)
        : {
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

/** Shorter or longer bodies, or more or fewer of them. */
function ofManyFunctions(recipe: Recipe, random: Random): Recipe {
  const { bodyBytes, functions } = recipe;
  if (random.chance(0.3)) {
    const most = Math.min(MOST_FUNCTIONS, Math.floor(MOST_BYTES_OF_BODIES / Math.max(1, bodyBytes)));
    return {
      ...recipe,
      functions: clamped(Math.round(functions * 2 ** random.pick([-1, 1])), LEAST_FUNCTIONS, most),
    };
  }
  const most = Math.floor(MOST_BYTES_OF_BODIES / functions);
  // Of a body of some bytes each of them counts.
  const size = random.chance(0.5)
    ? bodyBytes + random.pick([-3, -2, -1, 1, 2, 3])
    : Math.round(bodyBytes * 2 ** random.pick([-1, 1]));
  return { ...recipe, bodyBytes: clamped(size, 0, most) };
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
