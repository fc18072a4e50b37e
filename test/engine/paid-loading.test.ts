import { deepEqual, equal, ok, throws } from 'node:assert/strict';
import { parse } from '@bytecodealliance/jco-transpile/wasm-tools';
import {
  CompileError,
  createWebAssembly,
  Engine,
  Linker,
  MalformedModuleError,
  OutOfFuelError,
  Store,
  UnsupportedModuleError,
  ValidationError,
  type CompilationMode,
  type EngineConfig,
} from '@wasm-dyno/engine';
import { unsigned } from '../encoded-integers.js';
import { moduleOf, section } from './whole-module.js';

const EXECUTORS = ['interpreter', 'host'] as const;
const MODES = ['eager', 'lazy-translation', 'lazy'] as const;
const I32_CONST = 0x41;
const DROP = 0x1a;
const I64_EQZ = 0x50;
const END = 0x0b;

const name = (text: string) => [text.length, ...Buffer.from(text)];

/** A body of `bytes` bytes that leaves nothing, valid unless told otherwise. */
function body(bytes: number, valid = true): number[] {
  const pairs = (bytes - 2) / 3;
  const operators = Array.from({ length: pairs }, () => [I32_CONST, 1, DROP]).flat();
  if (!valid) operators.splice(-1, 1, I64_EQZ);
  return [0, ...operators, END];
}

/** Three functions of 3,002 bytes each, `f0` to `f2`; the second one calls the third and the third breaks a rule in its last operator. */
function moduleWith(lastIsValid: boolean): Uint8Array {
  const first = body(3_002);
  const second = [0, 0x10, 2, 0x01, ...body(3_002).slice(4)];
  const bodies = [first, second, body(3_002, lastIsValid)];
  return moduleOf(
    section(1, 1, 0x60, 0, 0),
    section(3, 3, 0, 0, 0),
    section(7, 3, ...[0, 1, 2].map((index) => [...name(`f${index}`), 0, index])),
    section(10, 3, ...bodies.map((bytes) => [...unsigned(bytes.length), ...bytes])),
  );
}

/** At 25 memsets a phase and 64 bytes per fuel. */
const fuelOf = (bytes: number) => BigInt(Math.ceil((25 * bytes) / 64));
/** Of a body: each function costs 100 to validate and 200 to translate before its bytes. */
const VALIDATING = 100n + fuelOf(3_002);
const TRANSLATING = 300n + fuelOf(3_002);
const COMPILING = VALIDATING + TRANSLATING;
/** What parsing is charged: 2,000 for the module, whatever it counts as. */
const parsingOf = (bytes: number) => 6_000n + fuelOf(bytes);

function failure<E>(kind: new (...values: never[]) => E, step: () => unknown): E {
  try {
    step();
  } catch (error) {
    ok(error instanceof kind, String(error));
    return error;
  }
  throw new Error('nothing failed');
}

/** The same on both executors. */
function onBoth(mode: CompilationMode, use: (engine: Engine) => void, config: EngineConfig = {}): void {
  for (const executor of EXECUTORS) use(new Engine({ ...config, executor, compilationMode: mode }));
}

describe('loading is paid for', () => {
  it('when it succeeds: by what the mode does while loading', () => {
    const bytes = moduleWith(true);
    const parse = parsingOf(bytes.length);
    const expected = {
      lazy: parse,
      'lazy-translation': parse + 3n * VALIDATING,
      eager: parse + 3n * COMPILING,
    };
    for (const mode of MODES) {
      onBoth(mode, (engine) => equal(engine.compile(bytes).fuelCharged, expected[mode]));
    }
  });

  it('when a module is invalid in its last body: every body up to it, in eager and lazy-translation alike', () => {
    const bytes = moduleWith(false);
    for (const mode of ['eager', 'lazy-translation'] as const) {
      onBoth(mode, (engine) => {
        const error = failure(ValidationError, () => engine.compile(bytes));
        equal(error.functionIndex, 2);
        equal(error.fuelCharged, parsingOf(bytes.length) + 3n * VALIDATING);
      });
    }
  });

  it('when an earlier body is invalid: no body behind it', () => {
    const bytes = moduleWith(true);
    const brokenSecond = bytes.slice();
    // The call's function index.
    brokenSecond[bytes.indexOf(0x10, bytes.length - 2 * 3_004) + 1] = 9;
    onBoth('lazy-translation', (engine) => {
      const error = failure(ValidationError, () => engine.compile(brokenSecond));
      equal(error.functionIndex, 1);
      equal(error.fuelCharged, parsingOf(bytes.length) + 2n * VALIDATING);
    });
  });

  it('when the bytes are malformed, or of a feature or size that is not supported', async () => {
    const torn = moduleWith(true).subarray(0, 5_000);
    const twoMemories = await parse('(module (memory 1) (memory 1))');
    for (const mode of MODES) {
      onBoth(mode, (engine) => {
        const error = failure(MalformedModuleError, () => engine.compile(torn));
        equal(error.fuelCharged, parsingOf(5_000));
      });
      const withoutMultiMemory = (engine: Engine) => {
        const error = failure(UnsupportedModuleError, () => engine.compile(twoMemories));
        equal(error.fuelCharged, parsingOf(twoMemories.length));
      };
      onBoth(mode, withoutMultiMemory, { features: { multiMemory: false } });
      const withLimit = (engine: Engine) => {
        const error = failure(UnsupportedModuleError, () => engine.compile(moduleWith(true)));
        equal(error.fuelCharged, parsingOf(moduleWith(true).length));
      };
      onBoth(mode, withLimit, { limits: { maximumModuleBytes: 1_000 } });
    }
  });

  it('as far as the budget went: nothing without fuel for parsing, parsing without fuel for the bodies', () => {
    const bytes = moduleWith(true);
    const parse = parsingOf(bytes.length);
    onBoth('lazy-translation', (engine) => {
      const first = failure(OutOfFuelError, () => engine.compile(bytes, { fuel: parse - 1n }));
      deepEqual([first.requiredFuel, first.fuelCharged], [parse, 0n]);
      const second = failure(OutOfFuelError, () =>
        engine.compile(bytes, { fuel: parse + 3n * VALIDATING - 1n }),
      );
      deepEqual([second.requiredFuel, second.fuelCharged], [parse + 3n * VALIDATING, parse]);
    });
  });

  it('not at all where fuel is not consumed', () => {
    for (const mode of MODES) {
      const check = (engine: Engine) => {
        equal(engine.compile(moduleWith(true), { fuel: 0 }).fuelCharged, 0n);
        equal(failure(CompileError, () => engine.compile(Uint8Array.of(1), { fuel: 0 })).fuelCharged, 0n);
      };
      onBoth(mode, check, { consumeFuel: false });
    }
  });

  it('takes whole amounts of fuel for a budget only', () => {
    for (const fuel of ['100', true, null, -1, 0.5, NaN, -1n]) {
      const refusal = typeof fuel === 'number' || typeof fuel === 'bigint' ? RangeError : TypeError;
      throws(() => new Engine().compile(moduleWith(true), { fuel: fuel as number }), refusal);
      throws(() => new Engine().validate(moduleWith(true), { fuel: fuel as number }), refusal);
    }
  });
});

describe('validating is paid for', () => {
  it('the same in all modes and both executors, whether the answer is yes or no', () => {
    for (const mode of MODES) {
      onBoth(mode, (engine) => {
        for (const valid of [true, false]) {
          const bytes = moduleWith(valid);
          const charges: bigint[] = [];
          equal(engine.validate(bytes, { onCharge: (fuel) => charges.push(fuel) }), valid);
          deepEqual(charges, [parsingOf(bytes.length) + 3n * VALIDATING]);
        }
      });
    }
  });

  it('and runs out of fuel before the step that it does not cover', () => {
    const bytes = moduleWith(false);
    const charges: bigint[] = [];
    const onCharge = (fuel: bigint) => charges.push(fuel);
    const parse = parsingOf(bytes.length);
    for (const fuel of [parse - 1n, parse, parse + 3n * VALIDATING - 1n]) {
      throws(() => new Engine().validate(bytes, { fuel, onCharge }), OutOfFuelError);
    }
    deepEqual(charges, [0n, parse, parse]);
    equal(new Engine().validate(bytes, { fuel: parse + 3n * VALIDATING }), false);
  });

  it('out of the store of a standard namespace, as loading that fails is', () => {
    const bytes = moduleWith(false);
    const store = new Store(new Engine(), { fuel: 100_000 });
    const namespace = createWebAssembly({ store });
    equal(namespace.validate(bytes), false);
    const validating = parsingOf(bytes.length) + 3n * VALIDATING;
    equal(store.consumedFuel, validating);
    throws(() => new namespace.Module(bytes), namespace.CompileError);
    equal(store.consumedFuel, 2n * validating);
  });
});

describe('a function that turns out invalid on its first call', () => {
  const bytes = moduleWith(false);

  /** What each call of `calls` ends with and consumes, on both executors, which must agree. */
  function callsOn(
    calls: readonly string[],
    config: EngineConfig = {},
    fuel = 1_000_000n,
  ): [string, bigint][] {
    const [interpreted, hosted] = EXECUTORS.map((executor) => {
      const engine = new Engine({ ...config, executor, compilationMode: 'lazy' });
      const store = new Store(engine);
      const instance = new Linker(engine).instantiate(store, engine.compile(bytes));
      store.fuel = fuel;
      return calls.map((call): [string, bigint] => {
        const before = store.consumedFuel;
        let end = 'returns';
        try {
          instance.getFunction(call)!.call();
        } catch (error) {
          end = (error as Error).message.replace(' (3,002 bytes)', '');
        }
        return [end, store.consumedFuel - before];
      });
    });
    deepEqual(hosted, interpreted);
    return interpreted!;
  }

  it('is paid for once, keeps its error, and costs something on every later call, on both executors', () => {
    const results = callsOn(['f2', 'f2', 'f2', 'f1', 'f2', 'f1']);
    const message = results[0]![0];
    ok(/^type mismatch.*in function 2\)$/.test(message), message);
    const callerFuel = results[5]![1] - 1n;
    deepEqual(results, [
      [message, COMPILING + 1n],
      [message, 1n],
      [message, 1n],
      [message, COMPILING + callerFuel + 1n],
      [message, 1n],
      [message, callerFuel + 1n],
    ]);
  });

  it('is validated once, not on every call', () => {
    for (const executor of EXECUTORS) {
      const engine = new Engine({ executor, compilationMode: 'lazy' });
      const store = new Store(engine);
      const f2 = new Linker(engine).instantiate(store, engine.compile(bytes)).getFunction('f2')!;
      const first = failure(ValidationError, () => f2.call());
      equal(
        failure(ValidationError, () => f2.call()),
        first,
        'the very same error',
      );
    }
  });

  it('runs out of fuel before it is found out, and between that and its call', () => {
    for (const fuel of [0n, COMPILING - 1n, COMPILING, COMPILING + 1n]) {
      const [[end, consumed]] = callsOn(['f2'], {}, fuel) as [[string, bigint]];
      equal(/out of fuel/.test(end), fuel <= COMPILING, end);
      equal(consumed, fuel < COMPILING ? 0n : fuel);
    }
  });

  it('leaves the other functions alone, and is paid for once where stores share', () => {
    deepEqual(
      callsOn(['f0', 'f2', 'f0']).map(([end]) => end === 'returns'),
      [true, false, true],
    );
    for (const executor of EXECUTORS) {
      const engine = new Engine({ executor, compilationMode: 'lazy', shareCompilation: true });
      const module = engine.compile(bytes);
      const consumed = [1, 2].map(() => {
        const store = new Store(engine);
        throws(
          () => new Linker(engine).instantiate(store, module).getFunction('f2')!.call(),
          ValidationError,
        );
        return store.consumedFuel - module.instantiationFuel;
      });
      deepEqual(consumed, [COMPILING + 1n, 1n]);
    }
  });

  it('of one of several instances ends with the error of its own module', () => {
    for (const executor of EXECUTORS) {
      const engine = new Engine({ executor, compilationMode: 'lazy' });
      const store = new Store(engine);
      const other = moduleWith(true);
      other[other.indexOf(0x10, other.length - 2 * 3_004) + 1] = 9;
      const linker = new Linker(engine);
      const one = linker.instantiate(store, engine.compile(bytes));
      const two = linker.instantiate(store, engine.compile(other));
      throws(() => two.getFunction('f1')!.call(), /unknown function 9/);
      throws(() => one.getFunction('f2')!.call(), /type mismatch/);
    }
  });
});

describe('what a module counts as', () => {
  const FREE = 8_192;
  const entries = (code: number, count: number, entry: readonly number[]) =>
    section(code, ...unsigned(count), ...Array.from({ length: count }, () => entry).flat());
  const TYPE = [0x60, 0, 0];
  const bodies = (count: number) => entries(10, count, [2, 0, END]);
  const tables = entries(4, 1, [0x70, 0, 1]);
  const charged = (bytes: Uint8Array) =>
    EXECUTORS.map((executor) => new Engine({ executor, compilationMode: 'lazy' }).compile(bytes).fuelCharged);

  const onEach = (fuel: bigint) => EXECUTORS.map(() => fuel);

  it('is its bytes, as long as its entries are few or have as many', () => {
    const few = moduleOf(section(1, 1, ...TYPE), entries(3, 80, [0]), bodies(80));
    deepEqual(charged(few), [parsingOf(few.length), parsingOf(few.length)]);
    const large = moduleOf(
      section(1, 1, ...TYPE),
      entries(3, 100, [0]),
      entries(10, 100, [102, ...body(101), END]),
    );
    deepEqual(charged(large), [parsingOf(large.length), parsingOf(large.length)]);
  });

  it('is the sum of its entries where they are many and small', () => {
    const type = 24;
    const functions = moduleOf(section(1, 1, ...TYPE), entries(3, 1_000, [0]), bodies(1_000));
    deepEqual(charged(functions), onEach(parsingOf(type + 96 * 1_000 - FREE)));
    const types = moduleOf(entries(1, 1_600, TYPE));
    deepEqual(charged(types), onEach(parsingOf(1_600 * (24 + 200) - FREE)));
    const segments = moduleOf(tables, entries(9, 1_000, [5, 0x70, 1, 0xd0, 0x70, END]));
    deepEqual(charged(segments), onEach(parsingOf(24 + 256 * 1_000 - FREE)));
    const globals = moduleOf(entries(6, 1_000, [0x7f, 0, I32_CONST, 0, END]));
    deepEqual(charged(globals), onEach(parsingOf(24 * 1_000 - FREE)));
    const custom = moduleOf(...Array.from({ length: 1_000 }, () => [0, 1, 0]));
    deepEqual(charged(custom), onEach(parsingOf(24 * 1_000 - FREE)));
  });

  it('does not count more entries of a section than its bytes, nor stumble over what is no module', () => {
    const engine = new Engine();
    const lying = moduleOf([3, 5, 0xff, 0xff, 0xff, 0xff, 0x0f]);
    equal(failure(CompileError, () => engine.compile(lying)).fuelCharged, parsingOf(lying.length));
    for (const bytes of [
      Uint8Array.of(),
      Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1),
      Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 3, 0x80),
      new Uint8Array(3_000).fill(0xff),
    ]) {
      equal(failure(CompileError, () => engine.compile(bytes)).fuelCharged, parsingOf(bytes.length));
    }
    const zeros = new Uint8Array(3_000);
    // Two zeros are an empty custom section, as far as headers tell: 1,496 of them.
    equal(failure(CompileError, () => engine.compile(zeros)).fuelCharged, parsingOf(24 * 1_496 - FREE));
  });
});

it('a short body that validation stops at for its lists pays for being validated anew', () => {
  const LEFT_BLOCK = [0x02, 1, 0x00, END];
  const bodyOf = (blocks: number) => [
    0,
    0x00,
    ...Array.from({ length: blocks }, () => LEFT_BLOCK).flat(),
    END,
  ];
  const loading = (blocks: number) => {
    const one = bodyOf(blocks);
    const bytes = moduleOf(
      section(1, 2, 0x60, 0, 0, 0x60, 70, ...Array<number>(70).fill(0x7f), 0),
      section(3, 100, ...Array<number>(100).fill(0)),
      section(10, 100, ...Array.from({ length: 100 }, () => [one.length, ...one]).flat()),
    );
    return new Engine({ compilationMode: 'lazy-translation' }).compile(bytes).fuelCharged;
  };
  const dearer = [1, 2, 3].map((blocks) => loading(blocks) - loading(blocks - 1) >= 100n * fuelOf(4_096));
  deepEqual(
    dearer,
    [false, true, false],
    'the second list of 70 values is more than its bytes pay for, and the third stops nothing anew',
  );
});
