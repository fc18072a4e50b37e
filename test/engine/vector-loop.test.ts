import assert from 'node:assert/strict';

import { Random } from '@wasm-dyno/corpora/random';
import { Engine, type Instance, Linker, Store, ValueType } from '@wasm-dyno/engine';
import { loopName, useLoop, type LoopName } from '@wasm-dyno/engine/phases';
import { OPERATOR_SPACE, operatorName } from '../../engine/dist/binary/operator.js';
import {
  memoryAccesses,
  signatureParameter,
  signatureParameterCount,
  signatureResult,
} from '../../engine/dist/binary/operator-signature.js';
import { randomVector } from './vector-oracle.js';
import { binary } from './whole-module.js';

/** Before Node 22 there is the loop in JavaScript alone. */
const OWN = loopName();
const ROUNDS = 20;
const TURNS = 200;
const RESULT_AT = 64;
/** Memory that is looked at. */
const BYTES = 112;

interface Case {
  readonly label: string;
  /** What a turn of its loop does; `$v`, `$u` and `$w` are vectors, `$i` is an i32. */
  readonly body: string;
}

const typeName = (type: number) => ValueType[type]!.toLowerCase();

/** Lanes that the immediate chooses from; 0 without one. */
function laneCount(name: string): number {
  if (!/_lane(_[su])?$/.test(name)) return 0;
  const [, bits, lanes] = /^v128\.(?:load|store)(\d+)|x(\d+)\./.exec(name)!;
  return bits === undefined ? Number(lanes) : 128 / Number(bits);
}

function immediatesOf(name: string, random: Random): string[] {
  if (name === 'v128.const') return [`i8x16 ${randomVector(random).join(' ')}`];
  if (name === 'i8x16.shuffle')
    return [0, 1, 2].map(() =>
      randomVector(random)
        .map((byte) => byte & 31)
        .join(' '),
    );
  const lanes = laneCount(name);
  return lanes === 0 ? [''] : [0, 1, lanes - 1].map(String);
}

/** Each operator on its own, results also in the local that an operand is read from. */
function operatorCases(): Case[] {
  const random = new Random(11);
  return Array.from({ length: OPERATOR_SPACE - 0x200 }, (_, i) => 0x200 + i).flatMap((operator) => {
    const name = operatorName(operator);
    if (name === undefined) return [];
    return immediatesOf(name, random).map((immediate) => {
      const label = `${name} ${immediate}`;
      if (memoryAccesses[operator] !== 0) {
        const isLane = name.endsWith('_lane');
        if (name.includes('.store'))
          return { label, body: `(${name} offset=3 ${immediate} (i32.const ${RESULT_AT}) (local.get $v))` };
        const value = `(${name} offset=5 ${immediate} (i32.const 0) ${isLane ? '(local.get $v)' : ''})`;
        return {
          label,
          body: `(local.set $v ${value}) (v128.store (i32.const ${RESULT_AT}) (local.get $v))`,
        };
      }
      const operands = Array.from({ length: signatureParameterCount(operator) }, (_, at) => {
        const type = typeName(signatureParameter(operator, at));
        return type === 'v128'
          ? `(local.get ${['$v', '$u', '$w'][at]!})`
          : `(${type}.load (i32.const ${16 * at}))`;
      });
      const value = `(${name} ${immediate} ${operands.join(' ')})`;
      const result = name === 'v128.const' ? 'v128' : typeName(signatureResult(operator));
      return {
        label,
        body:
          result === 'v128'
            ? `(v128.store (i32.const ${RESULT_AT}) ${value})
              (local.set $v ${value}) (v128.store offset=16 (i32.const ${RESULT_AT}) (local.get $v))`
            : `(${result}.store (i32.const ${RESULT_AT}) ${value})`,
      };
    });
  });
}

/** A number of each type, made of `$i`. */
function timesOf(by: number): string {
  const product = `(i32.mul (local.get $i) (i32.const ${by}))`;
  return `${product} (i64.extend_i32_u ${product}) (i32x4.splat ${product})`;
}

/** What stands between vector operators. */
const BETWEEN: readonly Case[] = [
  { label: 'global.get', body: `(v128.store (i32.const ${RESULT_AT}) (global.get $constant))` },
  {
    label: 'global.set',
    body: `(global.set $changed (i32x4.add (global.get $changed) (local.get $u)))
      (v128.store (i32.const ${RESULT_AT}) (global.get $changed))`,
  },
  {
    label: 'select',
    body: `(v128.store (i32.const ${RESULT_AT})
      (select (result v128) (local.get $v) (local.get $u) (i32.and (local.get $i) (i32.const 1))))`,
  },
  {
    label: 'zeroed locals',
    body: `(v128.store (i32.const ${RESULT_AT}) (call $zeros (local.get $v)))`,
  },
  {
    label: 'a branch with many values of three types',
    body: `(block $out (result ${'i32 i64 v128 '.repeat(6)})
        (i32.clz (local.get $i))
        ${[3, 5, 7, 11, 13, 17].map((by) => timesOf(by)).join(' ')}
        (br $out))
      ${'local.get $v i32x4.sub local.set $v local.get $l i64.sub local.set $l local.get $n i32.sub local.set $n '.repeat(6)}
      (v128.store (i32.const ${RESULT_AT}) (local.get $v))
      (i64.store offset=16 (i32.const ${RESULT_AT}) (local.get $l))
      (i32.store offset=24 (i32.const ${RESULT_AT}) (local.get $n))`,
  },
  {
    label: 'memory.size',
    body: `(i32.store (i32.const ${RESULT_AT}) (memory.size)) (v128.store offset=16 (i32.const ${RESULT_AT}) (local.get $v))`,
  },
];

const CASES = [...operatorCases(), ...BETWEEN];

function functionText({ body }: Case, index: number): string {
  return `(func (export "f${index}") (param $i i32) (local $v v128) (local $u v128) (local $w v128) (local $n i32) (local $l i64)
    (local.set $v (v128.load (i32.const 0)))
    (local.set $u (v128.load (i32.const 16)))
    (local.set $w (v128.load (i32.const 32)))
    (loop $again
      ${body}
      (br_if $again (local.tee $i (i32.sub (local.get $i) (i32.const 1))))))`;
}

const MODULE = () => `(module (memory (export "memory") 1)
  (global $constant v128 (v128.const i32x4 1 -2 3 -4)) (global $changed (mut v128) (v128.const i64x2 0 -1))
  (func $zeros (param v128) (result v128)
    (local v128 v128 i32 i32 i32 i32 i32 i64 i64 i64 i64 i64 v128)
    (local.set 1 (local.get 0))
    (i64x2.add (i32x4.add (local.get 1) (local.get 2))
      (i64x2.add (local.get 13) (i64x2.splat (i64.add (i64.extend_i32_u (local.get 7)) (local.get 12))))))
  ${CASES.map(functionText).join('\n')})`;

describe('vector operators in the loops of the interpreter', () => {
  let bytes: Uint8Array;
  before(async () => {
    bytes = await binary(MODULE());
  });
  afterEach(() => useLoop(OWN));

  function instantiate(loop: LoopName): Instance {
    useLoop(loop);
    const engine = new Engine();
    return new Linker(engine).instantiate(new Store(engine), engine.compile(bytes));
  }

  /** Memory and fuel after a call on those operands. */
  function run(instance: Instance, index: number, operands: readonly Uint8Array[], turns: number): string {
    const memory = instance.getMemory('memory')!;
    memory.u8.fill(0xa5, 0, BYTES);
    operands.forEach((operand, i) => memory.u8.set(operand, 16 * i));
    const before = instance.store.consumedFuel;
    instance.getFunction(`f${index}`)!.call(turns);
    return `${Buffer.from(memory.u8.subarray(0, BYTES)).toString('hex')}, ${instance.store.consumedFuel - before} fuel`;
  }

  it('are all of them', () => {
    assert.equal(new Set(CASES.map(({ label }) => label.split(' ')[0])).size, 236 + 20 + BETWEEN.length);
  });

  it('give the same bits and fuel in both', function () {
    if (OWN === 'javascript') this.skip();
    const operandsOf = (index: number) => {
      const random = new Random(index + 1);
      return Array.from({ length: ROUNDS }, () => [0, 1, 2].map(() => randomVector(random)));
    };
    const resultsIn = (loop: LoopName) => {
      const instance = instantiate(loop);
      return CASES.map((_, index) => operandsOf(index).map((operands) => run(instance, index, operands, 2)));
    };
    const expected = resultsIn('javascript');
    resultsIn('webassembly').forEach((results, index) => {
      assert.deepEqual(results, expected[index], CASES[index]!.label);
    });
  });

  it('run within the loop in WebAssembly, none of them outside it', function () {
    if (OWN === 'javascript') this.skip();
    const instance = instantiate('webassembly');
    const random = new Random(3);
    const operands = [0, 1, 2].map(() => randomVector(random));
    run(instance, 0, operands, 1);
    const loop = instance.loop as { run: () => void };
    const { run: runLoop } = loop;
    let entries = 0;
    loop.run = () => {
      entries++;
      runLoop();
    };
    // A call of a function in the loop leaves it while the host may still be optimising it.
    const index = CASES.length - BETWEEN.length + BETWEEN.findIndex(({ label }) => label === 'zeroed locals');
    for (let i = 0; i < 3; i++) run(instance, index, operands, TURNS);
    CASES.forEach(({ label }, at) => {
      run(instance, at, operands, 1);
      entries = 0;
      run(instance, at, operands, TURNS);
      assert.ok(entries < 10, `${label}: the loop was entered ${entries} times in ${TURNS} turns`);
    });
  });
});
