import type { CompilePhase } from '../fuel/index.js';
import type { Module } from './module.js';

/** Is told what compiling came to, without an event for each phase: how much was done, and how long it took. */
export interface CompileMeter {
  /** How many functions that are compiled in turn may be timed as one: reading the clock takes a part of what small ones take. */
  readonly functionsTogether: number;
  /** Whether it is told of the module of that number: see Module.ordinal. */
  hears(ordinal: number): boolean;
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

/** What a loading was charged so far. */
interface Charged {
  readonly charged: bigint;
}

/** Functions that are compiled in turn, and not told yet. */
export class MeteredRun {
  readonly meters = new Set<CompileMeter>();
  /** Who pays for the functions that are being compiled in turn; undefined while none are. */
  private charge: Charged | undefined;
  private start = 0;
  /** Of the open run; undefined between two. */
  private module: Module | undefined;
  private phase: CompilePhase = 'validate';
  private together = 1;
  private functions = 0;
  private bodyBytes = 0;
  /** What the charge was when the open run began, and behind its last function: sums of each function's fuel would take as long as telling it. */
  private chargedBefore = 0n;
  private charged = 0n;

  /** Whether any meter is told of the module of that number. */
  hears(ordinal: number): boolean {
    for (const meter of this.meters) if (meter.hears(ordinal)) return true;
    return false;
  }

  /** Whether functions are being compiled in turn. */
  get isInTurn(): boolean {
    return this.charge !== undefined;
  }

  /** Nanoseconds since some moment; while functions are compiled in turn, when the run that is open began. */
  clock(): number {
    if (!this.isInTurn) return performance.now() * 1e6;
    if (this.start === 0) this.start = performance.now() * 1e6;
    return this.start;
  }

  /** Has functions compiled in turn, each charged for before it is looked at. Where one fails, the time of the open run is nobody's. */
  during(work: () => void, charge: Charged): void {
    this.charge = charge;
    this.chargedBefore = charge.charged;
    let isDone = false;
    try {
      work();
      isDone = true;
    } finally {
      if (this.functions > 0) this.close(isDone);
      this.start = 0;
      this.charge = undefined;
    }
  }

  /** Adds a function that was compiled in its turn. */
  add(module: Module, phase: CompilePhase, bodyBytes: number): void {
    if (this.functions === 0) {
      this.module = module;
      this.phase = phase;
      this.together = Infinity;
      for (const meter of this.meters) this.together = Math.min(this.together, meter.functionsTogether);
    }
    this.functions++;
    this.bodyBytes += bodyBytes;
    this.charged = this.charge!.charged;
    if (this.functions >= this.together) this.close(true);
  }

  private close(isTimed: boolean): void {
    const nanoseconds = isTimed ? performance.now() * 1e6 - this.start : 0;
    const { bodyBytes, charge, charged, functions, module, phase } = this;
    const fuel = Number(charged - this.chargedBefore);
    this.chargedBefore = charged;
    this.start = this.functions = this.bodyBytes = 0;
    // What a meter calls may compile: that is no part of this.
    this.charge = this.module = undefined;
    try {
      for (const meter of this.meters)
        if (meter.hears(module!.ordinal))
          meter.take(module!, phase, functions, bodyBytes, fuel, fuel, nanoseconds);
    } finally {
      this.charge = charge;
      this.chargedBefore = charged;
    }
  }
}
