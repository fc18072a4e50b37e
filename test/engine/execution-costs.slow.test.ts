import { deepEqual, equal, ok, throws } from 'node:assert/strict';
import { parse } from '@bytecodealliance/jco-transpile/wasm-tools';
import { loadPrograms } from '@wasm-dyno/corpora';
import {
  Engine,
  EXECUTION_CLASSES,
  type ExecutionCostOptions,
  Func,
  functionType,
  type Instance,
  Linker,
  MAXIMUM_OPERATOR_COST,
  MAXIMUM_SIZE_COST,
  OPERATOR_CLASSES,
  Store,
} from '@wasm-dyno/engine';
import { operatorName } from '@wasm-dyno/engine/operators';

import { operatorClasses } from '../../engine/dist/fuel/operator-classes.js';
import { FREE_OPERATORS } from '../../engine/dist/fuel/schedule.js';
import { randomCosts } from '../core/random-costs.js';

const BOTH = ['interpreter', 'host'] as const;

async function bytesOf(text: string): Promise<Uint8Array> {
  return parse(`(module ${text})`);
}

/** Fuel of calling the export `f` of the module, compiling apart; the same on both executors. */
async function fuelOf(text: string, executionCosts: ExecutionCostOptions): Promise<bigint> {
  const bytes = await bytesOf(text);
  const consumed = BOTH.map((executor) => {
    const engine = new Engine({ executor, compilationMode: 'eager', fuelCosts: { executionCosts } });
    const store = new Store(engine);
    const linker = new Linker(engine).define(
      'host',
      'nothing',
      Func.wrap(store, functionType([], []), () => undefined),
    );
    const instance = linker.instantiate(store, engine.compile(bytes));
    const before = store.consumedFuel;
    instance.getFunction('f')!.call();
    return store.consumedFuel - before;
  });
  equal(consumed[1], consumed[0], 'the host executor');
  return consumed[0]!;
}

const repeat = (count: number, text: string) => new Array<string>(count).fill(text).join(' ');
const costsByClass = (seed: number): ExecutionCostOptions =>
  Object.fromEntries(
    randomCosts(seed)
      .explain()
      .filter(({ name }) => name.startsWith('executionCosts.'))
      .map(({ name, value }) => [name.slice('executionCosts.'.length), value]),
  );

describe('classes of operators', () => {
  const classes = operatorClasses();

  it('hold every operator once, but for those that are free', () => {
    const without = classes.flatMap((name, operator) => {
      const text = operatorName(operator);
      return text !== undefined && name === undefined ? [text] : [];
    });
    deepEqual(without.sort(), FREE_OPERATORS.map((operator) => operatorName(operator)!).sort());
  });

  it('each have an operator', () => {
    const used = new Set(classes);
    const empty = Object.keys(OPERATOR_CLASSES).filter((name) => !used.has(name as never));
    deepEqual(empty, ['host-call']);
  });

  it('are told by an operator of each', () => {
    const byName = new Map(classes.map((name, operator) => [operatorName(operator), name]));
    const expected: Record<string, string> = {
      'i32.extend8_s': 'i32-arithmetic',
      'i64.extend_i32_u': 'conversion',
      'i32.wrap_i64': 'conversion',
      'i64.load32_s': 'load-32',
      'f64.store': 'store-64',
      'i64.store8': 'store-8',
      'f32.sqrt': 'f32-division',
      'i32.trunc_sat_f64_u': 'truncation',
      'f32.reinterpret_i32': 'reinterpretation',
      'i64.mul_wide_s': 'wide-arithmetic',
      'f64.min': 'float-rounding',
      'i8x16.shuffle': 'vector-lane',
      'i16x8.extmul_low_i8x16_u': 'vector-multiplication',
      'i16x8.extend_low_i8x16_s': 'vector-conversion',
      'i32x4.trunc_sat_f32x4_s': 'vector-conversion',
      'v128.load32_zero': 'vector-load',
      'v128.store16_lane': 'vector-store',
      'v128.bitselect': 'vector-logic',
      'f64x2.sqrt': 'vector-float',
      'i64x2.lt_s': 'vector-comparison',
      'i8x16.add_sat_u': 'vector-integer',
    };
    deepEqual(Object.fromEntries(Object.keys(expected).map((name) => [name, byName.get(name)])), expected);
  });
});

describe('costs of executing', () => {
  it('are charged by class, the rest as without them', async () => {
    const text = `(memory 1) (func (export "f")
      (drop (i32.mul (i32.const 2) (i32.const 3)))
      (drop (f64.div (f64.const 2) (f64.const 3)))
      (i32.store8 (i32.const 0) (i32.load (i32.const 8))))`;
    equal(await fuelOf(text, {}), 10n);
    equal(await fuelOf(text, { 'i32-multiplication': 5 }), 14n);
    equal(await fuelOf(text, { constant: 0, 'f64-division': 100, 'load-32': 7, 'store-8': 9 }), 117n);
  });

  it('tell a call of an imported function from one of the module’s own', async () => {
    const text = (call: string) => `(import "host" "nothing" (func $host)) (func $own)
      (table funcref (elem $own)) (func (export "f") ${call})`;
    const costs = { call: 10, 'indirect-call': 100, 'host-call': 1000, constant: 3 };
    equal(await fuelOf(text('call $own'), costs), 10n);
    equal(await fuelOf(text('call $host'), costs), 1000n);
    equal(await fuelOf(text('(call_indirect (i32.const 0))'), costs), 103n);
    equal(await fuelOf(text('return_call $own'), costs), 10n);
    equal(await fuelOf(text('return_call $host'), costs), 1000n);
    equal(await fuelOf(text('(return_call_indirect (i32.const 0))'), costs), 103n);
  });

  it('price what is done by size: bytes of bulk operators, bytes of growth, elements', async () => {
    const costs = {
      constant: 0,
      'bulk-bytes': 5,
      'growth-bytes': 7,
      'table-elements': 11,
      'memory-growth': 100,
      'memory-bulk': 1000,
      'table-bulk': 10_000,
    };
    const fill = '(memory.fill (i32.const 0) (i32.const 1) (i32.const 65))';
    equal(await fuelOf(`(memory 1) (func (export "f") ${fill})`, costs), 1000n + 2n * 5n);
    const grow = '(drop (memory.grow (i32.const 2)))';
    equal(await fuelOf(`(memory 1) (func (export "f") ${grow})`, costs), 100n + 2n * 1024n * 7n);
    const fillTable = '(table.fill (i32.const 0) (ref.null func) (i32.const 9))';
    equal(
      await fuelOf(`(table 9 funcref) (func (export "f") ${fillTable})`, { ...costs, reference: 2 }),
      10_000n + 2n + 99n,
    );
  });

  it('of a block that come to more than a word are charged as the largest word', async () => {
    const text = (count: number) =>
      `(func (export "f") ${repeat(count, '(drop (i32.const 0))')} (drop (i32.add (i32.const 1) (i32.const 2))))`;
    const costs = { constant: MAXIMUM_OPERATOR_COST };
    equal(await fuelOf(text(2145), costs), 2_147_000_001n);
    equal(await fuelOf(text(2146), costs), 2_147_483_647n);
    equal(await fuelOf(text(9000), costs), 2_147_483_647n);
  });

  it('of growing a thousand times in a block are not wrapped round to a gift', async () => {
    const text = `(memory 1) (func (export "f") (drop ${repeat(3000, '(memory.grow')} (i32.const 70000) ${repeat(3000, ')')}))`;
    equal(await fuelOf(text, { 'memory-growth': MAXIMUM_OPERATOR_COST }), 2_147_483_647n);
  });

  it('are the same on both executors, and in steps, over real programs', function () {
    this.timeout(600_000);
    const { programs } = loadPrograms();
    ok(programs.length >= 3);
    for (const [seed, program] of programs.entries()) {
      const fuelCosts = { executionCosts: costsByClass(seed) };
      const fuels = BOTH.map((executor) => {
        const engine = new Engine({ executor, fuelCosts });
        const store = new Store(engine);
        const instance = instanceOf(store, program.bytes);
        const before = store.consumedFuel;
        const results = instance.getFunction(program.export)!.call();
        deepEqual(results.map(String), program.results, program.name);
        return store.consumedFuel - before;
      });
      equal(fuels[1], fuels[0], program.name);
      equal(inSteps(program.bytes, program.export, fuelCosts.executionCosts), fuels[0], program.name);
    }
  });

  it('are explained, each with its layer, where one is given', () => {
    deepEqual(
      new Engine().costs.explain().filter(({ name }) => name.startsWith('executionCosts')),
      [],
    );
    const { costs } = new Engine({ fuelCosts: { executionCosts: { 'f64-division': 12 } } });
    const rows = costs.explain().filter(({ name }) => name.startsWith('executionCosts.'));
    equal(rows.length, EXECUTION_CLASSES.length);
    const row = (name: string) => rows.find((one) => one.name === `executionCosts.${name}`)!;
    deepEqual([row('f64-division').value, row('f64-division').layer], [12, 'configuration']);
    deepEqual([row('constant').value, row('constant').layer], [1, 'default']);
    deepEqual([row('memory-growth').value, row('memory-growth').layer], [5000, 'default']);
  });

  it('are those that were checked, whatever a table tells when it is asked again or inherits', () => {
    let reads = 0;
    const table = Object.create({ branch: 0 }) as Record<string, number>;
    Object.defineProperty(table, 'constant', { enumerable: true, get: () => (reads++ === 0 ? 5 : -5) });
    const rows = new Engine({ fuelCosts: { executionCosts: table } }).costs.explain();
    const value = (name: string) => rows.find((one) => one.name === `executionCosts.${name}`)!.value;
    deepEqual([value('constant'), value('branch'), reads], [5, 1, 1]);
  });

  it('are refused by name where they are none', () => {
    const engineWith = (executionCosts: unknown) =>
      new Engine({ fuelCosts: { executionCosts: executionCosts as ExecutionCostOptions } });
    throws(() => engineWith({ division: 3 }), /unknown class division in executionCosts; the known ones are/);
    throws(
      () => engineWith({ branch: 0 }),
      /executionCosts\.branch is 0; give a whole number from 1 to 1000000/,
    );
    throws(() => engineWith({ constant: 0.5 }), /executionCosts\.constant is 0\.5/);
    throws(() => engineWith({ constant: MAXIMUM_OPERATOR_COST + 1 }), RangeError);
    throws(() => engineWith({ 'bulk-bytes': MAXIMUM_SIZE_COST + 1 }), RangeError);
    throws(() => engineWith({ constant: Object.create(null) as number }), /constant is an object; give/);
    throws(() => engineWith([]), /give an object/);
    throws(() => engineWith(null), /give an object/);
  });
});

/** The programs import functions that they do not call. */
function instanceOf(store: Store, bytes: Uint8Array): Instance {
  const linker = new Linker(store.engine);
  const module = store.engine.compile(bytes);
  for (const { module: from, name, type } of module.imports) {
    if (type.kind !== 'function') continue;
    linker.define(
      from,
      name,
      Func.wrap(store, type.type, () => type.type.results.map(() => 0)),
    );
  }
  return linker.instantiate(store, module);
}

/** Fuel of a call that is resumed whenever its fuel is gone, with as much as the next step asks for, and a little. */
function inSteps(bytes: Uint8Array, name: string, executionCosts: ExecutionCostOptions): bigint {
  const engine = new Engine({ fuelCosts: { executionCosts } });
  const store = new Store(engine);
  const instance = instanceOf(store, bytes);
  const before = store.consumedFuel;
  store.fuel = 0n;
  let call = instance.getFunction(name)!.callResumable();
  for (let step = 1n; call.state === 'out-of-fuel'; step++) {
    store.fuel = call.requiredFuel + step ** 3n;
    call = call.resume();
  }
  return store.consumedFuel - before;
}
