import assert from 'node:assert/strict';
import fc from 'fast-check';
import { SIZE_CLASSES, selectFunctions, sizeClassOf } from '@wasm-dyno/corpora';
import type { Corpus, CorpusModule } from '@wasm-dyno/corpora';

function corpusOf(...sizesOfModules: (readonly number[])[]): Corpus {
  const modules = sizesOfModules.map((sizes, position): CorpusModule => {
    const name = `module-${position}`;
    return {
      corpus: 'test',
      name,
      bytes: new Uint8Array(),
      sha256: '',
      origin: { kind: 'file', path: name },
      functions: sizes.map((bodyBytes, index) => ({ index: index + 3, bodyBytes })),
      bodyBytes: sizes.reduce((sum, size) => sum + size, 0),
    };
  });
  return { name: 'test', modules, skipped: [], digest: '' };
}

const sizes = fc.array(fc.integer({ min: 1, max: 100_000 }), { minLength: 1, maxLength: 200 });
const corpora = fc.array(sizes, { minLength: 1, maxLength: 12 }).map((modules) => [corpusOf(...modules)]);

describe('size classes', () => {
  it('are those of the design and leave no gap', () => {
    assert.deepEqual(
      SIZE_CLASSES.map(({ name }) => name),
      ['1..63B', '64..255B', '256..1023B', '1024..4095B', '4096..16383B', '16384..65535B', '65536B+'],
    );
    for (const { minimumBytes, maximumBytes, name } of SIZE_CLASSES) {
      assert.equal(sizeClassOf(minimumBytes).name, name);
      if (maximumBytes !== Infinity) {
        assert.equal(sizeClassOf(maximumBytes).name, name);
        assert.notEqual(sizeClassOf(maximumBytes + 1).name, name);
      }
    }
    assert.throws(() => sizeClassOf(0), RangeError);
  });
});

describe('selection of functions', () => {
  it('keeps to the maximum per class, takes no function twice and everything when there is room', () => {
    fc.assert(
      fc.property(
        corpora,
        fc.integer({ min: 1, max: 60 }),
        fc.integer(),
        (chosen, maximumFunctionsPerClass, seed) => {
          const selected = selectFunctions(chosen, { maximumFunctionsPerClass, seed });
          const keys = selected.map(({ module, functionIndex }) => `${module.name}/${functionIndex}`);
          assert.equal(new Set(keys).size, keys.length);
          const all = chosen.flatMap(({ modules }) => modules).flatMap(({ functions }) => functions);
          for (const sizeClass of SIZE_CLASSES) {
            const inClass = all.filter(({ bodyBytes }) => sizeClassOf(bodyBytes) === sizeClass).length;
            const taken = selected.filter((each) => each.sizeClass === sizeClass);
            assert.equal(taken.length, Math.min(inClass, maximumFunctionsPerClass));
            if (inClass <= maximumFunctionsPerClass) assert.ok(taken.every(({ weight }) => weight === 1));
          }
        },
      ),
    );
  });

  it('is the same for the same seed, and another for another', () => {
    const chosen = [corpusOf(Array.from({ length: 1000 }, (_, index) => 64 + (index % 190)))];
    const select = (seed: number) =>
      selectFunctions(chosen, { maximumFunctionsPerClass: 20, seed }).map(
        ({ functionIndex }) => functionIndex,
      );
    assert.deepEqual(select(1), select(1));
    assert.notDeepEqual(select(1), select(2));
  });

  it('does not let a large module drown small ones', () => {
    const many = Array.from({ length: 20_000 }, () => 100);
    const some = Array.from({ length: 200 }, () => 100);
    const selected = selectFunctions([corpusOf(many, some, [100, 100])], {
      maximumFunctionsPerClass: 110,
      seed: 1,
    });
    const taken = (name: string) => selected.filter(({ module }) => module.name === name).length;
    assert.deepEqual([taken('module-0'), taken('module-1'), taken('module-2')], [99, 10, 1]);
  });

  it('spreads the sizes chosen as the sizes there are', () => {
    const uniform = Array.from({ length: 3072 }, (_, index) => 1024 + index).reverse();
    const selected = selectFunctions([corpusOf(uniform)], { maximumFunctionsPerClass: 48, seed: 5 });
    const chosen = selected.map(({ bodyBytes }) => bodyBytes).sort((left, right) => left - right);
    for (let position = 1; position < chosen.length; position++) {
      const step = chosen[position]! - chosen[position - 1]!;
      assert.ok(step >= 63 && step <= 65, `step ${step}`);
    }
  });

  it('weights so that weighted sums estimate the whole without bias', () => {
    const lists = Array.from({ length: 9 }, (_, module) =>
      Array.from(
        { length: 5 + module * module * 7 },
        (_, index) => 1024 + ((index * 37 + module * 11) % 3000),
      ),
    );
    const chosen = [corpusOf(...lists)];
    const total = chosen[0]!.modules.reduce((sum, { bodyBytes }) => sum + bodyBytes, 0);
    for (const maximumFunctionsPerClass of [4, 40]) {
      let sum = 0;
      const runs = 600;
      for (let seed = 0; seed < runs; seed++) {
        for (const { bodyBytes, weight } of selectFunctions(chosen, { maximumFunctionsPerClass, seed })) {
          sum += bodyBytes * weight;
        }
      }
      assert.ok(
        Math.abs(sum / runs / total - 1) < 0.05,
        `${maximumFunctionsPerClass}: off by ${sum / runs / total}`,
      );
    }
  });

  it('refuses a maximum below one', () => {
    assert.throws(
      () => selectFunctions([], { maximumFunctionsPerClass: 0, seed: 1 }),
      /whole number from 1 on, not 0/,
    );
  });
});
