import { deepEqual, equal, ok, throws } from 'node:assert/strict';
import { parse } from '@bytecodealliance/jco-transpile/wasm-tools';
import { Random } from '@wasm-dyno/corpora';
import { CompileError, Engine, OutOfFuelError } from '@wasm-dyno/engine';

type CompileMeter = Parameters<Engine['observers']['meter']>[0];
type Told = [phase: string, functions: number, bodyBytes: number, fuelCharged: number];

/** Wants those functions timed that a list says, by their place among all that come. */
class ListedMeter implements CompileMeter {
  /** How many came. */
  came = 0;
  timed = 0;
  readonly told: Told[] = [];

  constructor(
    private readonly due: readonly boolean[],
    readonly functionsTogether = 5,
  ) {}

  isDue(phase: string): boolean {
    equal(phase, 'validate');
    return this.due[this.came++]!;
  }

  untimedAhead(): number {
    const next = this.due.indexOf(true, this.came);
    return next === -1 ? Infinity : next - this.came;
  }

  pass(phase: string, functions: number): void {
    equal(phase, 'validate');
    this.came += functions;
  }

  readonly take: CompileMeter['take'] = (
    _module,
    phase,
    functions,
    bodyBytes,
    fuelCharged,
    price,
    nanoseconds,
  ) => {
    if (phase === 'parse') return;
    equal(price, fuelCharged);
    ok(functions > 0, 'told of none');
    if (nanoseconds > 0) {
      if (phase === 'validate') this.timed += functions;
      ok(functions <= this.functionsTogether, `${functions} timed together`);
    }
    this.told.push([phase, functions, bodyBytes, fuelCharged]);
  };

  /** Sums by phase. */
  get sums(): Told[] {
    return ['validate', 'translate'].map((phase) =>
      this.told
        .filter(([of]) => of === phase)
        .reduce<Told>(
          (sum, [, ...told]) => [phase, sum[1] + told[0], sum[2] + told[1], sum[3] + told[2]],
          [phase, 0, 0, 0],
        ),
    );
  }
}

/** Short and long bodies; some count as more than their bytes, by joins of many locals or by long lists of values, which end the one pass. */
function bodies(random: Random, count: number, hasLists: boolean): string[] {
  const wide = 'i64 '.repeat(40);
  const joins = '(block (br_if 0 (local.get 0)))'.repeat(60);
  const lists = `${'i64.const 1 '.repeat(40)}${'(block (type $wide))'.repeat(6)}${'drop '.repeat(40)}`;
  const kinds = [
    '(func (result i32) i32.const 1)',
    `(func (result i32) ${'i32.const 7 drop '.repeat(40)} i32.const 1)`,
    `(func (param i32) (local ${'i32 i64 '.repeat(200)}) ${joins})`,
    ...(hasLists ? [`(func ${lists})`] : []),
  ];
  const type = `(type $wide (func (param ${wide}) (result ${wide})))`;
  // Enough code for the first to be looked at by the core.
  const first = `(func ${'i32.const 7 drop '.repeat(6_000)})`;
  return [type, first, ...Array.from({ length: count - 1 }, () => random.pick(kinds))];
}

const moduleOf = (texts: readonly string[]) => parse(`(module ${texts.join('')})`);

function runs(random: Random, count: number): boolean[] {
  const due: boolean[] = [];
  while (due.length < count) {
    const isDue = due.at(-1) !== true;
    const length = random.pick([1, 2, 7, 30]);
    for (let i = 0; i < length; i++) due.push(isDue && random.pick([true, true, true, false]));
  }
  return due;
}

/** Whether each body was validated by itself. */
function watchPasses(engine: Engine): boolean[] {
  const apart: boolean[] = [];
  const { compileFunction, validateFunction } = engine;
  engine.compileFunction = (...body) => {
    const isDone = compileFunction.apply(engine, body);
    if (isDone) apart.push(false);
    return isDone;
  };
  engine.validateFunction = (...body) => {
    const isDone = validateFunction.apply(engine, body);
    if (isDone) apart.push(true);
    return isDone;
  };
  return apart;
}

/** What a listener is told of the module, who is told of each function by itself. */
function heard(bytes: Uint8Array): Told[] {
  const engine = new Engine({ compilationMode: 'eager' });
  const sums: Told[] = [
    ['validate', 0, 0, 0],
    ['translate', 0, 0, 0],
  ];
  engine.on('compile', ({ bodyBytes, fuelCharged, phase }) => {
    const sum = sums.find(([of]) => of === phase);
    if (sum === undefined) return;
    sum[1]++;
    sum[2] += bodyBytes;
    sum[3] += Number(fuelCharged);
  });
  try {
    engine.compile(bytes);
  } catch (error) {
    if (!(error instanceof CompileError)) throw error;
  }
  return sums;
}

describe('functions that are compiled in turn, some of them timed', () => {
  const FUNCTIONS = 150;

  for (const seed of [1, 2, 3, 4, 5, 6, 7, 8])
    it(`are timed as meters say, and counted up to one that fails as listeners are told of them (seed ${seed})`, async () => {
      const random = new Random(seed, 'metered turn');
      const hasLists = seed > 4;
      const texts = bodies(random, FUNCTIONS, hasLists);
      const failing = seed % 2 === 0 ? undefined : random.pick([0, 1, 2, 60, FUNCTIONS - 2, FUNCTIONS - 1]);
      // The type is the first text.
      if (failing !== undefined) texts[1 + failing] = '(func (result i32) nop)';
      const bytes = await moduleOf(texts);
      const due = [runs(random, 3 * FUNCTIONS), runs(random, 3 * FUNCTIONS)];
      // One meter of some, of none, of all; and two.
      const nobody = due[0]!.map(() => false);
      for (const lists of [[due[0]!], [nobody], [nobody.map(() => true)], due]) {
        const engine = new Engine({ compilationMode: 'eager' });
        const meters = lists.map((list) => new ListedMeter(list));
        for (const meter of meters) engine.observers.meter(meter);
        const apart = watchPasses(engine);
        if (failing === undefined) engine.compile(bytes);
        else throws(() => engine.compile(bytes), CompileError);
        const came = failing === undefined ? FUNCTIONS : failing + 1;
        const valid = failing ?? FUNCTIONS;
        const wanted = Array.from({ length: valid }, (_, i) => i > 0 && lists.some((list) => list[i]));
        if (!hasLists) deepEqual(apart, wanted);
        for (const meter of meters) {
          equal(meter.came, came);
          deepEqual(meter.sums, heard(bytes));
          if (failing === undefined) equal(meter.timed, wanted.filter(Boolean).length);
        }
        // What comes then is timed by where the lists are: the next module's first function is none.
        apart.length = 0;
        if (failing === undefined) engine.compile(bytes);
        else throws(() => engine.compile(bytes), CompileError);
        if (hasLists) continue;
        deepEqual(
          apart,
          wanted.map((_, i) => i > 0 && lists.some((list) => list[came + i])),
        );
      }
    });

  it('fail as they do where nobody is told, out of fuel too, at the same charge', async () => {
    const random = new Random(7, 'metered turn');
    const bytes = await moduleOf(bodies(random, FUNCTIONS, true));
    const outcome = (engine: Engine, fuel: bigint) => {
      try {
        return engine.compile(bytes, { fuel }).fuelCharged;
      } catch (error) {
        if (!(error instanceof OutOfFuelError)) throw error;
        return [error.message, error.fuelCharged];
      }
    };
    const needed = new Engine({ compilationMode: 'eager' }).compile(bytes).fuelCharged;
    for (const fuel of [needed, needed - 1n, (3n * needed) / 4n, needed / 2n, needed / 50n]) {
      const engine = new Engine({ compilationMode: 'eager' });
      const meter = new ListedMeter(runs(random, 3 * FUNCTIONS));
      engine.observers.meter(meter);
      deepEqual(outcome(engine, fuel), outcome(new Engine({ compilationMode: 'eager' }), fuel));
    }
  });
});
