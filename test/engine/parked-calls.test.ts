import { deepEqual, equal, throws } from 'node:assert/strict';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

import { parse } from '@bytecodealliance/jco-transpile/wasm-tools';
import {
  Engine,
  Func,
  functionType,
  Linker,
  type ResumableCall,
  Store,
  type StoreOptions,
  ValueType,
} from '@wasm-dyno/engine';

/** Frames that each keep an i32, an f64, a v128 and a reference of their own, and add them up on the way back. */
const TEXT = `(module
  (global $narrow (mut i32) (i32.const 0)) (global $wide (mut f64) (f64.const 0)) (global $lane (mut i64) (i64.const 0))
  (func $deep (param $depth i32) (param $kept externref) (result externref)
    (local $n i32) (local $w f64) (local $v v128) (local $turns i32)
    (local.set $n (i32.mul (local.get $depth) (i32.const 3)))
    (local.set $w (f64.convert_i32_s (local.get $depth)))
    (local.set $v (i64x2.splat (i64.extend_i32_s (local.get $depth))))
    (local.set $turns (i32.const 5))
    (if (local.get $depth)
      (then (local.set $kept (call $deep (i32.sub (local.get $depth) (i32.const 1)) (local.get $kept)))))
    (loop $turn (br_if $turn (local.tee $turns (i32.sub (local.get $turns) (i32.const 1)))))
    (global.set $narrow (i32.add (global.get $narrow) (local.get $n)))
    (global.set $wide (f64.add (global.get $wide) (local.get $w)))
    (global.set $lane (i64.add (global.get $lane) (i64x2.extract_lane 1 (local.get $v))))
    (local.get $kept))
  (func (export "run") (param i32 externref) (result externref i32 f64 i64)
    (call $deep (local.get 0) (local.get 1))
    (global.get $narrow) (global.get $wide) (global.get $lane)))`;

const DEPTH = 12;
const SUM = (DEPTH * (DEPTH + 1)) / 2;
const expected = (kept: unknown) => [kept, 3 * SUM, SUM, BigInt(SUM)];

function inSteps(store: Store, call: ResumableCall, fuel: number, between = () => {}): ResumableCall {
  if (call.state !== 'out-of-fuel') return call;
  between();
  store.addFuel(fuel);
  return call.resume();
}

describe('suspended calls that stay on the stack', () => {
  let bytes: Uint8Array;
  const make = (): { store: Store; run: Func } => {
    const engine = new Engine();
    const store = new Store(engine);
    const run = new Linker(engine).instantiate(store, engine.compile(bytes)).getFunction('run')!;
    store.fuel = 0n;
    return { store, run };
  };

  before(async () => {
    bytes = await parse(TEXT);
  });

  it('goes on in small steps with every register as it was', () => {
    const { store, run } = make();
    const kept = { kept: true };
    let call = run.callResumable(DEPTH, kept);
    let steps = 0;
    for (; call.state === 'out-of-fuel'; steps++) call = inSteps(store, call, 5);
    deepEqual(call.state === 'finished' && call.results, expected(kept));
    equal(steps > 50, true);
  });

  it('makes room for calls that come between, of its own store and of others', () => {
    const one = make();
    const two = make();
    const three = make();
    let first = one.run.callResumable(DEPTH, 'one');
    let second = two.run.callResumable(DEPTH, 'two');
    three.store.fuel = 1_000_000n;
    for (let turn = 0; first.state === 'out-of-fuel' || second.state === 'out-of-fuel'; turn++) {
      first = inSteps(one.store, first, 40, () => {
        // A call that finishes, and one that is never resumed.
        if (turn % 3 === 0) three.run.callResumable(turn % 20, 'three');
      });
      if (turn % 2 === 0) second = inSteps(two.store, second, 90);
    }
    deepEqual(first.state === 'finished' && first.results, expected('one'));
    deepEqual(second.state === 'finished' && second.results, expected('two'));
  });

  it('consumes the fuel that a call in one go does', () => {
    const { store, run } = make();
    store.fuel = 1_000_000n;
    run.call(DEPTH, null);
    const atOnce = 1_000_000n - store.fuel;
    const stepwise = make();
    let call = stepwise.run.callResumable(DEPTH, null);
    while (call.state === 'out-of-fuel') call = inSteps(stepwise.store, call, 7);
    const instantiation = make().store.consumedFuel;
    equal(stepwise.store.consumedFuel - instantiation, atOnce);
  });

  it('finishes calls that take turns, far more than stay on the stack, each with its own registers', () => {
    const calls = Array.from({ length: 90 }, (_, i) => {
      const made = make();
      return { ...made, kept: { i }, call: made.run.callResumable(DEPTH, { i }) };
    });
    for (const one of calls) one.call = one.run.callResumable(DEPTH, one.kept);
    for (let turn = 0; calls.some(({ call }) => call.state === 'out-of-fuel'); turn++)
      for (const one of calls) one.call = inSteps(one.store, one.call, 20 + (turn % 30));
    for (const { call, kept } of calls) deepEqual(call.state === 'finished' && call.results, expected(kept));
  });

  it('moves nothing where calls at their full depth take turns', async () => {
    const deep = await deepCalls();
    const two = [deep(), deep()];
    const copied = elementsCopied(() => {
      for (let turn = 0; turn < 100; turn++) for (const one of two) one.step();
    });
    equal(copied < 100, true, `${copied} elements`);
  });

  it('moves nothing where an embedder function throws at full depth, again and again', async () => {
    const deep = await deepCalls();
    const two = [deep('ask'), deep('ask')];
    const copied = elementsCopied(() => {
      for (let turn = 0; turn < 100; turn++) for (const one of two) one.answer(turn);
    });
    equal(copied < 100, true, `${copied} elements`);
  });

  it('ends recursion at the depth where it does without them, also in a store of higher limits called from a call', async () => {
    const bytesOfDepth = await parse(`(module
      (import "host" "within" (func $within))
      (global $depth (export "depth") (mut i32) (i32.const 0))
      (func $down (export "down") (param i64 i64)
        (global.set $depth (i32.add (global.get $depth) (i32.const 1)))
        (call $down (local.get 0) (local.get 1)))
      (func (export "out") (call $within)))`);
    const depths = (): number[] => {
      const engine = new Engine();
      const nothing = Func.wrap(new Store(engine), functionType([], []), () => undefined);
      const instanceOf = (options: StoreOptions<unknown>, within?: () => void) => {
        const store = new Store(engine, options);
        const host = Func.wrap(store, functionType([], []), within ?? (() => void nothing));
        return new Linker(engine)
          .define('host', 'within', host)
          .instantiate(store, engine.compile(bytesOfDepth));
      };
      const plain = instanceOf({});
      const large = instanceOf({ limits: { maximumStackSlots: 1_000_000 } });
      const outer = instanceOf({}, () => exhaust(large));
      const exhaust = (instance: typeof plain) =>
        throws(() => instance.getFunction('down')!.call(1n, 2n), { code: 'stack-exhausted' });
      exhaust(plain);
      outer.getFunction('out')!.call();
      return [plain, large].map((instance) => instance.getGlobal('depth')!.value as number);
    };
    const alone = depths();
    const parked = Array.from({ length: 12 }, () => {
      const made = make();
      return { ...made, call: made.run.callResumable(DEPTH, 'kept') };
    });
    deepEqual(depths(), alone);
    for (const one of parked) {
      while (one.call.state === 'out-of-fuel') one.call = inSteps(one.store, one.call, 1_000);
      deepEqual(one.call.state === 'finished' && one.call.results, expected('kept'));
    }
  });

  it('resumes a call within another one, and an answer that resumes its own call is told so', () => {
    const { store, run } = make();
    let suspended = run.callResumable(DEPTH, 'within');
    const engine = new Engine();
    const outside = new Store(engine);
    const type = functionType([ValueType.I32], [ValueType.I32]);
    const resuming = Func.wrap(outside, type, (_, n) => {
      for (let i = 0; i < 10; i++) suspended = inSteps(store, suspended, 15);
      return n as number;
    });
    deepEqual(resuming.call(3), [3]);
    for (let turn = 0; suspended.state === 'out-of-fuel'; turn++) {
      if (turn % 2 === 0) resuming.call(turn);
      else suspended = inSteps(store, suspended, 15);
    }
    deepEqual(suspended.state === 'finished' && suspended.results, expected('within'));
  });

  it('refuses an answer that resumes its own call when it is looked at, and goes on with another one', async () => {
    const engine = new Engine();
    const store = new Store(engine);
    const later = Func.wrap(store, functionType([], [ValueType.V128]), () => {
      throw new Error('later');
    });
    const text = `(module (import "host" "f" (func $f (result v128)))
      (func (export "run") (result i64) (i64x2.extract_lane 0 (call $f))))`;
    const run = new Linker(engine)
      .define('host', 'f', later)
      .instantiate(store, engine.compile(await parse(text)))
      .getFunction('run')!;
    const call = run.callResumable();
    if (call.state !== 'embedder-error') throw new Error(call.state);
    const vector = new Uint8Array(16).fill(1);
    let looks = 0;
    const looking = new Proxy(vector, {
      getPrototypeOf: () => {
        looks++;
        throws(() => call.resume(vector), {
          message: 'this call is being resumed: its answers are looked at',
        });
        equal(run.callResumable().state, 'embedder-error');
        return Uint8Array.prototype;
      },
    });
    throws(() => call.resume(looking), TypeError);
    equal(looks, 1);
    throws(() => call.resume(vector, vector), /gives 1 result, not 2/);
    deepEqual(call.resume(vector), { state: 'finished', results: [0x0101_0101_0101_0101n] });
    throws(() => call.resume(vector), { message: 'this call was resumed already' });
  });

  it('keeps no call alive that is let go of, and takes its place again', async () => {
    const collect = collector();
    const dropped = () => {
      const made = make();
      made.run.callResumable(DEPTH, 'dropped');
      return new WeakRef(made.store);
    };
    const refs = Array.from({ length: 30 }, dropped);
    // What the last call has left behind is behind another one.
    make().run.callResumable(DEPTH, 'kept');
    for (let turn = 0; turn < 1_000 && refs.some((ref) => ref.deref() !== undefined); turn++) {
      await new Promise((resolve) => setTimeout(resolve, 5));
      collect();
    }
    equal(refs.filter((ref) => ref.deref() !== undefined).length, 0);
  });
});

/** A call suspended beneath 18 frames of 3,000 locals: in a loop, or at an embedder function that throws. */
async function deepCalls() {
  const locals = new Array(3_000).fill('i32').join(' ');
  const deep = (
    name: string,
    body: string,
  ) => `(func $${name} (export "${name}") (param i32) (local ${locals})
    (if (local.get 0) (then (call $${name} (i32.sub (local.get 0) (i32.const 1)))) (else (loop ${body} (br 0)))))`;
  const text = await parse(`(module (import "host" "ask" (func $host (result i32)))
    ${deep('turn', '')} ${deep('ask', '(drop (call $host))')})`);
  return (name: 'turn' | 'ask' = 'turn') => {
    const engine = new Engine();
    const store = new Store(engine, { fuel: 10_000_000 });
    const ask = Func.wrap(store, functionType([], [ValueType.I32]), () => {
      throw new Error('later');
    });
    const instance = new Linker(engine).define('host', 'ask', ask).instantiate(store, engine.compile(text));
    const made = {
      call: instance.getFunction(name)!.callResumable(18),
      step() {
        store.fuel = 5n;
        if (made.call.state === 'out-of-fuel') made.call = made.call.resume();
      },
      answer(value: number) {
        if (made.call.state === 'embedder-error') made.call = made.call.resume(value);
      },
    };
    return made;
  };
}

/** How many elements of words `work` copies from typed arrays. */
function elementsCopied(work: () => void): number {
  const { slice } = Int32Array.prototype;
  let elements = 0;
  Int32Array.prototype.slice = function (this: Int32Array<ArrayBuffer>, ...range) {
    const copy = slice.apply(this, range) as Int32Array<ArrayBuffer>;
    elements += copy.length;
    return copy;
  };
  try {
    work();
  } finally {
    Int32Array.prototype.slice = slice;
  }
  return elements;
}

function collector(): () => void {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as () => void;
}
