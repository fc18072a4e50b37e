import { deepEqual, equal } from 'node:assert/strict';
import { parse } from '@bytecodealliance/jco-transpile/wasm-tools';
import { Engine, type Func, Linker, type ResumableCall, Store } from '@wasm-dyno/engine';

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
});
