import assert from 'node:assert/strict';

import {
  executionKernels,
  generateCorpus,
  loadAdversarialCorpus,
  loadPrograms,
  loadRealCorpus,
  Random,
} from '@wasm-dyno/corpora';
import { DEFAULT_FEATURES, DEFAULT_LIMITS } from '@wasm-dyno/engine';
import { definedFunctionCount, parseModule, useFrontEnd, type ParsedModule } from '@wasm-dyno/engine/phases';

import { GROWTH_FAMILIES } from '../bench/growth/families.js';
import { ModuleSources } from '../fuzz/sources/index.js';
import { compareInjections } from './both-injectors.js';
import { compareFunction, compareModule } from './both-front-ends.js';
import { randomCosts } from './random-costs.js';
import { compareRandomModule } from './random-modules.js';

interface CorpusModule {
  readonly name: string;
  readonly parsed: ParsedModule;
}

function parsedOf(modules: readonly { name: string; bytes: Uint8Array }[]): CorpusModule[] {
  return modules.map(({ name, bytes }) => ({
    name,
    parsed: parseModule(bytes.slice(), DEFAULT_FEATURES, DEFAULT_LIMITS),
  }));
}

describe('the core agrees with JavaScript', function () {
  this.timeout(600_000);
  /** Those that calibrations take their functions from. */
  let corpora: CorpusModule[];
  before(() => {
    useFrontEnd('webassembly');
    corpora = parsedOf([...generateCorpus().modules, ...loadRealCorpus().modules]);
  });

  it('on every function of the corpora: verdict, frame and code, metered or not', () => {
    const { execution } = randomCosts();
    for (const options of [
      undefined,
      { consumeFuel: false, bytesPerFuel: 7 },
      { consumeFuel: true, bytesPerFuel: 3, execution },
    ]) {
      for (const { name, parsed } of corpora) {
        const verdicts = compareModule(parsed, name, options);
        assert.equal(verdicts.valid, definedFunctionCount(parsed), name);
        assert.ok(definedFunctionCount(parsed) === 0 || parsed.frameCosts.length > 0);
      }
    }
    assert.ok(corpora.some(({ parsed }) => parsed.frameCosts.some((cost) => cost > 0)));
  });

  it('on every function of the adversarial corpus, of the programs and of kernels of every class', () => {
    for (const { name, parsed } of parsedOf([
      ...loadAdversarialCorpus().modules,
      ...loadPrograms().programs,
      ...executionKernels(1, 1),
    ])) {
      assert.equal(compareModule(parsed, name).valid, definedFunctionCount(parsed), name);
      compareInjections(parsed, name);
    }
  });

  it('on the injected modules of the corpora, byte for byte', () => {
    for (const { name, parsed } of corpora) compareInjections(parsed, name);
  });

  it('on mutations of them', () => {
    const random = new Random(1, 'core agreement');
    let refused = 0;
    for (let round = 0; round < 30_000; round++) {
      const { name, parsed } = random.pick(corpora);
      const body = random.integer(0, definedFunctionCount(parsed) - 1);
      const offset = parsed.bodyOffsets[body]!;
      const length = Math.min(parsed.bodyLengths[body]!, 2_000);
      const original = parsed.bytes.slice(offset, offset + length);
      for (let change = random.integer(1, 3); change > 0; change--) {
        const at = offset + random.integer(0, length - 1);
        parsed.bytes[at] = random.pick([
          random.integer(0, 255),
          parsed.bytes[offset + random.integer(0, length - 1)]!,
          parsed.bytes[at]! ^ (1 << random.integer(0, 7)),
        ]);
      }
      const index = parsed.importedFunctionCount + body;
      const hex = Buffer.from(parsed.bytes.subarray(offset, offset + length)).toString('hex');
      const verdict = compareFunction(parsed, index, `function ${index} of ${name}: ${hex}`);
      assert.notEqual(verdict, 'left to JavaScript', `function ${index} of ${name}: ${hex}`);
      if (verdict === 'invalid') refused++;
      parsed.bytes.set(original, offset);
    }
    assert.ok(refused > 3_000 && refused < 29_000, `${refused} refused`);
  });

  it('on random modules, valid and mutated', async () => {
    const sources = new ModuleSources(['random', 'mutated operators', 'mutated bytes']);
    const verdicts = { valid: 0, invalid: 0, 'left to JavaScript': 0 };
    for (let seed = 0; seed < 250; seed++) await compareRandomModule(sources, seed, verdicts);
    sources.close();
    assert.ok(verdicts.valid > 400 && verdicts.invalid > 5, JSON.stringify(verdicts));
    assert.equal(verdicts['left to JavaScript'], 0);
  });

  for (const { name, sizes, build } of GROWTH_FAMILIES) {
    it(`on ${name}`, () => {
      const parsed = parseModule(build(sizes[0]!), DEFAULT_FEATURES, DEFAULT_LIMITS);
      assert.equal(compareModule(parsed, name).valid, definedFunctionCount(parsed));
      compareInjections(parsed, name);
    });
  }
});
