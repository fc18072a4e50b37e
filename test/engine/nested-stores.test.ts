import assert from 'node:assert/strict';
import { parse } from '@bytecodealliance/jco-transpile/wasm-tools';

import {
  Engine,
  Func,
  Linker,
  OutOfFuelError,
  Store,
  Trap,
  ValueType,
  type EnforcedLimits,
  type Instance,
} from '@wasm-dyno/engine';

/** `down(n)` = n + 10 * other(n - 1), the local kept over the call; `deep(n)` recurses n times within the store. */
const MODULE = await parse(`(module
  (import "other" "down" (func $other (param i32) (result i64)))
  (func (export "down") (param $n i32) (result i64) (local $kept i64)
    (local.set $kept (i64.extend_i32_u (local.get $n)))
    (if (result i64) (local.get $n)
      (then
        (i64.add
          (i64.mul (call $other (i32.sub (local.get $n) (i32.const 1))) (i64.const 10))
          (local.get $kept)))
      (else (i64.const 0))))
  (func $deep (export "deep") (param $n i32) (result i32)
    (if (result i32) (local.get $n)
      (then (i32.add (call $deep (i32.sub (local.get $n) (i32.const 1))) (i32.const 1)))
      (else (i32.const 0)))))`);

interface Side {
  readonly store: Store;
  readonly instance: Instance;
}

/** Two stores whose instances call each other through embedder functions. */
function pair(limits: Partial<EnforcedLimits> = {}): readonly [Side, Side] {
  const sides: Side[] = [];
  for (const own of [0, 1]) {
    const engine = new Engine(own === 0 ? {} : { limits });
    const store = new Store(engine, { fuel: 1_000_000n });
    const linker = new Linker(engine);
    const type = { parameters: [ValueType.I32], results: [ValueType.I64] };
    const other = Func.wrap(store, type, (_, n) => down(sides[1 - own]!, n as number));
    linker.define('other', 'down', other);
    sides.push({ store, instance: linker.instantiate(store, engine.compile(MODULE)) });
  }
  return sides as [Side, Side];
}

function down({ instance }: Side, n: number): bigint {
  return instance.getFunction('down')!.call(n)[0] as bigint;
}

function deep({ instance }: Side, n: number): number {
  return instance.getFunction('deep')!.call(n)[0] as number;
}

describe('calls of two stores within each other', () => {
  it('keep their registers apart', () => {
    const [first] = pair();
    assert.equal(down(first, 6), 6n + 10n * (5n + 10n * (4n + 10n * (3n + 10n * (2n + 10n)))));
  });

  it('end with the inner one’s out-of-fuel error, and both stores go on', () => {
    const [first, second] = pair();
    second.store.fuel = 5n;
    assert.throws(() => down(first, 6), OutOfFuelError);
    second.store.fuel = 1_000n;
    assert.equal(down(first, 2), 12n);
  });

  it('count depth from where a store’s first running call begins', () => {
    const [first, second] = pair({ maximumCallDepth: 40 });
    assert.equal(deep(second, 35), 35);
    assert.throws(
      () => deep(second, 60),
      (error) => error instanceof Trap && error.code === 'stack-exhausted',
    );
    // Below 100 frames of the first store the second has its 40 all the same.
    assert.equal(deep(first, 100), 100);
    assert.equal(down(first, 3), 3n + 10n * (2n + 10n));
    assert.equal(deep(second, 35), 35);
  });
});
