import { deepEqual, equal, ok, throws } from 'node:assert/strict';
import {
  DEFAULT_LIMITS,
  Engine,
  featuresWith,
  Linker,
  OutOfFuelError,
  Store,
  UnsupportedModuleError,
  ValidationError,
} from '@wasm-dyno/engine';
import {
  BodyScale,
  parseModule,
  useFrontEnd,
  validateFunction,
  validateWithinFreeValues,
} from '@wasm-dyno/engine/phases';
import { coreAccepts } from '../../engine/dist/core/front-end.js';
import { FunctionValidator } from '../../engine/dist/validate/function-validator.js';
import { unsigned } from '../encoded-integers.js';
import { moduleOf, section } from './whole-module.js';

const enum Code {
  Unreachable = 0x00,
  Block = 0x02,
  Loop = 0x03,
  If = 0x04,
  Else = 0x05,
  End = 0x0b,
  Br = 0x0c,
  BrIf = 0x0d,
  BrTable = 0x0e,
  Return = 0x0f,
  Call = 0x10,
  Drop = 0x1a,
  I32Const = 0x41,
  I32Rotl = 0x77,
}

const I32 = 0x7f;
const list = (count: number) => [...unsigned(count), ...new Array<number>(count).fill(I32)];
const functionType = (parameters: number, results: number) => [0x60, ...list(parameters), ...list(results)];
const sized = (bytes: readonly number[]) => [...unsigned(bytes.length), ...bytes];
const repeated = (count: number, part: readonly number[]) => Array.from({ length: count }, () => part).flat();

/** Type 0 is [] -> [], 1 is [] -> [i32 x 1000], 2 is [i32 x 1000] -> the same, 3 is [i32 x 16] -> the same; a function of each, the first exported as `f`. */
function moduleWith(body: readonly number[], ownType = 0): Uint8Array {
  const types = [functionType(0, 0), functionType(0, 1000), functionType(1000, 1000), functionType(16, 16)];
  const stub = sized([0, Code.Unreachable, Code.End]);
  return moduleOf(
    section(1, types.length, ...types),
    section(3, 4, ownType, 1, 2, 3),
    section(7, 1, 1, 0x66, 0, 0),
    section(10, 4, sized(body), stub, stub, stub),
  );
}

function weightOf(body: readonly number[], ownType = 0) {
  const module = parseModule(moduleWith(body, ownType), featuresWith(), DEFAULT_LIMITS);
  const { validate, translate } = new BodyScale(module).weigh(0);
  return { validate: validate - body.length, translate: translate - body.length };
}

/** What each function is charged before its bytes, unless told otherwise, in fuel of 64 bytes. */
const FUNCTION_FUEL = { validate: 100n, translate: 300n };

/** Beyond the values that the body's bytes pay for, 256 and one for each: two to a byte in validating, and 4,096 and the body six times for the stop, one in translating. */
function bytesOfLists(body: readonly number[], values: number): { validate: number; translate: number } {
  const unpaid = Math.max(0, values - 256 - body.length);
  return { validate: Math.floor(unpaid / 2) + (unpaid > 0 ? 4_096 + 6 * body.length : 0), translate: unpaid };
}

/**
 * A join is 5 values, and 1 for 7 locals; values of dear operators count once more for 2,048 locals. What the body's bytes do not pay for, 256 and one
 * for each, is 10 bytes of translating each.
 */
function bytesOfJoins(body: readonly number[], [joins, ofLocals, dear = 0]: Joins): number {
  const values = joins * (5 + Math.ceil(ofLocals / 7)) + dear + Math.floor((dear * ofLocals) / 2048);
  return 10 * Math.max(0, values - 256 - body.length);
}

type Joins = readonly [count: number, ofLocals: number, dear?: number];
const locals = (count: number) => [1, ...unsigned(count), I32];
const ifElse = [Code.I32Const, 0, Code.If, 0x40, Code.Else, Code.End];

/**
 * Body, type of its function, values that its long lists make work of, joins with locals and values of dear operators if they are many, and bytes that it
 * counts as for its declared locals.
 */
const EXAMPLES: readonly (readonly [
  name: string,
  body: readonly number[],
  ownType: number,
  values: number,
  joins: Joins,
  localBytes: number,
])[] = [
  ['nothing', [0, Code.End], 0, 0, [0, 0], 0],
  [
    'block [1000]->[1000]',
    [0, Code.Call, 1, Code.Block, 2, Code.End, Code.Unreachable, Code.End],
    0,
    5020,
    [1, 0],
    0,
  ],
  [
    'loop [1000]->[1000] and a branch to it',
    [0, Code.Call, 1, Code.Loop, 2, Code.Br, 0, Code.End, Code.Unreachable, Code.End],
    0,
    7028,
    [3, 0],
    0,
  ],
  [
    'if [1000]->[1000] with both arms',
    [0, Code.Call, 1, Code.I32Const, 0, Code.If, 2, Code.Else, Code.End, Code.Unreachable, Code.End],
    0,
    9036,
    [4, 0],
    0,
  ],
  ['call [1000]->[1000]', [0, Code.Call, 1, Code.Call, 2, Code.Unreachable, Code.End], 0, 3012, [0, 0], 0],
  [
    'lists of 16 values',
    [0, Code.Unreachable, Code.Call, 3, Code.Block, 3, Code.Br, 0, Code.End, Code.Unreachable, Code.End],
    0,
    160,
    [2, 0],
    0,
  ],
  [
    'a br_table with a loop and a block in turn: each label once',
    [
      ...[0, Code.Block, 1, Code.Call, 1, Code.Loop, 2],
      ...[Code.I32Const, 0, Code.BrTable, 4, 0, 1, 0, 1, 0],
      ...[Code.End, Code.End, Code.Unreachable, Code.End],
    ],
    0,
    // The call, the loop and its end, the block's end, two labels.
    11 * 1004,
    // The loop, the br_table and its two labels, two ends.
    [6, 0],
    0,
  ],
  [
    'a function of 1,000 parameters and results in three bytes',
    [0, Code.Unreachable, Code.End],
    2,
    4016,
    [0, 1000],
    0,
  ],
  [
    'conditional returns of 1,000 results',
    [0, Code.Call, 1, Code.I32Const, 0, Code.BrIf, 0, Code.Return, Code.End],
    1,
    7028,
    [2, 0],
    0,
  ],
  ['49,999 locals', [...locals(49_999), Code.End], 0, 0, [0, 49_999], 781],
  [
    '512 locals at 10 conditions and ends',
    [...locals(512), ...repeated(10, [Code.I32Const, 0, Code.If, 0x40, Code.End]), Code.End],
    0,
    0,
    [30, 512],
    8,
  ],
  [
    '64 locals at joins that the bytes pay for',
    [...locals(64), ...repeated(5, ifElse), Code.End],
    0,
    0,
    [20, 64],
    1,
  ],
  ['64 locals at many joins', [...locals(64), ...repeated(100, ifElse), Code.End], 0, 0, [400, 64], 1],
  ['no locals at many joins', [0, ...repeated(100, ifElse), Code.End], 0, 0, [400, 0], 0],
  ['loops', [0, ...repeated(100, [Code.Loop, 0x40, Code.End]), Code.End], 0, 0, [200, 0], 0],
  [
    'blocks and branches',
    [0, ...repeated(100, [Code.Block, 0x40, Code.Br, 0, Code.End]), Code.End],
    0,
    0,
    [200, 0],
    0,
  ],
  [
    'conditional branches to one block',
    [0, Code.Block, 0x40, ...repeated(100, [Code.I32Const, 0, Code.BrIf, 0]), Code.End, Code.End],
    0,
    0,
    [201, 0],
    0,
  ],
  [
    'a br_table of a hundred labels',
    [
      ...[0, ...repeated(100, [Code.Block, 0x40]), Code.I32Const, 0, Code.BrTable, 99],
      ...Array.from({ length: 100 }, (_, label) => label),
      ...[...repeated(100, [Code.End]), Code.End],
    ],
    0,
    0,
    [201, 0],
    0,
  ],
  [
    '1,000 parameters at joins',
    [0, ...repeated(5, ifElse), Code.Unreachable, Code.End],
    2,
    4016,
    [20, 1000],
    0,
  ],
  [
    'joins that nobody comes to',
    [...locals(512), Code.Unreachable, ...repeated(20, ifElse), Code.End],
    0,
    0,
    [80, 512],
    8,
  ],
  ['2,000 locals at 40 joins', [...locals(2_000), ...repeated(10, ifElse), Code.End], 0, 0, [40, 2000], 31],
  [
    '49,999 locals at 40 joins',
    [...locals(49_999), ...repeated(10, ifElse), Code.End],
    0,
    0,
    [40, 49_999],
    781,
  ],
  [
    'rotations, which a host makes calls of',
    [0, Code.I32Const, 1, ...repeated(300, [Code.I32Const, 1, Code.I32Rotl]), Code.Drop, Code.End],
    0,
    0,
    [0, 0, 1_200],
    0,
  ],
  [
    'rotations and calls that nobody comes to',
    [0, Code.Unreachable, ...repeated(300, [Code.I32Rotl, Code.Drop, Code.Call, 0]), Code.End],
    0,
    0,
    [0, 0, 2_400],
    0,
  ],
  [
    'saturating truncations, with a prefix',
    [0, Code.Unreachable, ...repeated(300, [0xfc, 7, 0xbf]), Code.Drop, Code.End],
    0,
    0,
    [0, 0, 1_800],
    0,
  ],
  [
    'vectors that are counted, with a prefix',
    [0, Code.Unreachable, ...repeated(300, [0xfd, 0xff, 0x01]), Code.Drop, Code.End],
    0,
    0,
    [0, 0, 1_500],
    0,
  ],
  [
    '100 calls of a function of 5,000 locals: a host goes through them at each',
    [...locals(5_000), Code.Unreachable, ...repeated(100, [Code.Call, 0]), Code.End],
    0,
    0,
    [0, 5_000, 400],
    78,
  ],
];

describe('the weight of a body', () => {
  for (const [name, body, ownType, listed, joins, localBytes] of EXAMPLES) {
    it(`of ${name}`, () => {
      const lists = bytesOfLists(body, listed);
      deepEqual(weightOf(body, ownType), {
        validate: localBytes + lists.validate,
        translate: localBytes + lists.translate + bytesOfJoins(body, joins),
      });
    });

    it(`of ${name} is what validating finds on either front end, and stops at`, () => {
      const module = parseModule(moduleWith(body, ownType), featuresWith(), DEFAULT_LIMITS);
      for (const frontEnd of ['javascript', 'webassembly'] as const) {
        useFrontEnd(frontEnd);
        validateFunction(module, 0);
        equal(validateWithinFreeValues(module, 0), listed <= 256 + body.length);
        equal(module.joins[0], joins[0]);
        if (joins[2] !== undefined) equal(module.dear[0], joins[2]);
      }
      const validator = new FunctionValidator();
      validator.validate(module, 0, listed);
      equal(validator.values, listed);
      ok(coreAccepts(module, 0, listed));
      if (listed === 0) return;
      throws(() => validator.validate(module, 0, listed - 1), { name: 'BeyondMostValues' });
      equal(coreAccepts(module, 0, listed - 1), false);
    });
  }

  it('is charged the same in all modes and on both executors, loading and first call together', () => {
    // Frames of 49,999 locals are more than every host's stack has room for.
    for (const [name, body, ownType] of EXAMPLES.filter(([of]) => !of.startsWith('49,999'))) {
      const bytes = moduleWith(body, ownType);
      const totals = (['interpreter', 'host'] as const).flatMap((executor) =>
        (['eager', 'lazy-translation', 'lazy'] as const).map((compilationMode) => {
          // Some have more locals than the host executor's stack takes unless told.
          const limits = { maximumStackSlots: 60_000 };
          const engine = new Engine({ executor, compilationMode, limits });
          const module = engine.compile(bytes);
          const store = new Store(engine);
          const f = new Linker(engine).instantiate(store, module).getFunction('f')!;
          try {
            f.call(...f.type.parameters.map(() => 0));
          } catch {
            // Some trap: what was charged is all that counts.
          }
          return {
            compilationMode,
            loading: module.fuelCharged,
            all: module.fuelCharged + store.consumedFuel,
          };
        }),
      );
      const [eager, lazyTranslation, lazy] = totals.slice(0, 3) as [
        (typeof totals)[0],
        (typeof totals)[0],
        (typeof totals)[0],
      ];
      deepEqual(totals.slice(3), totals.slice(0, 3), name);
      ok(eager.loading > lazyTranslation.loading && lazyTranslation.loading > lazy.loading, name);
    }
  });

  it('keeps to bytes that make no sense, however they end', () => {
    const whole = [
      0,
      Code.Call,
      1,
      Code.Block,
      2,
      Code.BrTable,
      4,
      0,
      1,
      0,
      1,
      0,
      Code.End,
      0xfd,
      0xff,
      0x7f,
      0xfc,
      0xff,
      0x01,
      0x1c,
      0xff,
      0xff,
      0x7f,
    ];
    for (let length = 1; length <= whole.length; length++) {
      const { validate } = weightOf(whole.slice(0, length));
      ok(validate >= 0 && Number.isSafeInteger(validate));
    }
    for (let byte = 0; byte < 256; byte++)
      ok(weightOf([0, byte, 0xff, 0xff, 0xff, 0xff, 0xff]).validate >= 0);
    equal(weightOf([0xff, 0xff, 0xff, 0xff, 0x0f]).validate, 0);
  });

  it('never comes to more than a tank holds', () => {
    const body = [
      ...locals(49_999),
      ...repeated(500_000, [Code.I32Const, 0, Code.If, 0x40, Code.End]),
      Code.End,
    ];
    const engine = new Engine({
      compilationMode: 'lazy',
      fuelCosts: { bytesPerFuel: 1, parseMultiplier: 1, validateMultiplier: 1e9, translateMultiplier: 1e9 },
    });
    const store = new Store(engine, { fuel: 2n ** 61n });
    const f = new Linker(engine).instantiate(store, engine.compile(moduleWith(body))).getFunction('f')!;
    const validating = BigInt(body.length + 781) * 1_000_000_000n + FUNCTION_FUEL.validate * 64n;
    const instantiating = store.consumedFuel;
    throws(() => f.call(), new RegExp(`requires ${2n ** 61n + validating} fuel`));
    equal(store.consumedFuel, instantiating);
  });
});

describe('lists of values', () => {
  const hostile = [0, Code.Call, 1, ...repeated(40, [Code.Block, 2, Code.End]), Code.Unreachable, Code.End];
  const parse = (bytes: Uint8Array) => 6_000n + BigInt(Math.ceil((25 * bytes.length) / 64));
  const stubs = 3n * (FUNCTION_FUEL.validate + BigInt(Math.ceil((25 * 3) / 64)));
  const values = 161 * 1_004;
  const fuelOf = (body: readonly number[], phase: 'validate' | 'translate') =>
    FUNCTION_FUEL[phase] + BigInt(Math.ceil((25 * (body.length + bytesOfLists(body, values)[phase])) / 64));
  const firstCall = fuelOf(hostile, 'validate') + fuelOf(hostile, 'translate');
  const frontEnds = ['javascript', 'webassembly'] as const;
  const executors = ['interpreter', 'host'] as const;

  /** The fuel that a call lacks. */
  function requiredBy(call: () => unknown): bigint | undefined {
    try {
      call();
    } catch (error) {
      if (error instanceof OutOfFuelError) return error.requiredFuel;
      throw error;
    }
    return undefined;
  }

  it('are charged while loading, before they are looked at, and a budget that does not cover them says what would', () => {
    const bytes = moduleWith(hostile);
    for (const frontEnd of frontEnds) {
      useFrontEnd(frontEnd);
      for (const executor of executors) {
        for (const compilationMode of ['eager', 'lazy-translation'] as const) {
          const engine = new Engine({ executor, compilationMode });
          const module = engine.compile(bytes);
          equal(module.phaseFuel('validate', 0), fuelOf(hostile, 'validate'));
          equal(module.phaseFuel('translate', 0), fuelOf(hostile, 'translate'));
          const validating = module.phaseFuelOfAll('validate');
          const translating = compilationMode === 'eager' ? module.phaseFuelOfAll('translate') : 0n;
          const required = parse(bytes) + validating + translating;
          equal(engine.compile(bytes).fuelCharged, required);
          equal(engine.compile(bytes, { fuel: required }).fuelCharged, required);
          throws(
            () => engine.compile(bytes, { fuel: required - 1n }),
            (error) =>
              error instanceof OutOfFuelError &&
              error.requiredFuel === required &&
              error.fuelCharged! < required,
          );
          throws(
            () => engine.compile(bytes, { fuel: parse(bytes) + stubs }),
            (error) => error instanceof OutOfFuelError && error.requiredFuel === required,
          );
        }
      }
    }
  });

  it('are charged on the first call in one step, the same wherever the fuel runs out', () => {
    const bytes = moduleWith(hostile);
    for (const frontEnd of frontEnds) {
      useFrontEnd(frontEnd);
      for (const executor of executors) {
        const engine = new Engine({ executor, compilationMode: 'lazy' });
        for (const fuel of [0n, 2n * stubs, 200n, firstCall - 1n]) {
          const module = engine.compile(bytes);
          const instantiating = module.instantiationFuel;
          const store = new Store(engine, { fuel: instantiating + fuel });
          const f = new Linker(engine).instantiate(store, module).getFunction('f')!;
          equal(
            requiredBy(() => f.call()),
            firstCall,
          );
          equal(store.fuel, fuel);
          store.fuel = firstCall + 100n;
          throws(() => f.call());
          ok(store.fuel <= 100n);
        }
      }
    }
  });

  it('of an invalid body are charged as those of a valid one, up to what makes no sense', () => {
    const invalid = [...hostile.slice(0, -2), 0x45, Code.End];
    const early = [0, 0x45, ...hostile.slice(1)];
    for (const body of [invalid, early]) {
      const bytes = moduleWith(body);
      for (const frontEnd of frontEnds) {
        useFrontEnd(frontEnd);
        for (const executor of executors) {
          const loading = new Engine({ executor });
          throws(
            () => loading.compile(bytes),
            (error) =>
              error instanceof ValidationError &&
              error.fuelCharged === parse(bytes) + fuelOf(body, 'validate'),
          );
          const engine = new Engine({ executor, compilationMode: 'lazy' });
          const store = new Store(engine, { fuel: 10_000_000n });
          const f = new Linker(engine).instantiate(store, engine.compile(bytes)).getFunction('f')!;
          const before = store.fuel;
          throws(() => f.call(), ValidationError);
          equal(before - store.fuel, fuelOf(body, 'validate') + fuelOf(body, 'translate') + 1n);
        }
      }
    }
  });
});

describe('joins', () => {
  const bytes = moduleWith([...locals(64), ...repeated(200, ifElse), Code.End]);

  it('are covered by an exact budget, and one fuel less says what all of them require', () => {
    for (const frontEnd of ['javascript', 'webassembly'] as const) {
      useFrontEnd(frontEnd);
      for (const executor of ['interpreter', 'host'] as const) {
        for (const compilationMode of ['eager', 'lazy-translation', 'lazy'] as const) {
          const engine = new Engine({ executor, compilationMode });
          const fuel = engine.compile(bytes).fuelCharged;
          equal(engine.compile(bytes, { fuel }).fuelCharged, fuel);
          throws(
            () => engine.compile(bytes, { fuel: fuel - 1n }),
            (error) =>
              error instanceof OutOfFuelError && error.requiredFuel === fuel && error.fuelCharged! < fuel,
          );
        }
      }
    }
  });

  it('are charged on the first call in one step, the same wherever the fuel runs out', () => {
    for (const executor of ['interpreter', 'host'] as const) {
      const engine = new Engine({ executor, compilationMode: 'lazy' });
      const module = engine.compile(bytes);
      const firstCall = module.phaseFuel('validate', 0) + module.phaseFuel('translate', 0);
      for (const fuel of [0n, 500n, firstCall - 1n]) {
        const other = engine.compile(bytes);
        const store = new Store(engine, { fuel: other.instantiationFuel + fuel });
        const f = new Linker(engine).instantiate(store, other).getFunction('f')!;
        throws(
          () => f.call(),
          (error) => error instanceof OutOfFuelError && error.requiredFuel === firstCall,
        );
        equal(store.fuel, fuel);
      }
    }
  });
});

describe('the frame of a body', () => {
  it('is the same on both front ends for two million joins', () => {
    const body = [0, Code.Call, 0, ...repeated(1_100_000, [Code.Loop, 0x40, Code.End]), Code.End];
    const module = parseModule(moduleWith(body), featuresWith(), DEFAULT_LIMITS);
    const noted = () => [module.frameCosts[0], module.makesCalls[0], module.joins[0], module.dear[0]];
    new FunctionValidator().validate(module, 0);
    const inJavaScript = noted();
    ok(coreAccepts(module, 0, Infinity));
    deepEqual([noted(), inJavaScript.slice(2)], [inJavaScript, [2_200_000, 4]]);
  });
});

describe('the host executor', () => {
  const withJoins = (count: number) =>
    moduleWith([
      ...locals(49_999),
      ...repeated(count, [Code.I32Const, 0, Code.If, 0x40, Code.Else, Code.End]),
      Code.End,
    ]);

  it('leaves functions of many locals at many joins to the interpreter, in every mode: it compiles before it can charge', () => {
    for (const compilationMode of ['eager', 'lazy-translation', 'lazy'] as const) {
      const host = new Engine({ executor: 'host', compilationMode });
      throws(
        () => host.compile(withJoins(4_800)),
        (error) =>
          error instanceof UnsupportedModuleError &&
          error.functionIndex === 0 &&
          /use the executor "interpreter"/.test(error.message),
      );
      new Engine({ compilationMode }).compile(withJoins(4_800));
    }
    new Engine({ executor: 'host' }).compile(withJoins(42));
  });
});
