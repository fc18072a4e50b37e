import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';

import {
  Engine,
  Global,
  type Instance,
  Linker,
  type ResumableCall,
  Store,
  Table,
  Trap,
  ValueType,
} from '@wasm-dyno/engine';
import { loopName, useLoop, type LoopName } from '@wasm-dyno/engine/phases';

import { binary } from './whole-module.js';

/** Those that this Node has: before Node 22 the one in JavaScript alone. */
const OWN = loopName();
const LOOPS: readonly LoopName[] = OWN === 'webassembly' ? ['javascript', 'webassembly'] : ['javascript'];

/** What each loop gives, which must be the same. */
function sameOfAll<T>(run: () => T): T {
  const [first, ...others] = LOOPS.map((loop) => {
    useLoop(loop);
    return run();
  });
  for (const other of others) assert.deepEqual(other, first);
  return first!;
}

function nodeSays(script: string, ...options: string[]): string {
  const words = [...options, '--input-type=module', '--eval', script];
  return execFileSync(process.execPath, words, { encoding: 'utf8' });
}

/** Memory, vectors, floats, divisions, recursion, indirect calls, globals and tables that are written, all in a loop. */
const MIXTURE = `(module
  (type $unary (func (param i32) (result i32)))
  (memory (export "memory") 1 4) (table $t (export "table") 4 8 funcref)
  (global $sum (mut i64) (i64.const 0)) (global $float (mut f64) (f64.const 0.5))
  (elem (table $t) (i32.const 0) func $double $square) (elem $spare func $fib $double)
  (func $double (type $unary) (i32.mul (local.get 0) (i32.const 2)))
  (func $square (type $unary) (i32.mul (local.get 0) (local.get 0)))
  (func $fib (type $unary)
    (if (result i32) (i32.lt_s (local.get 0) (i32.const 2)) (then (local.get 0))
      (else (i32.add (call $fib (i32.sub (local.get 0) (i32.const 1))) (call $fib (i32.sub (local.get 0) (i32.const 2)))))))
  (func $turn (param $i i32)
    (local $v v128) (local $a i32)
    (local.set $a (i32.and (i32.mul (local.get $i) (i32.const 52)) (i32.const 0xfff0)))
    (i32.store (local.get $a) (call_indirect (type $unary) (local.get $i) (i32.and (local.get $i) (i32.const 1))))
    (i32.store8 offset=5 (local.get $a) (i32.const 201))
    (local.set $v (i32x4.add (v128.load (local.get $a)) (i32x4.splat (local.get $i))))
    (v128.store offset=16 (local.get $a) (f32x4.sqrt (f32x4.convert_i32x4_s (local.get $v))))
    (global.set $float (f64.sqrt (f64.add (f64.mul (global.get $float) (f64.const 1.25)) (f64.load (local.get $a)))))
    (global.set $sum (i64.add (global.get $sum) (i64.div_s (i64.load32_u (local.get $a)) (i64.extend_i32_s (i32.add (local.get $i) (i32.const 1))))))
    (if (i32.eq (local.get $i) (i32.const 7)) (then (table.init $t $spare (i32.const 0) (i32.const 0) (i32.const 2))))
    (if (i32.eq (local.get $i) (i32.const 11)) (then (drop (memory.grow (i32.const 1)))))
    (if (i32.eq (local.get $i) (i32.const 13)) (then (drop (table.grow $t (ref.null func) (i32.const 1))))))
  (func (export "run") (param $n i32) (result i64 f64 i32)
    (local $i i32)
    (loop $again
      (call $turn (local.get $i))
      (br_if $again (i32.lt_s (local.tee $i (i32.add (local.get $i) (i32.const 1))) (local.get $n))))
    (global.get $sum) (global.get $float) (memory.size))
  (func (export "trap") (param i32) (result i32)
    (i32.store (i32.const 0) (i32.add (i32.load (i32.const 0)) (i32.const 1)))
    (i32.rem_u (i32.load8_u (local.get 0)) (i32.load (i32.const 8)))))`;

describe('the loops of the interpreter', () => {
  const engine = new Engine();
  let mixture: Uint8Array;
  before(async () => {
    mixture = await binary(MIXTURE);
  });
  afterEach(() => useLoop(OWN));

  const instantiate = (bytes: Uint8Array, store = new Store(engine), imports?: Linker): Instance =>
    (imports ?? new Linker(engine)).instantiate(store, engine.compile(bytes));

  it('come to the same values, memory and fuel', () => {
    const [results, fuel, bytes] = sameOfAll(() => {
      const store = new Store(engine);
      const instance = instantiate(mixture, store);
      const values = instance.getFunction('run')!.call(20);
      return [values, store.consumedFuel, Buffer.from(instance.getMemory('memory')!.u8).toString('base64')];
    });
    assert.equal((results as unknown[])[2], 2);
    assert.ok((fuel as bigint) > 1000n && (bytes as string).length > 1000);
  });

  it('stop and go on at the same places, whatever fuel there is at a time', () => {
    for (const step of [1, 2, 3, 7, 50]) {
      const stops = sameOfAll(() => {
        const store = new Store(engine);
        const run = instantiate(mixture, store).getFunction('run')!;
        run.call(1);
        store.fuel = 0n;
        const seen: bigint[] = [];
        let call: ResumableCall = run.callResumable(20);
        for (; call.state === 'out-of-fuel'; call = call.resume()) {
          seen.push(call.requiredFuel, store.fuel);
          store.addFuel(step);
        }
        assert.equal(call.state, 'finished');
        return [seen, call.results, store.consumedFuel];
      });
      assert.ok((stops[0] as unknown[]).length > 20, String(step));
    }
  });

  it('may be changed between the steps of a call', () => {
    const whole = instantiate(mixture).getFunction('run')!.call(20);
    const store = new Store(engine);
    const run = instantiate(mixture, store).getFunction('run')!;
    store.fuel = 0n;
    let call: ResumableCall = run.callResumable(20);
    for (let turn = 0; call.state === 'out-of-fuel'; turn++, call = call.resume()) {
      useLoop(LOOPS[turn % LOOPS.length]!);
      store.addFuel(9);
    }
    assert.deepEqual(call.state === 'finished' && call.results, whole);
  });

  it('trap at the same operators, and what was done before is done', () => {
    sameOfAll(() => {
      const store = new Store(engine);
      const instance = instantiate(mixture, store);
      const trap = instance.getFunction('trap')!;
      const codes: string[] = [];
      for (const address of [65_536, -1, 4]) {
        assert.throws(
          () => trap.call(address),
          (error) => error instanceof Trap && codes.push(error.code) > 0,
        );
      }
      assert.deepEqual(codes, ['memory-out-of-bounds', 'memory-out-of-bounds', 'integer-divide-by-zero']);
      assert.equal(instance.getMemory('memory')!.u8[0], 3);
      return store.consumedFuel;
    });
  });

  it('see a memory grow, by the guest and by the embedder', async () => {
    const bytes = await binary(`(module (memory (export "memory") 1 8)
      (func (export "grow") (result i32) (i32.add (memory.grow (i32.const 1)) (i32.load8_u (i32.const 65536))))
      (func (export "load") (param i32) (result i32) (i32.load (local.get 0)))
      (func (export "store") (param i32 i32) (i32.store (local.get 0) (local.get 1))))`);
    sameOfAll(() => {
      const instance = instantiate(bytes);
      const [grow, load, put] = ['grow', 'load', 'store'].map((name) => instance.getFunction(name)!);
      const memory = instance.getMemory('memory')!;
      put!.call(65_532, 5);
      assert.throws(() => load!.call(65_536), Trap);
      assert.deepEqual(grow!.call(), [1]);
      put!.call(131_068, 7);
      assert.deepEqual([load!.call(65_532), load!.call(131_068)], [[5], [7]]);
      assert.throws(() => load!.call(131_069), Trap);
      assert.equal(memory.grow(2), 2);
      put!.call(262_140, 9);
      assert.deepEqual(new Int32Array(memory.buffer, 262_140, 1), Int32Array.of(9));
      new Int32Array(memory.buffer)[0] = 11;
      assert.deepEqual(load!.call(0), [11]);
      assert.throws(() => load!.call(262_144), Trap);
      return memory.pages;
    });
  });

  it('call what a table holds now, whoever wrote it last', async () => {
    const bytes = await binary(`(module
      (type $answer (func (result i32)))
      (table $t (export "table") 6 20 funcref) (table $other 2 funcref)
      (elem (table $t) (i32.const 0) func $one $two $three) (elem (table $other) (i32.const 0) func $three $one)
      (elem $spare func $two $two)
      (func $one (export "one") (result i32) (i32.const 1)) (func $two (result i32) (i32.const 2)) (func $three (result i32) (i32.const 3))
      (func $wrong (export "wrong") (result i64) (i64.const 0))
      (func (export "call") (param i32) (result i32) (call_indirect $t (type $answer) (local.get 0)))
      (func (export "set") (param i32 i32) (table.set $t (local.get 0) (table.get $t (local.get 1))))
      (func (export "fill") (param i32 i32) (table.fill $t (local.get 0) (table.get $t (local.get 1)) (i32.const 2)))
      (func (export "copy") (param i32) (table.copy $t $other (local.get 0) (i32.const 0) (i32.const 2)))
      (func (export "init") (param i32) (table.init $t $spare (local.get 0) (i32.const 0) (i32.const 2)))
      (func (export "grow") (result i32) (table.grow $t (table.get $t (i32.const 0)) (i32.const 3))))`);
    sameOfAll(() => {
      const instance = instantiate(bytes);
      const call = (name: string, ...values: number[]) => instance.getFunction(name)!.call(...values);
      const table = instance.getTable('table')!;
      const answers = () => {
        const all: unknown[] = [];
        // Twice: the first call of an element makes it known.
        for (const i of [...Array(table.size).keys(), ...Array(table.size).keys()]) {
          try {
            all.push(call('call', i)[0]);
          } catch (error) {
            all.push((error as Trap).code);
          }
        }
        assert.deepEqual(all.slice(0, table.size), all.slice(table.size));
        return all.slice(0, table.size).join(' ').replaceAll('uninitialized-element', '-');
      };
      const none = answers().split(' ')[5];
      const told = (expected: string) => assert.equal(answers().replaceAll(none!, '-'), expected);
      told('1 2 3 - - -');
      call('set', 0, 2);
      told('3 2 3 - - -');
      call('fill', 3, 1);
      told('3 2 3 2 2 -');
      call('copy', 1);
      told('3 3 1 2 2 -');
      call('init', 4);
      told('3 3 1 2 2 2');
      table.set(4, instance.getFunction('one')!);
      table.set(5, null);
      told('3 3 1 2 1 -');
      assert.deepEqual(call('grow'), [6]);
      told('3 3 1 2 1 - 3 3 3');
      table.grow(1, instance.getFunction('one')!);
      told('3 3 1 2 1 - 3 3 3 1');
      table.set(0, instance.getFunction('wrong')!);
      told('indirect-call-type-mismatch 3 1 2 1 - 3 3 3 1');
      assert.throws(() => call('call', 10), Trap);
      assert.throws(() => call('call', -1), Trap);
      return answers();
    });
  });

  it('call the functions of other instances through a table and globals that they share', async () => {
    const maker =
      await binary(`(module (import "env" "t" (table 4 funcref)) (import "env" "g" (global $g (mut i32)))
      (memory 1) (data (i32.const 0) "\\07")
      (elem (i32.const 1) func $own)
      (func $own (result i32) (global.set $g (i32.add (global.get $g) (i32.const 1))) (i32.load8_u (i32.const 0))))`);
    const user =
      await binary(`(module (import "env" "t" (table 4 funcref)) (import "env" "g" (global $g (mut i32)))
      (type $answer (func (result i32)))
      (memory 1) (data (i32.const 0) "\\09")
      (elem (i32.const 0) func $mine)
      (func $mine (result i32) (i32.add (i32.load8_u (i32.const 0)) (i32.mul (i32.const 100) (global.get $g))))
      (func (export "both") (result i32) (i32.add
        (i32.mul (i32.const 1000) (call_indirect (type $answer) (i32.const 1)))
        (call_indirect (type $answer) (i32.const 0)))))`);
    sameOfAll(() => {
      const store = new Store(engine);
      const linker = new Linker(engine);
      linker.define('env', 't', Table.create(store, { element: ValueType.FuncRef, limits: { minimum: 4 } }));
      linker.define('env', 'g', Global.create(store, { value: ValueType.I32, mutable: true }, 0));
      instantiate(maker, store, linker);
      const both = instantiate(user, store, linker).getFunction('both')!;
      return [1, 2, 3].map(() => both.call()[0]);
    });
  });
});

describe('useLoop', () => {
  afterEach(() => useLoop(OWN));

  it('has a process use one loop, which the engine tells of', () => {
    for (const loop of LOOPS) {
      useLoop(loop);
      assert.equal(loopName(), loop);
      assert.equal(new Engine().describe().loop, loop);
    }
  });

  it('is chosen by the process: where there is no WebAssembly, JavaScript', () => {
    const output = nodeSays(`
      delete globalThis.WebAssembly;
      const { Engine } = await import('@wasm-dyno/engine');
      const { useLoop } = await import('@wasm-dyno/engine/phases');
      console.log(new Engine().describe().loop);
      try { useLoop('webassembly'); } catch (error) { console.log(error.message); }`);
    assert.match(
      output,
      /^javascript\nthe loop "webassembly" needs a host with WebAssembly modules of several memories/,
    );
  });

  it('refuses names that are none', () => {
    assert.throws(() => useLoop('wasm' as 'webassembly'), /no loop is called wasm: there are "webass/);
  });
});

describe("the heap of the loop's memory", () => {
  /** A module of one function of about 3 kB of code, which gives `answer`. */
  const prelude = `
    const { Engine, Linker, Store } = await import('@wasm-dyno/engine');
    const { loopName } = await import('@wasm-dyno/engine/phases');
    const { LOOP_HEAP, isLoopCode } = await import('./engine/dist/interpreter/loop-memory.js');
    const leb = (n) => (n < 128 ? [n] : [(n & 127) | 128, n >> 7]);
    const section = (id, bytes) => [id, ...leb(bytes.length), ...bytes];
    const module = () => {
      const body = [0, ...Array(200).fill([0x23, 0, 0x41, 1, 0x6a, 0x24, 0]).flat(), 0x23, 0, 0x0b];
      return Uint8Array.from([0, 97, 115, 109, 1, 0, 0, 0, ...section(1, [1, 0x60, 0, 1, 0x7f]), ...section(3, [1, 0]),
        ...section(6, [1, 0x7f, 1, 0x41, 0, 0x0b]), ...section(7, [1, 1, 0x66, 0, 0]),
        ...section(10, [1, ...leb(body.length), ...body])]);
    };
    const run = (engine = new Engine()) =>
      new Linker(engine).instantiate(new Store(engine), engine.compile(module())).getFunction('f');
    const free = () => LOOP_HEAP.freeBytes;
    const turn = () => new Promise((resolve) => setTimeout(resolve, 5));`;

  it('may be full: code is elsewhere then, and gives the same', () => {
    const [loop, ...answers] = nodeSays(`${prelude}
      const before = run();
      before.call();
      const taken = [];
      for (let bytes = 2 ** 25; bytes >= 64; bytes /= 2)
        for (let piece; (piece = LOOP_HEAP.take(bytes)) !== undefined;) taken.push(piece);
      const full = run();
      console.log(loopName(), free(), before.call()[0], full.call()[0], full.call()[0], isLoopCode(full.code));
      for (const piece of taken) LOOP_HEAP.release(piece);
      console.log(run().call()[0]);`)
      .trim()
      .split(/\s/);
    assert.ok(LOOPS.includes(loop as LoopName));
    assert.deepEqual(answers, ['0', '400', '200', '400', 'false', '200']);
  });

  it('gets code and instances back when they are dropped', () => {
    const [first, last, calls] = nodeSays(
      `${prelude}
      const settled = async (enough = 0) => {
        for (let i = 0; i < 20 || (i < 1000 && free() < enough); i++) { gc(); await turn(); }
        return free();
      };
      run().call();
      const first = await settled();
      let calls = 0;
      for (let i = 0; i < 300; i++) if (run().call()[0] === 200) calls++;
      console.log(first, await settled(first - 50_000), calls);`,
      '--expose-gc',
    )
      .trim()
      .split(' ')
      .map(Number);
    assert.equal(calls, 300);
    // Each of the 300 had a chunk of 4 KiB and a block: what a collection may leave is less than ten of them.
    assert.ok(first! - last! <= 50_000, `${first! - last!} bytes are not given back`);
  });

  it('serves thousands of stores, each with a memory of its own', async () => {
    const bytes = await binary(`(module (memory (export "memory") 1 2)
      (func $more (param i32) (i32.store (i32.const 4) (i32.add (i32.load (i32.const 4)) (local.get 0))))
      (func (export "add") (param i32) (result i32) (call $more (local.get 0)) (call $more (local.get 0)) (i32.load (i32.const 4))))`);
    const answers = nodeSays(`${prelude}
      const engine = new Engine();
      const compiled = engine.compile(Buffer.from('${Buffer.from(bytes).toString('base64')}', 'base64'));
      const adds = Array.from({ length: 3000 }, () => new Linker(engine).instantiate(new Store(engine), compiled).getFunction('add'));
      const sum = (results) => results.reduce((sum, [one]) => sum + one, 0);
      console.log(sum(adds.map((add, i) => add.call(i))), sum(adds.map((add, i) => add.call(1))));`);
    assert.deepEqual(answers.trim().split(' ').map(Number), [2999 * 3000, 2999 * 3000 + 6000]);
  });
});
