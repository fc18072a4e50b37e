import type { CompilePhase } from '../fuel/index.js';
import type { Module } from './module.js';

// Is told what compiling came to, without an event for each phase: how much was done, and of some of it how long it took.
export interface CompileMeter {
  // How many functions that are compiled in turn may be timed as one: reading the clock takes a part of what small ones take.
  readonly functionsTogether: number;
  // Whether the phase of the function that comes next is to be timed; asked once of each, but for those that are passed.
  isDue(phase: CompilePhase): boolean;
  // How many of the functions that come next, at least, are not to be timed: none of them has been asked for then.
  untimedAhead(phase: CompilePhase): number;
  // So many functions come, and are not timed.
  pass(phase: CompilePhase, functions: number): void;
  // `functions` is 0 for what is done to a whole module; `nanoseconds` is 0 where nobody timed it.
  take(
    module: MeteredModule,
    phase: CompilePhase,
    functions: number,
    bodyBytes: number,
    fuelCharged: number,
    price: number,
    nanoseconds: number,
  ): void;
}

// What of a module meters look at.
export interface MeteredModule {
  readonly parsed: { readonly bytes: Uint8Array };
}

// How functions are compiled in turn.
export interface CompileInTurn {
  readonly phase: CompilePhase;
  // Grows by the fuel of each function before it is looked at.
  readonly charge: { readonly charged: bigint };
  // The function that is being compiled, or was last.
  at: number;
  // Compiles one of them, by itself where it is timed.
  compile(functionIndex: number, isTimed: boolean): void;
  // What a function that was compiled, by itself or not, was charged.
  fuelOf(functionIndex: number): bigint;
  // Whether nothing is left to do for a function, of which no time can be told; all others are timed. Without it meters say which are.
  isDone?(functionIndex: number): boolean;
}

// Compiles functions that nobody times. Whether they are counted or not, it is by one loop, and of hardly more than a call: one of more is
// optimised by itself, with all that it calls, before it ends.
export function compileUntimed(turn: CompileInTurn, first: number, end: number): void {
  for (let index = first; index < end; index++) {
    turn.at = index;
    turn.compile(index, false);
  }
}

// The meters of an engine, and whether functions are being compiled in turn for them.
export class CompileMeters {
  private all: readonly CompileMeter[] = [];
  // How many functions all of them have timed as one.
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

  // Whether any of them wants the phase of the next function timed: all are told of it then.
  isDue(phase: CompilePhase): boolean {
    let isDue = false;
    for (const meter of this.all) if (meter.isDue(phase)) isDue = true;
    return isDue;
  }

  // How many of the functions that come next, at most so many, none of them wants timed.
  untimedAhead(phase: CompilePhase, most: number): number {
    let functions = most;
    for (const meter of this.all) functions = Math.min(functions, meter.untimedAhead(phase));
    return functions;
  }

  pass(phase: CompilePhase, functions: number): void {
    for (const meter of this.all) meter.pass(phase, functions);
  }

  readonly take: CompileMeter['take'] = (module, phase, functions, bodyBytes, fuel, price, nanoseconds) => {
    for (const meter of this.all) meter.take(module, phase, functions, bodyBytes, fuel, price, nanoseconds);
  };
}

// Functions of a module that are compiled in turn: some at a time are timed as one, or counted as one.
export class MeteredTurn {
  private readonly first: number;
  private readonly end: number;
  // Of the open group of those that are timed.
  private start = 0;
  private functions = 0;
  private bodyBytes = 0;
  // What the charge was when the group began, and behind its last function.
  private chargedBefore = 0n;
  private charged = 0n;

  constructor(
    private readonly meters: CompileMeters,
    private readonly module: Module,
    private readonly turn: CompileInTurn,
  ) {
    this.first = module.parsed.importedFunctionCount;
    this.end = module.parsed.functionTypeIndices.length;
  }

  // Compiles all functions, each charged for before it is looked at. Where one fails, the time of the open group is nobody's.
  run(): void {
    const { end, first } = this;
    let isDone = false;
    try {
      for (let index = first; index < end;) {
        const untimed = this.untimedFrom(index);
        // Whoever is told of a group may compile: who is timed then is another matter.
        if (untimed > 0 && this.functions > 0) this.close(true);
        else {
          if (untimed === 0) this.time(index);
          else this.count(index, index + untimed);
          index += Math.max(1, untimed);
        }
      }
      isDone = true;
    } finally {
      this.meters.isInTurn = false;
      if (this.functions > 0) this.close(isDone);
    }
  }

  // How many functions from here on are not timed.
  private untimedFrom(functionIndex: number): number {
    const { end, first, meters, turn } = this;
    let until = functionIndex;
    if (turn.isDone === undefined) until += meters.untimedAhead(turn.phase, end - functionIndex);
    else while (until < end && turn.isDone(until)) until++;
    // The first function of a module waits for what is made once for all of them: in small modules that takes longer than they do.
    return functionIndex === first ? Math.max(1, until - functionIndex) : until - functionIndex;
  }

  // Compiles functions that are not timed; where one fails, those before it are counted.
  private count(first: number, end: number): void {
    const { meters, module, turn } = this;
    const before = turn.charge.charged;
    meters.isInTurn = true;
    let compiled = first;
    let fuel = 0n;
    try {
      compileUntimed(turn, first, end);
      compiled = end;
      fuel = turn.charge.charged - before;
    } finally {
      meters.isInTurn = false;
      if (compiled < end) {
        compiled = turn.at;
        for (let index = first; index < compiled; index++) fuel += turn.fuelOf(index);
      }
      // One that failed came, too.
      if (turn.isDone === undefined) meters.pass(turn.phase, Math.min(compiled + 1, end) - first);
      if (compiled > first) {
        let bodyBytes = 0;
        for (let index = first; index < compiled; index++) bodyBytes += module.bodyBytes(index);
        const price = Number(fuel);
        meters.take(module, turn.phase, compiled - first, bodyBytes, price, price, 0);
      }
    }
  }

  private time(functionIndex: number): void {
    const { meters, turn } = this;
    const { charge, phase } = turn;
    if (turn.isDone === undefined) meters.isDue(phase);
    if (this.functions === 0) {
      this.chargedBefore = charge.charged;
      this.start = performance.now() * 1e6;
    }
    meters.isInTurn = true;
    turn.compile(functionIndex, true);
    this.functions++;
    this.bodyBytes += this.module.bodyBytes(functionIndex);
    this.charged = charge.charged;
    if (this.functions >= meters.functionsTogether) this.close(true);
  }

  // Has meters told of the open group.
  private close(isTimeKnown: boolean): void {
    const { bodyBytes, charged, chargedBefore, functions, meters, module, turn } = this;
    const nanoseconds = isTimeKnown ? performance.now() * 1e6 - this.start : 0;
    const fuel = Number(charged - chargedBefore);
    this.functions = this.bodyBytes = 0;
    // What a meter calls may compile: that is no part of this.
    meters.isInTurn = false;
    meters.take(module, turn.phase, functions, bodyBytes, fuel, fuel, nanoseconds);
  }
}
