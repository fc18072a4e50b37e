import { Random } from '@wasm-dyno/corpora';
import { Engine, OutOfFuelError, Trap } from '@wasm-dyno/engine';
import { EngineNest, type NestMode } from './engine-nest.js';
import { endKind, type HostScript, PASSING, ScriptError } from './host-script.js';
import { nestProgram, type NestProgram, type OuterCall } from './nest-program.js';
import { V8Nest } from './v8-nest.js';

/** What one call from outside came to. */
interface CallRecord {
  readonly end: string;
  /** As far as V8, too, tells ends apart. */
  readonly kind: string;
  readonly fuel: bigint;
  readonly trace: string;
  readonly state: number;
}

export interface NestResult {
  /** Undefined when all agree. */
  readonly divergence: string | undefined;
  readonly program: NestProgram;
  readonly calls: number;
  readonly resumptions: number;
  /** Calls that ran out of fuel inside an embedder function. */
  readonly innerOutOfFuel: number;
}

const ENOUGH = 50_000_000n;
const MOST_FUEL_PER_CALL = 300_000n;

const AT_ONCE: NestMode = { kind: 'at once' };

export class NestComparison {
  constructor(
    private readonly interpreter = new Engine(),
    private readonly host = new Engine({ executor: 'host' }),
  ) {}

  /** Runs the program of a seed in all ways and compares. */
  async compare(seed: number): Promise<NestResult> {
    const program = await nestProgram(seed);
    const run = new SeededComparison(program, seed, this.interpreter, this.host);
    const divergence = run.divergence();
    const { calls, innerOutOfFuel, resumptions } = run;
    return { divergence, program, calls, resumptions, innerOutOfFuel };
  }
}

class SeededComparison {
  calls = 0;
  resumptions = 0;
  innerOutOfFuel = 0;
  private readonly random: Random;

  constructor(
    private readonly program: NestProgram,
    private readonly seed: number,
    private readonly interpreter: Engine,
    private readonly host: Engine,
  ) {
    this.random = new Random(seed, 'nest fuel');
  }

  divergence(): string | undefined {
    const reference = this.records(this.nest(this.interpreter, AT_ONCE), ENOUGH);
    if (reference.some(({ fuel }) => fuel > MOST_FUEL_PER_CALL)) return undefined;
    this.calls = reference.length;
    const answered = this.records(this.nest(this.interpreter, AT_ONCE, true), ENOUGH);
    return (
      difference('host executor', reference, this.records(this.nest(this.host, AT_ONCE), ENOUGH)) ??
      difference('v8', reference, this.v8Records(), ['kind', 'trace', 'state']) ??
      difference('resumed', reference, this.resumed(false)) ??
      difference('resumed, errors answered', answered, this.resumed(true)) ??
      this.limited(reference)
    );
  }

  private nest(engine: Engine, mode: NestMode, answers = false): EngineNest {
    return new EngineNest(this.program, this.seed, engine, mode, answers);
  }

  private records(nest: EngineNest, fuel: bigint): CallRecord[] {
    return this.program.calls.map((call) => {
      nest.store.fuel = fuel;
      return recordOf(nest, () => nest.call(call.instance, call.name, call.depth, call.value));
    });
  }

  private v8Records(): CallRecord[] {
    const nest = new V8Nest(this.program, this.seed);
    return this.program.calls.map((call) => recordOf(nest, () => callOf(nest, call)));
  }

  private resumed(answersErrors: boolean): CallRecord[] {
    const mostPerPortion = this.random.pick([0, 3, 30, 300]);
    const nest = this.nest(this.interpreter, {
      kind: 'resumed',
      random: this.random,
      mostPerPortion,
      answersErrors,
    });
    const records = this.records(nest, 0n);
    this.resumptions += nest.resumptions;
    return records;
  }

  /** Fuel ends somewhere in each call in turn, for calls within it too: both executors stop alike, and what can be resumed is. */
  private limited(reference: readonly CallRecord[]): string | undefined {
    for (let last = 0; last < reference.length; last++) {
      const found = this.limitedAt(last, reference);
      if (found !== undefined) return `fuel ends in call ${last}: ${found}`;
    }
    return undefined;
  }

  private limitedAt(last: number, reference: readonly CallRecord[]): string | undefined {
    const [own, host] = [this.nest(this.interpreter, AT_ONCE), this.nest(this.host, AT_ONCE)];
    const sides = [own, host];
    for (const side of sides) {
      side.store.fuel = ENOUGH;
      for (const call of this.program.calls.slice(0, last)) recordOf(side, () => callOf(side, call));
    }
    const fuel = BigInt(this.random.integer(0, Number(reference[last]!.fuel)));
    const call = this.program.calls[last]!;
    let error: unknown;
    const [ownRecord, hostRecord] = sides.map((side) => {
      side.store.fuel = fuel;
      return recordOf(side, () => callOf(side, call), (caught) => {
        if (side === own) error = caught;
      }); // prettier-ignore
    });
    this.innerOutOfFuel += own.script.innerOutOfFuel > 0 ? 1 : 0;
    return (
      difference('host executor', [ownRecord!], [hostRecord!]) ??
      (error instanceof OutOfFuelError
        ? this.finished(own, error, ownRecord!, fuel, reference[last]!)
        : undefined)
    );
  }

  /** What ran out in the outer call itself is resumed, and comes to the same; what ran out in a call of an embedder function cannot be. */
  private finished(
    nest: EngineNest,
    { suspendedCall }: OutOfFuelError,
    stopped: CallRecord,
    fuel: bigint,
    reference: CallRecord,
  ): string | undefined {
    const isInner = stopped.trace.endsWith(`${PASSING};`);
    if (isInner !== (suspendedCall === undefined))
      return `ran out ${isInner ? 'within an embedder function and can' : 'by itself and cannot'} be resumed`;
    // Where an embedder function went on after such an error the rest differs.
    if (suspendedCall === undefined || nest.script.innerOutOfFuel > 0) return undefined;
    const rest = recordOf(nest, () => nest.finish(suspendedCall));
    this.resumptions++;
    const whole = { ...rest, trace: stopped.trace + rest.trace, fuel: stopped.fuel + rest.fuel };
    return difference(`resumed at ${fuel} fuel`, [reference], [whole]);
  }
}

interface Nest {
  readonly script: HostScript;
  readonly store?: { readonly consumedFuel: bigint };
  call(instance: number, name: string, depth: number, value: number): number;
  state(): number;
}

function callOf(nest: Nest, { depth, instance, name, value }: OuterCall): number {
  return nest.call(instance, name, depth, value);
}

function recordOf(nest: Nest, step: () => number, onError?: (error: unknown) => void): CallRecord {
  const before = nest.store?.consumedFuel ?? 0n;
  const first = nest.script.trace.length;
  let end: string;
  let kind: string;
  try {
    end = kind = String(step());
  } catch (error) {
    onError?.(error);
    kind = endKind(error);
    end = error instanceof Trap ? error.code : error instanceof ScriptError ? error.message : kind;
  }
  const fuel = (nest.store?.consumedFuel ?? 0n) - before;
  return { end, kind, fuel, trace: nest.script.trace.slice(first).map((line) => `${line};`).join(''), state: nest.state() }; // prettier-ignore
}

const ALL = ['end', 'kind', 'fuel', 'trace', 'state'] as const;

function difference(
  name: string,
  expected: readonly CallRecord[],
  found: readonly CallRecord[],
  fields: readonly (keyof CallRecord)[] = ALL,
): string | undefined {
  for (const [i, record] of expected.entries()) {
    for (const field of fields) {
      if (found[i]![field] !== record[field])
        return `${name}: ${field} of call ${i}: ${String(found[i]![field])} instead of ${String(record[field])}`;
    }
  }
  return undefined;
}
