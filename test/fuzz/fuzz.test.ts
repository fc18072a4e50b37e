import assert from 'node:assert/strict';
import { ModuleBuilder, Operator, Random, ValueType } from '@wasm-dyno/corpora';
import type { Engine } from '@wasm-dyno/engine';
import { clearNans } from './clear-nans.js';
import { compareModule, type ComparisonOptions } from './comparison.js';
import { EngineSet, type EngineName } from './engine-set.js';
import { emptyCounts, fuzzOne, moduleSeedOf } from './fuzz-run.js';
import { WebAssembly } from './host-web-assembly.js';
import { instrument } from './instrument.js';
import { minimise } from './minimise.js';
import {
  readCode,
  readModule,
  Section,
  sectionContent,
  setSection,
  writeCode,
  writeModule,
} from './module-binary.js';
import { divergenceCount, lastLine, summaryText } from './report.js';
import { ModuleSources, SOURCE_NAMES } from './sources/index.js';
import { mutateOperators } from './sources/mutation.js';
import { randomModule } from './sources/random-module.js';

const SEED = 1;
const MODULES = 60;

/** Engines that load one module in the place of another: what a broken engine looks like from outside. */
class BrokenEngines extends EngineSet {
  constructor(
    private readonly broken: EngineName,
    private readonly loaded: Uint8Array,
  ) {
    super();
  }

  override get(name: EngineName): Engine {
    const engine = super.get(name);
    if (name === this.broken && !Object.hasOwn(engine, 'compile')) {
      const compile = engine.compile.bind(engine);
      engine.compile = () => compile(this.loaded);
    }
    return engine;
  }
}

function moduleWith(build: (module: ModuleBuilder) => void): Uint8Array {
  const module = new ModuleBuilder();
  build(module);
  return module.toBytes();
}

/** `f` gives the constant after running `extra` nops that each cost one fuel. */
function constantModule(value: number, extra = 0): Uint8Array {
  return moduleWith((module) => {
    const index = module.addFunction([], [ValueType.I32], (body) => {
      for (let i = 0; i < extra; i++) body.i32Const(0).operator(Operator.Drop);
      body.i32Const(value);
    });
    module.exportFunction('f', index);
  });
}

function divergenceOf(
  bytes: Uint8Array,
  engines: EngineSet,
  more: Partial<ComparisonOptions> = {},
): string | undefined {
  const options = { seed: 1, engines, rounds: 1, mostCalls: 4, fuelPerCall: 10_000, compareBehaviour: true };
  return compareModule(bytes, { ...options, variants: 'all', ...more }).divergence?.kind;
}

describe('differential fuzzing', () => {
  it(`finds the engine in agreement with V8 on ${MODULES} modules of a fixed seed`, async () => {
    const sources = new ModuleSources(SOURCE_NAMES);
    const engines = new EngineSet();
    const counts = emptyCounts();
    try {
      for (let number = 0; number < MODULES; number++) {
        const finding = await fuzzOne(moduleSeedOf(SEED, number), sources, engines, 'interpreter', counts);
        assert.equal(
          finding,
          undefined,
          finding && `seed ${finding.moduleSeed}: ${finding.divergence.detail}`,
        );
      }
    } finally {
      sources.close();
    }
    assert.equal(counts.modules, MODULES);
    assert.equal(divergenceCount(counts), 0);
    assert.ok(counts.calls > MODULES, `only ${counts.calls} calls were compared`);
    assert.ok(counts.traps > 0 && counts.resumptions > 0 && counts.variants > 0);
    const summary = { seed: SEED, executor: 'interpreter', seconds: 1, counts, failures: [] };
    assert.match(summaryText(summary), /calls compared with V8 +[\d,]+/);
    assert.equal(
      lastLine(counts),
      `${MODULES} modules, ${counts.calls.toLocaleString('en')} calls compared, 0 divergences`,
    );
  });

  it('makes valid modules, the same from the same seed', () => {
    for (let seed = 0; seed < 150; seed++) {
      const bytes = randomModule(seed);
      assert.ok(WebAssembly.validate(bytes), `seed ${seed}`);
      assert.ok(WebAssembly.validate(instrument(bytes)), `seed ${seed}, everything exported`);
      assert.deepEqual(randomModule(seed), bytes);
    }
  });

  it('reads and writes modules back to the byte', () => {
    for (let seed = 0; seed < 50; seed++) {
      const bytes = randomModule(seed);
      const module = readModule(bytes);
      const code = sectionContent(module, Section.Code)!;
      setSection(module, Section.Code, writeCode(readCode(code)));
      assert.deepEqual(writeModule(module), bytes);
    }
  });

  it('changes operators so that most modules stay valid', () => {
    let valid = 0;
    let changed = 0;
    for (let seed = 0; seed < 50; seed++) {
      const bytes = randomModule(seed);
      const mutated = mutateOperators(bytes, new Random(seed, 'test'));
      if (WebAssembly.validate(mutated)) valid++;
      if (Buffer.compare(mutated, bytes) !== 0) changed++;
    }
    assert.ok(valid > 35, `${valid} of 50 valid`);
    assert.ok(changed > 40, `${changed} of 50 changed`);
  });
});

describe('clearing NaNs', () => {
  it('keeps modules valid and what they compute', () => {
    const bytes = moduleWith((module) => {
      const parameters = [ValueType.F64, ValueType.F64] as const;
      const bits = module.addFunction(parameters, [ValueType.I64], (body) => {
        body.localGet(0).localGet(1).operator(Operator.F64Div).operator(Operator.I64ReinterpretF64);
      });
      module.exportFunction('bits', bits);
    });
    const cleared = clearNans(bytes);
    const { bits } = new WebAssembly.Instance(new WebAssembly.Module(cleared)).exports as {
      bits: (a: number, b: number) => bigint;
    };
    assert.equal(bits(0, 0), 0n);
    assert.equal(bits(1, -Infinity), -(2n ** 63n));
    assert.equal(bits(3, 2), new BigInt64Array(Float64Array.of(1.5).buffer)[0]);
    // A NaN of two f64 lanes whose low words would be numbers as f32 lanes.
    const payload = [7, 0, 0, 0, 0xfe, 0xff, 0xff, 0xff];
    const lanes = moduleWith((module) => {
      const low = module.addFunction([], [ValueType.I64], (body) => {
        body.raw(0xfd, 0x0c, ...new Array<number>(16).fill(0), 0xfd, 0x0c, ...payload, ...payload);
        body.raw(0xfd, 0xf0, 0x01, 0xfd, 0x1d, 0);
      });
      module.exportFunction('low', low);
    });
    const { low } = new WebAssembly.Instance(new WebAssembly.Module(clearNans(lanes))).exports as {
      low: () => bigint;
    };
    assert.equal(low(), 0n);
    for (let seed = 0; seed < 100; seed++)
      assert.ok(WebAssembly.validate(clearNans(randomModule(seed))), `seed ${seed}`);
  });
});

describe('the comparison', () => {
  const module = constantModule(7);

  it('finds no fault with a sound engine', () => {
    assert.equal(divergenceOf(module, new EngineSet()), undefined);
  });

  it('tells wrong results from V8', () => {
    assert.equal(
      divergenceOf(module, new BrokenEngines('lazy-translation', constantModule(8))),
      'v8: results',
    );
  });

  it('tells a trap that V8 does not raise', () => {
    const trapping = moduleWith((other) => {
      other.exportFunction(
        'f',
        other.addFunction([], [ValueType.I32], (body) => body.operator(Operator.Unreachable)),
      );
    });
    assert.equal(divergenceOf(module, new BrokenEngines('lazy-translation', trapping)), 'v8: outcome');
  });

  it('tells a different final memory', () => {
    const storing = (value: number) =>
      moduleWith((other) => {
        other.addMemory({ minimum: 1 });
        other.exportMemory('memory');
        const f = other.addFunction([], [], (body) => body.i32Const(0).i32Const(value).raw(0x36, 2, 0));
        other.exportFunction('f', f);
      });
    assert.equal(divergenceOf(storing(1), new BrokenEngines('lazy-translation', storing(2))), 'v8: state');
  });

  it('tells modes whose results, or whose fuel, differ', () => {
    assert.equal(divergenceOf(module, new BrokenEngines('eager', constantModule(8))), 'eager: results');
    assert.equal(divergenceOf(module, new BrokenEngines('lazy', constantModule(7, 5))), 'lazy: fuel');
    assert.equal(
      divergenceOf(module, new BrokenEngines('unmetered', constantModule(8))),
      'unmetered: results',
    );
  });

  it('tells a module that only one side accepts', () => {
    const invalid = moduleWith((other) => {
      other.addFunction([], [ValueType.I32], (body) => body.i64Const(1n));
    });
    assert.equal(divergenceOf(invalid, new BrokenEngines('lazy-translation', module)), 'v8: validity');
    assert.equal(divergenceOf(module, new BrokenEngines('lazy-translation', invalid)), 'v8: validity');
  });

  it('stops at a call that does not end, without asking V8', () => {
    const endless = moduleWith((other) => {
      const f = other.addFunction([], [], (body) => body.loop('empty', () => body.br(0)));
      other.exportFunction('f', f);
    });
    const comparison = compareModule(endless, {
      seed: 1,
      engines: new EngineSet(),
      rounds: 2,
      mostCalls: 4,
      fuelPerCall: 1000,
      variants: 'all',
      compareBehaviour: true,
    });
    assert.equal(comparison.skipped, 'engine: out-of-fuel');
    assert.equal(comparison.callsCompared, 0);
  });
});

describe('the minimiser', () => {
  it('leaves little more than what is asked about', () => {
    const bytes = moduleWith((module) => {
      const helper = module.addFunction([ValueType.I32], [ValueType.I32], (body) =>
        body.localGet(0).i32Const(3).operator(Operator.I32Mul),
      );
      const f = module.addFunction([ValueType.I32], [ValueType.I32], (body) => {
        body.block('empty', () => {
          for (let i = 0; i < 20; i++) body.localGet(0).call(helper).localSet(0);
          body.localGet(0).i32Const(0).operator(Operator.I32DivU).localSet(0);
        });
        body.localGet(0);
      });
      module.exportFunction('helper', helper);
      module.exportFunction('f', f);
    });
    const dividesByZero = (candidate: Uint8Array) => {
      try {
        const { f } = new WebAssembly.Instance(new WebAssembly.Module(candidate)).exports as {
          f?: (value: number) => number;
        };
        f?.(1);
        return false;
      } catch (error) {
        return error instanceof WebAssembly.RuntimeError && error.message.includes('divide by zero');
      }
    };
    const least = minimise(bytes, dividesByZero, 20_000);
    assert.ok(dividesByZero(least));
    assert.ok(least.length <= 50, `${least.length} bytes are left of ${bytes.length}`);
  });
});
