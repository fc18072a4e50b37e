import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parse } from '@bytecodealliance/jco-transpile/wasm-tools';
import {
  Engine,
  type EngineConfig,
  type ExecutorName,
  Func,
  type Instance,
  Linker,
  Store,
  Trap,
  ValueType,
} from '@wasm-dyno/engine';

const EXECUTORS: readonly ExecutorName[] = ['interpreter', 'host'];
const ROOT = fileURLToPath(new URL('../..', import.meta.url));

const repeat = (count: number, text: (i: number) => string): string =>
  Array.from({ length: count }, (_, i) => text(i)).join(' ');

/** Functions that recurse without end and count in `depth`; each has another shape of frame. */
const ENDLESS = await parse(`(module
  (import "host" "again" (func $again))
  (global $depth (export "depth") (mut i32) (i32.const 0))
  (type $none (func))
  (table funcref (elem $indirect))
  (func $count (global.set $depth (i32.add (global.get $depth) (i32.const 1))))
  (func $thin (export "thin") (call $count) (call $thin))
  (func $locals (export "locals") (local ${'i64 '.repeat(200)}) (call $count)
    ${repeat(200, (i) => `(local.set ${i} (i64.const ${i}))`)} (call $locals))
  (func $parameters (export "parameters") (param ${'i64 '.repeat(40)}) (result i64) (call $count)
    (i64.add (local.get 0) (call $parameters ${repeat(40, (i) => `(local.get ${39 - i})`)})))
  (func $few (export "few") (param i32 f64) (result f64) (call $count)
    (f64.add (local.get 1) (call $few (i32.sub (local.get 0) (i32.const 1)) (f64.const 2))))
  (func $operands (export "operands") (result i32) (call $count)
    ${repeat(100, (i) => `(i32.add (global.get $depth) (i32.const ${i}))`)} (call $operands) ${repeat(100, () => 'i32.add')})
  (func $results (export "results") (result ${'i64 '.repeat(50)}) (call $count) (call $results))
  (func $vectors (export "vectors") (param v128) (result v128) (local v128 v128) (call $count)
    (local.set 1 (i32x4.splat (global.get $depth)))
    (v128.xor (local.get 1) (v128.xor (local.get 0) (call $vectors (v128.not (local.get 0))))))
  (func $indirect (export "indirect") (call $count) (call_indirect (type $none) (i32.const 0)))
  (func $even (export "even") (call $count) (call $thin-tail) (return_call $even))
  (func $thin-tail (call $count) (return_call $even))
  (func $leaf (param i32) (local ${'i64 '.repeat(100)}) (local.set 50 (i64.const 1)))
  (func $big-leaf (export "leaves") (call $count) (call $leaf (i32.const 1)) (call $big-leaf))
  (func $out (export "out") (call $count) (call $again) (call $out))
  (func (export "loops") (local i32)
    (loop $l (call $count) (call $leaf (i32.const 0)) (local.set 0 (i32.add (local.get 0) (i32.const 1)))
      (br_if $l (i32.lt_u (local.get 0) (i32.const 100000)))))
  (func $down (export "down") (param i32) (result i32)
    (if (result i32) (local.get 0)
      (then (i32.add (i32.const 1) (call $down (i32.sub (local.get 0) (i32.const 1))))) (else (i32.const 0)))))`);

const SHAPES = [
  'thin',
  'locals',
  'few',
  'operands',
  'indirect',
  'even',
  'leaves',
  'out',
  'parameters',
  'results',
];
const NO_TYPE = { parameters: [], results: [] };

interface Made {
  readonly store: Store;
  readonly instance: Instance;
  depth: number;
}

function made(executor: ExecutorName, again: () => void = () => undefined, config: EngineConfig = {}): Made {
  const engine = new Engine({ ...config, executor });
  const store = new Store(engine, { fuel: 10n ** 15n });
  const instance = new Linker(engine)
    .define('host', 'again', Func.wrap(store, NO_TYPE, again))
    .instantiate(store, engine.compile(ENDLESS));
  const depth = instance.getGlobal('depth')!;
  return {
    store,
    instance,
    get depth() {
      return depth.value as number;
    },
    set depth(value) {
      depth.value = value;
    },
  };
}

const isExhausted = (error: unknown): boolean =>
  error instanceof Trap && error.code === 'stack-exhausted' && error.message === 'call stack exhausted';

/** How deep a shape gets, and what that consumes. */
function reach(side: Made, shape: string): { depth: number; fuel: bigint } {
  side.depth = 0;
  const before = side.store.consumedFuel;
  const { parameters } = side.instance.getFunction(shape)!.type;
  const values = parameters.map((type) => (type === ValueType.I64 ? 1n : 1));
  assert.throws(() => side.instance.getFunction(shape)!.call(...values), isExhausted, shape);
  return { depth: side.depth, fuel: side.store.consumedFuel - before };
}

describe('recursion without end', () => {
  it('is exhaustion at the same depth, for the same fuel, on both executors', () => {
    for (const maximumStackSlots of [700, 1_500, 10_000, 65_536]) {
      const config = { limits: { maximumStackSlots } };
      const [own, host] = EXECUTORS.map((executor) => made(executor, undefined, config));
      for (const shape of SHAPES) {
        const expected = reach(own!, shape);
        assert.deepEqual(reach(host!, shape), expected, `${shape}, ${maximumStackSlots} slots`);
        // And again: nothing of the first time is left on the stack.
        const { depth } = reach(own!, shape);
        assert.equal(depth, expected.depth, shape);
        assert.equal(reach(host!, shape).depth, depth, shape);
      }
    }
  });

  it('holds for vectors too', () => {
    const depths = EXECUTORS.map((executor) => {
      const side = made(executor, undefined, { limits: { maximumStackSlots: 5_000 } });
      const call = side.instance.getFunction('vectors')!;
      assert.throws(() => call.call(new Uint8Array(16)), isExhausted);
      return side.depth;
    });
    assert.equal(depths[0], depths[1]);
    assert.ok(depths[0]! > 100 && depths[0]! < 500, `${depths[0]}`);
  });

  it('is none where calls return, or take their caller’s place', async () => {
    const tails = await parse(`(module (func $f (export "f") (param i32) (result i32)
      (if (result i32) (local.get 0) (then (return_call $f (i32.sub (local.get 0) (i32.const 1)))) (else (i32.const 7)))))`);
    for (const executor of EXECUTORS) {
      const side = made(executor, undefined, { limits: { maximumStackSlots: 1_000 } });
      side.instance.getFunction('loops')!.call();
      assert.equal(side.depth, 100_000);
      const { engine } = side.store;
      const instance = new Linker(engine).instantiate(side.store, engine.compile(tails));
      assert.deepEqual(instance.getFunction('f')!.call(100_000), [7]);
    }
  });

  it('comes after thousands of small frames, and after tens of thousands on the interpreter where it is given more', () => {
    for (const executor of EXECUTORS)
      assert.deepEqual(made(executor).instance.getFunction('down')!.call(4_500), [4_500]);
    const limits = { maximumStackSlots: 1_048_576 };
    assert.deepEqual(
      made('interpreter', undefined, { limits }).instance.getFunction('down')!.call(50_000),
      [50_000],
    );
  });

  it('is never found out by the host’s stack: an engine or store that wants more than it has is refused', () => {
    const limits = { maximumStackSlots: 1_000_000 };
    const refusal = /no room for a maximumStackSlots of 1000000 \(7813 KiB\): lower that limit, or give/;
    assert.throws(() => new Engine({ executor: 'host', limits }), refusal);
    assert.throws(() => new Store(new Engine({ executor: 'host' }), { limits }), refusal);
  });

  it('counts what stores, executors and calls from outside hold together', () => {
    for (const executor of EXECUTORS) {
      const config = { limits: { maximumStackSlots: 3_000 } };
      let inner: Made | undefined;
      const depths: number[] = [];
      const side: Made = made(
        executor,
        () => {
          if (inner !== undefined) return;
          inner = side;
          depths.push(reach(side, 'thin').depth);
        },
        config,
      );
      const alone = reach(made(executor, undefined, config), 'thin').depth;
      assert.throws(() => side.instance.getFunction('out')!.call(), isExhausted);
      assert.ok(depths[0]! < alone && depths[0]! > alone / 2, `${depths[0]} of ${alone}`);
      assert.equal(reach(side, 'thin').depth, alone);
    }
  });
});

describe('embedder functions and WebAssembly calling each other without end', () => {
  /** Calls `callee` below so many frames of JavaScript. */
  const below = (frames: number, callee: () => void): void =>
    frames === 0 ? callee() : below(frames - 1, callee);

  it('are exhausted at 100 calls from outside, all stores and executors counted', () => {
    const sides: Made[] = [];
    let calls = 0;
    const again = (next: number) => () => {
      calls++;
      below(50, () => void sides[next]!.instance.getFunction('out')!.call());
    };
    sides.push(made('interpreter', again(1)), made('host', again(2)), made('interpreter', again(3)));
    sides.push(made('host', again(0)));
    for (let round = 0; round < 3; round++) {
      for (const side of sides) {
        calls = 0;
        assert.throws(() => side.instance.getFunction('out')!.call(), isExhausted);
        assert.equal(calls, 100);
      }
    }
  });

  it('are exhausted where the limit says', () => {
    for (const executor of EXECUTORS) {
      let calls = 0;
      const side: Made = made(
        executor,
        () => {
          calls++;
          side.instance.getFunction('out')!.call();
        },
        { limits: { maximumNestedCalls: 7 } },
      );
      assert.throws(() => side.instance.getFunction('out')!.call(), isExhausted);
      assert.equal(calls, 7);
    }
  });
});

/**
 * In a process of its own: traps once, then recurses to the end through each shape and through embedder functions 50 frames deep, and
 * writes how deep that went, for what fuel.
 */
const CHILD = `
  import { Engine, Func, Linker, Store } from '@wasm-dyno/engine';
  const [base64, executor, slots] = process.argv.slice(1);
  const engine = new Engine({ executor, limits: { maximumStackSlots: Number(slots) } });
  const store = new Store(engine, { fuel: 10n ** 15n });
  let frames = 0;
  let calls = 0;
  const below = (count, callee) => count === 0 ? callee() : below(count - 1, callee);
  const again = Func.wrap(store, { parameters: [], results: [] }, () => {
    if (frames > 0) { calls++; below(frames, () => instance.getFunction('out').call()); }
  });
  const instance = new Linker(engine).define('host', 'again', again)
    .instantiate(store, engine.compile(Buffer.from(base64, 'base64')));
  const depth = instance.getGlobal('depth');
  const lines = [];
  const run = (shape) => {
    depth.value = 0;
    const before = store.consumedFuel;
    try { instance.getFunction(shape).call(); } catch (error) { lines.push(shape, error.name, error.message); }
    lines.push(depth.value, store.consumedFuel - before);
  };
  for (const shape of ['thin', 'thin', 'locals', 'operands', 'indirect', 'even', 'leaves', 'out', 'results']) run(shape);
  for (frames of [1, 50]) {
    calls = 0;
    run('out');
    lines.push(calls);
  }
  console.log(lines.join(' '));`;

/** Recurses to the end of the stack five times by itself, and calls a function that traps at every depth on the way. */
const DEEP_CHILD = `
  import { Engine, Func, Linker, Store, Trap } from '@wasm-dyno/engine';
  const [base64, executor, slots] = process.argv.slice(1);
  const engine = new Engine({ executor, limits: { maximumStackSlots: Number(slots) } });
  const store = new Store(engine, { fuel: 10n ** 15n });
  const again = Func.wrap(store, { parameters: [], results: [] }, () => { throw new Trap('unreachable'); });
  const instance = new Linker(engine).define('host', 'again', again)
    .instantiate(store, engine.compile(Buffer.from(base64, 'base64')));
  const out = instance.getFunction('out');
  const seen = new Set();
  const descend = () => {
    try { out.call(); } catch (error) { seen.add(error.code ?? error.name); }
    descend();
  };
  let ends = 0;
  for (let i = 0; i < 5; i++) try { descend(); } catch { ends++; }
  console.log(instance.getFunction('down').call(100)[0], ends, seen.has('unreachable'), [...seen].join(' '));`;

/** In a process of its own, with the limits that are the default: embedder functions 50 frames deep call back without end. */
const NESTING_CHILD = `
  import { Engine, Func, Linker, Store } from '@wasm-dyno/engine';
  const engine = new Engine();
  const store = new Store(engine);
  let calls = 0;
  const below = (count, callee) => count === 0 ? callee() : below(count - 1, callee);
  const again = Func.wrap(store, { parameters: [], results: [] }, () => {
    calls++;
    below(50, () => instance.getFunction('out').call());
  });
  const instance = new Linker(engine).define('host', 'again', again)
    .instantiate(store, engine.compile(Buffer.from(process.argv[1], 'base64')));
  try { instance.getFunction('out').call(); } catch ({ message, name }) { console.log(name, calls, message); }`;

/** What the stack of `--stack-size=300` has room for. */
const SMALL_STACK_SLOTS = 20_000;

function child(script: string, executor: ExecutorName, ...options: readonly string[]): string {
  const bytes = Buffer.from(ENDLESS).toString('base64');
  const slots = String(SMALL_STACK_SLOTS);
  const command = [...options, '--input-type=module', '--eval', script, bytes, executor, slots];
  return execFileSync(process.execPath, command, { cwd: ROOT, encoding: 'utf8' });
}

describe('a host’s stack', () => {
  for (const executor of EXECUTORS) {
    it(`of any size gives the same depth and fuel, from --stack-size=300 on (${executor})`, () => {
      const usual = child(CHILD, executor);
      assert.match(usual, /^(thin Trap call stack exhausted \d+ \d+ ){2}locals .* 30 out .* 30\n$/);
      assert.equal(child(CHILD, executor, '--stack-size=300'), usual);
      assert.equal(child(CHILD, executor, '--stack-size=300', '--liftoff-only'), usual);
      assert.equal(child(CHILD, executor, '--stack-size=2000', '--no-liftoff'), usual);
    });
  }

  it('without room for the calls that may nest says so at the first of them, and does not end them early', () => {
    const refused = child(NESTING_CHILD, 'interpreter', '--stack-size=300');
    assert.match(
      refused,
      /^ExecutorError 1 .*no room for .* maximumNestedCalls of 100 and a maximumStackSlots of 65536 \(500 KiB\): lower one/,
    );
    assert.match(child(NESTING_CHILD, 'interpreter'), /^Trap 100 call stack exhausted\n$/);
    const roomy = child(NESTING_CHILD, 'interpreter', '--stack-size=900', '--jitless');
    assert.match(roomy, /^Trap 100 call stack exhausted\n$/);
    assert.match(child(NESTING_CHILD, 'interpreter', '--stack-size=300', '--jitless'), /^ExecutorError 1 /);
  });

  for (const executor of EXECUTORS) {
    it(`that the embedder uses up itself costs neither the process nor the store (${executor})`, () => {
      for (const options of [[], ['--stack-size=300']]) {
        const answer = child(DEEP_CHILD, executor, ...options);
        assert.match(
          answer,
          /^100 5 true (RangeError|stack-exhausted|unreachable)( (RangeError|stack-exhausted|unreachable))*\n$/,
        );
      }
    });
  }
});
