import assert from 'node:assert/strict';

import {
  CompileError,
  createWebAssembly,
  Engine,
  type ExecutorName,
  Func,
  Linker,
  Memory,
  OutOfFuelError,
  ResourceLimitError,
  Store,
  Table,
  ValueType,
} from '@wasm-dyno/engine';

import { runInProcess } from './own-process.js';
import { unsigned } from '../encoded-integers.js';
import { binary, moduleOf, section } from './whole-module.js';

const EXECUTORS: readonly ExecutorName[] = ['interpreter', 'host'];

const instanceOf = (store: Store, bytes: Uint8Array) =>
  new Linker(store.engine).instantiate(store, store.engine.compile(bytes));

/** In a process of its own: a module of `count` types, each of its own, whose parameters spell a number from `first` on. */
const TYPES_OF = `
  const leb = (value) => [(value & 0x7f) | 0x80, ((value >> 7) & 0x7f) | 0x80, ((value >> 14) & 0x7f) | 0x80, value >> 21];
  const digits = 24;
  const modulesOfTypes = (count, first) => {
    const length = digits + 3;
    const head = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, ...leb(4 + count * length), ...leb(count)];
    const bytes = new Uint8Array(head.length + count * length);
    bytes.set(head);
    for (let i = 0, at = head.length; i < count; i++, at += length) {
      bytes[at] = 0x60;
      bytes[at + 1] = digits;
      for (let digit = 0; digit < digits; digit++) bytes[at + 2 + digit] = 0x7f - (((first + i) >> digit) & 1);
    }
    return bytes;
  };`;

for (const executor of EXECUTORS) {
  describe(`the ceilings of a store on the executor ${executor}`, () => {
    const engine = new Engine({ executor });
    const limited = (limits: object) => new Store(engine, { limits });

    it('40 tables of ten million elements in 250 bytes are refused, in a heap of 400 MB', () =>
      runInProcess(
        `const bytes = await binary('(module ' + '(table 10000000 externref)'.repeat(40) + ')');
        assert.ok(bytes.length < 400);
        const engine = new Engine({ executor: '${executor}' });
        const store = new Store(engine);
        for (let i = 0; i < 3; i++) {
          assert.throws(() => new Linker(engine).instantiate(store, engine.compile(bytes)), {
            name: 'LinkError',
            message: 'the store holds 0 table elements and may hold 10000000: 400000000 more exceed the limit maximumStoreTableElements',
          });
        }
        const one = await binary('(module (table (export "t") 10000000 externref))');
        const instance = new Linker(engine).instantiate(store, engine.compile(one));
        assert.equal(instance.getTable('t').size, 10000000);
        assert.throws(() => new Linker(engine).instantiate(store, engine.compile(one)), /maximumStoreTableElements/);`,
        '--max-old-space-size=400',
      ));

    it('memories of 4 GiB each are refused beyond the first, whoever makes them', () =>
      runInProcess(`const bytes = await binary('(module (memory 65536))');
        const many = await binary('(module ' + '(memory 65536)'.repeat(${executor === 'host' ? 1 : 100}) + ')');
        const engine = new Engine({ executor: '${executor}' });
        const store = new Store(engine);
        const linker = new Linker(engine);
        const small = new Store(engine, { limits: { maximumStoreMemoryBytes: 2 ** 32 - 1 } });
        assert.throws(() => linker.instantiate(small, engine.compile(many)), { name: 'LinkError', message: /maximumStoreMemoryBytes/ });
        linker.instantiate(store, engine.compile(bytes));
        assert.throws(() => linker.instantiate(store, engine.compile(bytes)), {
          name: 'LinkError',
          message: 'the store holds 4294967296 bytes of memory and may hold 4294967296: 4294967296 more exceed the limit maximumStoreMemoryBytes',
        });
        assert.throws(() => Memory.create(store, { limits: { minimum: 1 } }), /maximumStoreMemoryBytes/);`));

    it('hold for what grows: -1 beyond what the store may hold in all, in the program and outside', async () => {
      const store = limited({ maximumStoreMemoryBytes: 5 * 65_536, maximumStoreTableElements: 50 });
      const { exports } = instanceOf(
        store,
        await binary(`(module (memory $a (export "a") 1) (table $s (export "s") 10 funcref) (table $t 10 externref)
          (func (export "growA") (param i32) (result i32) (memory.grow $a (local.get 0)))
          (func (export "growS") (param i32) (result i32) (table.grow $s (ref.null func) (local.get 0)))
          (func (export "growT") (param i32) (result i32) (table.grow $t (ref.null extern) (local.get 0))))`),
      );
      const other = instanceOf(
        store,
        await binary(
          '(module (memory 1) (func (export "growB") (param i32) (result i32) (memory.grow (local.get 0))))',
        ),
      );
      const call = (name: string, by: number) =>
        ((exports.get(name) ?? other.exports.get(name)) as Func).call(by)[0];
      const [memory, table] = [exports.get('a') as Memory, exports.get('s') as Table];
      const before = store.consumedFuel;
      assert.deepEqual([call('growA', 4), call('growB', 4), memory.grow(4)], [-1, -1, -1]);
      assert.deepEqual([call('growB', 2), call('growA', 2), memory.grow(2)], [1, -1, -1]);
      assert.deepEqual([memory.grow(1), call('growA', 1), call('growB', 1)], [1, -1, -1]);
      assert.deepEqual([call('growS', 31), call('growT', 31), table.grow(31)], [-1, -1, -1]);
      assert.deepEqual([call('growT', 20), call('growS', 11), table.grow(11)], [10, -1, -1]);
      assert.deepEqual([table.grow(10), call('growS', 1), call('growT', 1)], [10, -1, -1]);
      assert.throws(
        () => Table.create(store, { element: ValueType.FuncRef, limits: { minimum: 1 } }),
        /maximumStoreTableElements/,
      );
      assert.ok(store.consumedFuel > before);
    });

    it('charge the same for growth that is refused', async () => {
      const bytes = await binary(
        `(module (memory 1) (func (export "grow") (param i32) (result i32) (memory.grow (local.get 0))))`,
      );
      const fuel = (limits: object) => {
        const store = limited(limits);
        const grow = instanceOf(store, bytes).getFunction('grow')!;
        grow.call(0);
        const before = store.consumedFuel;
        assert.deepEqual(grow.call(3), [-1]);
        return store.consumedFuel - before;
      };
      assert.equal(fuel({ maximumStoreMemoryBytes: 65_536 }), fuel({ maximumMemoryBytes: 65_536 }));
    });

    it('count instances', async () => {
      const store = limited({ maximumInstances: 2 });
      const bytes = await binary('(module)');
      instanceOf(store, bytes);
      instanceOf(store, bytes);
      assert.throws(() => instanceOf(store, bytes), {
        name: 'LinkError',
        message: 'the store holds 2 instances and may hold 2: 1 more exceeds the limit maximumInstances',
      });
      instanceOf(limited({ maximumInstances: 1 }), bytes);
    });

    it('maximumMemories and maximumTables of a store hold there, and limits of loading are refused', async () => {
      const bytes = await binary(
        '(module (memory 1) (table 1 funcref) (table 1 funcref) (global i32 (i32.const 0)) (func))',
      );
      for (const [limit, things] of [
        ['maximumMemories', '1 memory'],
        ['maximumTables', '2 tables'],
        ['maximumGlobals', '1 global'],
        ['maximumFunctions', '1 function'],
      ] as const) {
        const most = Number(things[0]) - 1;
        assert.throws(() => instanceOf(limited({ [limit]: most }), bytes), {
          name: 'LinkError',
          message: `the module has ${things}, more than the ${most} of the store's limit ${limit}`,
        });
        instanceOf(limited({ [limit]: most + 1 }), bytes);
      }
      for (const limit of ['maximumLocals', 'maximumTypes', 'maximumCodeBytes', 'maximumDistinctTypes']) {
        assert.throws(() => limited({ [limit]: 5 }), {
          name: 'TypeError',
          message: `limit ${limit} applies when a module is loaded: give it to the engine, not to a store`,
        });
      }
      assert.equal(limited(engine.limits).limits.maximumLocals, engine.limits.maximumLocals);
    });

    it('a module that is refused holds nothing', async () => {
      const store = limited({ maximumStoreMemoryBytes: 65_536 });
      const bytes = await binary('(module (memory 1))');
      const wanting = await binary('(module (import "m" "f" (func)) (memory 1))');
      const large = await binary('(module (memory 2))');
      for (const refused of [wanting, large])
        assert.throws(() => instanceOf(store, refused), { name: 'LinkError' });
      instanceOf(store, bytes);
    });
  });
}

describe('the ceilings of a store', () => {
  it('a store on the host goes on beyond as many instances as it may hold at once, if the collector takes them', () =>
    runInProcess(
      `const engine = new Engine({ executor: 'host' });
      const store = new Store(engine, { limits: { maximumInstances: 10 } });
      const module = engine.compile(await binary('(module (table 1 funcref) (elem (i32.const 0) $hidden) (func $hidden) (memory (export "m") 1) (func (export "f") (call_indirect (i32.const 0))))'));
      for (let i = 0; i < 40; i++) await eventually(() => new Linker(engine).instantiate(store, module).getFunction('f').call());
      // An instance lives as long as anything of it.
      const hiding = engine.compile(await binary('(module (table (export "t") 1 funcref) (elem (i32.const 0) $hidden) (func $hidden (result i32) (i32.const 7)))'));
      const { exports } = await eventually(() => new Linker(engine).instantiate(store, hiding));
      const table = exports.get('t');
      await collect();
      assert.deepEqual(table.get(0).call(), [7]);`,
      '--expose-gc',
    ));

  it('what instances on the host had grown to is given back when the collector takes them, of hidden parts too', () =>
    runInProcess(
      `const engine = new Engine({ executor: 'host' });
      const limits = { maximumStoreMemoryBytes: 20 * 65536, maximumStoreTableElements: 20 };
      const store = new Store(engine, { limits });
      const module = engine.compile(await binary(\`(module (memory 1) (table 1 funcref)
        (func (export "grow") (result i32 i32) (memory.grow (i32.const 8)) (table.grow (ref.null func) (i32.const 8))))\`));
      const grown = () => new Linker(engine).instantiate(store, module).getFunction('grow').call();
      for (let i = 0; i < 10; i++) {
        await eventually(() => assert.deepEqual([grown(), grown()], [[1, 1], [1, 1]]));
        assert.deepEqual(grown(), [-1, -1], 'two of nine are as much as there may be, and one that did not grow');
      }
      await collect(50);
      const kept = new Linker(engine).instantiate(store, module);
      assert.deepEqual(kept.getFunction('grow').call(), [1, 1]);
      for (let i = 0; i < 3; i++) await eventually(() => assert.deepEqual(grown(), [1, 1]));
      await collect(50);
      assert.deepEqual(kept.getFunction('grow').call(), [9, 9]);
      await collect();
      assert.deepEqual(kept.getFunction('grow').call(), [-1, -1], 'what is alive counts on');`,
      '--expose-gc',
    ));

  for (const executor of ['interpreter', 'host']) {
    it(`instances that fail, by their segments or start functions, are given back too (${executor})`, () =>
      runInProcess(
        `const engine = new Engine({ executor: '${executor}' });
        const limits = { maximumStoreMemoryBytes: 10 * 65536, maximumStoreTableElements: 10, maximumInstances: 10 };
        const store = new Store(engine, { limits });
        for (const rest of ['(data (i32.const 1000000) "a")', '(func $s unreachable) (start $s)', '(elem (i32.const 9) func 0) (func)']) {
          const module = engine.compile(await binary('(module (memory 2) (table 2 funcref) ' + rest + ')'));
          for (let i = 0; i < 20; i++)
            await eventually(() => assert.throws(() => new Linker(engine).instantiate(store, module), { name: 'Trap' }));
        }`,
        '--expose-gc',
      ));
  }

  it('an instance that its segments failed, and that lives on in a table, keeps what its store holds on the host', () =>
    runInProcess(
      `const engine = new Engine({ executor: 'host' });
      const store = new Store(engine, { limits: { maximumStoreMemoryBytes: 10 * 65536 } });
      const owner = new Linker(engine).instantiate(store, engine.compile(await binary('(module (table (export "t") 1 funcref) (func (export "call") (result i32) (call_indirect (result i32) (i32.const 0))))')));
      const linker = new Linker(engine);
      linker.define('host', 't', owner.exports.get('t'));
      const failing = engine.compile(await binary(\`(module (import "host" "t" (table 1 funcref)) (memory 4)
        (elem (i32.const 0) $grow) (func $grow (result i32) (memory.grow (i32.const 4))) (data (i32.const 1000000) "a"))\`));
      const plain = engine.compile(await binary('(module (memory 1))'));
      assert.throws(() => linker.instantiate(store, failing), { name: 'Trap' });
      assert.deepEqual(owner.getFunction('call').call(), [4]);
      for (let i = 0; i < 2; i++) linker.instantiate(store, plain);
      await collect();
      assert.throws(() => linker.instantiate(store, plain), /maximumStoreMemoryBytes/);`,
      '--expose-gc',
    ));

  it('what the collector takes is given back', () =>
    runInProcess(
      `const engine = new Engine();
      const store = new Store(engine, { limits: { maximumStoreMemoryBytes: 10 * 65536, maximumInstances: 10, maximumStoreTableElements: 10 } });
      const module = engine.compile(await binary('(module (memory (export "m") 1) (table 1 funcref))'));
      for (let i = 0; i < 40; i++) await eventually(() => new Linker(engine).instantiate(store, module).getMemory('m').grow(0));`,
      '--expose-gc',
    ));
});

describe('suspended calls', () => {
  it('beyond the ceiling of their store cannot be resumed, and say why; a resumed one makes room', async () => {
    const bytes = await binary(
      `(module (func $f (export "f") (param i32) (result i32) (local i64 i64 i64 i64)
        (if (result i32) (local.get 0) (then (call $f (i32.sub (local.get 0) (i32.const 1)))) (else (i32.const 7)))))`,
    );
    const engine = new Engine();
    const store = new Store(engine, { limits: { maximumSuspendedBytes: 40_000 } });
    const f = instanceOf(store, bytes).getFunction('f')!;
    f.call(1);
    const stop = () => {
      store.fuel = 1_000;
      const stopped = f.callResumable(1_000);
      assert.equal(stopped.state, 'out-of-fuel');
      return stopped as Extract<typeof stopped, { state: 'out-of-fuel' }>;
    };
    const kept = [];
    let refusal: unknown;
    for (let i = 0; i < 100 && refusal === undefined; i++) {
      try {
        kept.push(stop());
      } catch (error) {
        refusal = error;
      }
    }
    assert.ok(kept.length > 0 && refusal instanceof OutOfFuelError && refusal.suspendedCall === undefined);
    const { cause } = refusal;
    store.fuel = 1_000;
    assert.ok(cause instanceof ResourceLimitError && cause.limit === 'maximumSuspendedBytes', String(cause));
    assert.throws(
      () => f.call(1_000),
      (error) => error instanceof OutOfFuelError && error.suspendedCall === undefined,
    );
    store.fuel = 1_000_000;
    assert.deepEqual(kept.pop()!.resume(), { state: 'finished', results: [7] });
    kept.push(stop());
  });
});

describe('the ceilings of an engine', () => {
  it('12 modules of a million types end in an error, in a heap of 700 MB, and other engines go on', () =>
    runInProcess(
      `${TYPES_OF}
      const engine = new Engine();
      const kept = [];
      for (let i = 0; i < 12; i++) {
        const bytes = modulesOfTypes(1000000, i * 1000000);
        if (i === 0) kept.push(engine.compile(bytes));
        else assert.throws(() => engine.compile(bytes), {
          name: 'UnsupportedModuleError', message: /the engine knows 1000000 already, as many as its limit maximumDistinctTypes allows/ });
      }
      assert.ok(new Engine().validate(modulesOfTypes(10, 5000000)));`,
      '--max-old-space-size=700',
    ));

  it('types are forgotten with their modules, and with modules that are refused', () =>
    runInProcess(
      `${TYPES_OF}
      const engine = new Engine({ limits: { maximumDistinctTypes: 1000 } });
      const torn = modulesOfTypes(1000, 0).subarray(0, -1);
      for (let i = 0; i < 5; i++) assert.throws(() => engine.compile(torn), /MalformedModuleError/);
      for (let i = 0; i < 5; i++) await eventually(() => void engine.compile(modulesOfTypes(1000, i * 1000)));
      const kept = await eventually(() => engine.compile(modulesOfTypes(1000, 0)));
      assert.throws(() => engine.compile(modulesOfTypes(1, 1000)), /maximumDistinctTypes/);
      engine.compile(modulesOfTypes(1000, 0));
      assert.ok(kept);`,
      '--expose-gc',
    ));

  it('types of a module that is refused, or only validated, are free again at once', () =>
    runInProcess(
      `${TYPES_OF}
      const withBody = (types, ...body) => Uint8Array.of(...types, 3, 2, 1, 0, 10, body.length + 2, 1, body.length, ...body);
      for (const executor of ['interpreter', 'host']) {
        for (const compilationMode of ['lazy-translation', 'eager']) {
          const engine = new Engine({ executor, compilationMode, limits: { maximumDistinctTypes: 1000 } });
          for (let i = 0; i < 20; i++) {
            const types = modulesOfTypes(1000, i * 1000);
            const invalid = withBody(types, 0, 0x6a, 0x0b);
            let charged;
            assert.throws(() => engine.compile(invalid), (error) => {
              charged = error.fuelCharged;
              return error.name === 'ValidationError';
            });
            assert.throws(() => engine.compile(invalid, { fuel: charged - 1n }), /out of fuel: loading/);
            assert.equal(engine.validate(invalid), false);
            assert.equal(engine.validate(withBody(types, 0, 0x0b)), true);
          }
          const kept = engine.compile(modulesOfTypes(1000, 7));
          assert.throws(() => engine.compile(modulesOfTypes(1, 5)), /maximumDistinctTypes/);
          assert.ok(kept);
        }
      }`,
    ));

  it('types of a refused module that a listener was shown stay until it lets go', () =>
    runInProcess(
      `${TYPES_OF}
      const engine = new Engine({ limits: { maximumDistinctTypes: 10 } });
      let shown;
      engine.on('compile', ({ module }) => (shown = module));
      const invalid = Uint8Array.of(...modulesOfTypes(10, 0), 3, 2, 1, 0, 10, 5, 1, 3, 0, 0x6a, 0x0b);
      assert.throws(() => engine.compile(invalid), { name: 'ValidationError' });
      assert.throws(() => engine.compile(modulesOfTypes(1, 50)), /maximumDistinctTypes/);
      assert.ok(shown);`,
    ));

  it('types of two engines are told apart by their structure alone', async () => {
    const bytes = await binary('(module (func (export "f") (param i32) (result i64) (i64.const 7)))');
    const first = new Engine();
    first.compile(await binary('(module (type (func (param f32 f32))) (type (func (param f64))))'));
    for (const engine of [first, new Engine()]) {
      const func = instanceOf(new Store(engine), bytes).getFunction('f')!;
      assert.equal(func.typed(['i32'], ['i64'])(1), 7n);
      assert.throws(
        () => func.typed(['i64'], ['i64']),
        /the function is \(i32\) -> \(i64\), not \(i64\) -> \(i64\)/,
      );
    }
  });

  it('embedder functions of too many types are refused', () => {
    const engine = new Engine({ limits: { maximumDistinctTypes: 1 } });
    const store = new Store(engine);
    const of = (...parameters: ValueType[]) => Func.wrap(store, { parameters, results: [] }, () => undefined);
    of(ValueType.I32);
    of(ValueType.I32);
    assert.throws(() => of(ValueType.I64), {
      name: 'ResourceLimitError',
      limit: 'maximumDistinctTypes',
      message: 'another function type where the engine knows 1: that exceeds the limit maximumDistinctTypes',
    });
  });

  it('code beyond the ceiling is a trap on the first call, which is paid for each time and keeps nothing', async () => {
    const bytes = await binary(`(module
      (func (export "large") ${'(drop (i64.mul (i64.const 123456789) (i64.const 987654321)))'.repeat(500)})
      (func (export "small") (result i32) (i32.const 7)))`);
    const engine = new Engine({ limits: { maximumCodeBytes: 2_000 } });
    const store = new Store(engine);
    const instance = instanceOf(store, bytes);
    const fuel: bigint[] = [];
    for (let i = 0; i < 3; i++) {
      const before = store.consumedFuel;
      assert.throws(
        () => instance.getFunction('large')!.call(),
        (error) => {
          assert.ok(error instanceof ResourceLimitError);
          assert.deepEqual([error.limit, error.code], ['maximumCodeBytes', 'resource-limit']);
          assert.match(
            error.message,
            /holds \d+ bytes of code and may hold 2000: that exceeds the limit maximumCodeBytes/,
          );
          return true;
        },
      );
      fuel.push(store.consumedFuel - before);
    }
    assert.ok(fuel[1]! > 1_000n && fuel[1] === fuel[2], fuel.join());
    assert.deepEqual(instance.getFunction('small')!.call(), [7]);
    assert.ok(engine.codeBytes > 0 && engine.codeBytes < 2_000);
    const eager = new Engine({ compilationMode: 'eager', limits: { maximumCodeBytes: 2_000 } });
    assert.throws(() => eager.compile(bytes), ResourceLimitError);
    assert.throws(() => eager.compile(bytes), ResourceLimitError);
  });

  it('code that the host compiled counts against the ceiling, four for a byte that it was given, in every mode', async () => {
    const bytes = await binary(`(module
      (func (export "f") (result i32) ${'(drop (i64.mul (i64.const 123) (i64.const 987)))'.repeat(500)} (i32.const 7)))`);
    for (const compilationMode of ['eager', 'lazy-translation', 'lazy'] as const) {
      const once = new Engine({ executor: 'host', compilationMode });
      assert.deepEqual(instanceOf(new Store(once), bytes).getFunction('f')!.call(), [7]);
      const { codeBytes } = once;
      assert.ok(codeBytes > 4 * bytes.length && codeBytes < 16 * bytes.length, String(codeBytes));
      const engine = new Engine({
        executor: 'host',
        compilationMode,
        limits: { maximumCodeBytes: 2 * codeBytes },
      });
      const held = [engine.compile(bytes), engine.compile(bytes)];
      assert.throws(
        () => engine.compile(bytes),
        (error) =>
          error instanceof ResourceLimitError &&
          error.limit === 'maximumCodeBytes' &&
          error.fuelCharged === held[0]!.fuelCharged &&
          error.message ===
            `a module's code in an engine that holds ${2 * codeBytes} bytes of code and may hold ${2 * codeBytes}: that exceeds the limit maximumCodeBytes`,
      );
      // What was refused is given back, and what is held still runs.
      assert.equal(engine.codeBytes, 2 * codeBytes);
      for (const module of held) {
        const instance = new Linker(engine).instantiate(new Store(engine), module);
        assert.deepEqual(instance.getFunction('f')!.call(), [7]);
      }
    }
  });

  it('a module that a full engine refuses is paid for, by the JavaScript API too', async () => {
    const bytes = await binary('(module (func (export "f") (drop (i32.const 1))))');
    for (const executor of ['interpreter', 'host'] as const) {
      const engine = new Engine({ executor, compilationMode: 'eager', limits: { maximumCodeBytes: 0 } });
      const store = new Store(engine, { fuel: 1_000_000n });
      const { Module, RuntimeError } = createWebAssembly({ store });
      assert.throws(() => new Module(bytes), RuntimeError);
      assert.equal(store.consumedFuel, new Engine({ compilationMode: 'eager' }).compile(bytes).fuelCharged);
    }
  });

  it('60 KB of branch tables of 120 labels with 1,000 results survive in 256 MB of code', () =>
    runInProcess(
      `const types = '(type $r (func (result ' + 'i32 '.repeat(1000) + ')))';
      const values = '(i32.const 1)'.repeat(1000);
      const labels = Array.from({ length: 120 }, (_, i) => i).join(' ');
      const blocks = 120;
      const text = '(module ' + types + '(func (export "f") (type $r)' +
        '(block (type $r) '.repeat(blocks) + (values + '(br_table ' + labels + ' (i32.const 0))').repeat(12) + ')'.repeat(blocks) + '))';
      const bytes = await binary(text);
      const engine = new Engine({ limits: { maximumCodeBytes: 2 ** 28 } });
      const before = process.memoryUsage().arrayBuffers;
      const instance = new Linker(engine).instantiate(new Store(engine), engine.compile(bytes));
      let refused = 0;
      for (let i = 0; i < 3; i++) {
        try { instance.getFunction('f').call(); } catch (error) { if (!(error instanceof ResourceLimitError)) throw error; refused++; }
      }
      await eventually(() => {
        const held = process.memoryUsage().arrayBuffers - before;
        assert.ok(held <= engine.codeBytes + 2 ** 27, held + ' bytes held for ' + engine.codeBytes + ' bytes of code');
      });`,
      '--expose-gc',
    ));

  it('code is given back with its module', () =>
    runInProcess(
      `const bytes = await binary('(module (func (export "f") ' + '(drop (i32.mul (i32.const 3) (i32.const 4)))'.repeat(20) + '))');
      const engine = new Engine({ compilationMode: 'eager' });
      for (let i = 0; i < 100; i++) engine.compile(bytes);
      const before = engine.codeBytes;
      await eventually(() => assert.ok(engine.codeBytes < before / 2, engine.codeBytes + ' of ' + before));`,
      '--expose-gc',
    ));

  it('code of the host is given back with its module', () =>
    runInProcess(
      `const bytes = await binary('(module (func (export "f") ' + '(drop (i32.mul (i32.const 3) (i32.const 4)))'.repeat(20) + '))');
      const engine = new Engine({ executor: 'host' });
      for (let i = 0; i < 100; i++) engine.compile(bytes);
      const before = engine.codeBytes;
      await eventually(() => assert.ok(engine.codeBytes < before / 2, engine.codeBytes + ' of ' + before));`,
      '--expose-gc',
    ));

  it('a module of as many element segments as its bytes allow takes a few bytes of heap for each of them', () =>
    runInProcess(
      `const leb = (value) => [(value & 0x7f) | 0x80, ((value >> 7) & 0x7f) | 0x80, ((value >> 14) & 0x7f) | 0x80, value >> 21];
      const count = 1000000;
      const segment = [1, 0, 0];
      const head = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 9, ...leb(4 + count * segment.length), ...leb(count)];
      const bytes = new Uint8Array(head.length + count * segment.length);
      bytes.set(head);
      for (let i = 0; i < count; i++) bytes.set(segment, head.length + i * segment.length);
      const held = () => { gc(); const { heapUsed, arrayBuffers } = process.memoryUsage(); return heapUsed + arrayBuffers; };
      const engine = new Engine();
      engine.compile(bytes.slice(0, 8));
      const before = held();
      const module = engine.compile(bytes);
      const store = new Store(engine);
      const perByte = (held() - before) / bytes.length;
      assert.ok(perByte < 16, perByte + ' bytes of heap for a byte of module');
      const instance = new Linker(engine).instantiate(store, module);
      assert.ok((held() - before) / bytes.length < 20);
      assert.ok(module && instance);`,
      '--expose-gc',
    ));
});

it('a refused module is a CompileError that names the limit', () => {
  const engine = new Engine({ limits: { maximumDistinctTypes: 1 } });
  const bytes = moduleOf(section(1, unsigned(2), [0x60, 0, 0], [0x60, 1, 0x7f, 0]));
  assert.throws(() => engine.compile(bytes), CompileError);
  assert.equal(engine.validate(bytes), false);
});
