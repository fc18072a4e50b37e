import { ValueType } from '@wasm-dyno/engine';
import { FunctionBuilder } from '../generated/function-builder.js';
import { ModuleBuilder } from '../generated/module-builder.js';
import { Random } from '../random.js';
import type { Recipe, RecipePart } from './recipe.js';
import type { BodyShape, ModuleShape, Shape } from './shape.js';
import { SHAPES } from './shapes/index.js';

/** Locals that every body has. */
const WORDS = 4;
/** Of a statement's structures, branches or calls; fewer in bodies of so few bytes. */
const REPETITIONS = 24;
const SMALL_BODY_BYTES = 1_024;
/** So that a shape whose entries take no bytes ends. */
const MOST_ENTRIES = 100_000;

/** The shape that a part names. @throws RangeError for a name that is none, or an intensity that it does not have */
export function shapeOf({ intensity, shape: name }: RecipePart): Shape {
  const shape = SHAPES.find((candidate) => candidate.name === name);
  if (shape === undefined)
    throw new RangeError(
      `unknown shape "${name}"; the shapes are ${SHAPES.map((each) => each.name).join(', ')}`,
    );
  const { least, most, of } = shape.intensity;
  if (!(Number.isSafeInteger(intensity) && intensity >= least && intensity <= most))
    throw new RangeError(`${name} takes from ${least} to ${most} ${of}, not ${intensity}`);
  return shape;
}

/** The module of a recipe. @throws RangeError for a recipe that makes none */
export function generateRecipe(recipe: Recipe): Uint8Array {
  const parts = recipe.parts.map((part) => ({ ...part, shape: shapeOf(part) }));
  for (const name of ['bodyBytes', 'functions', 'seed'] as const)
    if (!Number.isSafeInteger(recipe[name]))
      throw new RangeError(`${name} is a whole number, not ${recipe[name]}`);
  if (parts.length === 0 || parts.some(({ share }) => !(Number.isSafeInteger(share) && share >= 1)))
    throw new RangeError('a recipe has at least one part, and parts have whole shares from 1 on');
  const module = new ModuleBuilder();
  const declared = parts.filter((part): part is Mixed<ModuleShape> => part.shape.kind === 'module');
  if (declared.length === parts.length) addEntries(module, recipe, declared);
  else if (declared.length === 0) addFunctions(module, recipe, parts as Mixed<BodyShape>[]);
  else throw new RangeError('shapes of modules and shapes of bodies do not mix');
  return module.toBytes();
}

interface Mixed<Kind extends Shape> {
  readonly shape: Kind;
  readonly intensity: number;
  readonly share: number;
}

function addFunctions(module: ModuleBuilder, recipe: Recipe, parts: readonly Mixed<BodyShape>[]): void {
  module.addMemory({ minimum: 1 });
  const prepared = parts.map(({ intensity, shape, share }) => ({
    weight: share,
    intensity,
    ...shape.prepare(module, intensity),
  }));
  const { bodyBytes, functions, seed } = recipe;
  const repetitions =
    bodyBytes < SMALL_BODY_BYTES ? Math.ceil((REPETITIONS * bodyBytes) / SMALL_BODY_BYTES) : REPETITIONS;
  const { parameters: parametersOf } = prepared.find(({ parameters }) => parameters !== undefined) ?? {};
  for (let number = 0; number < functions; number++) {
    const random = new Random(seed, 'adversarial', number);
    const parameters = parametersOf?.(number) ?? [];
    const body = new FunctionBuilder(parameters.length);
    const words = Array.from({ length: WORDS }, () => body.local(ValueType.I32));
    for (const { declare } of prepared) declare?.(body);
    while (body.codeBytes < bodyBytes) {
      const { intensity, write } = random.weighted(prepared);
      write({ body, random, intensity, words, repetitions });
    }
    module.defineFunction(module.declareFunction(parameters, []), body);
  }
}

/** One kind of entry after another: those of a kind refer to the first of them. */
function addEntries(module: ModuleBuilder, recipe: Recipe, parts: readonly Mixed<ModuleShape>[]): void {
  const random = new Random(recipe.seed, 'adversarial');
  // The function that entries refer to.
  module.addFunction([], [], () => undefined);
  // An entry of one byte at least.
  const shares = parts.reduce((sum, { share }) => sum + share, 0);
  for (const { intensity, share, shape } of parts) {
    const sample = new ModuleBuilder();
    const few = 8;
    for (let number = 0; number < few; number++) shape.add(sample, number, intensity, random);
    const bytesOfEntry = Math.max(1, sample.toBytes().length / few);
    const count = Math.ceil((recipe.bodyBytes * share) / shares / bytesOfEntry);
    for (let number = 0; number < Math.min(count, MOST_ENTRIES); number++)
      shape.add(module, number, intensity, random);
  }
}
