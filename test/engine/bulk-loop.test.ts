import assert from 'node:assert/strict';

import { Engine, type Instance, Linker, Store, Trap, type FuelCostOptions } from '@wasm-dyno/engine';
import { loopName, useLoop, type LoopName } from '@wasm-dyno/engine/phases';

import { binary } from './whole-module.js';

/** Before Node 22 there is the loop in JavaScript alone. */
const OWN = loopName();
const LOOPS: readonly LoopName[] = OWN === 'webassembly' ? ['javascript', 'webassembly'] : ['javascript'];
const TURNS = 200;
const PAGE = 65_536;

/** `fill` and `copy` in a loop, of what is asked; of a second memory too, which the loop in WebAssembly leaves to JavaScript. */
const MODULE = `(module
  (memory (export "memory") 1) (memory $other 1) (memory $wide i64 1)
  ${[
    ['fill', 'memory.fill (local.get $a) (local.get $b) (local.get $c)'],
    ['copy', 'memory.copy (local.get $a) (local.get $b) (local.get $c)'],
    ['out', 'memory.copy $other 0 (local.get $a) (local.get $b) (local.get $c)'],
    ['in', 'memory.copy 0 $other (local.get $a) (local.get $b) (local.get $c)'],
    ['other', 'memory.fill $other (local.get $a) (local.get $b) (local.get $c)'],
    [
      'wide',
      'memory.fill $wide (i64.extend_i32_u (local.get $a)) (local.get $b) (i64.extend_i32_u (local.get $c))',
    ],
  ]
    .map(
      ([name, body]) => `(func (export "${name}") (param $a i32) (param $b i32) (param $c i32) (param $i i32)
        (loop $again (${body}) (br_if $again (local.tee $i (i32.sub (local.get $i) (i32.const 1))))))`,
    )
    .join('\n')})`;

const NAMES = ['fill', 'copy', 'out', 'in', 'other', 'wide'] as const;
/** Destination, source or byte, length: overlapping both ways, at the memory's end and beyond it, of nothing, of more than an i32 holds. */
const OPERANDS: readonly (readonly [number, number, number])[] = [
  ...([
    [16, 0x1a5, 40],
    [3, 7, 64],
    [7, 3, 65],
    [0, PAGE - 5, 5],
    [PAGE - 5, 0, 5],
    [0, 0, PAGE],
  ] as const),
  ...([
    [PAGE, 1, 0],
    [1, PAGE, 0],
    [PAGE + 1, 1, 0],
    [PAGE - 5, 1, 6],
    [1, PAGE - 5, 6],
  ] as const),
  ...([
    [-1, 0, 1],
    [0, -1, 1],
    [0, 0, -1],
    [-1, -1, -1],
    [1, 2, 20_000],
  ] as const),
];
const PRICES: readonly (Partial<FuelCostOptions> | undefined)[] = [
  undefined,
  { bytesPerFuel: 1 },
  { bytesPerFuel: 2 ** 32 - 1, executionCosts: { 'bulk-bytes': 10_000, 'memory-bulk': 3 } },
  { bytesPerFuel: 7, executionCosts: { 'bulk-bytes': 0 } },
  { bytesPerFuel: 1, executionCosts: { 'bulk-bytes': 10_000 } },
];

describe('filling and copying in the loops of the interpreter', () => {
  let bytes: Uint8Array;
  before(async () => {
    bytes = await binary(MODULE);
  });
  afterEach(() => useLoop(OWN));

  function instantiate(loop: LoopName, engine: Engine): Instance {
    useLoop(loop);
    const instance = new Linker(engine).instantiate(new Store(engine), engine.compile(bytes));
    instance.getMemory('memory')!.u8.forEach((_, at, memory) => (memory[at] = (at * 167) >> 3));
    return instance;
  }

  /** What a call comes to: how it ends, the fuel that it took and asked for, and the memory. */
  function outcome(instance: Instance, name: string, operands: readonly number[], fuel?: bigint): string {
    const { store } = instance;
    const before = store.consumedFuel;
    let end = 'done';
    try {
      if (fuel === undefined) instance.getFunction(name)!.call(...operands, 2);
      else {
        store.fuel = fuel;
        const call = instance.getFunction(name)!.callResumable(...operands, 2);
        end = call.state === 'out-of-fuel' ? `requires ${call.requiredFuel} of ${store.fuel}` : call.state;
      }
    } catch (error) {
      if (!(error instanceof Trap)) throw error;
      end = error.code;
    }
    const memory = Buffer.from(instance.getMemory('memory')!.u8).toString('latin1');
    return `${end}, ${store.consumedFuel - before} fuel, ${memory.slice(0, 99)} ${memory.slice(-99)} ${memory.length}`;
  }

  for (const [index, fuelCosts] of PRICES.entries()) {
    it(`give the same bytes, traps and fuel, at prices ${index}`, () => {
      const seen = LOOPS.map((loop) => {
        const engine = new Engine({
          executor: 'interpreter',
          ...(fuelCosts === undefined ? {} : { fuelCosts }),
        });
        const instance = instantiate(loop, engine);
        return NAMES.flatMap((name) => OPERANDS.map((operands) => outcome(instance, name, operands)));
      });
      for (const outcomes of seen) assert.deepEqual(outcomes, seen[0]);
      assert.ok(seen[0]!.some((text) => text.startsWith('memory-out-of-bounds')));
    });
  }

  it('stop for want of fuel at the same places', () => {
    const seen = LOOPS.map((loop) => {
      const engine = new Engine({ executor: 'interpreter', fuelCosts: { bytesPerFuel: 1 } });
      const instance = instantiate(loop, engine);
      outcome(instance, 'fill', OPERANDS[0]!);
      outcome(instance, 'copy', OPERANDS[0]!);
      return ['fill', 'copy'].flatMap((name) =>
        [0n, 5n, 6n, 40n, 45n, 46n, 47n, 52n, 90n, 95n, 99n, 100n, 2n ** 40n].map((fuel) =>
          outcome(instance, name, OPERANDS[0]!, fuel),
        ),
      );
    });
    for (const outcomes of seen) assert.deepEqual(outcomes, seen[0]);
    assert.ok(seen[0]!.some((text) => text.startsWith('requires 40 of')));
  });

  it('cost nothing where fuel is not consumed, and come to the same', () => {
    const seen = LOOPS.map((loop) => {
      const instance = instantiate(loop, new Engine({ executor: 'interpreter', consumeFuel: false }));
      return NAMES.flatMap((name) => OPERANDS.map((operands) => outcome(instance, name, operands)));
    });
    for (const outcomes of seen) assert.deepEqual(outcomes, seen[0]);
  });

  it('run within the loop in WebAssembly where memory 0 alone has part in it', function () {
    if (OWN === 'javascript') this.skip();
    const instance = instantiate('webassembly', new Engine({ executor: 'interpreter' }));
    for (const name of ['fill', 'copy']) outcome(instance, name, OPERANDS[0]!);
    const loop = instance.loop as { run: () => void };
    const { run } = loop;
    let entries = 0;
    loop.run = () => {
      entries++;
      run();
    };
    for (const name of ['fill', 'copy']) {
      entries = 0;
      instance.getFunction(name)!.call(...OPERANDS[0]!, TURNS);
      assert.ok(entries < 10, `${name}: the loop was entered ${entries} times in ${TURNS} turns`);
    }
  });
});
