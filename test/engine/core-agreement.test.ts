import assert from 'node:assert/strict';

import { generateCorpus, loadRealCorpus, Random } from 'wasm-dyno/corpora';
import { CompileError, DEFAULT_FEATURES, DEFAULT_LIMITS } from 'wasm-dyno/engine';
import {
  definedFunctionCount,
  parseModule,
  type ParsedModule,
  type TranslatedFunction,
} from 'wasm-dyno/engine/phases';

// Both front ends by themselves: the public entries choose between them.
import { coreAccepts, coreTranslates, frontEndName } from '../../dist/engine/core/front-end.js';
import { FunctionTranslator } from '../../dist/engine/translate/function-translator.js';
import { CodeArena } from '../../dist/engine/translate/translated-function.js';
import { FunctionValidator } from '../../dist/engine/validate/function-validator.js';

const METERED = { consumeFuel: true, bytesPerFuel: 64 };
const validator = new FunctionValidator();
const translator = new FunctionTranslator();

function javaScriptAccepts(module: ParsedModule, functionIndex: number): boolean {
  try {
    validator.validate(module, functionIndex);
    return true;
  } catch (error) {
    assert.ok(error instanceof CompileError, String(error));
    return false;
  } finally {
    validator.giveBack();
  }
}

function wordsOf({ code, entry, words }: TranslatedFunction): Int32Array {
  return code.slice(entry - 1, entry - 1 + words);
}

function modules(): { name: string; parsed: ParsedModule }[] {
  return [generateCorpus(), loadRealCorpus()].flatMap((corpus) =>
    corpus.modules.map(({ name, bytes }) => ({
      name,
      parsed: parseModule(bytes.slice(), DEFAULT_FEATURES, DEFAULT_LIMITS),
    })),
  );
}

describe('the core', function () {
  this.timeout(120_000);
  let corpora: { name: string; parsed: ParsedModule }[];
  before(() => {
    corpora = modules();
    assert.equal(frontEndName(), 'webassembly');
    // The first bytes of a process are left to JavaScript.
    for (const { parsed } of corpora) coreAccepts(parsed, parsed.importedFunctionCount);
  });

  it('accepts every valid function of the corpora', () => {
    for (const { name, parsed } of corpora) {
      for (let i = 0; i < definedFunctionCount(parsed); i++) {
        const index = parsed.importedFunctionCount + i;
        assert.ok(coreAccepts(parsed, index), `function ${index} of ${name}`);
      }
    }
  });

  it('finds frames of the same cost', () => {
    for (const { name, parsed } of corpora) {
      for (let i = 0; i < definedFunctionCount(parsed); i++)
        coreAccepts(parsed, parsed.importedFunctionCount + i);
      const costs = parsed.frameCosts.slice();
      const calls = parsed.makesCalls.slice();
      parsed.frameCosts.fill(0);
      parsed.makesCalls.fill(0);
      for (let i = 0; i < costs.length; i++) javaScriptAccepts(parsed, parsed.importedFunctionCount + i);
      assert.deepEqual(costs, parsed.frameCosts, name);
      assert.deepEqual(calls, parsed.makesCalls, name);
    }
    assert.ok(corpora.some(({ parsed }) => parsed.frameCosts.some((cost) => cost > 0)));
  });

  it('translates every function of the corpora word for word', () => {
    for (const options of [METERED, { consumeFuel: false, bytesPerFuel: 7 }]) {
      for (const { name, parsed } of corpora) {
        const [arena, expectedArena] = [new CodeArena(), new CodeArena()];
        for (let i = 0; i < definedFunctionCount(parsed); i++) {
          const index = parsed.importedFunctionCount + i;
          const made = coreTranslates(parsed, index, options, arena);
          assert.ok(made !== undefined, `function ${index} of ${name}`);
          const expected = translator.translate(parsed, index, expectedArena, options);
          const where = `function ${index} of ${name}`;
          assert.equal(made.frameSlots, expected.frameSlots, where);
          assert.deepEqual(wordsOf(made), wordsOf(expected), where);
        }
      }
    }
  });

  it('agrees with JavaScript on mutations: verdict, frames and code', () => {
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
      const expected = javaScriptAccepts(parsed, index);
      const bytes = Buffer.from(parsed.bytes.subarray(offset, offset + length)).toString('hex');
      const cost = parsed.frameCosts[body]!;
      parsed.frameCosts[body] = 0;
      assert.equal(coreAccepts(parsed, index), expected, `function ${index} of ${name}: ${bytes}`);
      if (expected) {
        assert.equal(parsed.frameCosts[body], cost, `function ${index} of ${name}: ${bytes}`);
        const made = coreTranslates(parsed, index, METERED, new CodeArena());
        assert.ok(made !== undefined, `function ${index} of ${name}: ${bytes}`);
        const same = translator.translate(parsed, index, new CodeArena(), METERED);
        assert.deepEqual(wordsOf(made), wordsOf(same), `function ${index} of ${name}: ${bytes}`);
      }
      if (!expected) refused++;
      parsed.bytes.set(original, offset);
    }
    assert.ok(refused > 3_000 && refused < 29_000, `${refused} refused`);
  });
});
