import { functionArgument, shown } from '../arguments.js';
import { OutOfFuelError } from './out-of-fuel-error.js';
import { Trap } from '../errors.js';
import { finishedCall, type Asked, type CallListener, type CallOutcome } from './call-event.js';
import type { CompilePhase } from '../fuel/index.js';
import type { CompileEvent, CompileListener } from './compile-event.js';
import {
  CompileMeters,
  compileUntimed,
  MeteredTurn,
  type CompileInTurn,
  type CompileMeter,
} from './compile-meter.js';
import { eventChannels } from './event-channels.js';
import type { Module } from './module.js';
import type { Store } from './store.js';

/** What listeners are told, by event. */
export interface Listeners {
  readonly compile: CompileListener;
  readonly call: CallListener;
}

/** Whose call from outside is being observed, the innermost, whatever engine it is of: a call within another is nested. */
let callingStore: Store | undefined;

/** Who is told what an engine does, and the book kept for them. Where nobody listens nothing is timed. */
export class Observers {
  private readonly compile = new Set<CompileListener>();
  private readonly call = new Set<CallListener>();
  private readonly meters = new CompileMeters();
  // Whether the sets hold any: a field is asked for at each call, and a set's size takes a call of the host's.
  private areCallsHeard = false;
  private areEventsHeard = false;
  private isMetered = false;
  /** Any of these. */
  private isHeard = false;
  /** What meters are yet to be told of: see `owe`. */
  private readonly debts = new Set<() => void>();
  /** Counts how often debts were settled. */
  settled = 0;
  /** What compiling came to since the engine was made, as far as it was observed. */
  private compilingNanoseconds = 0;
  private compilingFuel = 0n;

  /** See Engine.on. */
  on(event: keyof Listeners, listener: Listeners[keyof Listeners]): () => void {
    if (event !== 'compile' && event !== 'call')
      throw new TypeError(`unknown event ${shown(event)}; the engine emits "compile" and "call"`);
    functionArgument(listener, 'the listener');
    const listeners: Set<unknown> = this[event];
    const changed = (): void => {
      this.settle();
      this.areCallsHeard = this.call.size > 0;
      this.areEventsHeard = this.areCallsHeard || this.compile.size > 0;
      this.isHeard = this.areEventsHeard || this.isMetered;
    };
    listeners.add(listener);
    changed();
    return () => {
      listeners.delete(listener);
      changed();
    };
  }

  /** Has `meter` told of what is compiled from now on, once, however often that is asked for; returns how to stop that. */
  meter(meter: CompileMeter): () => void {
    const { meters } = this;
    const changed = (): void => {
      this.isMetered = meters.areAny;
      this.isHeard = this.areEventsHeard || this.isMetered;
    };
    this.settle();
    meters.add(meter);
    changed();
    return () => {
      this.settle();
      meters.delete(meter);
      changed();
    };
  }

  /**
   * Has meters, who are told no moment of first calls on the host, told of them when the running turn of the event loop is over, or before
   * that when somebody comes or goes: looking for them takes longer than a short call.
   */
  owe(debt: () => void): void {
    if (this.debts.size === 0) void Promise.resolve().then(() => this.settle());
    this.debts.add(debt);
  }

  /** Has meters told of what is owed. */
  settle(): void {
    if (this.debts.size === 0) return;
    const due = [...this.debts];
    this.debts.clear();
    this.settled++;
    for (const debt of due) debt();
  }

  /** Whether anybody listens to compiling. */
  get hearCompiling(): boolean {
    return this.isHeard || areChannelsHeard();
  }

  /** Whether anybody listens who is told of each phase by itself. */
  get hearEvents(): boolean {
    return this.areEventsHeard || areChannelsHeard();
  }

  /** Whether anybody listens to calls. */
  get hearCalls(): boolean {
    return this.areCallsHeard || eventChannels().call.hasSubscribers;
  }

  /** Nanoseconds since some moment, where the phase of the next function is to be timed; else 0, so that the clock costs nothing. */
  startFunction(phase: CompilePhase): number {
    if (this.meters.isInTurn) return 0;
    if (!this.hearEvents && !(this.isMetered && this.meters.isDue(phase))) return 0;
    return performance.now() * 1e6;
  }

  /** The same of what is done to a whole module. */
  startModule(): number {
    return this.hearCompiling ? performance.now() * 1e6 : 0;
  }

  /** Nanoseconds since `start`; 0 where nothing was timed. */
  since(start: number): number {
    return start === 0 ? 0 : performance.now() * 1e6 - start;
  }

  /** Compiles all functions of a module in turn, some of them timed for meters. */
  inTurn(module: Module, turn: CompileInTurn): void {
    if (this.isMetered && !this.hearEvents) {
      new MeteredTurn(this.meters, module, turn).run();
      return;
    }
    const { functionTypeIndices, importedFunctionCount } = module.parsed;
    compileUntimed(turn, importedFunctionCount, functionTypeIndices.length);
  }

  /** Whether a phase that is over is for meters alone, who are told of several functions as one. */
  get isInTurn(): boolean {
    return this.meters.isInTurn;
  }

  /** Tells meters of a phase: of a function, or else of a module. */
  tellMeters(
    module: Module,
    phase: CompilePhase,
    ofFunction: boolean,
    bodyBytes: number,
    fuelCharged: bigint,
    price: bigint,
    nanoseconds: number,
  ): void {
    if (!this.isMetered) return;
    const fuel = Number(fuelCharged);
    const priced = price === fuelCharged ? fuel : Number(price);
    this.meters.take(module, phase, ofFunction ? 1 : 0, bodyBytes, fuel, priced, nanoseconds);
  }

  /** Tells of a phase. */
  tellCompiling(event: CompileEvent): void {
    this.compilingNanoseconds += event.nanoseconds;
    this.compilingFuel += event.fuelCharged;
    for (const listener of [...this.compile]) listener(event);
    const channel = eventChannels().compile;
    if (channel.hasSubscribers) channel.publish(event);
  }

  /** Does what is paid for otherwise than by a call: loading. */
  besideCalls<Result>(load: () => Result): Result {
    const { compilingFuel } = this;
    try {
      return load();
    } finally {
      this.compilingFuel = compilingFuel;
    }
  }

  /** Has a call done, and tells of it. `outcomeOf` tells how it ended, where it ended without an error. */
  observe<Result>(asked: Asked, step: () => Result, outcomeOf: (result: Result) => CallOutcome): Result {
    const tell = this.begin(asked);
    const outer = callingStore;
    let outcome: CallOutcome = 'error';
    callingStore = asked.store;
    try {
      const result = step();
      outcome = outcomeOf(result);
      return result;
    } catch (error) {
      outcome = outcomeOfError(error);
      throw error;
    } finally {
      callingStore = outer;
      tell(outcome);
    }
  }

  /** A call begins: what is given tells of it, once it is over. */
  begin(asked: Asked): (outcome: CallOutcome) => void {
    const { store } = asked;
    const { compilingFuel, compilingNanoseconds } = this;
    const consumed = store.consumedFuel;
    const { execution } = store;
    const ranBefore = execution.ran;
    execution.ran = undefined;
    const outer = callingStore;
    const start = performance.now();
    return (outcome) => {
      const took = {
        outcome,
        fuelCharged: store.consumedFuel - consumed,
        compilingFuel: this.compilingFuel - compilingFuel,
        nanoseconds: (performance.now() - start) * 1e6,
        compilingNanoseconds: this.compilingNanoseconds - compilingNanoseconds,
        isNested: outer !== undefined,
        tier: execution.ran,
      };
      execution.ran ??= ranBefore;
      // What another store paid for is nothing of the call's that it is nested in.
      if (outer !== store) this.compilingFuel = compilingFuel;
      const event = finishedCall(asked, took);
      // Of a set, a listener that comes while it is gone through is told too: without end, where it comes anew each time.
      for (const listener of [...this.call]) listener(event);
      const channel = eventChannels().call;
      if (channel.hasSubscribers) channel.publish(event);
    };
  }

  /** Does what an embedder function does within a call of the store's: calls made meanwhile are nested in that. */
  within<Result>(store: Store, work: () => Result): Result {
    const outer = callingStore;
    callingStore = store;
    try {
      return work();
    } finally {
      callingStore = outer;
    }
  }
}

function areChannelsHeard(): boolean {
  const { call, compile } = eventChannels();
  return compile.hasSubscribers || call.hasSubscribers;
}

export function outcomeOfError(error: unknown): CallOutcome {
  if (error instanceof OutOfFuelError) return 'out-of-fuel';
  return error instanceof Trap ? 'trap' : 'error';
}
