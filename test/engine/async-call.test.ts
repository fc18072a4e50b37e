import assert from 'node:assert/strict';
import { setImmediate as turn } from 'node:timers/promises';

import {
  Engine,
  ExecutorError,
  Func,
  Linker,
  OutOfFuelError,
  Store,
  Trap,
  ValueType,
} from '@wasm-dyno/engine';
import { loopName, useLoop, type LoopName } from '@wasm-dyno/engine/phases';

import { binary } from './whole-module.js';

const OWN = loopName();
const LOOPS: readonly LoopName[] = OWN === 'webassembly' ? ['javascript', 'webassembly'] : ['javascript'];

const TEXT = `(module (import "env" "back" (func $back (param i32)))
  (memory (export "memory") 1)
  (func $turns (param i32) (local $i i32)
    (loop $again (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (i32.store (i32.const 0) (i32.add (i32.load (i32.const 0)) (local.get $i)))
      (br_if $again (i32.lt_u (local.get $i) (local.get 0)))))
  (func (export "turns") (param i32) (result i32) (call $turns (local.get 0)) (i32.load (i32.const 0)))
  (func (export "out") (param i32) (call $turns (i32.const 50)) (call $back (local.get 0)) (call $turns (i32.const 50)))
  (func (export "trap") (call $turns (i32.const 100)) (unreachable)))`;

describe('callAsync', () => {
  let bytes: Uint8Array;
  before(async () => {
    bytes = await binary(TEXT);
  });
  afterEach(() => useLoop(OWN));

  const make = (engine = new Engine(), back: (store: Store, value: number) => void = () => undefined) => {
    const store = new Store(engine);
    const type = { parameters: [ValueType.I32], results: [] };
    const linker = new Linker(engine);
    linker.define(
      'env',
      'back',
      Func.wrap(store, type, (_, value) => back(store, value as number)),
    );
    const instance = linker.instantiate(store, engine.compile(bytes));
    return { store, instance, get: (name: string) => instance.getFunction(name)! };
  };

  /** Counts the turns of the event loop until a promise is settled. */
  const counted = async <T>(promise: Promise<T>) => {
    let isSettled = false;
    let turns = 0;
    const settle = () => (isSettled = true);
    promise.then(settle, settle);
    for (; !isSettled; turns++) await turn();
    return { result: await promise, turns };
  };

  it('gives the event loop a turn every so much fuel, and comes to the same in the same fuel', async () => {
    for (const loop of LOOPS) {
      useLoop(loop);
      const whole = make();
      const expected = whole.get('turns').call(20_000);
      for (const [interval, least, most] of [
        [1n, 10_000, 40_000],
        [1000, 150, 400],
        [100_000n, 1, 5],
        [2n ** 62n, 0, 2],
      ] as const) {
        const { store, get } = make();
        store.fuelYieldInterval = interval;
        const { result, turns } = await counted(get('turns').callAsync(20_000));
        assert.deepEqual(result, expected);
        assert.equal(store.consumedFuel, whole.store.consumedFuel);
        assert.ok(turns >= least && turns <= most, `${loop}: ${turns} turns, one every ${interval} fuel`);
      }
    }
  });

  it('runs through without an interval, on the host executor too, which refuses one', async () => {
    const { store, get } = make();
    assert.equal(store.fuelYieldInterval, undefined);
    const { result, turns } = await counted(get('turns').callAsync(3000));
    assert.deepEqual(result, [4_501_500]);
    assert.ok(turns <= 1);
    const host = make(new Engine({ executor: 'host' }));
    assert.deepEqual(await host.get('turns').callAsync(3000), [4_501_500]);
    host.store.fuelYieldInterval = 100;
    await assert.rejects(host.get('turns').callAsync(3), (error) => {
      assert.match(
        String(error),
        /this engine cannot suspend calls: .*resumable: true.*, leave store\.fuelYieldInterval undef/,
      );
      return error instanceof ExecutorError;
    });
  });

  it('rejects as a call throws: traps, missing fuel that can be added, errors of embedder functions', async () => {
    const refusal = new Error('no');
    const { store, get } = make(new Engine(), () => {
      throw refusal;
    });
    store.fuelYieldInterval = 20;
    await assert.rejects(
      get('trap').callAsync(),
      (error) => error instanceof Trap && error.code === 'unreachable',
    );
    await assert.rejects(get('out').callAsync(1), (error) => error === refusal);
    await assert.rejects(get('turns').callAsync(), TypeError);
    store.fuel = 1000n;
    await assert.rejects(get('turns').callAsync(2000), (error) => {
      assert.ok(error instanceof OutOfFuelError && error.requiredFuel > store.fuel);
      store.fuel = 100_000n;
      assert.equal(error.suspendedCall!.resume().state, 'finished');
      return true;
    });
  });

  it('leaves calls of embedder functions whole, and lets calls in between that take turns', async () => {
    const seen: number[] = [];
    const { store, instance, get } = make(new Engine(), (within, value) => {
      const before = within.consumedFuel;
      get('turns').call(500);
      seen.push(value, Number(within.consumedFuel - before));
    });
    store.fuelYieldInterval = 30;
    const [first, second] = await Promise.all([
      counted(get('out').callAsync(1)),
      counted(get('out').callAsync(2)),
    ]);
    assert.ok(first.turns > 10 && second.turns > 10);
    assert.deepEqual([seen[0], seen[2], seen[1]! - seen[3]! >= 0], [1, 2, true]);
    const memory = new Int32Array(instance.getMemory('memory')!.buffer);
    assert.equal(memory[0], 2 * (2 * 1275 + 125_250));
  });

  it('is in its next turn after a step that cost more than the interval, such as compiling', async () => {
    for (const loop of LOOPS) {
      useLoop(loop);
      const { store, get } = make();
      store.fuelYieldInterval = 150;
      const compiling = await counted(get('turns').callAsync(100));
      const compiled = await counted(get('turns').callAsync(100));
      assert.ok(compiled.turns >= 9 && compiling.turns >= compiled.turns, `${compiling.turns} turns`);
    }
  });

  it('calls an embedder function in one turn, and what that calls', async () => {
    const { store, get } = make();
    store.fuelYieldInterval = 10;
    const type = { parameters: [], results: [ValueType.I32] };
    const around = Func.wrap(store, type, () => get('turns').call(3000)[0]);
    assert.deepEqual(await around.callAsync(), [4_501_500]);
  });

  it('takes fuel that is added or set meanwhile for no turn', async () => {
    const { store, get } = make(new Engine(), (within) => within.addFuel(5000));
    store.fuelYieldInterval = 100_000;
    store.fuel = 100_000n;
    const { turns } = await counted(get('out').callAsync(1));
    assert.ok(turns <= 1, String(turns));
  });

  it('takes only amounts of fuel for an interval', () => {
    const { store } = make();
    for (const wrong of [0, 0n, -1, 1.5, Number.NaN])
      assert.throws(() => (store.fuelYieldInterval = wrong), RangeError, String(wrong));
    assert.throws(() => (store.fuelYieldInterval = '5' as never), TypeError);
    store.fuelYieldInterval = 7;
    assert.equal(store.fuelYieldInterval, 7n);
    store.fuelYieldInterval = undefined;
    assert.equal(store.fuelYieldInterval, undefined);
  });
});
