import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';

import { generateCorpus, ModuleBuilder, Operator, ValueType } from '@wasm-dyno/corpora';
import {
  DEFAULT_FEATURES,
  DEFAULT_LIMITS,
  Engine,
  ENGINE_VERSION,
  type EnforcedLimits,
} from '@wasm-dyno/engine';
import {
  frontEndName,
  loopName,
  parseModule,
  useFrontEnd,
  type ParsedModule,
} from '@wasm-dyno/engine/phases';

import { Core, WANTED_HELPER } from '../../engine/dist/core/core.js';
import { DEFAULT_EXECUTION_COSTS } from '../../engine/dist/fuel/execution-costs.js';
import { instantiateCore, type CoreExports } from '../../engine/dist/core/core-instance.js';
import { compareFunction, METERED } from './both-front-ends.js';
import { unsigned } from '../encoded-integers.js';

const I32 = ValueType.I32;
const MEGABYTE = 1_048_576;

/** A module whose function 0 takes its parameter `constants` times and adds them up, among `types` types. */
function moduleWith(constants: number, types = 1, limits: Partial<EnforcedLimits> = {}): ParsedModule {
  const builder = new ModuleBuilder();
  builder.addFunction([I32], [I32], (body) => {
    for (let i = 0; i < constants; i++) body.localGet(0);
    for (let i = 1; i < constants; i++) body.operator(Operator.I32Add);
  });
  for (let i = 0; i < types; i++) {
    // As many different types: the digits of `i` in two kinds of parameters.
    const parameters = Array.from({ length: 18 }, (_, bit) => (i & (1 << bit) ? I32 : ValueType.I64));
    builder.addFunction(parameters, [], () => undefined);
  }
  return parseModule(builder.toBytes().slice(), DEFAULT_FEATURES, { ...DEFAULT_LIMITS, ...limits });
}

/** A body by its bytes, in a module of the type (i32) -> (i32). */
function moduleOfBody(body: readonly number[], limits: Partial<EnforcedLimits> = {}): ParsedModule {
  const section = (id: number, content: readonly number[]) => [id, ...unsigned(content.length), ...content];
  const bytes = [
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [1, 0x60, 1, I32, 1, I32]),
    ...section(3, [1, 0]),
  ];
  const code = [1, ...unsigned(body.length), ...body];
  const head = [...bytes, 10, ...unsigned(code.length)];
  const whole = new Uint8Array(head.length + code.length);
  whole.set(head);
  whole.set(code, head.length);
  return parseModule(whole, DEFAULT_FEATURES, { ...DEFAULT_LIMITS, ...limits });
}

/** A core whose memory refuses to grow while `isFull` says so. */
function coreThatMayBeFull(isFull: () => boolean): Core {
  const exports = instantiateCore()!;
  const memory: CoreExports['memory'] = {
    get buffer() {
      return exports.memory.buffer;
    },
    grow(pages) {
      if (isFull()) throw new RangeError('WebAssembly.Memory.grow(): Maximum memory size exceeded');
      return exports.memory.grow(pages);
    },
  };
  return new Core({ ...exports, memory });
}

describe('the core', function () {
  this.timeout(600_000);

  it('takes no description for written that its memory had no room for', () => {
    let isFull = true;
    const core = coreThatMayBeFull(() => isFull);
    const large = moduleWith(1, 20_000);
    const small = moduleWith(2);
    assert.throws(() => core.accepts(large, 0, Infinity), RangeError);
    assert.throws(() => core.accepts(large, 0, Infinity), RangeError);
    assert.throws(() => core.accepts(small, 0, Infinity), RangeError);
    isFull = false;
    assert.equal(core.accepts(small, 0, Infinity), true);
    assert.equal(core.accepts(large, 0, Infinity), true);
    assert.equal(core.translate(large, 0, METERED, MEGABYTE)!.frameSlots, 2);
  });

  it('is none the worse for code that outgrows what it may have', () => {
    const core = new Core(instantiateCore()!);
    // Twelve bytes of code for each byte.
    const tests = new Array<number>(300_000).fill(Operator.I32Eqz);
    const module = moduleOfBody([0, Operator.LocalGet, 0, ...tests, Operator.End]);
    assert.equal(core.accepts(module, 0, Infinity), true);
    assert.throws(() => core.translate(module, 0, METERED, 100));
    assert.throws(() => core.translate(module, 0, METERED, 100));
    assert.equal(core.translate(moduleWith(2), 0, METERED, MEGABYTE)!.frameSlots, 3);
  });

  it('is let go of when a large function has made it large, and made again', () => {
    const core = new Core(instantiateCore()!);
    core.accepts(moduleWith(10), 0, Infinity);
    assert.equal(core.isLarge, false);
    const large = moduleWith(2_000_000);
    assert.equal(core.accepts(large, 0, Infinity), true);
    core.translate(large, 0, METERED, 256 * MEGABYTE);
    assert.equal(core.isLarge, true);
    useFrontEnd('webassembly');
    assert.equal(compareFunction(large, 0, 'large'), 'valid');
    assert.equal(compareFunction(moduleWith(10), 0, 'small'), 'valid');
    assert.equal(frontEndName(), 'webassembly');
  });

  it('is let go of when a refusal has left it large', () => {
    const core = new Core(instantiateCore()!);
    const large = moduleWith(2_000_000);
    assert.equal(core.accepts(large, 0, Infinity), true);
    assert.throws(() => core.translate(large, 0, METERED, 24 * MEGABYTE));
    assert.equal(core.isLarge, true);
  });

  it('looks at the first function of a module of much code, and of one of little after 2,500 bytes', () => {
    const script = `
      import { ModuleBuilder, Operator } from '@wasm-dyno/corpora';
      import { Engine } from '@wasm-dyno/engine';
      const engine = new Engine();
      const tiers = [];
      engine.on('compile', ({ phase, tier }) => phase === 'validate' && tiers.push(tier));
      const compile = (...sizes) => {
        const builder = new ModuleBuilder();
        for (const nops of sizes)
          builder.addFunction([], [], (body) => { for (let i = 0; i < nops; i++) body.operator(Operator.Nop); });
        engine.compile(builder.toBytes());
      };
      SIZES.forEach((sizes) => compile(...sizes));
      console.log(tiers.join(' '));
    `;
    const tiersOf = (sizes: readonly (readonly number[])[]) => {
      const text = script.replace('SIZES', JSON.stringify(sizes));
      const node = ['--input-type=module', '--eval', text];
      return execFileSync(process.execPath, node, { encoding: 'utf8' }).trim();
    };
    assert.equal(tiersOf([[10, 17_000], [10]]), 'webassembly webassembly webassembly');
    assert.equal(tiersOf([[10, 2_000], [300], [300]]), 'javascript javascript javascript webassembly');
  });

  it('looks into modules that take turns, more than it has room for', () => {
    useFrontEnd('webassembly');
    const modules = Array.from({ length: 4 }, (_, i) => moduleWith(1 + i, 25_000));
    for (let round = 0; round < 3; round++)
      modules.forEach((module, i) => compareFunction(module, 0, `module ${i}`));
  });

  it('leaves a module to JavaScript whose description is too long', () => {
    const core = new Core(instantiateCore()!);
    assert.equal(core.accepts(moduleWith(1, 70_000), 0, Infinity), true);
    assert.equal(core.accepts(moduleWith(1, 80_000), 0, Infinity), false);
  });

  it('looks into long bodies under a raised limit of locals', () => {
    useFrontEnd('webassembly');
    const limits = {
      maximumLocals: 1_000_000,
      maximumNesting: 2 ** 32 + 1,
      maximumBranchTableTargets: Infinity,
    };
    assert.equal(compareFunction(moduleWith(100_000, 1, limits), 0, 'a long body'), 'valid');
    // 60,000 locals of one type, 1 of another, 200,000 of a third: local.get of the last.
    const locals = [3, 0xe0, 0xd4, 0x03, 0x7e, 1, 0x7f, 0xc0, 0x9a, 0x0c, 0x7d];
    const padding = new Array<number>(100_000).fill(Operator.Nop);
    const many = [...locals, ...padding, Operator.LocalGet, 0xe1, 0xd4, 0x03, Operator.End];
    const verdict = compareFunction(moduleOfBody(many, limits), 0, 'many locals');
    assert.equal(verdict, 'left to JavaScript');
    const wrong = [...locals, ...padding, Operator.LocalGet, 0xe0, 0xd4, 0x03, Operator.End];
    assert.equal(compareFunction(moduleOfBody(wrong, limits), 0, 'a local of another type'), 'invalid');
  });

  it('agrees on nesting around its own limit and that of the engine', () => {
    useFrontEnd('webassembly');
    const nested = (depth: number, limits: Partial<EnforcedLimits> = {}) => {
      const blocks = Array.from({ length: depth }, () => [Operator.Block, 0x40]).flat();
      const ends = new Array<number>(depth).fill(Operator.End);
      return moduleOfBody([0, ...blocks, ...ends, Operator.LocalGet, 0, Operator.End], limits);
    };
    assert.equal(compareFunction(nested(16_000), 0, '16,000'), 'valid');
    for (const depth of [16_382, 16_383, 16_384, 16_385, 40_000, 100_000])
      assert.notEqual(compareFunction(nested(depth), 0, String(depth)), 'invalid');
    assert.equal(compareFunction(nested(100_001), 0, 'too deep'), 'invalid');
    assert.equal(compareFunction(nested(9, { maximumNesting: 9 }), 0, '9'), 'valid');
    assert.equal(compareFunction(nested(10, { maximumNesting: 9 }), 0, '10'), 'invalid');
  });

  it('checks every target of a br_table, and each one once', () => {
    useFrontEnd('webassembly');
    const table = (...targets: number[]) =>
      moduleOfBody([
        ...[0, Operator.Block, I32, Operator.Block, 0x40, Operator.LocalGet, 0, Operator.LocalGet, 0],
        ...[Operator.BrTable, targets.length - 1, ...targets, Operator.End],
        ...[Operator.LocalGet, 0, Operator.End, Operator.End],
      ]);
    assert.equal(compareFunction(table(1, 2, 1, 2, 2, 1), 0, 'both with a result'), 'valid');
    assert.equal(compareFunction(table(1, 1, 1, 0), 0, 'one without'), 'invalid');
    assert.equal(compareFunction(table(0, 0, 2), 0, 'one without first'), 'invalid');
    assert.equal(compareFunction(table(1, 3), 0, 'unknown'), 'invalid');
  });

  it('injects functions by itself, and asks for the helpers that they need', () => {
    const core = new Core(instantiateCore()!);
    const words = new Int32Array(WANTED_HELPER + 15);
    words.fill(1, 0, WANTED_HELPER);
    words.fill(-1, WANTED_HELPER);
    const made: number[] = [];
    const makeHelper = (helper: number) => {
      made.push(helper);
      words[WANTED_HELPER + 1 + helper] = 1_000 + helper;
    };
    for (const { bytes } of generateCorpus().modules.slice(0, 3)) {
      const parsed = parseModule(bytes.slice(), DEFAULT_FEATURES, DEFAULT_LIMITS);
      parsed.bodyLengths.forEach((_, i) => {
        const plan = { words, makeHelper, operatorCosts: DEFAULT_EXECUTION_COSTS.operators };
        const body = core.inject(parsed, parsed.importedFunctionCount + i, plan, 7n);
        assert.ok(body !== undefined, `function ${i}`);
      });
    }
    assert.deepEqual(made.slice(0, 2), [0, 2]);
    assert.equal(new Set(made).size, made.length);
  });

  it('keeps no module alive', () => {
    const script = `
      import { generateCorpus } from '@wasm-dyno/corpora';
      import { DEFAULT_FEATURES, DEFAULT_LIMITS } from '@wasm-dyno/engine';
      import { parseModule, translateFunction, useFrontEnd, validateFunction } from '@wasm-dyno/engine/phases';
      useFrontEnd('webassembly');
      const compile = ({ bytes }) => {
        const parsed = parseModule(bytes.slice(), DEFAULT_FEATURES, DEFAULT_LIMITS);
        validateFunction(parsed, parsed.importedFunctionCount);
        translateFunction(parsed, parsed.importedFunctionCount);
        return new WeakRef(parsed);
      };
      const kept = generateCorpus().modules.slice(0, 8).map(compile);
      const alive = () => kept.filter((one) => one.deref() !== undefined).length;
      // Work that the host's compilers have in hand keeps things alive for a while.
      for (let turn = 0; turn < 1000 && (turn === 0 || alive() > 0); turn++) {
        await new Promise((resolve) => setTimeout(resolve));
        globalThis.gc();
      }
      console.log(kept.length, alive());
    `;
    const node = ['--expose-gc', '--input-type=module', '--eval', script];
    const [modules, alive] = execFileSync(process.execPath, node, { encoding: 'utf8' }).trim().split(' ');
    assert.ok(Number(modules) >= 4, `${modules} modules`);
    assert.equal(alive, '0');
  });
});

describe('useFrontEnd', () => {
  afterEach(() => useFrontEnd('webassembly'));

  it('has a process use one front end', () => {
    useFrontEnd('javascript');
    assert.equal(frontEndName(), 'javascript');
    useFrontEnd('webassembly');
    assert.equal(frontEndName(), 'webassembly');
  });

  it('is what Engine.describe tells', () => {
    const loop = loopName();
    for (const frontEnd of ['javascript', 'webassembly'] as const) {
      useFrontEnd(frontEnd);
      const expected = { name: 'embedded', version: ENGINE_VERSION, executor: 'interpreter', frontEnd, loop };
      assert.deepEqual(new Engine().describe(), expected);
    }
    assert.equal(new Engine({ executor: 'host' }).describe().executor, 'host');
  });

  it('is chosen by the process: where there is no WebAssembly, JavaScript', () => {
    const script = `
      delete globalThis.WebAssembly;
      const { Engine } = await import('@wasm-dyno/engine');
      const { useFrontEnd } = await import('@wasm-dyno/engine/phases');
      console.log(new Engine().describe().frontEnd);
      try { useFrontEnd('webassembly'); } catch (error) { console.log(error.message); }
    `;
    const output = execFileSync(process.execPath, ['--input-type=module', '--eval', script], {
      encoding: 'utf8',
    });
    assert.match(
      output,
      /^javascript\nthe front end "webassembly" needs a host with WebAssembly; use "javas/,
    );
  });

  it('refuses names that are none', () => {
    assert.throws(
      () => useFrontEnd('wasm' as 'webassembly'),
      /no front end is called wasm: there are "webass/,
    );
  });
});
