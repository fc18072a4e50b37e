import type { CompilePhase } from '../fuel/index.js';
import type { Module } from './module.js';

/** Is told what compiling came to, without an event for each phase: how much was done, and of some of it how long it took. */
export interface CompileMeter {
  /** How many functions that are compiled in turn may be timed as one: reading the clock takes a part of what small ones take. */
  readonly functionsTogether: number;
  /** Whether the phase of the function that comes next is to be timed; asked once of each. */
  isDue(phase: CompilePhase): boolean;
  /** `functions` is 0 for what is done to a whole module; `nanoseconds` is 0 where nobody timed it. */
  take(
    module: Module,
    phase: CompilePhase,
    functions: number,
    bodyBytes: number,
    fuelCharged: number,
    price: number,
    nanoseconds: number,
  ): void;
}

/** How functions are compiled in turn. */
export interface CompileInTurn {
  readonly phase: CompilePhase;
  /** Grows by the fuel of each function before it is looked at. */
  readonly charge: { readonly charged: bigint };
  /** Compiles one of them, by itself where it is timed. */
  compile(functionIndex: number, isTimed: boolean): void;
  /** Whether nothing is left to do for a function, of which no time can be told; all others are timed. Without it meters say which are. */
  isDone?(functionIndex: number): boolean;
}

/** The meters of an engine, and whether functions are being compiled in turn for them. */
export class CompileMeters {
  private all: readonly CompileMeter[] = [];
  /** How many functions all of them have timed as one. */
  functionsTogether = Infinity;
  isInTurn = false;

  get areAny(): boolean {
    return this.all.length > 0;
  }

  add(meter: CompileMeter): void {
    this.become([...new Set([...this.all, meter])]);
  }

  delete(meter: CompileMeter): void {
    this.become(this.all.filter((one) => one !== meter));
  }

  private become(all: readonly CompileMeter[]): void {
    this.all = all;
    this.functionsTogether = Math.min(...all.map(({ functionsTogether }) => functionsTogether));
  }

  /** Whether any of them wants the phase of the next function timed: all are told of it then. */
  isDue(phase: CompilePhase): boolean {
    let isDue = false;
    for (const meter of this.all) if (meter.isDue(phase)) isDue = true;
    return isDue;
  }

  take(
    module: Module,
    phase: CompilePhase,
    functions: number,
    bodyBytes: number,
    fuelCharged: number,
    price: number,
    nanoseconds: number,
  ): void {
    for (const meter of this.all)
      meter.take(module, phase, functions, bodyBytes, fuelCharged, price, nanoseconds);
  }
}

/** Functions of a module that are compiled in turn: some at a time are timed as one, or counted as one. */
export class MeteredTurn {
  // Of the open group.
  private isTimed = false;
  private start = 0;
  private functions = 0;
  private bodyBytes = 0;
  /** What the charge was when the group began, and behind its last function. */
  private chargedBefore = 0n;
  private charged = 0n;

  constructor(
    private readonly meters: CompileMeters,
    private readonly module: Module,
    private readonly turn: CompileInTurn,
  ) {}

  /** Compiles all functions, each charged for before it is looked at. Where one fails, the time of the open group is nobody's. */
  run(): void {
    const { functionTypeIndices, importedFunctionCount } = this.module.parsed;
    let isDone = false;
    try {
      for (let index = importedFunctionCount; index < functionTypeIndices.length; index++) this.step(index);
      isDone = true;
    } finally {
      this.meters.isInTurn = false;
      if (this.functions > 0) this.close(isDone);
    }
  }

  private step(functionIndex: number): void {
    const { meters, turn } = this;
    const { charge, phase } = turn;
    const isDue = turn.isDone === undefined ? meters.isDue(phase) : !turn.isDone(functionIndex);
    // The first function of a module waits for what is made once for all of them: in small modules that takes longer than they do.
    const isTimed = isDue && functionIndex > this.module.parsed.importedFunctionCount;
    if (this.functions > 0 && isTimed !== this.isTimed) this.close(true);
    if (this.functions === 0) {
      this.isTimed = isTimed;
      this.chargedBefore = charge.charged;
      if (isTimed) this.start = performance.now() * 1e6;
    }
    meters.isInTurn = true;
    turn.compile(functionIndex, isTimed);
    this.functions++;
    this.bodyBytes += this.module.bodyBytes(functionIndex);
    this.charged = charge.charged;
    if (isTimed && this.functions >= meters.functionsTogether) this.close(true);
  }

  private close(isTimeKnown: boolean): void {
    const { bodyBytes, charged, chargedBefore, functions, isTimed, meters, module, turn } = this;
    const nanoseconds = isTimed && isTimeKnown ? performance.now() * 1e6 - this.start : 0;
    const fuel = Number(charged - chargedBefore);
    this.functions = this.bodyBytes = 0;
    // What a meter calls may compile: that is no part of this.
    meters.isInTurn = false;
    meters.take(module, turn.phase, functions, bodyBytes, fuel, fuel, nanoseconds);
  }
}
