import assert from 'node:assert/strict';
import { parse } from '@bytecodealliance/jco-transpile/wasm-tools';
import {
  createWebAssembly,
  Engine,
  type ExecutorName,
  Func,
  type EmbedderFunction,
  type Instance,
  Linker,
  OutOfFuelError,
  type ResumableCall,
  Store,
  Trap,
  ValueType,
} from '@wasm-dyno/engine';

const EXECUTORS: readonly ExecutorName[] = ['interpreter', 'host'];

const LOCALS = [0, 1, 2, 3, 4];

/**
 * `outer` = 6006: 6000 in five locals, kept over the first call of `late` (2) and over `host.out` (4). `scribble` writes 25 into 40
 * locals; `scribble(6)` = 175.
 */
const KEEPING = await parse(`(module
  (import "host" "out" (func $out (param i32) (result i32)))
  (func $late (param i32) (result i32) (i32.add (local.get 0) (i32.const 1)))
  (func (export "outer") (result i32) (local i32 i32 i32 i32 i32)
    ${LOCALS.map((i) => `(local.set ${i} (i32.const ${1000 + 100 * i}))`).join(' ')}
    (i32.add (call $late (i32.const 1)) (call $out (i32.const 3)))
    ${LOCALS.map((i) => `local.get ${i} i32.add`).join(' ')})
  (func (export "scribble") (param i32) (result i32) (local ${'i32 '.repeat(40)})
    ${Array.from({ length: 40 }, (_, i) => `(local.set ${i + 1} (i32.const 25))`).join(' ')}
    (i32.add (local.get 1) (i32.mul (local.get 40) (local.get 0))))
  (func (export "trap") (result i32) unreachable)
  (func (export "add") (param f64 i32 i64) (result f64)
    (f64.add (local.get 0) (f64.add (f64.convert_i32_s (local.get 1)) (f64.convert_i64_s (local.get 2))))))`);

const OUT = { parameters: [ValueType.I32], results: [ValueType.I32] };

interface Keeping {
  readonly store: Store;
  readonly instance: Instance;
  scribble(): void;
}

function keeping(
  executor: ExecutorName,
  out: (made: Keeping) => unknown,
  engine = new Engine({ executor }),
): Keeping {
  const store = new Store(engine, { fuel: 1_000_000n });
  const host: EmbedderFunction = () => out(made);
  const instance = new Linker(engine)
    .define('host', 'out', Func.wrap(store, OUT, host))
    .instantiate(store, engine.compile(KEEPING));
  const made: Keeping = {
    store,
    instance,
    scribble: () => assert.deepEqual(instance.getFunction('scribble')!.call(6), [175]),
  };
  return made;
}

const run = ({ instance }: Keeping): unknown => instance.getFunction('outer')!.call()[0];

describe('a call from within a call leaves no trace in it', () => {
  for (const executor of EXECUTORS) {
    it(`of a compile listener: 6006, not 175 (${executor})`, () => {
      for (const compilationMode of ['lazy', 'lazy-translation'] as const) {
        const engine = new Engine({ executor, compilationMode });
        const quiet = keeping(executor, () => 4, engine);
        assert.equal(run(quiet), 6006);
        let events = 0;
        const made: Keeping = keeping(executor, () => 4, engine);
        engine.on('compile', () => {
          events++;
          made.scribble();
        });
        assert.equal(run(made), 6006, compilationMode);
        const fresh: Keeping = keeping(executor, () => 4, engine);
        let inFresh = 0;
        engine.on('compile', ({ module }) => {
          if (module !== fresh.instance.module || inFresh > 20) return;
          inFresh++;
          // The very function that the event is of, and others.
          if (inFresh < 3) assert.equal(run(fresh), 6006);
          fresh.scribble();
        });
        assert.equal(run(fresh), 6006, compilationMode);
        assert.ok(events > 0);
      }
    });

    it(`of a listener that throws: the call ends with its error, the next one goes through (${executor})`, () => {
      const engine = new Engine({ executor });
      const made = keeping(executor, () => 4, engine);
      const stop = engine.on('compile', () => {
        throw new Error('the listener’s own');
      });
      assert.throws(() => run(made), /the listener’s own/);
      stop();
      assert.equal(run(made), 6006);
    });

    it(`of an embedder function, which runs out of fuel, traps, or instantiates modules with a start function (${executor})`, async () => {
      const starting = await parse(`(module (import "host" "out" (func $out (param i32) (result i32)))
        (global (export "g") (mut i32) (i32.const 0))
        (func $start (local i32 i32 i32) (local.set 0 (i32.const 1)) (local.set 1 (i32.const 10))
          (global.set 0 (i32.add (call $out (i32.const 0)) (i32.add (local.get 0) (local.get 1)))))
        (start $start))`);
      let depth = 0;
      const made = keeping(executor, ({ instance, scribble, store }) => {
        const { fuel } = store;
        store.fuel = 1n;
        assert.throws(() => instance.getFunction('add')!.call(1, 2, 3n), OutOfFuelError);
        store.fuel = fuel;
        assert.throws(() => instance.getFunction('trap')!.call(), { code: 'unreachable' });
        scribble();
        if (++depth > 3) return 4;
        const module = store.engine.compile(starting);
        const out = Func.wrap(store, OUT, () => {
          scribble();
          return run(made);
        });
        const started = new Linker(store.engine).define('host', 'out', out).instantiate(store, module);
        assert.equal(started.getGlobal('g')!.value, 6017);
        return 4;
      });
      assert.equal(run(made), 6006);
    });

    it(`of arguments and results that look back when they are looked at (${executor})`, () => {
      const made = keeping(executor, ({ scribble, instance }) => {
        const add = instance.getFunction('add')!;
        const looking = { valueOf: () => (scribble(), 3n) };
        const text = { toString: () => (scribble(), 'no number') };
        // A refused value is not looked at.
        assert.throws(() => add.callRaw([0x4021_0000_0000_0000n, looking, 4n]), TypeError);
        assert.throws(() => add.call(1, text, 3n), TypeError);
        const list = new Proxy([0x4021_0000_0000_0000n, 3n, 4n], {
          get: (target, name) => (scribble(), Reflect.get(target, name) as unknown),
        });
        assert.deepEqual(add.callRaw(list), [0x402f_0000_0000_0000n]);
        return new Proxy([4], { get: (target, name) => (scribble(), Reflect.get(target, name) as unknown) });
      });
      assert.equal(run(made), 6006);
    });

    it(`of errors that look back when they are looked at (${executor})`, () => {
      const thrown: unknown[] = [];
      const made = keeping(executor, ({ scribble }) => {
        const error = new RangeError('x');
        Object.defineProperty(error, 'message', { get: () => (scribble(), 'Maximum call stack is fine') });
        const proxy: unknown = new Proxy(error, { getPrototypeOf: () => (scribble(), RangeError.prototype) });
        thrown.push(proxy);
        throw proxy;
      });
      assert.throws(
        () => run(made),
        (error) => error === thrown[0],
      );
      if (executor === 'host') return;
      const call = made.instance.getFunction('outer')!.callResumable() as Extract<
        ResumableCall,
        { state: 'embedder-error' }
      >;
      assert.equal(call.state, 'embedder-error');
      assert.equal(call.error, thrown[1]);
      assert.deepEqual(call.resume(4), { state: 'finished', results: [6006] });
    });

    it(`of getters of the import object and conversions of the JavaScript API (${executor})`, () => {
      const WebAssembly = createWebAssembly({ executor });
      const module = new WebAssembly.Module(KEEPING);
      type Exports = Record<string, (...values: unknown[]) => unknown>;
      const plain = new WebAssembly.Instance(module, { host: { out: () => 4 } }).exports as Exports;
      const scribble = (): void => assert.equal(plain['scribble']!(6), 175);
      const nested = (): number => {
        scribble();
        const imports = { host: { get out() { scribble(); return () => 4; } } }; // prettier-ignore
        const { exports } = new WebAssembly.Instance(module, imports);
        assert.equal((exports as Exports)['outer']!(), 6006);
        const number = (value: number) => ({ valueOf: () => (scribble(), value) });
        const add = plain['add']!;
        assert.equal(add(number(8.5), number(3), { valueOf: () => (scribble(), 4n) }), 15.5);
        return number(4) as unknown as number;
      };
      const { exports } = new WebAssembly.Instance(module, { host: { out: nested } });
      assert.equal((exports as Exports)['outer']!(), 6006);
    });

    it(`of a trap’s own text (${executor})`, () => {
      const made: Keeping = keeping(executor, ({ instance, scribble }) => {
        try {
          instance.getFunction('trap')!.call();
        } catch (trap) {
          assert.ok(trap instanceof Trap);
          trap.toString = () => (scribble(), 'text');
          assert.equal(`${trap.toString()}`, 'text');
        }
        return 4;
      });
      assert.equal(run(made), 6006);
    });
  }
});
