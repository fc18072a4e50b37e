import { deepEqual } from 'node:assert/strict';
import fc from 'fast-check';
import {
  Engine,
  type EngineConfig,
  type Global,
  Linker,
  OutOfFuelError,
  Store,
  Trap,
} from '@wasm-dyno/engine';
import {
  CLASS_OF_OPCODE,
  LOCALS,
  Machine,
  MOST_CARRIED,
  moduleOf,
  OutOfFuelOutcome,
  type Program,
  type Statement,
  TrapOutcome,
  WIDE_FUNCTIONS,
} from './host-executor-oracle.js';

const FUNCTIONS = 3;
const BYTES_PER_FUEL = 64;

const local = fc.nat(LOCALS - 1);
const depth = fc.nat(4);

const statements = (callees: readonly number[]) =>
  fc.letrec<{ statement: Statement; body: Statement[] }>((tie) => ({
    statement: fc.oneof(
      { maxDepth: 5, withCrossShrink: true },
      fc.record({ kind: fc.constant('bump' as const), by: fc.integer({ min: -100, max: 100 }) }),
      fc.record({ kind: fc.constant('set' as const), local, to: fc.nat(5) }),
      fc.record({ kind: fc.constant('decrement' as const), local }),
      fc.record({ kind: fc.constantFrom('drop' as const, 'nop' as const) }),
      fc.record({ kind: fc.constant('divide' as const), by: local }),
      fc.record({
        kind: fc.constant('fill' as const),
        bytes: fc.constantFrom(0, 63, 64, 1000, 65_536, 65_537),
      }),
      ...(callees.length > 0
        ? [fc.record({ kind: fc.constant('call' as const), callee: fc.constantFrom(...callees) })]
        : []),
      fc.record({ kind: fc.constant('wide' as const), wide: fc.nat(WIDE_FUNCTIONS.length - 1) }),
      fc.record({ kind: fc.constant('carry' as const), local, values: fc.nat(MOST_CARRIED) }),
      fc.record({ kind: fc.constantFrom('return' as const, 'unreachable' as const) }),
      fc.record({ kind: fc.constant('br' as const), depth }),
      fc.record({ kind: fc.constant('br_if' as const), local, depth }),
      fc.record({
        kind: fc.constant('br_table' as const),
        local,
        depths: fc.array(depth, { minLength: 1, maxLength: 4 }),
      }),
      fc.record({ kind: fc.constant('block' as const), body: tie('body') }),
      fc.record({ kind: fc.constant('block' as const), body: tie('body') }),
      fc.record({ kind: fc.constant('loop' as const), body: tie('body') }),
      fc.record({
        kind: fc.constant('if' as const),
        local,
        then: tie('body'),
        otherwise: fc.option(tie('body'), { nil: undefined }),
      }),
    ),
    body: fc.array(tie('statement'), { maxLength: 6 }),
  })).body;

const programs: fc.Arbitrary<Program> = fc
  .tuple(
    ...Array.from({ length: FUNCTIONS }, (_, index) =>
      fc.record({
        locals: fc.constantFrom(LOCALS, 8, 100),
        body: statements(Array.from({ length: FUNCTIONS - 1 - index }, (_, next) => index + 1 + next)),
      }),
    ),
  )
  .map((functions) => ({ functions }));

/**
 * Dead code that the validation algorithm takes for reachable: behind `if` and its `end`, behind `return`. Its branch to
 * the outer block must not count: no basic block begins at that block's end.
 */
const DEAD_BRANCH: Program = {
  functions: [
    {
      locals: LOCALS,
      body: [
        { kind: 'set', local: 0, to: 1 },
        {
          kind: 'block',
          body: [
            {
              kind: 'block',
              body: [
                { kind: 'br_if', local: 0, depth: 0 },
                { kind: 'return' },
                { kind: 'if', local: 1, then: [{ kind: 'nop' }], otherwise: [{ kind: 'drop' }] },
                { kind: 'br', depth: 1 },
              ],
            },
            { kind: 'divide', by: 2 },
          ],
        },
        { kind: 'bump', by: 1 },
      ],
    },
  ],
};

interface Outcome {
  readonly end: string;
  readonly fuelLeft: bigint;
  readonly global: number;
}

function outcome(run: () => void, fuelLeft: () => bigint, global: () => number): Outcome {
  let end = 'finished';
  try {
    run();
  } catch (error) {
    if (error instanceof OutOfFuelError || error instanceof OutOfFuelOutcome) {
      end = `out of fuel: ${error.requiredFuel}`;
    } else if (error instanceof Trap || error instanceof TrapOutcome) {
      end = error.message;
    } else {
      throw error;
    }
  }
  return { end, fuelLeft: fuelLeft(), global: global() };
}

/** Runs the program by the rules and on both executors, once for each portion of fuel; tells how it ended each time. */
function endsOf(program: Program, portions: readonly bigint[], costs: Record<string, number> = {}): string[] {
  const bytes = moduleOf(program);
  const fuelCosts = { translateMultiplier: 2, executionCosts: costs };
  const engine = new Engine({ fuelCosts });
  const compilationFuel = (countedBytes: number) => engine.costs.compileFuel('translate', countedBytes);
  const module = engine.compile(bytes);
  const store = new Store(engine);
  const instance = new Linker(engine).instantiate(store, module);
  const host = new Engine({ executor: 'host', fuelCosts });
  const hostStore = new Store(host);
  const hostInstance = new Linker(host).instantiate(hostStore, host.compile(bytes));
  const machine = new Machine(program, 0n, BYTES_PER_FUEL, compilationFuel, {
    operator: (opcode) => costs[CLASS_OF_OPCODE[opcode]!] ?? 1,
    bulkBytes: costs['bulk-bytes'] ?? 1,
  });
  return portions.map((fuel) => {
    store.fuel = hostStore.fuel = machine.fuel = fuel;
    const expected = outcome(
      () => machine.enter(0),
      () => machine.fuel,
      () => machine.global,
    );
    const interpreted = outcome(
      () => instance.getFunction('f0')!.call(),
      () => store.fuel,
      () => (instance.exports.get('g') as Global).value as number,
    );
    const injected = outcome(
      () => hostInstance.getFunction('f0')!.call(),
      () => hostStore.fuel,
      () => hostInstance.getGlobal('g')!.value as number,
    );
    deepEqual(interpreted, expected, 'the interpreter');
    deepEqual(injected, expected, 'the host executor');
    return expected.end.replace(/: \d+/, '');
  });
}

const ALL_ENDS = [
  'finished',
  'integer divide by zero',
  'out of bounds memory access',
  'out of fuel',
  'unreachable',
];

/** Costs by class; whatever closes a circle costs something. */
const executionCosts = fc.record(
  Object.fromEntries(
    [...new Set([...Object.values(CLASS_OF_OPCODE), 'bulk-bytes'])].map((name) => [
      name,
      /branch|call/.test(name)
        ? fc.integer({ min: 1, max: 40 })
        : fc.oneof(
            { weight: 5, arbitrary: fc.nat(40) },
            { weight: 1, arbitrary: fc.constantFrom(0, 10_000) },
          ),
    ]),
  ),
) as fc.Arbitrary<Record<string, number>>;

/** Elsewhere calls are refused, which the tests of suspended calls look at. */
const SUSPENDS = 'Suspending' in (globalThis as unknown as { WebAssembly: object }).WebAssembly;
/** Programs may run for ever: then they are out of fuel. */
const MOST_STOPS = 40;

describe('fuel of generated programs', () => {
  it('is the same by the rules, in the interpreter and on the host, wherever it runs out', () => {
    const ends = new Set<string>();
    fc.assert(
      fc.property(programs, fc.array(fc.nat(600), { minLength: 1, maxLength: 4 }), (program, portions) => {
        for (const end of endsOf(program, portions.map(BigInt))) ends.add(end);
      }),
      { numRuns: 400, seed: 20_240_417, examples: [[DEAD_BRANCH, [600]]] },
    );
    // The programs do what they are for: each way to end is taken.
    deepEqual([...ends].sort(), ALL_ENDS);
  });

  it('is the same whatever classes of operators cost', () => {
    const ends = new Set<string>();
    fc.assert(
      fc.property(
        programs,
        executionCosts,
        fc.array(fc.oneof(fc.nat(600), fc.nat(20_000)), { minLength: 1, maxLength: 4 }),
        (program, costs, portions) => {
          for (const end of endsOf(program, portions.map(BigInt), costs)) ends.add(end);
        },
      ),
      { numRuns: 400, seed: 20_261_129, examples: [[DEAD_BRANCH, {}, [600]]] },
    );
    deepEqual([...ends].sort(), ALL_ENDS);
  });

  if (SUSPENDS)
    it('is the same wherever calls are suspended and go on', async () => {
      const ends = new Set<string>();
      await fc.assert(
        fc.asyncProperty(
          programs,
          fc.array(fc.nat(40), { minLength: 1, maxLength: 4 }),
          async (program, portions) => {
            const interpreter = await course(program, portions, {});
            deepEqual(await course(program, portions, { executor: 'host', resumable: true }), interpreter);
            ends.add(interpreter.end);
          },
        ),
        { numRuns: 300, seed: 20_261_130, examples: [[DEAD_BRANCH, [0]]] },
      );
      deepEqual([...ends].sort(), ALL_ENDS);
    });
});

/** Where the program stops, with a portion of fuel more than what it requires each time, and how it ends. */
async function course(program: Program, portions: readonly number[], config: EngineConfig) {
  const engine = new Engine({ ...config, fuelCosts: { bytesPerFuel: BYTES_PER_FUEL } });
  const store = new Store(engine);
  const instance = new Linker(engine).instantiate(store, engine.compile(moduleOf(program)));
  store.fuel = 0n;
  const stops: unknown[] = [];
  let end = 'out of fuel';
  try {
    let call = await instance.getFunction('f0')!.callResumableAsync();
    while (call.state === 'out-of-fuel' && stops.length < MOST_STOPS) {
      const { value } = instance.exports.get('g') as Global;
      stops.push([call.requiredFuel, store.consumedFuel, value]);
      store.fuel = call.requiredFuel + BigInt(portions[stops.length % portions.length]!);
      call = await call.resume();
    }
    if (call.state === 'finished') end = 'finished';
  } catch (error) {
    if (!(error instanceof Trap)) throw error;
    end = error.message;
  }
  return { stops, end, consumed: store.consumedFuel };
}
