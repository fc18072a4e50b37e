import { deepEqual, equal } from 'node:assert/strict';
import { parse } from '@bytecodealliance/jco-transpile/wasm-tools';
import { Engine, Func, functionType, Linker, Store, ValueType } from '@wasm-dyno/engine';

const BOTH = ['interpreter', 'host'] as const;

/** Fuel that a call of the export `f` consumes, compiling apart, which must be the same on both executors. */
async function fuelOf(text: string, ...values: number[]): Promise<bigint> {
  const bytes = await parse(`(module ${text})`);
  const consumed = BOTH.map((executor) => {
    const engine = new Engine({ executor, compilationMode: 'eager', features: {} });
    const store = new Store(engine);
    const results = (count: number) => Array.from({ length: count }, (_, index) => index);
    const linker = new Linker(engine)
      .define(
        'host',
        'thousand',
        Func.wrap(store, functionType([], new Array<ValueType>(1000).fill(ValueType.I32)), () =>
          results(1000),
        ),
      )
      .define(
        'host',
        'four',
        Func.wrap(store, functionType([], new Array<ValueType>(4).fill(ValueType.I32)), () => results(4)),
      );
    const instance = linker.instantiate(store, engine.compile(bytes));
    const call = () => instance.getFunction('f')!.call(...values);
    call();
    const before = store.consumedFuel;
    call();
    return store.consumedFuel - before;
  });
  equal(consumed[1], consumed[0], 'the host executor');
  return consumed[0]!;
}

const repeat = (count: number, text: string) => new Array<string>(count).fill(text).join(' ');
const drops = (count: number) => repeat(count, 'drop');

describe('whatever is executed is paid for', () => {
  it('an empty loop costs one fuel, and a thousand of them a thousand', async () => {
    equal(await fuelOf('(func (export "f") loop end)'), 1n);
    equal(await fuelOf(`(func (export "f") ${repeat(1000, 'loop end')})`), 1000n);
    equal(await fuelOf(`(func (export "f") ${repeat(100, 'loop')} ${repeat(100, 'end')})`), 100n);
  });

  it('a loop is paid where it is entered, not where it is branched to', async () => {
    const counted = (turns: number) => `(func (export "f") (local i32)
      (local.set 0 (i32.const ${turns}))
      (loop (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1))))))`;
    equal(await fuelOf(counted(1)), 2n + 1n + 5n);
    equal(await fuelOf(counted(10)), 2n + 1n + 50n);
  });

  it('ends of blocks that branches lead to are free, and leave nothing to do', async () => {
    const depth = 50;
    const labels = Array.from({ length: depth }, (_, index) => index).join(' ');
    equal(
      await fuelOf(
        `(func (export "f") ${repeat(depth, 'block')} (br_table ${labels} (i32.const 0)) ${repeat(depth, 'end')})`,
      ),
      2n,
    );
  });

  it('a branch pays for the values beyond four that it carries, taken or not', async () => {
    const branching = (count: number, condition: number) => `(func (export "f")
      (block (result ${repeat(count, 'i32')}) ${repeat(count, 'i32.const 1')} (br_if 0 (i32.const ${condition}))) ${drops(count)})`;
    equal(await fuelOf(branching(4, 1)), 4n + 2n);
    equal(await fuelOf(branching(5, 1)), 5n + 2n + 1n);
    equal(await fuelOf(branching(1000, 1)), 1000n + 2n + 996n);
    equal(await fuelOf(branching(1000, 0)), 1000n + 2n + 996n);
  });

  it('a br_if to a loop of a thousand parameters pays for them at every turn', async () => {
    const shifted = (turns: number) => `(type $t (func (param ${repeat(1000, 'v128')})))
      (func (export "f") (local i32) (local.set 0 (i32.const ${turns}))
        ${repeat(1000, '(v128.const i64x2 0 0)')}
        (loop (type $t) (v128.const i64x2 1 1)
          (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))) ${drops(1001)}))`;
    const turn = 1n + 5n + 996n;
    equal((await fuelOf(shifted(3))) - (await fuelOf(shifted(2))), turn);
  });

  it('a br_table pays for the values that it carries', async () => {
    const table = (count: number) => `(func (export "f")
      (block (result ${repeat(count, 'i64')}) ${repeat(count, 'i64.const 1')} (br_table 0 0 (i32.const 0))) ${drops(count)})`;
    equal(await fuelOf(table(4)), 4n + 2n);
    equal(await fuelOf(table(100)), 100n + 2n + 96n);
  });

  it('a call pays for arguments beyond eight and results beyond four, however it is made', async () => {
    const callee = (parameters: number, results: number) => `
      (type $t (func ${parameters > 0 ? `(param ${repeat(parameters, 'i32')})` : ''} ${results > 0 ? `(result ${repeat(results, 'i32')})` : ''}))
      (table funcref (elem $callee))
      (func $callee (type $t) ${repeat(results, 'i32.const 0')})`;
    const direct = (parameters: number, results: number) =>
      `${callee(parameters, results)} (func (export "f") ${repeat(parameters, 'i32.const 0')} call $callee ${drops(results)})`;
    const indirect = (parameters: number, results: number) =>
      `${callee(parameters, results)} (func (export "f") ${repeat(parameters, 'i32.const 0')}
        (call_indirect (type $t) (i32.const 0)) ${drops(results)})`;
    const tail = (parameters: number) =>
      `${callee(parameters, 0)} (func (export "f") ${repeat(parameters, 'i32.const 0')} return_call $callee)`;
    equal(await fuelOf(direct(8, 4)), 8n + 1n + 4n);
    equal(await fuelOf(direct(9, 5)), 9n + 1n + 1n + 1n + 5n);
    equal(await fuelOf(direct(1000, 1000)), 1000n + 1n + 992n + 996n + 1000n);
    equal(await fuelOf(indirect(1000, 1000)), 1000n + 1n + 1n + 992n + 996n + 1000n);
    equal(await fuelOf(tail(1000)), 1000n + 1n + 992n);
  });

  it('a call pays four for each v128 that it takes or gives, however it is made', async () => {
    const callee = `(type $t (func (param v128 i32 v128) (result v128))) (table funcref (elem $callee))
      (func $callee (type $t) (local.get 0))`;
    const values = '(v128.const i64x2 1 2) (i32.const 3) (v128.const i64x2 4 5)';
    equal(await fuelOf(`${callee} (func (export "f") ${values} call $callee drop)`), 3n + 1n + 3n * 4n + 1n);
    equal(
      await fuelOf(`${callee} (func (export "f") ${values} (call_indirect (type $t) (i32.const 0)) drop)`),
      3n + 1n + 1n + 3n * 4n + 1n,
    );
    const tail = `${callee} (func (result v128) ${values} return_call $callee) (func (export "f") call 1 drop)`;
    equal(await fuelOf(tail), 1n + 4n + 3n + 1n + 2n * 4n + 1n);
  });

  it('an embedder function of a thousand results is paid for by result', async () => {
    const calling = (name: string, count: number) =>
      `(func $h (import "host" "${name}") (result ${repeat(count, 'i32')})) (func (export "f") call $h ${drops(count)})`;
    equal(await fuelOf(calling('four', 4)), 1n);
    equal(await fuelOf(calling('thousand', 1000)), 1n + 996n);
  });

  it('a bulk operator pays for begun units of bytes: memory.init of 63 is not free', async () => {
    const init = (bytes: number) => `(memory 1) (data $d "${repeat(70, '\\00').replaceAll(' ', '')}")
      (func (export "f") (memory.init $d (i32.const 0) (i32.const 0) (i32.const ${bytes})))`;
    const fuels = await Promise.all([0, 1, 63, 64, 65].map((bytes) => fuelOf(init(bytes))));
    deepEqual(fuels, [4n, 5n, 5n, 5n, 6n]);
    const fill = (bytes: number) =>
      `(memory 1) (func (export "f") (memory.fill (i32.const 0) (i32.const 0) (i32.const ${bytes})))`;
    equal(await fuelOf(fill(65_536)), 4n + 1024n);
    const copy = (bytes: number) =>
      `(memory 1) (func (export "f") (memory.copy (i32.const 9) (i32.const 0) (i32.const ${bytes})))`;
    equal(await fuelOf(copy(129)), 4n + 3n);
  });

  it('bulk operators of tables pay one fuel an element: table.fill of 7, table.copy forwards and backwards', async () => {
    const table = (
      operator: string,
    ) => `(table 100 funcref) (elem $e funcref ${repeat(50, '(ref.null func)')})
      (func (export "f") ${operator})`;
    equal(await fuelOf(table('(table.fill 0 (i32.const 0) (ref.null func) (i32.const 7))')), 4n + 7n);
    equal(await fuelOf(table('(table.copy 0 0 (i32.const 0) (i32.const 9) (i32.const 80))')), 4n + 80n);
    equal(await fuelOf(table('(table.copy 0 0 (i32.const 9) (i32.const 0) (i32.const 80))')), 4n + 80n);
    equal(await fuelOf(table('(table.init 0 $e (i32.const 9) (i32.const 0) (i32.const 41))')), 4n + 41n);
    equal(await fuelOf(table('(drop (table.grow 0 (ref.null func) (i32.const 5)))')), 2n + 5_000n + 5n);
  });

  it('growth costs five thousand, and what is added', async () => {
    const grow = (pages: number) =>
      `(memory 0 2) (func (export "f") (drop (memory.grow (i32.const ${pages}))))`;
    equal(await fuelOf(grow(0)), 1n + 5_000n);
    equal(await fuelOf(grow(1)), 1n + 5_000n + 1024n);
    equal(await fuelOf(grow(3)), 1n + 5_000n);
  });

  it('a callee of mixed v128 and externref locals pays 64 bytes for each', async () => {
    equal(
      await fuelOf(`(func $g ${repeat(100, '(local v128) (local externref)')}) (func (export "f") call $g)`),
      1n + 200n,
    );
  });

  it('a memory whose buffer was looked at grows where it lies, for the same fuel, and detaches the buffer', async () => {
    const bytes =
      await parse(`(module (memory (export "m") 1 9) (func (export "grow") (param i32) (result i32)
      (i32.store8 (i32.const 7) (i32.add (i32.load8_u (i32.const 7)) (i32.const 1)))
      (memory.grow (local.get 0))))`);
    for (const executor of BOTH) {
      const engine = new Engine({ executor, compilationMode: 'eager' });
      const store = new Store(engine);
      const instance = new Linker(engine).instantiate(store, engine.compile(bytes));
      const grow = instance.getFunction('grow')!;
      const memory = instance.getMemory('m')!;
      const fuels: bigint[] = [];
      for (const [pages, before] of [
        [1, 1],
        [0, 2],
        [2, 2],
        [6, -1],
      ] as const) {
        const { buffer } = memory;
        equal(memory.buffer, buffer);
        const fuel = store.consumedFuel;
        deepEqual(grow.call(pages), [before]);
        fuels.push(store.consumedFuel - fuel);
        equal(buffer.byteLength, before < 0 ? 4 * 65_536 : 0, 'detached');
      }
      deepEqual(fuels, [
        6n + 1n + 5_000n + 1024n,
        6n + 1n + 5_000n,
        6n + 1n + 5_000n + 2048n,
        6n + 1n + 5_000n,
      ]);
      equal(new Uint8Array(memory.buffer)[7], 4);
      equal(memory.buffer.byteLength, 4 * 65_536);
    }
  });
});
