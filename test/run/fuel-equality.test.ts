import assert from 'node:assert/strict';

import fc from 'fast-check';
import {
  Engine,
  Func,
  Linker,
  Store,
  ValueType,
  type CompilationMode,
  type Instance,
  type ResumableCall,
  type Value,
} from '@wasm-dyno/engine';

import { hostWebAssembly } from '../js-api/host-web-assembly.js';
import { assemble, assembleProgram, compileAssemblyScript } from '../programs/compile.js';

type Functions = Record<string, (...values: Value[]) => Value>;

const MODES: readonly CompilationMode[] = ['eager', 'lazy-translation', 'lazy'];

/** Compile charges of first calls in the store, by listening. */
function countingEngine(compilationMode: CompilationMode): { engine: Engine; compileFuel: () => bigint } {
  const engine = new Engine({ compilationMode });
  let fuel = 0n;
  engine.on('compile', ({ fuelCharged }) => (fuel += fuelCharged));
  return { engine, compileFuel: () => fuel };
}

function instantiate(store: Store, bytes: Uint8Array): Instance {
  return new Linker(store.engine).instantiate(store, store.engine.compile(bytes));
}

/** Programs, an entry of each with its arguments, and what V8 makes of it. */
async function programs(): Promise<
  { name: string; bytes: Uint8Array; entry: string; values: Value[]; expected: Value }[]
> {
  const fibonacci = await assembleProgram('fibonacci');
  const { bytes: coreMark } = await compileAssemblyScript('core-mark-like');
  const list = [
    { name: 'recursive Fibonacci', bytes: fibonacci, entry: 'recursive', values: [18] },
    { name: 'iterative Fibonacci', bytes: fibonacci, entry: 'iterative', values: [90] },
    { name: 'a CoreMark-like program', bytes: coreMark, entry: 'run', values: [4, 0x3415] },
  ];
  return list.map((program) => {
    const imports = { env: { abort: () => undefined } };
    const module = new hostWebAssembly.Module(program.bytes);
    const { exports } = new hostWebAssembly.Instance(module, imports);
    return { ...program, expected: (exports as unknown as Functions)[program.entry]!(...program.values) };
  });
}

describe('fuel and results', () => {
  let list: Awaited<ReturnType<typeof programs>>;
  before(async () => {
    list = await programs();
  });

  it('are those of V8, and the same fuel in every mode but for compiling', () => {
    for (const { name, bytes, entry, values, expected } of list) {
      const executions = MODES.map((mode) => {
        const { engine, compileFuel } = countingEngine(mode);
        const store = new Store(engine);
        const module = engine.compile(bytes);
        const instance = new Linker(engine)
          .define(
            'env',
            'abort',
            Func.wrap(store, ABORT, () => undefined),
          )
          .instantiate(store, module);
        assert.deepEqual(instance.getFunction(entry)!.call(...values), [expected], name);
        return store.consumedFuel + module.fuelCharged - compileFuel();
      });
      assert.equal(new Set(executions).size, 1, `${name}: ${executions.join(', ')}`);
    }
  });

  it('are the same however often a call runs out of fuel and resumes', () => {
    for (const { name, bytes, entry, values, expected } of list) {
      const prepare = (mode: CompilationMode) => {
        const store = new Store(new Engine({ compilationMode: mode }));
        const instance = new Linker(store.engine)
          .define(
            'env',
            'abort',
            Func.wrap(store, ABORT, () => undefined),
          )
          .instantiate(store, store.engine.compile(bytes));
        return { store, func: instance.getFunction(entry)! };
      };
      const whole = prepare('lazy');
      const before = whole.store.consumedFuel;
      whole.func.call(...values);
      const total = whole.store.consumedFuel - before;
      fc.assert(
        fc.property(
          fc.constantFrom(...MODES),
          fc.array(fc.integer({ min: 0, max: Math.ceil(Number(total) / 10) }), { maxLength: 40 }),
          (mode, portions) => {
            const { store, func } = prepare(mode);
            const reference = prepare(mode);
            reference.func.call(...values);
            store.fuel = BigInt(portions[0] ?? 0);
            let call = func.callResumable(...values);
            let stops = 0;
            while (call.state === 'out-of-fuel') {
              assert.ok(call.requiredFuel > store.fuel, 'stopped although the fuel sufficed');
              store.addFuel(portions[++stops] ?? total + call.requiredFuel);
              call = call.resume();
            }
            assert.deepEqual(call, { state: 'finished', results: [expected] });
            assert.equal(store.consumedFuel, reference.store.consumedFuel, name);
          },
        ),
        { seed: 3, numRuns: 12 },
      );
    }
  });

  it('survive errors of embedder functions, and calls back into the instance', async () => {
    const bytes = await assemble(`(module
      (import "host" "ask" (func $ask (param i32) (result i32)))
      (global $calls (mut i32) (i32.const 0))
      (func (export "calls") (result i32) (global.get $calls))
      (func $inner (export "inner") (param i32) (result i32)
        (global.set $calls (i32.add (global.get $calls) (i32.const 1)))
        (i32.add (i32.const 100) (call $ask (local.get 0))))
      (func (export "outer") (param i32) (result i32) (i32.mul (i32.const 2) (call $inner (local.get 0)))))`);
    const store = new Store(new Engine());
    const ask = { parameters: [ValueType.I32], results: [ValueType.I32] };
    const instance: Instance = new Linker(store.engine)
      .define(
        'host',
        'ask',
        Func.wrap(store, ask, (_caller, n) => {
          if ((n as number) < 0) throw new RangeError(`no answer to ${String(n)}`);
          // Back into WebAssembly while its caller waits.
          return (n as number) > 0 ? instance.getFunction('inner')!.call((n as number) - 1)[0] : 7;
        }),
      )
      .instantiate(store, store.engine.compile(bytes));
    assert.deepEqual(instance.getFunction('outer')!.call(3), [2 * (100 + 300 + 7)]);
    const outer = instance.getFunction('outer')!;
    assert.throws(() => outer.call(-5), /no answer to -5/);
    let call: ResumableCall = outer.callResumable(-5);
    assert.equal(call.state, 'embedder-error');
    assert.match(String((call as { error: unknown }).error), /RangeError: no answer to -5/);
    // The store is usable while the call waits.
    assert.deepEqual(outer.call(0), [214]);
    call = (call as Extract<ResumableCall, { state: 'embedder-error' }>).resume(11);
    assert.deepEqual(call, { state: 'finished', results: [222] });
    assert.deepEqual(instance.getFunction('calls')!.call(), [7]);
  });

  it('end in exhaustion where recursion goes too deep, whatever the frames hold', async () => {
    const locals = Array.from({ length: 200 }, (_, i) => `(local.set ${i} (i64.const ${i}))`).join('');
    const bytes = await assemble(`(module
      (func $thin (export "thin") (call $thin))
      (func $wide (export "wide") (local ${'i64 '.repeat(200)}) ${locals} (call $wide))
      (table funcref (elem $indirect))
      (func $indirect (export "indirect") (call_indirect (i32.const 0)))
      (func (export "fine") (result i32) (i32.const 1)))`);
    const store = new Store(new Engine());
    const instance = instantiate(store, bytes);
    for (const name of ['thin', 'wide', 'indirect']) {
      assert.throws(() => instance.getFunction(name)!.call(), { name: 'Trap', code: 'stack-exhausted' });
      assert.deepEqual(instance.getFunction('fine')!.call(), [1]);
    }
  });
});

/** AssemblyScript's abort(message, file, line, column). */
const ABORT = { parameters: [ValueType.I32, ValueType.I32, ValueType.I32, ValueType.I32], results: [] };
