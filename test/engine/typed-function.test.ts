import assert from 'node:assert/strict';
import { parse } from '@bytecodealliance/jco-transpile/wasm-tools';
import { Engine, Linker, Store, Trap } from '@wasm-dyno/engine';

const WAT = `(module
  (func (export "add") (param i32 i64) (result i64) (i64.add (i64.extend_i32_s (local.get 0)) (local.get 1)))
  (func (export "swap") (param i32 f64) (result f64 i32) (local.get 1) (local.get 0))
  (func (export "nothing"))
  (func (export "trap") (result i32) unreachable))`;

describe('typed functions', () => {
  const exported = async (name: string) => {
    const engine = new Engine();
    const module = engine.compile(await parse(WAT));
    return new Linker(engine).instantiate(new Store(engine), module).getFunction(name)!;
  };

  it('take and return plain host values of the types they name', async () => {
    const add: (a: number, b: bigint) => bigint = (await exported('add')).typed(['i32', 'i64'], ['i64']);
    assert.equal(add(-2, 44n), 42n);
    const [first, second] = (await exported('swap')).typed(['i32', 'f64'], ['f64', 'i32'])(7, 0.5);
    assert.deepEqual([first, second], [0.5, 7]);
    assert.equal((await exported('nothing')).typed([], [])(), undefined);
  });

  it('refuse another signature when made, not when called', async () => {
    const add = await exported('add');
    assert.throws(
      () => add.typed(['i32', 'i32'], ['i64']),
      /is \(i32, i64\) -> \(i64\), not \(i32, i32\) -> \(i64\)/,
    );
    assert.throws(() => add.typed(['i32', 'u8' as 'i32'], ['i64']), /unknown value type "u8"/);
  });

  it('trap as any call does', async () => {
    const trap = (await exported('trap')).typed([], ['i32']);
    assert.throws(trap, (error) => error instanceof Trap && error.code === 'unreachable');
  });
});
