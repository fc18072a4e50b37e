import { deepEqual, equal, ok, throws } from 'node:assert/strict';
import { parse } from '@bytecodealliance/jco-transpile/wasm-tools';
import { DEFAULT_LIMITS, Engine, featuresWith, Linker, Store, ValidationError } from '@wasm-dyno/engine';
import { parseModule } from '@wasm-dyno/engine/phases';
import { moduleOf, section } from './whole-module.js';

/** Items that are no functions: a null, and from this on a global. */
const NULL = 0xffff_ffff;
const GLOBAL = 0x8000_0000;

const parsed = (bytes: Uint8Array) => parseModule(bytes, featuresWith(), DEFAULT_LIMITS);

describe('parsing keeps what is common small', () => {
  it('offsets of data in a memory of 64-bit addresses: short constants as numbers, all others as expressions', async () => {
    const offsets = [0n, 5n, 63n, 64n, -1n, 100_000n, 134_217_727n, 134_217_728n, 2n ** 33n, -(2n ** 63n)];
    const bytes = await parse(`(module (memory i64 1)
      ${offsets.map((offset) => `(data (i64.const ${offset}) "a")`).join('\n')}
      (data (i64.add (i64.const 1) (i64.const 2)) "b"))`);
    const { data } = parsed(bytes);
    deepEqual(
      [...data].slice(0, offsets.length).map(({ offset }) => offset),
      offsets.map((value) => [{ kind: 'i64.const', value }]),
    );
    deepEqual(
      offsets.map((_, index) => data.computedOffset(index) === undefined),
      offsets.map((_, index) => index < 7),
    );
    deepEqual(
      Array.from(data.get(10).offset!, ({ kind }) => kind),
      ['i64.const', 'i64.const', 'i64.add'],
    );
  });

  it('puts data where it belongs, on the interpreter', async () => {
    const bytes = await parse(
      `(module (memory (export "m") i64 1) (data (i64.const 300) "x") (data (i64.const 2) "y"))`,
    );
    const engine = new Engine();
    const instance = new Linker(engine).instantiate(new Store(engine), engine.compile(bytes));
    const memory = new Uint8Array(instance.getMemory('m')!.buffer);
    deepEqual([memory[300], memory[2], memory[0]], [0x78, 0x79, 0]);
  });

  it('element items written as expressions: indices while all are functions, words for nulls and globals otherwise', async () => {
    const only = await parse(
      `(module (func $a) (func $b) (elem funcref (ref.func $b) (ref.func $a) (ref.func $b)))`,
    );
    const { asExpressions, items } = parsed(only).elements.get(0);
    deepEqual([asExpressions, items], [false, Uint32Array.of(1, 0, 1)]);
    const mixed = await parse(`(module (func $a) (func $b) (global $g funcref (ref.func $a))
      (elem funcref (ref.func $b) (ref.null func) (ref.func $b) (global.get $g) (ref.null func) (ref.func $a)))`);
    const { elements } = parsed(mixed);
    deepEqual(
      [elements.get(0).asExpressions, elements.get(0).items, elements.highestGlobal],
      [true, Uint32Array.of(1, NULL, 1, GLOBAL, NULL, 0), 0],
    );
  });

  it('element items of the host, nulls only, and segments of every kind side by side', async () => {
    const { elements } = parsed(
      await parse(`(module (import "m" "g" (global $g externref)) (table $t 9 externref) (func $a)
        (elem declare func $a)
        (elem (table $t) (i32.const 1) externref (ref.null extern) (global.get $g))
        (elem funcref (ref.null func))
        (elem funcref)
        (elem func $a $a))`),
    );
    const nothing = { offset: undefined, tableIndex: 0 };
    const functions = { asExpressions: false };
    const expressions = { asExpressions: true };
    deepEqual(
      [...elements],
      [
        { mode: 'declarative', type: 0x70, items: Uint32Array.of(0), ...functions, ...nothing },
        {
          ...{ mode: 'active', type: 0x6f, tableIndex: 0, offset: [{ kind: 'i32.const', value: 1 }] },
          items: Uint32Array.of(NULL, GLOBAL),
          ...expressions,
        },
        { mode: 'passive', type: 0x70, items: Uint32Array.of(NULL), ...expressions, ...nothing },
        { mode: 'passive', type: 0x70, items: Uint32Array.of(), ...expressions, ...nothing },
        { mode: 'passive', type: 0x70, items: Uint32Array.of(0, 0), ...functions, ...nothing },
      ],
    );
  });

  it('declarations of few bytes: one object for all alike, of tables, of globals and of their values', async () => {
    const { globalInitializers, globals, tables } = parsed(
      await parse(`(module (table 0 funcref) (table 0 externref) (table 0 funcref) (table 0 5 funcref) (table 200 funcref)
        (global i32 (i32.const -64)) (global (mut i32) (i32.const 63)) (global i32 (i32.const -64))
        (global i64 (i64.const -64)) (global i64 (i64.const -64)) (global i32 (i32.const 64)))`),
    );
    equal(tables[0], tables[2]);
    equal(globals[0], globals[2]);
    equal(globalInitializers[0], globalInitializers[2]);
    equal(globalInitializers[3], globalInitializers[4]);
    deepEqual(
      tables.map(({ element, limits: { maximum, minimum } }) => [element, minimum, maximum]),
      [
        [0x70, 0, undefined],
        [0x6f, 0, undefined],
        [0x70, 0, undefined],
        [0x70, 0, 5],
        [0x70, 200, undefined],
      ],
    );
    deepEqual(
      globals.map(({ mutable, value }) => [value, mutable]),
      [0x7f, 0x7f, 0x7f, 0x7e, 0x7e, 0x7f].map((value, place) => [value, place === 1]),
    );
    deepEqual(
      globalInitializers.flatMap((initializer) => [...initializer]),
      [
        ...[-64, 63, -64].map((value) => ({ kind: 'i32.const', value })),
        ...[-64n, -64n].map((value) => ({ kind: 'i64.const', value })),
        { kind: 'i32.const', value: 64 },
      ],
    );
  });

  it('refuses a short constant of another type, and one that is cut off', () => {
    const initialised = (...bytes: number[]) => moduleOf(section(6, 1, ...bytes));
    throws(() => parsed(initialised(0x7f, 0, 0x42, 1, 0x0b)), /type mismatch/);
    throws(() => parsed(initialised(0x7e, 0, 0x41, 1, 0x0b)), /type mismatch/);
    throws(() => parsed(initialised(0x7f, 0, 0x41, 1)), /unexpected end/);
    throws(() => parsed(initialised(0x7f, 0, 0x41)), /unexpected end/);
  });

  it('refuses in element items what it refused', () => {
    const withItems = (...items: number[]) =>
      moduleOf(
        section(1, 1, 0x60, 0, 0),
        section(3, 1, 0),
        section(9, 1, 5, 0x70, ...items),
        section(10, 1, 2, 0, 0x0b),
      );
    throws(() => parsed(withItems(1, 0xd2, 1, 0x0b)), /unknown function 1/);
    throws(() => parsed(withItems(1, 0xd2, 0, 0xd2, 0, 0x0b)), ValidationError);
    throws(() => parsed(withItems(1, 0xd2, 0)), /unexpected end/);
    throws(() => parsed(withItems(2, 0xd2, 0, 0x0b, 0x41, 0, 0x0b)), /type mismatch/);
  });

  it('chains of arithmetic: one object per operator of all expressions, none before somebody asks', () => {
    const chain = Array.from({ length: 3 }, () => [0x42, 5, 0x7e]).flat();
    const { globalInitializers } = parsed(moduleOf(section(6, 1, 0x7e, 0, 0x42, 3, ...chain, 0x0b)));
    const [initializer] = globalInitializers;
    equal(initializer!.length, 7);
    ok(!Array.isArray(initializer));
    const operations = [...initializer!];
    deepEqual(
      operations.map(({ kind }) => kind),
      ['i64.const', 'i64.const', 'i64.mul', 'i64.const', 'i64.mul', 'i64.const', 'i64.mul'],
    );
    equal(operations[2], operations[4]);
  });

  it('expressions of several operators: as they were written, whatever they are made of', async () => {
    const bytes = await parse(`(module (import "" "a" (global $a i32)) (import "" "b" (global $b i64))
      (memory 1)
      (global i32 (i32.sub (i32.mul (i32.const 64) (global.get $a)) (i32.add (i32.const -1) (i32.const -2147483648))))
      (global i64 (i64.mul (i64.add (i64.const 64) (global.get $b)) (i64.sub (i64.const -1) (i64.const -9223372036854775808))))
      (data (i32.add (global.get $a) (i32.const 7)) "x"))`);
    const { data, globalInitializers } = parsed(bytes);
    const i32 = (value: number) => ({ kind: 'i32.const', value });
    const i64 = (value: bigint) => ({ kind: 'i64.const', value });
    const global = (globalIndex: number) => ({ kind: 'global.get', globalIndex });
    const kind = (name: string) => ({ kind: name });
    deepEqual(
      globalInitializers.map((initializer) => [...initializer]),
      [
        [
          ...[i32(64), global(0), kind('i32.mul'), i32(-1), i32(-(2 ** 31))],
          ...[kind('i32.add'), kind('i32.sub')],
        ],
        [
          ...[i64(64n), global(1), kind('i64.add'), i64(-1n), i64(-(2n ** 63n))],
          ...[kind('i64.sub'), kind('i64.mul')],
        ],
      ],
    );
    deepEqual([...data.computedOffset(0)!], [global(0), i32(7), kind('i32.add')]);
  });

  it('refuses of sums what it refused, however high their stack is', () => {
    const initialised = (...bytes: number[]) => moduleOf(section(6, 1, 0x7f, 0, ...bytes));
    const operands = (count: number) => new Array(count).fill([0x41, 0]).flat() as number[];
    const additions = (count: number) => new Array<number>(count).fill(0x6a);
    equal(
      parsed(initialised(...operands(9_000), ...additions(8_999), 0x0b)).globalInitializers[0]!.length,
      17_999,
    );
    throws(() => parsed(initialised(...operands(9_000), ...additions(8_998), 0x0b)), /type mismatch/);
    throws(() => parsed(initialised(...operands(2), ...additions(2), 0x0b)), /type mismatch/);
    throws(() => parsed(initialised(...operands(1), 0x42, 0, 0x6a, 0x0b)), /type mismatch/);
    throws(() => parsed(initialised(...operands(2), 0x7c, 0x0b)), /type mismatch/);
    throws(() => parsed(initialised(...operands(2), ...additions(1))), /unexpected end/);
    throws(() => parsed(initialised(...operands(2), 0x20, 0, 0x0b)), /constant expression required/);
    throws(() => parsed(initialised(...operands(2), 0xff, 0x0b)), /illegal opcode ff/);
    throws(() => parsed(initialised(0x0b)), /type mismatch/);
    throws(
      () =>
        parseModule(
          initialised(...operands(2), 0x6a, 0x0b),
          featuresWith({ extendedConst: false }),
          DEFAULT_LIMITS,
        ),
      /i32\.add in a constant expression/,
    );
  });
});
