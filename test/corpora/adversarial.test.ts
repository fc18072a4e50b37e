import { deepEqual, equal, notDeepEqual, ok, throws } from 'node:assert/strict';
import {
  generateRecipe,
  loadAdversarialCorpus,
  loadCorpus,
  recipeText,
  SHAPES,
  type Recipe,
} from '@wasm-dyno/corpora';
import { DEFAULT_FEATURES, DEFAULT_LIMITS, Engine } from '@wasm-dyno/engine';
import { BodyScale, parseModule } from '@wasm-dyno/engine/phases';

const recipeOf = (shape: string, intensity: number, bodyBytes = 2_048): Recipe => ({
  bodyBytes,
  functions: 2,
  seed: 3,
  parts: [{ shape, intensity, share: 1 }],
});

describe('the adversarial corpus', () => {
  it('is valid modules, one for each recipe, the same each time', async () => {
    const corpus = await loadCorpus('adversarial');
    deepEqual(corpus.skipped, []);
    equal(new Set(corpus.modules.map(({ name }) => name)).size, corpus.modules.length);
    equal(corpus.digest, loadAdversarialCorpus().digest);
    for (const { bytes, origin } of corpus.modules) {
      ok(origin.kind === 'recipe');
      deepEqual(generateRecipe(origin.recipe), bytes);
    }
  });

  it('has shapes whose least and most intensity are valid modules', () => {
    const engine = new Engine();
    for (const { intensity, name } of SHAPES)
      for (const strength of [intensity.least, intensity.most])
        ok(engine.validate(generateRecipe(recipeOf(name, strength))), `${name} ${strength}`);
  });

  it('mixes shapes of bodies by their shares, differently for other seeds', () => {
    const mixed = (seed: number): Recipe => ({
      bodyBytes: 4_096,
      functions: 1,
      seed,
      parts: [
        { shape: 'nops', intensity: 8, share: 1 },
        { shape: 'call-lists', intensity: 30, share: 3 },
      ],
    });
    ok(new Engine().validate(generateRecipe(mixed(1))));
    notDeepEqual(generateRecipe(mixed(1)), generateRecipe(mixed(2)));
    equal(recipeText(mixed(1)), '4096 bytes x 1, seed 1: nops 8 x 1 + call-lists 30 x 3');
  });

  it('refuses shapes that there are not, intensities that they do not have, and mixtures that cannot be', () => {
    throws(() => generateRecipe(recipeOf('nop', 1)), /unknown shape "nop"; the shapes are block-parameters,/);
    throws(() => generateRecipe(recipeOf('nops', 1_000)), /nops takes from 1 to 200 operators/);
    throws(() => generateRecipe({ ...recipeOf('nops', 1), parts: [] }), /at least one part/);
    const parts = [...recipeOf('nops', 1).parts, ...recipeOf('exports', 8).parts];
    throws(() => generateRecipe({ ...recipeOf('nops', 1), parts }), /do not mix/);
  });

  it('has small bodies where they are asked for, of few bytes more, down to none', () => {
    for (const [bodyBytes, most] of [
      [0, 5],
      [2, 16],
      [40, 60],
    ] as const) {
      const recipe = { ...recipeOf('call-lists', 80, bodyBytes), functions: 100 };
      const { bodyLengths } = parseModule(generateRecipe(recipe), DEFAULT_FEATURES, DEFAULT_LIMITS);
      const own = bodyLengths.slice(-100);
      ok(
        own.every((bytes) => bytes >= bodyBytes && bytes <= most),
        `${bodyBytes}: ${own[0]}`,
      );
    }
  });

  it('has functions of types of their own', () => {
    const recipe = { ...recipeOf('own-types', 3, 2), functions: 50 };
    const { functionTypeIndices, types } = parseModule(
      generateRecipe(recipe),
      DEFAULT_FEATURES,
      DEFAULT_LIMITS,
    );
    equal(new Set(functionTypeIndices).size, 50);
    ok(types.every(({ parameters }) => parameters.length === 9));
  });

  it('counts as more than its bytes where lists of values make the work', () => {
    for (const name of SHAPES.filter(({ intensity }) => intensity.of === 'values of the list').map(
      (s) => s.name,
    )) {
      const module = parseModule(generateRecipe(recipeOf(name, 1_000)), DEFAULT_FEATURES, DEFAULT_LIMITS);
      const index = module.importedFunctionCount + module.bodyLengths.length - 1;
      const bytes = module.bodyLengths.at(-1)!;
      ok(new BodyScale(module).weigh(index).validate > 20 * bytes, name);
    }
  });
});
