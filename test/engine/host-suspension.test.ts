import assert from 'node:assert/strict';

import { Random } from '@wasm-dyno/corpora/random';
import {
  Engine,
  ExecutorError,
  Func,
  Linker,
  OutOfFuelError,
  Store,
  Trap,
  ValueType,
  type AsyncResumableCall,
  type EngineConfig,
  type Value,
} from '@wasm-dyno/engine';

import { binary } from './whole-module.js';

/** Whether this host has JavaScript Promise Integration. */
const SUSPENDS = 'Suspending' in (globalThis as unknown as { WebAssembly: object }).WebAssembly;

const TEXT = `(module (import "env" "back" (func $back (param i32)))
  (memory (export "memory") 1 10)
  (table $t 2 10 funcref) (elem (i32.const 0) $turns)
  (func $turns (param i32) (local $i i32)
    (loop $again (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (i32.store (i32.const 0) (i32.add (i32.load (i32.const 0)) (local.get $i)))
      (br_if $again (i32.lt_u (local.get $i) (local.get 0)))))
  (func (export "turns") (param i32) (result i32) (call $turns (local.get 0)) (i32.load (i32.const 0)))
  (func (export "out") (param i32) (call $turns (i32.const 5)) (call $back (local.get 0)) (call $turns (i32.const 5)))
  (func (export "indirect") (param i32) (result f64)
    (call_indirect $t (param i32) (local.get 0) (i32.const 0)) (f64.load (i32.const 0)))
  (func (export "sizes") (param i32) (result i32 i64)
    (memory.fill (i32.const 8) (i32.const 7) (i32.const 6000))
    (memory.copy (i32.const 7000) (i32.const 8) (i32.const 6000))
    (drop (table.grow $t (ref.null func) (local.get 0)))
    (memory.grow (local.get 0)) (i64.load (i32.const 7000)))
  (func (export "null") (call $turns (i32.const 3)) (call_indirect $t (param i32) (i32.const 1) (i32.const 1)))
  (data $bytes "twelve bytes")
  (func (export "init") (param i32)
    (call $turns (i32.const 2)) (memory.init $bytes (i32.const 9000) (i32.const 0) (local.get 0)) (data.drop $bytes))
  (func $deep (export "deep") (param i32) (result i32)
    (if (result i32) (local.get 0) (then (i32.add (i32.const 1) (call $deep (i32.sub (local.get 0) (i32.const 1)))))
      (else (i32.const 0))))
  (func (export "carry") (param externref v128 f64) (result v128 externref f64)
    (call $turns (i32.const 3)) (local.get 1) (local.get 0) (local.get 2))
  (func (export "trap") (call $turns (i32.const 10)) (unreachable)))`;

const CALLS: readonly (readonly [name: string, ...values: Value[]])[] = [
  ['turns', 20],
  ['out', 1],
  ['indirect', 9],
  ['sizes', 1],
  ['sizes', 100],
  ['null'],
  ['deep', 30],
  ['deep', 1_000_000],
  ['trap'],
];

const MIXED: typeof CALLS = [...CALLS, ['out', 2], ['out', 3], ['init', 5], ['init', 0], ['init', 13]];

const told = (error: unknown) => (error instanceof Trap ? error.code : String(error));

/** Numbers below a bound, one after the other. */
const drawsOf = (seed: number) => {
  const random = new Random(seed);
  return (bound: number) => random.integer(0, bound - 1);
};

describe('calls that are suspended on the host executor', () => {
  let bytes: Uint8Array;
  before(async () => {
    bytes = await binary(TEXT);
  });

  const make = (config: EngineConfig, back: (store: Store, value: number) => void = () => undefined) => {
    const engine = new Engine(config);
    const store = new Store(engine);
    const type = { parameters: [ValueType.I32], results: [] };
    const implementation = Func.wrap(store, type, (_, value) => back(store, value as number));
    const linker = new Linker(engine).define('env', 'back', implementation);
    const link = () => linker.instantiate(store, engine.compile(bytes));
    const instance = link();
    return { store, link, get: (name: string) => instance.getFunction(name)! };
  };

  /** How a call ends, and where it stopped meanwhile: before each step, when it gets `more` fuel than that requires. */
  const course = async (
    config: EngineConfig,
    [name, ...values]: readonly [string, ...Value[]],
    more: bigint,
  ) => {
    const { store, get } = make(config);
    const stops: string[] = [];
    let ending: unknown;
    store.fuel = 0n;
    try {
      let call: AsyncResumableCall = await get(name).callResumableAsync(...values);
      while (call.state === 'out-of-fuel') {
        stops.push(
          `${call.step.replace(/ (\(|of \d).*/, '')} at ${store.consumedFuel}: ${call.requiredFuel}`,
        );
        store.fuel = call.requiredFuel + more;
        call = await call.resume();
      }
      ending = call.state === 'finished' ? call.results : call.error;
    } catch (error) {
      ending = error instanceof Trap ? error.code : error;
    }
    return { stops, ending, consumed: store.consumedFuel };
  };

  if (!SUSPENDS) {
    it('are refused in one line where the host cannot suspend them', async () => {
      assert.throws(
        () => new Engine({ executor: 'host', resumable: true }),
        (error) => error instanceof ExecutorError && /cannot suspend calls.*Node 24/.test(error.message),
      );
      const { get } = make({ executor: 'host' });
      await assert.rejects(get('turns').callResumableAsync(1), ExecutorError);
    });
    return;
  }

  it('stop and go on where the interpreter does, at every step', async () => {
    for (const compilationMode of ['eager', 'lazy-translation', 'lazy'] as const) {
      for (const call of CALLS) {
        for (const more of [0n, 1n, 7n, 30n]) {
          if (call[1] === 1_000_000 && more < 30n) continue;
          const interpreter = await course({ compilationMode }, call, more);
          const host = await course({ compilationMode, executor: 'host', resumable: true }, call, more);
          assert.deepEqual(host, interpreter, `${call.join(' ')} with ${more} more, ${compilationMode}`);
        }
      }
    }
  });

  it('give the event loop turns, and are resumed from the error of one that ran out of fuel', async () => {
    const whole = make({ executor: 'host' });
    const expected = whole.get('turns').call(5000);
    const { store, get } = make({ executor: 'host', resumable: true });
    store.fuelYieldInterval = 100;
    let turns = 0;
    const counter = setInterval(() => turns++, 0);
    assert.deepEqual(await get('turns').callAsync(5000), expected);
    clearInterval(counter);
    assert.ok(turns > 0);
    assert.equal(store.consumedFuel, whole.store.consumedFuel);
    store.fuel = 50n;
    const error: unknown = await get('trap')
      .callAsync()
      .catch((reason: unknown) => reason);
    assert.ok(error instanceof OutOfFuelError);
    store.fuel = 10_000n;
    const resumed = error.suspendedAsyncCall!.resume();
    await assert.rejects(resumed, (trap) => trap instanceof Trap && trap.code === 'unreachable');
  });

  it('interleave as in the interpreter: two in one function, growth, dropped segments, embedder functions that call and throw', async () => {
    const refusal = new Error('no');
    /** Calls in flight, of two instances that share a memory's worth of nothing but the store, each resumed when a draw says so. */
    const course = async (config: EngineConfig, seed: number) => {
      const draws = drawsOf(seed);
      const { store, get, link } = make(config, (within, value) => {
        within.addFuel(value);
        if (value === 2) throw refusal;
        get('turns').call(value);
      });
      const second = link();
      const log: string[] = [];
      const flying: { readonly name: string; call: AsyncResumableCall }[] = [];
      const settle = async (name: string, promise: Promise<AsyncResumableCall>) => {
        try {
          const call = await promise;
          if (call.state === 'finished') log.push(`${name}: ${call.results.join()}`);
          else {
            flying.push({ name, call });
            const isFailed = call.state === 'embedder-error';
            log.push(isFailed ? `${name}: ${told(call.error)}` : `${name} stops for ${call.requiredFuel}`);
          }
        } catch (error) {
          log.push(`${name}: ${told(error)}`);
        }
        log.push(`fuel ${store.fuel}, consumed ${store.consumedFuel}`);
      };
      for (let round = 0; round < 60 || flying.length > 0; round++) {
        // In the end enough for every step: growing memory is the dearest.
        store.fuel = BigInt(draws(round < 60 ? 80 : 20_000));
        if (round < 60 && draws(2) === 0) {
          const [name, ...values] = MIXED[draws(MIXED.length)]!;
          const from = draws(2) === 0 ? get(name) : second.getFunction(name)!;
          await settle(`${round} ${name}`, from.callResumableAsync(...values));
          continue;
        }
        const [next] = flying.splice(draws(Math.max(1, flying.length)), 1);
        if (next === undefined || next.call.state === 'finished') continue;
        // An error is answered, or the call is let go of.
        if (next.call.state === 'embedder-error' && draws(3) === 0) continue;
        await settle(next.name, next.call.resume());
        const again = next.call.resume();
        await assert.rejects(again, /was resumed already/);
      }
      return log;
    };
    const endings = new Set<string>();
    for (let seed = 1; seed <= 40; seed++) {
      const interpreter = await course({ compilationMode: 'lazy' }, seed);
      const host = await course({ compilationMode: 'lazy', executor: 'host', resumable: true }, seed);
      assert.deepEqual(host, interpreter, `seed ${seed}`);
      for (const line of interpreter) if (/: [a-zE]/.test(line)) endings.add(line.replace(/^.*?: /, ''));
    }
    assert.deepEqual([...endings].sort(), [
      'Error: no',
      'memory-out-of-bounds',
      'out-of-fuel',
      'stack-exhausted',
      'uninitialized-element',
      'unreachable',
    ]);
  });

  it('go on in the order they are told to, whoever runs in between, and leave other calls of the store alone', async () => {
    const { store, get } = make({ executor: 'host', resumable: true });
    store.fuel = 30n;
    const first = await get('null').callResumableAsync();
    const second = await get('turns').callResumableAsync(10);
    assert.ok(first.state === 'out-of-fuel' && second.state === 'out-of-fuel');
    store.fuel = 10_000_000n;
    const endings = [first.resume(), second.resume()];
    // Between being told and going on: what these note, and the fuel they take, is their own.
    assert.throws(
      () => get('deep').call(1_000_000),
      (error) => error instanceof Trap && error.code === 'stack-exhausted',
    );
    assert.throws(() => get('trap').call(), /unreachable/);
    const microtask = Promise.resolve().then(() => get('deep').call(9));
    await assert.rejects(
      endings[0]!,
      (error) => error instanceof Trap && error.code === 'uninitialized-element',
    );
    assert.equal((await endings[1]!).state, 'finished');
    assert.deepEqual(await microtask, [9]);
    assert.deepEqual(get('deep').call(20), [20]);
  });

  it('count against what the store may hold, and give it back when they end or nobody holds them any more', async () => {
    const limits = { maximumSuspendedBytes: 300_000 };
    const { store, get } = make({ executor: 'host', resumable: true, limits });
    const held: AsyncResumableCall[] = [];
    const more = async () => {
      store.fuel = 40n;
      const call = await get('turns').callResumableAsync(100);
      assert.ok(call.state === 'out-of-fuel');
      held.push(call);
    };
    for (let i = 0; i < 4; i++) await more();
    const error: unknown = await more().catch((reason: unknown) => reason);
    assert.ok(error instanceof OutOfFuelError && error.suspendedAsyncCall === undefined);
    assert.match(String(error.cause), /maximumSuspendedBytes/);
    store.fuel = 100_000n;
    const last = held.pop()!;
    assert.ok(last.state === 'out-of-fuel');
    await last.resume();
    await more();
    await assert.rejects(more(), OutOfFuelError);
  });

  it('keep references and vectors apart, whichever of them ends first', async () => {
    const { store, get } = make({ executor: 'host', resumable: true });
    store.fuel = 0n;
    const things = [{}, {}];
    const calls = await Promise.all(
      things.map((thing, i) => get('carry').callResumableAsync(thing, new Uint8Array(16).fill(i + 1), NaN)),
    );
    store.fuel = 10_000n;
    const ended = await Promise.all(
      [...calls].reverse().map((call) => (call.state === 'out-of-fuel' ? call.resume() : call)),
    );
    assert.deepEqual(
      ended.map((call) => (call.state === 'finished' ? call.results : call.state)),
      [2, 1].map((i) => [new Uint8Array(16).fill(i), things[i - 1], NaN]),
    );
  });

  describe('after an embedder function has failed', () => {
    const GIVING = `(module
      (import "env" "give" (func $give (param v128 externref i64) (result v128 externref f32 i64)))
      (import "env" "flag" (func $flag (param i32) (result i32))) (import "env" "tell" (func $tell (param f64)))
      (table $t 1 funcref) (elem (table $t) (i32.const 0) func $give)
      (func (export "pass") (param v128 externref i64) (result v128 externref f32 i64)
        (call_indirect $t (param v128 externref i64) (result v128 externref f32 i64)
          (local.get 0) (local.get 1) (local.get 2) (i32.const 0)))
      (func (export "sum") (param i32) (result i32) (local $kept i32)
        (local.set $kept (i32.mul (local.get 0) (i32.const 1000)))
        (call $tell (f64.const 1.5))
        (i32.add (local.get $kept) (i32.add (call $flag (local.get 0)) (call $flag (i32.const 7))))))`;
    let giving: Uint8Array;
    before(async () => {
      giving = await binary(GIVING);
    });

    /** What each executor makes of it, which must be the same. */
    const sameOfBoth = async <T>(
      run: (engine: Engine) => Promise<T>,
      limits?: EngineConfig['limits'],
    ): Promise<T> => {
      const found = await run(new Engine({ executor: 'host', resumable: true, ...(limits && { limits }) }));
      assert.deepEqual(found, await run(new Engine(limits && { limits })));
      return found;
    };

    const instantiate = (engine: Engine, work: (name: string, store: Store, value: Value) => unknown) => {
      const store = new Store(engine, { fuel: 1_000_000n });
      const linker = new Linker(engine);
      const { I32, I64, F32, F64, V128, ExternRef } = ValueType;
      const types = {
        give: { parameters: [V128, ExternRef, I64], results: [V128, ExternRef, F32, I64] },
        flag: { parameters: [I32], results: [I32] },
        tell: { parameters: [F64], results: [] },
      };
      for (const [name, type] of Object.entries(types))
        linker.define(
          'env',
          name,
          Func.wrap(store, type, (_, value) => work(name, store, value)),
        );
      const instance = linker.instantiate(store, engine.compile(giving));
      return { store, pass: instance.getFunction('pass')!, sum: instance.getFunction('sum')! };
    };

    it('go on with what is given in its place, of every type, and are there still when that does not fit', async () => {
      const failure = new Error('later');
      const thing = {};
      const results = await sameOfBoth(async (engine) => {
        const { pass } = instantiate(engine, () => {
          throw failure;
        });
        const begin = () => pass.callResumableAsync(new Uint8Array(16).fill(1), thing, 1n);
        const [first, second] = [await begin(), await begin()];
        assert.ok(first.state === 'embedder-error' && second.state === 'embedder-error');
        assert.equal(first.error, failure);
        await assert.rejects(first.resume(), /the embedder function gives 4 results, not 0/);
        await assert.rejects(first.resume(new Uint8Array(16), thing, 0.5, 5), TypeError);
        // The vectors of both lie in the same place on the way.
        const endings = await Promise.all([
          first.resume(new Uint8Array(16).fill(2), thing, 0.5, 5n),
          second.resume(new Uint8Array(16).fill(3), 'another', -0.25, -5n),
        ]);
        await assert.rejects(first.resume(new Uint8Array(16), thing, 0, 0n), /was resumed already/);
        return endings.map((call) => call.state === 'finished' && call.results);
      });
      assert.deepEqual(results, [
        [new Uint8Array(16).fill(2), thing, 0.5, 5n],
        [new Uint8Array(16).fill(3), 'another', -0.25, -5n],
      ]);
    });

    it('may fail again, trap, or run out of fuel, and keep their locals', async () => {
      const course = await sameOfBoth(async (engine) => {
        const log: unknown[] = [];
        const { store, sum } = instantiate(engine, (name, _, value) => {
          log.push(`${name} ${String(value)}`);
          throw new Error(name);
        });
        let call = await sum.callResumableAsync(3);
        for (let answer = 10; call.state !== 'finished'; answer++) {
          log.push(call.state, store.consumedFuel);
          if (call.state === 'out-of-fuel') {
            store.fuel = call.requiredFuel;
            call = await call.resume();
            continue;
          }
          log.push((call.error as Error).message);
          store.fuel = 0n;
          call = await call.resume(...((call.error as Error).message === 'tell' ? [] : [answer]));
        }
        return [...log, store.consumedFuel, call.results];
      });
      assert.deepEqual(course.at(-1), [3023]);
      assert.deepEqual(
        course.filter((line) => typeof line === 'string' && / /.test(line)),
        ['tell 1.5', 'flag 3', 'flag 7'],
      );
    });

    it('call it anew where it had done nothing: one step for which the fuel did not suffice, in turns too', async () => {
      const course = await sameOfBoth(async (engine) => {
        const log: unknown[] = [];
        const { store, sum } = instantiate(engine, (name, within, value) => {
          log.push(name);
          if (name === 'tell') return undefined;
          return within.asOneStep(() => {
            within.consumeFuel(10n, 'the first half');
            within.consumeFuel(25n, 'the second half');
            return (value as number) + 1;
          });
        });
        await sum.callAsync(1);
        const whole = store.consumedFuel;
        await sum.callAsync(1);
        const atOnce = store.consumedFuel - whole;
        store.fuel = atOnce - 60n;
        let call = await sum.callResumableAsync(2);
        for (; call.state === 'out-of-fuel'; call = await call.resume()) {
          log.push(call.step, call.requiredFuel, store.fuel);
          store.addFuel(7n);
        }
        log.push(call.state === 'finished' && call.results);
        store.fuel = atOnce - 20n;
        store.fuelYieldInterval = 5n;
        const error: unknown = await sum.callAsync(2).catch((reason: unknown) => reason);
        assert.ok(error instanceof OutOfFuelError && error.step === 'the second half');
        store.addFuel(1000n);
        const ending = await error.suspendedAsyncCall!.resume();
        return [...log, ending.state === 'finished' && ending.results, store.consumedFuel];
      });
      assert.deepEqual(course.at(-2), [2011]);
      assert.ok(course.filter((line) => line === 'the second half').length > 3);
    });

    it('end with the error in turns, for nobody could answer it, and where the store may hold no more', async () => {
      const failure = new Error('no');
      const fail = () => {
        throw failure;
      };
      await sameOfBoth(async (engine) => {
        const { store, sum } = instantiate(engine, fail);
        await assert.rejects(sum.callAsync(1), failure);
        store.fuelYieldInterval = 3n;
        await assert.rejects(sum.callAsync(1), failure);
        return store.consumedFuel;
      });
      await sameOfBoth(
        async (engine) => {
          const { sum } = instantiate(engine, fail);
          await assert.rejects(sum.callResumableAsync(1), /maximumSuspendedBytes/);
        },
        { maximumSuspendedBytes: 10 },
      );
    });
  });

  it('may be made, and resumed, within embedder functions', async () => {
    const inner: Promise<AsyncResumableCall>[] = [];
    const { store, get } = make({ executor: 'host', resumable: true }, (within, value) => {
      within.fuel = 10n;
      inner.push(get('turns').callResumableAsync(value));
      within.fuel = 12n;
    });
    const outer = await get('out').callResumableAsync(30);
    assert.ok(outer.state === 'out-of-fuel');
    const suspended = await inner[0]!;
    assert.ok(suspended.state === 'out-of-fuel');
    store.fuel = 100_000n;
    const [first, second] = await Promise.all([outer.resume(), suspended.resume()]);
    assert.deepEqual([first.state, second.state], ['finished', 'finished']);
  });

  it('are told to whoever listens: each stretch, with its fuel', async () => {
    const events = async (config: EngineConfig) => {
      const { store, get } = make(config);
      const heard: string[] = [];
      store.engine.on('call', ({ fuelCharged, outcome, phase }) =>
        heard.push(`${phase} ${outcome} ${fuelCharged}`),
      );
      store.engine.on('compile', ({ functionIndex, fuelCharged, phase }) =>
        heard.push(`${phase} ${functionIndex} ${fuelCharged}`),
      );
      for (const name of ['turns', 'trap']) {
        store.fuel = 3000n;
        let call = await get(name)
          .callResumableAsync(...(name === 'turns' ? [300] : []))
          .catch(() => undefined);
        while (call?.state === 'out-of-fuel') {
          store.fuel = call.requiredFuel + 2000n;
          call = await call.resume().catch(() => undefined);
        }
      }
      return heard;
    };
    // What compiles is told when a stretch is over, on the host.
    const sorted = async (config: EngineConfig) => (await events(config)).sort();
    assert.deepEqual(await sorted({ executor: 'host', resumable: true }), await sorted({}));
  });

  it('have stacks of their own, whose room is made sure of', () => {
    const engine = new Engine({ executor: 'host', resumable: true });
    new Store(engine, { limits: { maximumStackSlots: 60_000 } });
    const limits = { maximumStackSlots: 112_000 };
    assert.throws(
      () => new Engine({ executor: 'host', resumable: true, limits }),
      (error) =>
        error instanceof ExecutorError && /stacks? (that )?this host|stack of this host/.test(error.message),
    );
  });
});
