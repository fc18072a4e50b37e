import { deepEqual, equal, ok, throws } from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { channel } from 'node:diagnostics_channel';
import { parse } from '@bytecodealliance/jco-transpile/wasm-tools';
import {
  type CallEvent,
  type CompileEvent,
  Engine,
  Func,
  functionType,
  Linker,
  OutOfFuelError,
  Store,
  ValueType,
} from '@wasm-dyno/engine';
import { DIAGNOSTICS_CHANNELS, publishDiagnostics } from '@wasm-dyno/engine/node';
import { unsigned } from '../encoded-integers.js';

const EXECUTORS = ['interpreter', 'host'] as const;

const told = ({ phase, functionIndex, outcome, fuelCharged, compilingFuel, isNested, executor }: CallEvent) =>
  [phase, functionIndex, outcome, fuelCharged, compilingFuel, isNested, executor] as const;

async function exampleModule(): Promise<Uint8Array> {
  return parse(`(module (import "m" "f" (func $f))
    (func (export "work") (param i32) (result i32) (i32.add (local.get 0) (i32.const 1)))
    (func (export "trap") (unreachable))
    (func (export "out") (call $f))
    (func (export "endless") (loop (br 0))))`);
}

describe('events of calls', () => {
  for (const executor of EXECUTORS) {
    it(`tell fuel, what of it was for compiling, and how the call ended (${executor})`, async () => {
      const engine = new Engine({ executor });
      const store = new Store(engine, { fuel: 10_000 });
      const events: CallEvent[] = [];
      const stop = engine.on('call', (event) => events.push(event));
      const module = engine.compile(await exampleModule());
      const inner = new Store(engine);
      const f = Func.wrap(store, functionType([], []), () => void other.getFunction('work')!.call(1));
      const linker = new Linker(engine);
      const other = linker
        .define(
          'm',
          'f',
          Func.wrap(inner, functionType([], []), () => undefined),
        )
        .instantiate(inner, module);
      const instance = new Linker(engine).define('m', 'f', f).instantiate(store, module);
      events.length = 0;
      const before = store.consumedFuel;
      const work = instance.getFunction('work')!;
      equal(work.call(1)[0], 2);
      equal(work.typed(['i32'], ['i32'])(2), 3);
      deepEqual(work.callRaw([3n]), [4n]);
      throws(() => instance.getFunction('trap')!.call());
      instance.getFunction('out')!.call();
      throws(() => instance.getFunction('endless')!.call(), OutOfFuelError);
      throws(() => work.call());
      stop();
      store.addFuel(100);
      work.call(1);
      const compiling = (index: number) => module.firstCallFuel(index).translate;
      const executing = events[1]!.fuelCharged;
      deepEqual(events.slice(0, 4).map(told), [
        ['call', 1, 'finished', executing + compiling(1), compiling(1), false, executor],
        ['call', 1, 'finished', executing, 0n, false, executor],
        ['call', 1, 'finished', executing, 0n, false, executor],
        ['call', 2, 'trap', compiling(2), compiling(2), false, executor],
      ]);
      // The function of another store that an embedder function called: it is paid for there, and is nested here.
      deepEqual(told(events[4]!).slice(0, 3), ['call', 1, 'finished']);
      equal(events[4]!.isNested, true);
      deepEqual(told(events[5]!), ['call', 3, 'finished', 1n + compiling(3), compiling(3), false, executor]);
      deepEqual(told(events[6]!).slice(0, 3), ['call', 4, 'out-of-fuel']);
      deepEqual(told(events[7]!).slice(0, 4), ['call', 1, 'error', 0n]);
      equal(events.length, 8);
      const sum = events.filter((event) => event.store === store).reduce((n, e) => n + e.fuelCharged, 0n);
      equal(sum, store.consumedFuel - before - executing);
      ok(events.every(({ compilingNanoseconds, nanoseconds }) => compilingNanoseconds <= nanoseconds));
    });

    it(`tell of instances, and of start functions’ fuel (${executor})`, async () => {
      const engine = new Engine({ executor });
      const module = engine.compile(await parse('(module (func $s (nop) (drop (i32.const 1))) (start $s))'));
      const events: CallEvent[] = [];
      engine.on('call', (event) => events.push(event));
      const store = new Store(engine);
      new Linker(engine).instantiate(store, module);
      deepEqual(
        events.map((event) => [event.phase, event.fuelCharged, event.module === module, event.functionIndex]),
        [['instantiate', store.consumedFuel, true, undefined]],
      );
    });
  }

  for (const executor of EXECUTORS) {
    it(`tell what ran them: a loop, the host, or nothing (${executor})`, async () => {
      const engine = new Engine({ executor });
      const store = new Store(engine);
      const tiers: CallEvent['tier'][] = [];
      engine.on('call', ({ tier }) => tiers.push(tier));
      const f = Func.wrap(store, functionType([], []), () => f2.call());
      const f2 = Func.wrap(store, functionType([], []), () => undefined);
      const bytes = await parse(`(module (import "m" "f" (func $f)) (func (export "out") (call $f))
        (func (export "count") (param i32)
          (loop (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))))`);
      const instance = new Linker(engine).define('m', 'f', f).instantiate(store, engine.compile(bytes));
      // Long enough for the loop that the process has.
      const loop = executor === 'host' ? 'host' : engine.describe().loop;
      instance.getFunction('count')!.call(50_000);
      instance.getFunction('count')!.call(50_000);
      // The function that the embedder's calls is told first.
      instance.getFunction('out')!.call();
      deepEqual(tiers, [undefined, ...tiers.slice(1, 2), loop, undefined, loop]);
      ok(tiers[1] !== undefined);
    });
  }

  it('tell of each going on of a call that was suspended', async () => {
    const engine = new Engine();
    const module = engine.compile(
      await parse(`(module (func (export "count") (param i32)
        (loop (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))))`),
    );
    const store = new Store(engine);
    const count = new Linker(engine).instantiate(store, module).getFunction('count')!;
    const events: CallEvent[] = [];
    engine.on('call', (event) => events.push(event));
    store.fuel = 200;
    const before = store.consumedFuel;
    let call = count.callResumable(100);
    while (call.state === 'out-of-fuel') {
      store.addFuel(200);
      call = call.resume();
    }
    deepEqual([events[0]!.phase, events[0]!.outcome], ['call', 'out-of-fuel']);
    ok(events.length > 2 && events.slice(1).every(({ phase }) => phase === 'resume'));
    deepEqual([events.at(-1)!.outcome, events.at(-2)!.outcome], ['finished', 'out-of-fuel']);
    equal(
      events.reduce((sum, { fuelCharged }) => sum + fuelCharged, 0n),
      store.consumedFuel - before,
    );
  });

  it('refuse names of events that there are not', () => {
    const engine = new Engine();
    throws(
      () => engine.on('calls' as 'call', () => undefined),
      /unknown event "calls"; the engine emits "compile" and "call"/,
    );
  });
});

describe('events of compiling', () => {
  for (const executor of EXECUTORS) {
    it(`name the module by digest, what was charged for and what did it (${executor})`, async () => {
      const bytes = await exampleModule();
      const engine = new Engine({ executor });
      const events: CompileEvent[] = [];
      engine.on('compile', (event) => events.push(event));
      const module = engine.compile(bytes);
      equal(module.digest, createHash('sha256').update(bytes).digest('hex'));
      ok(events.every(({ moduleDigest }) => moduleDigest === module.digest));
      ok(
        events.every((event) => event.executor === executor && /^(javascript|webassembly)$/.test(event.tier)),
      );
      deepEqual(
        events.filter(({ phase }) => phase === 'validate').map(({ work, bodyBytes }) => work - bodyBytes),
        [0, 0, 0, 0],
      );
      const whole = events.filter(
        ({ phase, functionIndex }) => phase === 'translate' && functionIndex === undefined,
      );
      deepEqual(
        whole.map(({ fuelCharged, price }) => [fuelCharged, price]),
        executor === 'host' ? [[0n, module.phaseFuelOfAll('translate')]] : [],
      );
    });
  }

  it('a module’s digest is SHA-256, whatever its length', async () => {
    const engine = new Engine();
    for (const length of [0, 1, 30, 31, 32, 33, 40, 41, 42, 43, 90, 105, 106, 107, 108, 1000, 100_000]) {
      const section = Uint8Array.of(0, ...unsigned(2 + length), 1, 0x78);
      const bytes = new Uint8Array([
        0,
        0x61,
        0x73,
        0x6d,
        1,
        0,
        0,
        0,
        ...section,
        ...new Uint8Array(length).fill(7),
      ]);
      equal(engine.compile(bytes).digest, createHash('sha256').update(bytes).digest('hex'), `${length}`);
    }
  });
});

describe('events on diagnostics_channel', () => {
  it('reach who subscribes, while they are published and subscribed to', async () => {
    const bytes = await exampleModule();
    const seen: string[] = [];
    const note = (event: unknown) => seen.push((event as CompileEvent | CallEvent).phase);
    const engine = new Engine();
    const compile = channel(DIAGNOSTICS_CHANNELS.compile);
    const calls = channel(DIAGNOSTICS_CHANNELS.call);
    compile.subscribe(note);
    calls.subscribe(note);
    engine.compile(bytes);
    deepEqual(seen, []);
    const stop = publishDiagnostics();
    try {
      const module = engine.compile(bytes);
      deepEqual(seen, ['parse', 'validate', 'validate', 'validate', 'validate']);
      seen.length = 0;
      compile.unsubscribe(note);
      const store = new Store(engine);
      const f = Func.wrap(store, functionType([], []), () => undefined);
      new Linker(engine).define('m', 'f', f).instantiate(store, module).getFunction('work')!.call(1);
      deepEqual(seen, ['instantiate', 'call']);
      calls.unsubscribe(note);
      equal(engine.observers.hearCompiling, false);
    } finally {
      stop();
    }
    calls.subscribe(note);
    equal(engine.observers.hearCompiling, false);
    calls.unsubscribe(note);
  });

  it('a listener that comes anew whenever it is told is told once of each', async () => {
    const engine = new Engine({ compilationMode: 'eager' });
    const told = { compile: 0, call: 0 };
    for (const event of ['compile', 'call'] as const) {
      let stop = () => {};
      const listener = () => {
        told[event]++;
        stop();
        stop = engine.on(event, listener);
      };
      stop = engine.on(event, listener);
    }
    const module = engine.compile(await parse('(module (func (export "f")))'));
    const store = new Store(engine);
    new Linker(engine).instantiate(store, module).getFunction('f')!.call();
    deepEqual(told, { compile: 3, call: 2 });
  });

  it('a wrapped function of no module is told of without one', () => {
    const engine = new Engine();
    const store = new Store(engine);
    const events: CallEvent[] = [];
    engine.on('call', (event) => events.push(event));
    Func.wrap(store, functionType([ValueType.I32], []), () => undefined).call(1);
    deepEqual(
      events.map(({ functionIndex, module, moduleDigest, outcome }) => [
        functionIndex,
        module,
        moduleDigest,
        outcome,
      ]),
      [[undefined, undefined, undefined, 'finished']],
    );
  });
});
