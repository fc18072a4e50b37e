import { Random } from '@wasm-dyno/corpora';
import { Engine, OutOfFuelError, Trap } from '@wasm-dyno/engine';
import { EngineNest, type NestMode } from './engine-nest.js';
import { type Answering, endKind, type HostScript, PASSING, ScriptError } from './host-script.js';
import { nestProgram, type NestProgram, type OuterCall } from './nest-program.js';
import { WebAssembly } from '../host-web-assembly.js';
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
  /** The same where the host suspends calls. */
  readonly promisedResumptions: number;
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
    /** Where this Node can suspend calls on it. */
    private readonly suspending = 'Suspending' in WebAssembly
      ? new Engine({ executor: 'host', resumable: true })
      : undefined,
  ) {}

  /** Runs the program of a seed in all ways and compares. */
  async compare(seed: number): Promise<NestResult> {
    const program = await nestProgram(seed);
    const run = new SeededComparison(program, seed, this.interpreter, this.host);
    let divergence = run.divergence();
    if (divergence === undefined && this.suspending !== undefined)
      divergence = await run.promisedDivergence(this.suspending);
    const { calls, innerOutOfFuel, promisedResumptions, resumptions } = run;
    return { divergence, program, calls, resumptions, promisedResumptions, innerOutOfFuel };
  }
}

class SeededComparison {
  calls = 0;
  resumptions = 0;
  innerOutOfFuel = 0;
  promisedResumptions = 0;
  private reference: readonly CallRecord[] = [];
  private answered: readonly CallRecord[] = [];
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
    const answered = this.records(this.nest(this.interpreter, AT_ONCE, 'all'), ENOUGH);
    this.reference = reference;
    this.answered = answered;
    return (
      difference('host executor', reference, this.records(this.nest(this.host, AT_ONCE), ENOUGH)) ??
      difference('v8', reference, this.v8Records(), ['kind', 'trace', 'state']) ??
      difference('resumed', reference, this.resumed(false)) ??
      difference('resumed, errors answered', answered, this.resumed(true)) ??
      this.limited(reference)
    );
  }

  /** The same on an engine whose calls the host suspends; embedder functions are called anew, or their errors answered, there too. */
  async promisedDivergence(engine: Engine): Promise<string | undefined> {
    const { answered, reference } = this;
    return (
      difference('promised', reference, await this.promised(engine, false)) ??
      difference('promised, errors answered', answered, await this.promised(engine, true))
    );
  }

  private async promised(engine: Engine, answersErrors: boolean): Promise<CallRecord[]> {
    const random = new Random(this.seed, `nest promised ${answersErrors}`);
    const mostPerPortion = random.pick([0, 3, 30, 300]);
    const mode = { kind: 'promised', random, mostPerPortion, answersErrors } as const;
    const nest = this.nest(engine, mode, answersErrors ? 'nested' : 'none');
    const records: CallRecord[] = [];
    // None where the reference was given up.
    for (const call of this.program.calls.slice(0, this.reference.length)) {
      nest.store.fuel = 0n;
      const record = beginRecord(nest);
      const ending = await nest.callPromised(call).then(
        (value) => () => value,
        (error: unknown) => () => {
          throw error;
        },
      );
      records.push(record(ending));
    }
    this.promisedResumptions += nest.resumptions;
    return records;
  }

  private nest(engine: Engine, mode: NestMode, answering: Answering = 'none'): EngineNest {
    return new EngineNest(this.program, this.seed, engine, mode, answering);
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
  return beginRecord(nest)(step, onError);
}

/** Begins to record a call; what is given makes the record of how it ends. */
function beginRecord(nest: Nest): (step: () => number, onError?: (error: unknown) => void) => CallRecord {
  const before = nest.store?.consumedFuel ?? 0n;
  const first = nest.script.trace.length;
  return (step, onError) => recordSince(nest, before, first, step, onError);
}

function recordSince(
  nest: Nest,
  before: bigint,
  first: number,
  step: () => number,
  onError: ((error: unknown) => void) | undefined,
): CallRecord {
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
