import assert from 'node:assert/strict';
import fc from 'fast-check';
import loadWabt from 'wabt';
import { corpusDigest, DEFAULT_SEED, FAMILY_NAMES, generateCorpus, loadCorpus } from '@wasm-dyno/corpora';
import type { Corpus, CorpusModule } from '@wasm-dyno/corpora';
import {
  exportedFunctionNames,
  instantiateOnHost,
  isValidOnHost,
  type HostFunction,
} from './host-webassembly.js';

/** What the default seed gives on every machine. A change here changes every user's corpus: say so in the changelog. */
const DEFAULT_DIGESTS: Readonly<Record<string, string>> = {
  arithmetic: 'e0b2187c62c379a99b396e928105048f7b09d9a25d5914b88ba903819fc883c4',
  memory: '10e2e8cc24688e1db6bb1c7e54199e748eb11a9af5db22b22fc83edcfa488926',
  branches: '7e1cc3f064df6ee4a1dd0359241351c0986e2f4deba5b8e34f63f9f330128446',
  br_table: '0a03ba3b9efdc3b71c82ea33f0941985c1de5e0ec2eec90ee8cba77a05534a30',
  calls: '1296edc616957d07ea99310a7160a8c31b2cd194204d74c34d07e5d20c83f916',
  'many-locals': '4ba61f14aefba45918a0545c730c10c17f6295b7c5f8cc50aee804389f42338c',
  constants: 'ac7b681f12abfbbadfe9895776cd55a828123c2dc7beff3330a6fc6a284ecde0',
  floats: '6e6fbc39dc0b37266385d45954ae9027d787823539bb29544f95978fd8378b6e',
};

/** Is this a function of the sweep, rather than one that the calls family calls? */
const isOfSweep = (name: string) => !name.startsWith('callee');

/** Calls every exported function of the sweep on V8 with the given parameters. */
function runAll(module: CorpusModule, ...parameters: readonly number[]): Map<string, unknown> {
  const functions = Object.entries(instantiateOnHost(module.bytes)).filter(
    ([name, value]) => typeof value === 'function' && isOfSweep(name),
  );
  return new Map(functions.map(([name, value]) => [name, (value as HostFunction)(...parameters)]));
}

/** Body sizes of the exported functions as their names say them, against what the module holds. */
function assertExactSizes(module: CorpusModule): void {
  const named = exportedFunctionNames(module.bytes)
    .filter(isOfSweep)
    .map((name) => Number(name.split('_').at(-2)));
  const bodies = module.functions
    .slice(module.functions.length - named.length)
    .map(({ bodyBytes }) => bodyBytes);
  assert.deepEqual(bodies, named, module.name);
}

describe('generated corpus', () => {
  let corpus: Corpus;
  before(async () => {
    corpus = await loadCorpus('generated');
  });

  it('has a module per family, all of them valid', () => {
    assert.deepEqual(
      corpus.modules.map(({ name }) => name),
      ['arithmetic', 'memory', 'branches', 'br_table', 'calls', 'many-locals', 'constants', 'floats'],
    );
    assert.deepEqual(corpus.skipped, []);
    for (const { bytes, name } of corpus.modules) {
      assert.ok(isValidOnHost(bytes), `${name} is not valid for V8`);
    }
    assert.equal(corpus.digest, corpusDigest(corpus.modules));
  });

  it('gives the same bytes for the default seed on every machine', () => {
    const digests = Object.fromEntries(corpus.modules.map(({ name, sha256 }) => [name, sha256]));
    assert.deepEqual(digests, DEFAULT_DIGESTS);
  });

  it('sweeps bodies from 16 bytes to 64 KiB, each exactly as large as it says', () => {
    for (const module of corpus.modules) {
      assertExactSizes(module);
      const sizes = new Set(module.functions.map(({ bodyBytes }) => bodyBytes));
      for (let size = 16; size <= 65_536; size *= 2)
        assert.ok(sizes.has(size), `${module.name} lacks ${size} bytes`);
    }
  });

  it('runs every function to its end without a trap, whatever the parameters', () => {
    for (const module of corpus.modules) {
      for (const parameters of [
        [0, 0],
        [7, 13],
        [-1, -2_147_483_648],
      ]) {
        const results = runAll(module, ...parameters);
        assert.ok(results.size >= 500, `${module.name} has only ${results.size} functions`);
      }
    }
  });

  it('computes something: results differ from function to function and with the parameters', () => {
    for (const module of corpus.modules) {
      const some = runAll(module, 7, 13);
      const others = runAll(module, 1000, -3);
      assert.ok(new Set(some.values()).size > some.size / 8, `${module.name}: results hardly differ`);
      const moved = [...some].filter(([name, value]) => !Object.is(others.get(name), value)).length;
      assert.ok(moved > some.size / 8, `${module.name}: results hardly depend on the parameters`);
    }
  });

  it('gives each family the operators that it is named after', async () => {
    const wabt = await loadWabt();
    const marks: Readonly<Record<string, readonly string[]>> = {
      arithmetic: ['i32.add', 'local.tee', 'i64.mul', 'i32.rem_u'],
      memory: [
        'i32.load ',
        'global.set',
        'i64.store32',
        'i32.load8_u',
        'memory.fill',
        'memory.copy',
        'f64.store',
      ],
      branches: ['if', 'else', 'loop', 'br_if', 'select', 'br '],
      br_table: ['br_table'],
      calls: ['call ', 'call_indirect'],
      'many-locals': ['local.get 5'],
      constants: ['i32.const', 'i64.const', 'f32.const', 'f64.const'],
      floats: ['f64.add', 'f32.mul', 'f64.convert_i32_s', 'f32.demote_f64', 'i32.trunc_sat_f64'],
    };
    for (const { name, bytes } of generateCorpus({
      bodySizes: [16, 512, 1024, 4096],
      functionsPerSize: () => 4,
    }).modules) {
      const module = wabt.readWasm(bytes, { simd: true });
      const text = module.toText({});
      module.destroy();
      for (const mark of marks[name] ?? assert.fail(name))
        assert.ok(text.includes(mark), `${name} has no ${mark}`);
    }
  });

  it('is valid, exact in size and free of traps for any seed and sizes', () => {
    fc.assert(
      fc.property(
        fc.integer(),
        fc.constantFrom(...FAMILY_NAMES),
        fc.uniqueArray(fc.oneof(fc.integer({ min: 16, max: 120 }), fc.integer({ min: 121, max: 5000 })), {
          minLength: 1,
          maxLength: 6,
        }),
        fc.integer(),
        fc.integer(),
        (seed, family, bodySizes, left, right) => {
          const generated = generateCorpus({
            seed,
            families: [family],
            bodySizes,
            functionsPerSize: () => 2,
          });
          assert.deepEqual(generated.skipped, []);
          const module = generated.modules[0]!;
          assertExactSizes(module);
          assert.equal(runAll(module, left, right).size, 2 * bodySizes.length);
        },
      ),
      { numRuns: 150 },
    );
  });

  it('writes a function alike whatever else is generated with it', () => {
    const body = (bodySizes: number[], functionsPerSize: number) => {
      const module = generateCorpus({
        families: ['branches'],
        bodySizes,
        functionsPerSize: () => functionsPerSize,
      }).modules[0]!;
      return runAll(module, 5, 6).get('branches_256_0');
    };
    assert.equal(body([256], 1), body([64, 256, 512], 3));
    const alone = generateCorpus({ families: ['floats'] }).modules[0]!;
    assert.equal(alone.sha256, corpus.modules.find(({ name }) => name === 'floats')?.sha256);
  });

  it('writes bodies of the same sizes that return at once where their first argument is zero', () => {
    const [module] = generateCorpus({
      ...{ families: ['arithmetic'], bodySizes: [64, 1024], functionsPerSize: () => 2 },
      returnsForZero: true,
    }).modules;
    assertExactSizes(module!);
    assert.ok(isValidOnHost(module!.bytes));
    assert.deepEqual(new Set(runAll(module!, 0, 6).values()), new Set([0]));
    assert.equal(new Set(runAll(module!, 5, 6).values()).size, 4);
    assert.throws(
      () => generateCorpus({ families: ['floats'], returnsForZero: true }),
      /"floats" cannot return for zero/,
    );
  });

  it('gives other bytes for another seed', () => {
    const other = generateCorpus({ seed: DEFAULT_SEED + 1, maximumBodyBytes: 1024 });
    const same = generateCorpus({ seed: DEFAULT_SEED, maximumBodyBytes: 1024 });
    assert.notEqual(other.digest, same.digest);
    assert.equal(generateCorpus({ seed: DEFAULT_SEED, maximumBodyBytes: 1024 }).digest, same.digest);
  });

  it('refuses unknown families, seeds and sizes by name', () => {
    assert.throws(
      () => generateCorpus({ families: ['quantum'] }),
      /unknown family "quantum"; the families are arithmetic/,
    );
    assert.throws(() => generateCorpus({ seed: 0.5 }), /seed is a whole number, not 0.5/);
    assert.throws(() => generateCorpus({ bodySizes: [15] }), /from 16 bytes on, not 15/);
    assert.throws(() => generateCorpus({ bodySizes: [64, 32, 64] }), /body size 64 is given twice/);
  });

  it('rejects an unknown corpus and lists the known ones', async () => {
    await assert.rejects(
      loadCorpus('imaginary'),
      /unknown corpus "imaginary"; the corpora are generated, real/,
    );
  });
});
