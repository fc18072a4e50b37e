import assert from 'node:assert/strict';

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
  (func $deep (export "deep") (param i32) (result i32)
    (if (result i32) (local.get 0) (then (i32.add (i32.const 1) (call $deep (i32.sub (local.get 0) (i32.const 1)))))
      (else (i32.const 0))))
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
    const instance = linker.instantiate(store, engine.compile(bytes));
    return { store, instance, get: (name: string) => instance.getFunction(name)! };
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
});
