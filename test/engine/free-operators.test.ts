import { deepEqual, equal } from 'node:assert/strict';
import { parse } from '@bytecodealliance/jco-transpile/wasm-tools';
import { Engine, Linker, Store, ValueType } from '@wasm-dyno/engine';

// The schedule and the signatures that both executors' tables are made from: neither is public.
import { operatorName } from '../../engine/dist/binary/operator.js';
import { operatorSignatures } from '../../engine/dist/binary/operator-signature.js';
import { FREE_OPERATORS } from '../../engine/dist/fuel/schedule.js';
import { moduleOf, section } from './whole-module.js';

/** A use of each free operator, and the fuel of the operators around it. */
const USES: Readonly<Record<string, readonly [text: string, fuel: bigint]>> = {
  unreachable: ['unreachable', 0n],
  nop: ['nop', 0n],
  block: ['block end', 0n],
  else: ['(if (i32.const 1) (then) (else))', 2n],
  end: ['block block end end', 0n],
  return: ['return', 0n],
  drop: ['(drop (i32.const 1))', 1n],
};

/** Fuel of a call of the exported function, however it ends. */
function fuelOf(bytes: Uint8Array, executor: 'interpreter' | 'host'): bigint {
  const engine = new Engine({ executor, compilationMode: 'eager' });
  const store = new Store(engine);
  const run = new Linker(engine).instantiate(store, engine.compile(bytes)).getFunction('f')!;
  const before = store.consumedFuel;
  try {
    run.call();
  } catch (error) {
    equal((error as Error).message, 'unreachable');
  }
  return store.consumedFuel - before;
}

/** Constants of one, by type. */
const ONES = new Map<number, readonly number[]>([
  [ValueType.I32, [0x41, 1]],
  [ValueType.I64, [0x42, 1]],
  [ValueType.F32, [0x43, 0, 0, 0x80, 0x3f]],
  [ValueType.F64, [0x44, 0, 0, 0, 0, 0, 0, 0xf0, 0x3f]],
]);

describe('the list of free operators', () => {
  it('is what both executors charge nothing for', async () => {
    deepEqual(FREE_OPERATORS.map((operator) => operatorName(operator)).sort(), Object.keys(USES).sort());
    for (const [name, [text, fuel]] of Object.entries(USES)) {
      const bytes = await parse(`(module (func (export "f") ${text}))`);
      equal(fuelOf(bytes, 'interpreter'), fuel, `${name}, interpreter`);
      equal(fuelOf(bytes, 'host'), fuel, `${name}, host`);
    }
  });

  it('has none of the operators of one byte that compute: each costs one on both', () => {
    const counted: number[] = [];
    for (let operator = 0x45; operator < 0x100; operator++) {
      const signature = operatorSignatures[operator]!;
      const types = [8, 16, 24].map((shift) => (signature >>> shift) & 0xff).filter((type) => type !== 0);
      if (signature === 0) continue;
      const body = [0, ...types.flatMap((type) => ONES.get(type)!), operator, 0x1a, 0x0b];
      const bytes = moduleOf(
        section(1, 1, [0x60, 0, 0]),
        section(3, 1, [0]),
        section(7, 1, [1, 0x66, 0, 0]),
        section(10, 1, [body.length, ...body]),
      );
      const expected = BigInt(types.length + 1);
      equal(fuelOf(bytes, 'interpreter'), expected, `${operatorName(operator)}, interpreter`);
      equal(fuelOf(bytes, 'host'), expected, `${operatorName(operator)}, host`);
      counted.push(operator);
    }
    equal(counted.length, 0xc4 - 0x45 + 1);
  });
});
