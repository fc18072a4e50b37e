import { deepEqual, equal, match, ok, rejects } from 'node:assert/strict';
import {
  ADVERSARIAL_PHASES,
  generateRecipe,
  loadAdversarialCorpus,
  Random,
  SHAPES,
  type Recipe,
} from '@wasm-dyno/corpora';
import { Hunt, HuntImpossible } from '../../harness/dist/hunt/index.js';
import { mixed, mutated, randomRecipe, shapesOf, type Grounds } from '../../harness/dist/hunt/breed.js';
import { embeddedCharge } from '../../harness/dist/hunt/charged-bytes.js';
import { chargesByProfile, RecipeTarget } from '../../harness/dist/hunt/recipe-target.js';
import { groundsOf } from '../../harness/dist/hunt/hunt.js';
import { simplerRecipes } from '../../harness/dist/hunt/simpler-recipes.js';
import { temporaryFolder } from '../../harness/dist/machine/temporary-folder.js';
import { wasmDyno } from '../cli/command-line.js';
import { profileExample } from '../profile/profile-example.js';
import { resolveTarget } from '../../harness/dist/targets/registry.js';

const size = ({ bodyBytes, functions, parts, seed }: Recipe) =>
  parts.reduce(
    (sum, { intensity, share }) => sum + 1_000 + intensity + share,
    bodyBytes + functions + (seed === 1 ? 0 : 1),
  );

const grounds = ADVERSARIAL_PHASES.flatMap((phase): Grounds[] =>
  [false, true].map((manyFunctions) => ({ phase, manyFunctions })),
);

describe('recipes that a hunt breeds', () => {
  it('are the same for the same seed, and make modules', () => {
    const family = (seed: number) => {
      const random = new Random(seed, 'breeding');
      return grounds.flatMap((each) => {
        let recipe = randomRecipe(each, random);
        return Array.from({ length: 40 }, () => {
          recipe = mutated(mixed(recipe, randomRecipe(each, random), random), each, random);
          return recipe;
        });
      });
    };
    deepEqual(family(1), family(1));
    for (const recipe of family(1)) ok(generateRecipe(recipe).length > 8);
    equal(new Set(family(1).map((recipe) => JSON.stringify(recipe))).size > 100, true);
  });

  it('are of the shapes that are meant for the phase', () => {
    for (const phase of ADVERSARIAL_PHASES) {
      const names = new Set(shapesOf(phase).map(({ name }) => name));
      ok(names.size > 3);
      const random = new Random(7);
      for (let i = 0; i < 50; i++)
        ok(randomRecipe({ phase, manyFunctions: true }, random).parts.every(({ shape }) => names.has(shape)));
    }
    equal(
      SHAPES.every(({ phases }) => phases.length > 0),
      true,
    );
  });

  it('have many small functions, down to such of nothing, where a function has a price beside its bytes', () => {
    const bred = (each: Grounds) => {
      const random = new Random(3);
      let recipe = randomRecipe(each, random);
      return Array.from({ length: 400 }, (_, i) => {
        recipe = i % 8 === 0 ? randomRecipe(each, random) : mutated(recipe, each, random);
        return recipe;
      });
    };
    for (const phase of ['validate', 'translate'] as const) {
      ok(bred({ phase, manyFunctions: false }).every(({ functions }) => functions === 1));
      const all = bred({ phase, manyFunctions: true });
      const many = all.filter(({ functions }) => functions > 1);
      ok(many.length > 100 && many.length < 300, String(many.length));
      for (const { bodyBytes, functions } of many)
        ok(functions >= 64 && functions <= 4_096 && bodyBytes * functions <= 65_536);
      ok(many.some(({ bodyBytes }) => bodyBytes < 3) && many.some(({ bodyBytes }) => bodyBytes > 100));
      for (const { bodyBytes, functions } of all) ok(functions > 1 || bodyBytes >= 1_024);
    }
    ok(bred({ phase: 'parse', manyFunctions: true }).every(({ functions }) => functions === 1));
  });

  it('have large bodies where functions are few, whichever known recipe they come from', () => {
    const known = loadAdversarialCorpus({ check: 'parse' }).modules.flatMap(({ origin }) =>
      origin.kind === 'recipe' && origin.recipe.functions < 64 ? [origin.recipe] : [],
    );
    for (const each of grounds) {
      const names = new Set(shapesOf(each.phase).map(({ name }) => name));
      const ofPhase = known.filter(({ parts }) => parts.every(({ shape }) => names.has(shape)));
      ok(ofPhase.length > 3);
      const random = new Random(5);
      for (const start of ofPhase) {
        let recipe = start;
        for (let i = 0; i < 100; i++) {
          recipe = mutated(recipe, each, random);
          equal(recipe.functions, start.functions);
          ok(recipe.bodyBytes >= 1_024 && recipe.bodyBytes <= 32_768, String(recipe.bodyBytes));
        }
        for (let simpler = simplerRecipes(start); simpler.length > 0; simpler = simplerRecipes(simpler[0]!))
          for (const { bodyBytes } of simpler) ok(bodyBytes >= 1_024, String(bodyBytes));
      }
    }
  });

  it('have many functions by a profile that the prey is charged by, and by no other', () => {
    const profile = profileExample();
    const prey = { phase: 'validate', shapes: 'validate', folder: '' } as const;
    const embedded = { ...prey, target: resolveTarget('embedded') };
    const many = (each: Parameters<typeof groundsOf>[0]) => {
      equal(groundsOf(each).manyFunctions, chargesByProfile(each));
      return groundsOf(each).manyFunctions;
    };
    equal(many({ ...embedded, profile }), true);
    equal(many(embedded), false);
    equal(many({ ...embedded, phase: 'compile', profile }), false);
    equal(many({ ...prey, target: { ...embedded.target, name: 'wasmi' }, profile }), false);
  });

  it('get simpler step by step, down to one part of the least intensity', () => {
    let recipe: Recipe = {
      bodyBytes: 16_384,
      functions: 1,
      seed: 99,
      parts: [
        { shape: 'nops', intensity: 64, share: 5 },
        { shape: 'loops', intensity: 30, share: 2 },
      ],
    };
    for (let simpler = simplerRecipes(recipe); simpler.length > 0; simpler = simplerRecipes(recipe)) {
      for (const each of simpler) ok(size(each) < size(recipe));
      recipe = simpler[0]!;
    }
    deepEqual(recipe, {
      bodyBytes: 1_024,
      functions: 1,
      seed: 1,
      parts: [{ shape: 'loops', intensity: 1, share: 1 }],
    });
    recipe = { ...recipe, bodyBytes: 12, functions: 3_000 };
    for (let simpler = simplerRecipes(recipe); simpler.length > 0; simpler = simplerRecipes(recipe))
      recipe = simpler[0]!;
    // Not so few that what is taken once for a module counts.
    deepEqual([recipe.bodyBytes, recipe.functions], [0, 93]);
  });
});

describe('a hunt', function () {
  this.timeout(600_000);
  const folder = temporaryFolder('hunt');
  after(() => folder.remove());

  it('confirms what it finds in fresh processes, the dearest first, and says what a byte alone would cost', async () => {
    const result = await new Hunt({
      prey: { target: resolveTarget('embedded'), phase: 'validate', shapes: 'validate', folder: folder.path },
      seed: 1,
      seconds: 2,
      kept: 2,
      processes: 2,
    }).run();
    ok(result.candidates > 0);
    deepEqual(result.lost, []);
    ok(result.trophies.length > 0);
    for (const { high, low, processes, ratio, ratioPerByte, recipe } of result.trophies) {
      ok(low <= ratio && ratio <= high && ratio > 0);
      equal(processes, 2);
      const { charged, perByte } = embeddedCharge(generateRecipe(recipe), 'validate');
      ok(charged >= perByte);
      ok(ratioPerByte > 0);
    }
    const ratios = result.trophies.map(({ ratio }) => ratio);
    deepEqual(
      ratios,
      ratios.toSorted((a, b) => b - a),
    );
  });

  it('ends with 1 where a recipe breaks the bound for sure, and takes no bound of nothing', async () => {
    const hunt = ['corpus', 'hunt', '--phase', 'validate', '--minutes', '0.01', '--keep', '1', '--quiet'];
    const broken = await wasmDyno([...hunt, '--bound', '0.000001']);
    match(broken.stdout, /the bound of .* times did not hold: 1 of 1 recipe is above it/);
    equal(broken.code, 1);
    const held = await wasmDyno([...hunt, '--bound', '1000000000', '--json']);
    equal(held.code, 0);
    equal((JSON.parse(held.stdout) as { isHeld: boolean }).isHeld, true);
    const nothing = await wasmDyno([...hunt, '--bound', '0']);
    equal(nothing.code, 2);
    match(nothing.stderr, /--bound takes a number above 0/);
  });

  it('takes no module that is not valid, though two recipes that were mixed make one', async () => {
    const declared = (...runs: number[]): Recipe => ({
      ...{ bodyBytes: 2_048, functions: 1, seed: 1 },
      parts: [
        ...runs.map((intensity) => ({ shape: 'far-locals', intensity, share: 1 })),
        { shape: 'call-lists', intensity: 20, share: 9 },
      ],
    });
    const target = await RecipeTarget.start({
      target: resolveTarget('embedded'),
      phase: 'translate',
      shapes: 'translate',
      folder: folder.path,
    });
    try {
      // 50,000 locals are allowed, and there are some more than those of the runs.
      equal(await target.measure(declared(296, 490)), undefined);
      equal(await target.measureSteadily(declared(296, 490)), undefined);
      ok((await target.measure(declared(296)))!.ratio > 0);
    } finally {
      await target.stop();
    }
  });

  it('by a profile times many small functions with what is done so that they are paid for', async () => {
    const target = await RecipeTarget.start({
      target: resolveTarget('embedded'),
      phase: 'validate',
      shapes: 'validate',
      profile: profileExample(),
      folder: folder.path,
    });
    // Validation stops at each of them, as its lists are more than its bytes pay for.
    const recipe: Recipe = {
      ...{ bodyBytes: 2, functions: 100, seed: 1 },
      parts: [{ shape: 'call-lists', intensity: 80, share: 1 }],
    };
    try {
      const { charge, ratio } = (await target.measure(recipe))!;
      ok(charge.charged > 100 * 4_096 && charge.perByte < 100 * 16 && ratio > 0);
    } finally {
      await target.stop();
    }
  });

  it('says which phases an engine has', async () => {
    const nowhere = new Hunt({
      prey: {
        target: resolveTarget('embedded'),
        phase: 'instantiate' as never,
        shapes: 'translate',
        folder: folder.path,
      },
      seed: 1,
      seconds: 1,
      kept: 1,
      processes: 1,
    });
    await rejects(
      nowhere.run(),
      (error) => error instanceof HuntImpossible && /it has parse, validate, translate/.test(error.message),
    );
  });
});
