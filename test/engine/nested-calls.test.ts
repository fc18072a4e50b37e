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

/** `outer` = 1000 + what `host.invoke` gives; `inner` counts to 100 and gives that. Two locals are kept over the call. */
const INVOKING = await parse(`(module
  (import "host" "invoke" (func $invoke (result i64)))
  (func (export "outer") (result i64) (local $a i64) (local $b i64)
    (local.set $a (i64.const 900)) (local.set $b (i64.const 100))
    (i64.add (i64.add (call $invoke) (local.get $a)) (local.get $b)))
  (func (export "inner") (result i64) (local $n i64)
    (loop $again
      (local.set $n (i64.add (local.get $n) (i64.const 1)))
      (br_if $again (i64.lt_u (local.get $n) (i64.const 100))))
    (local.get $n))
  (func (export "other") (param i64 i64) (result i64) (i64.mul (local.get 0) (local.get 1))))`);

const I64_RESULT = { parameters: [], results: [ValueType.I64] };

interface Nest {
  readonly store: Store;
  readonly instance: Instance;
  readonly outer: Func;
  readonly inner: Func;
}

/** The module above, its functions paid for, with `invoke` as the import. */
function nest(invoke: (nest: Nest) => unknown, executor: ExecutorName = 'interpreter'): Nest {
  const store = new Store(new Engine({ executor, compilationMode: 'eager' }));
  const host: EmbedderFunction = () => invoke(made);
  const instance = new Linker(store.engine)
    .define('host', 'invoke', Func.wrap(store, I64_RESULT, host))
    .instantiate(store, store.engine.compile(INVOKING));
  const made: Nest = {
    store,
    instance,
    outer: instance.getFunction('outer')!,
    inner: instance.getFunction('inner')!,
  };
  return made;
}

function errorOf(step: () => unknown): unknown {
  try {
    step();
  } catch (error) {
    return error;
  }
  return assert.fail('nothing was thrown');
}

function rethrowing(inner: () => bigint, how: (error: Error) => Error): () => bigint {
  return () => {
    try {
      return inner();
    } catch (error) {
      throw how(error as Error);
    }
  };
}

/** Calls that can be resumed by an error, or by one of its causes. */
function handlesOf(error: unknown): unknown[] {
  const found: unknown[] = [];
  for (let at = error, links = 0; typeof at === 'object' && at !== null && links < 10; links++) {
    const { cause, suspendedCall } = at as { cause?: unknown; suspendedCall?: unknown };
    if (suspendedCall !== undefined) found.push(suspendedCall);
    at = cause ?? (at as { cause?: unknown }).cause;
  }
  return found;
}

type Stopped = Extract<ResumableCall, { state: 'out-of-fuel' }>;
type Failed = Extract<ResumableCall, { state: 'embedder-error' }>;

describe('a call that runs out of fuel within an embedder function', () => {
  const invokeInner = ({ inner }: Nest): unknown => inner.call()[0];

  it('leaves no handle that gives the inner value (100) as the outer one (1100), and says why', () => {
    for (const executor of EXECUTORS) {
      const { store, outer } = nest(invokeInner, executor);
      store.fuel = 100n;
      const error = errorOf(() => outer.call());
      assert.ok(error instanceof OutOfFuelError, executor);
      assert.equal(error.suspendedCall, undefined, executor);
      if (executor === 'interpreter') {
        assert.match(
          error.message,
          /out of fuel: .* in a call that an embedder function made, so the outer call cannot be resumed/,
        );
        assert.equal((error.cause as OutOfFuelError).suspendedCall, undefined);
      }
      store.fuel = 10_000n;
      assert.deepEqual(outer.call(), [1100n], executor);
    }
  });

  it('leaves none through several embedder functions, and none through the JavaScript API', async () => {
    let depth = 0;
    const { store, outer } = nest(({ inner, outer: again }) => (++depth < 3 ? again : inner).call()[0]);
    store.fuel = 150n;
    const error = errorOf(() => outer.call());
    assert.ok(error instanceof OutOfFuelError && error.suspendedCall === undefined);

    const WebAssembly = createWebAssembly();
    const { instance } = await WebAssembly.instantiate(INVOKING, {
      host: { invoke: () => (instance.exports['inner'] as () => bigint)() },
    });
    const exported = instance.exports['outer'] as () => bigint;
    assert.equal(exported(), 1100n);
    WebAssembly.store.fuel = 100n;
    const runtimeError = errorOf(exported);
    assert.ok(runtimeError instanceof WebAssembly.RuntimeError);
    assert.ok(runtimeError.cause instanceof OutOfFuelError);
    assert.equal(runtimeError.cause.suspendedCall, undefined);
  });

  it('leaves none whichever way its error gets out: converted, of another namespace, wrapped, cloned, by proxy or getter', async () => {
    const calling: Record<string, (inner: () => bigint) => () => unknown> = {
      plain: (inner) => () => inner(),
      converted: (inner) => () => ({ valueOf: inner }),
      cause: (inner) => rethrowing(inner, (error) => new Error('wrapped', { cause: error.cause })),
      clone: (inner) => rethrowing(inner, (error) => Object.create(error) as Error),
      proxy: (inner) => rethrowing(inner, (error) => new Proxy(error, {})),
      frozen: (inner) => rethrowing(inner, (error) => Object.freeze(error)),
      getter: (inner) =>
        rethrowing(inner, (error) => {
          const { cause } = error;
          let looks = 0;
          return Object.defineProperty(error, 'cause', {
            get: () => (looks++ === 0 ? undefined : cause),
          });
        }),
    };
    for (const executor of EXECUTORS) {
      for (const [name, how] of Object.entries(calling)) {
        for (const isSame of executor === 'interpreter' ? [true, false] : [false]) {
          const Outer = createWebAssembly({ executor, compilationMode: 'eager' });
          const Inner = isSame ? Outer : createWebAssembly({ compilationMode: 'eager' });
          const module = new Inner.Module(INVOKING);
          const { inner } = new Inner.Instance(module, { host: { invoke: () => 0n } }).exports;
          const invoke = how(inner as () => bigint);
          const { outer } = new Outer.Instance(new Outer.Module(INVOKING), { host: { invoke } }).exports;
          Inner.store.fuel = 100n;
          const found = handlesOf(errorOf(outer as () => bigint));
          assert.deepEqual(found, [], `${executor}, ${name}, ${isSame ? 'one namespace' : 'two'}`);
        }
      }
    }
  });

  it('leaves none in the values of several results, nor after a call in between that ended well', async () => {
    const WebAssembly = createWebAssembly({ compilationMode: 'eager' });
    const bytes = await parse(`(module
      (import "host" "pair" (func $pair (result i64 i64)))
      (func (export "sum") (result i64) (i64.add (call $pair)))
      (func (export "count") (result i64) (local $n i64)
        (loop $again (br_if $again (i64.lt_u (local.tee $n (i64.add (local.get $n) (i64.const 1))) (i64.const 100))))
        (local.get $n)))`);
    let pair: () => unknown;
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), {
      host: { pair: () => pair() },
    });
    const { count, sum } = exports as Record<string, () => bigint>;
    pair = () => ({ *[Symbol.iterator]() { yield count!(); yield 1n; } }); // prettier-ignore
    assert.equal(sum!(), 101n);
    WebAssembly.store.fuel = 100n;
    assert.deepEqual(handlesOf(errorOf(sum!)), []);

    let kept: unknown;
    const failing = (): unknown => {
      kept = errorOf(count!);
      return [1n, 1n];
    };
    let depth = 0;
    pair = () => {
      if (++depth === 2) return failing();
      assert.equal(sum!(), 2n);
      assert.equal(handlesOf(kept).length, 1);
      throw kept;
    };
    WebAssembly.store.fuel = 100n;
    assert.deepEqual(handlesOf(errorOf(sum!)), []);
  });

  it('can be resumed by a resumable outer call: the inner one first, then the outer one with its value: 1100', () => {
    const { store, outer } = nest(invokeInner);
    store.fuel = 100n;
    const call = outer.callResumable() as Failed;
    assert.equal(call.state, 'embedder-error');
    assert.ok(call.error instanceof OutOfFuelError);
    store.fuel = 10_000n;
    const inner = call.error.suspendedCall!.resume();
    assert.deepEqual(inner, { state: 'finished', results: [100n] });
    assert.deepEqual(call.resume(100n), { state: 'finished', results: [1100n] });
    assert.throws(() => call.resume(100n), /resumed already/);
  });

  it('may be caught by the embedder function, which goes on with another value', () => {
    for (const executor of EXECUTORS) {
      const { store, outer } = nest(({ store: inside, inner }) => {
        assert.ok(errorOf(() => inner.call()) instanceof OutOfFuelError);
        inside.addFuel(10_000n);
        return 7n;
      }, executor);
      store.fuel = 100n;
      assert.deepEqual(outer.call(), [1007n], executor);
    }
  });

  it('may be resumed by the embedder function itself, at once or within another call', () => {
    const { store, outer } = nest(({ store: inside, inner, instance }) => {
      const stopped = errorOf(() => inner.call()) as OutOfFuelError;
      inside.addFuel(10_000n);
      assert.deepEqual(instance.getFunction('other')!.call(6n, 7n), [42n]);
      const done = stopped.suspendedCall!.resume();
      assert.equal(done.state, 'finished');
      assert.throws(() => stopped.suspendedCall!.resume(), /resumed already/);
      return (done as { results: bigint[] }).results[0];
    });
    store.fuel = 100n;
    assert.deepEqual(outer.call(), [1100n]);
  });

  it('is resumed later, within another call and after others, without a trace in them', () => {
    const waiting: Stopped[] = [];
    const { store, outer, inner, instance } = nest(() => {
      assert.deepEqual(instance.getFunction('other')!.call(3n, 5n), [15n]);
      const done = waiting[0]!.resume();
      return done.state === 'finished' ? done.results[0] : undefined;
    });
    store.fuel = 100n;
    waiting.push(inner.callResumable() as Stopped);
    assert.equal(waiting[0]!.state, 'out-of-fuel');
    store.fuel = 100_000n;
    assert.deepEqual(instance.getFunction('other')!.call(6n, 7n), [42n]);
    assert.deepEqual(outer.call(), [1100n]);
  });

  it('costs the outer call nothing of its resumability when it traps by itself later', async () => {
    const module = await parse(`(module (import "h" "ask" (func $ask))
      (func (export "f") (call $ask) unreachable))`);
    const store = new Store(new Engine());
    const type = { parameters: [], results: [] };
    const failing = Func.wrap(store, type, () => {
      throw new Error('the inner one');
    });
    const asking = Func.wrap(store, type, () => void errorOf(() => failing.call()));
    const instance = new Linker(store.engine)
      .define('h', 'ask', asking)
      .instantiate(store, store.engine.compile(module));
    const error = errorOf(() => instance.getFunction('f')!.callResumable());
    assert.ok(error instanceof Trap && error.code === 'unreachable');
  });
});

describe('an embedder function whose work is one step', () => {
  /** `outer` with an embedder function that takes 10 and 25 fuel, and counts how often it is called and how often it gets through. */
  const stepwise = (executor: ExecutorName = 'interpreter') => {
    const counts = { begun: 0, done: 0 };
    const made = nest(({ store }) => {
      counts.begun++;
      return store.asOneStep(() => {
        store.consumeFuel(10n, 'the first half');
        store.consumeFuel(25, 'the second half');
        counts.done++;
        return 7n;
      });
    }, executor);
    return { ...made, counts };
  };

  it('is called anew when a call goes on that ran out of fuel there, and consumes what a call in one go does', () => {
    const { counts, outer, store } = stepwise();
    const before = store.consumedFuel;
    assert.deepEqual(outer.call(), [1007n]);
    const atOnce = store.consumedFuel - before;
    assert.deepEqual(counts, { begun: 1, done: 1 });

    store.fuel = atOnce - 1n;
    // The operators behind the call cost nothing any more, so one fuel is missing for the embedder function.
    const [needed] = [35n];
    const call = outer.callResumable();
    assert.equal(call.state, 'out-of-fuel');
    assert.deepEqual(counts, { begun: 2, done: 1 });
    const { requiredFuel, resume, step } = call as Stopped;
    assert.deepEqual([requiredFuel, step], [needed, 'the second half']);
    assert.equal(store.fuel, needed - 1n);
    assert.deepEqual(resume().state, 'out-of-fuel');
  });

  it('leads to the call by the error of an ordinary one, and to none on the executor host', () => {
    for (const executor of EXECUTORS) {
      const { counts, outer, store } = stepwise(executor);
      outer.call();
      const used = store.consumedFuel;
      outer.call();
      const atOnce = store.consumedFuel - used;
      store.fuel = atOnce - 20n;
      const error = errorOf(() => outer.call());
      assert.ok(error instanceof OutOfFuelError);
      assert.deepEqual([error.requiredFuel, error.step], [35n, 'the second half']);
      assert.equal(store.fuel, 15n);
      assert.deepEqual(counts, { begun: 3, done: 2 });
      if (executor === 'host') {
        assert.equal(error.suspendedCall, undefined);
        continue;
      }
      store.addFuel(20n);
      assert.deepEqual(error.suspendedCall!.resume(), { state: 'finished', results: [1007n] });
      assert.deepEqual(counts, { begun: 4, done: 3 });
      assert.equal(store.fuel, 0n);
    }
  });

  it('is an error of the embedder function where that is not one step, or throws something else, or is called by the host', () => {
    const { outer, store, counts } = stepwise();
    outer.call();
    const plain = nest(({ store: inside }) => (inside.consumeFuel(1_000n), 7n));
    plain.store.fuel = 50n;
    assert.equal(plain.outer.callResumable().state, 'embedder-error');
    const wrapped = nest(({ store: inside }) => {
      try {
        return inside.asOneStep(() => (inside.consumeFuel(1_000n), 7n));
      } catch (error) {
        throw new Error('wrapped', { cause: error });
      }
    });
    wrapped.store.fuel = 50n;
    assert.equal(wrapped.outer.callResumable().state, 'embedder-error');
    const other = nest(() => store.asOneStep(() => (store.consumeFuel(1_000n), 7n)));
    store.fuel = 50n;
    const call = other.outer.callResumable();
    assert.ok(call.state === 'embedder-error' && call.error instanceof OutOfFuelError);
    const direct = Func.wrap(store, I64_RESULT, () => store.asOneStep(() => (store.consumeFuel(1_000n), 7n)));
    const error = errorOf(() => direct.call());
    assert.ok(error instanceof OutOfFuelError && error.suspendedCall === undefined);
    assert.throws(() => direct.callResumable(), OutOfFuelError);
    assert.equal(store.fuel, 50n);
    assert.deepEqual(counts, { begun: 1, done: 1 });
  });
});

describe('a resumption after an embedder function’s error', () => {
  const failing = (): never => {
    throw new RangeError('no answer');
  };

  it('with a wrong number or type of results is a TypeError, and the call still waits', () => {
    const { outer, instance } = nest(failing);
    const call = outer.callResumable() as Failed;
    assert.equal(call.state, 'embedder-error');
    for (const answers of [[], [1n, 2n], [1], ['x'], [undefined]] as unknown[][]) {
      assert.throws(() => call.resume(...answers), TypeError);
      assert.deepEqual(instance.getFunction('other')!.call(6n, 7n), [42n]);
    }
    assert.deepEqual(call.resume(5n), { state: 'finished', results: [1005n] });
  });

  it('with a raw result of a wrong type is one too', () => {
    const { outer } = nest(failing);
    const call = outer.callRawResumable([]) as Failed;
    assert.throws(() => call.resume(5), TypeError);
    assert.deepEqual(call.resume(5n), { state: 'finished', results: [1005n] });
  });
});
