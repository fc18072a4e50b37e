import type { CompilePhase } from '../fuel/index.js';

/** Is told what compiling came to, without an event for each phase: how much was done, and how long it took. */
export interface CompileMeter {
  /** How many functions that are compiled in turn may be timed as one: reading the clock takes a part of what small ones take. */
  functionsTogether(phase: CompilePhase): number;
  /** `functions` is 0 for what is done to a whole module; `nanoseconds` is 0 where nobody timed it. */
  take(
    phase: CompilePhase,
    functions: number,
    bodyBytes: number,
    fuelCharged: number,
    price: number,
    nanoseconds: number,
  ): void;
}

/** Functions that are compiled in turn, and not told yet. */
export class MeteredRun {
  readonly meters = new Set<CompileMeter>();
  /** Whether functions are being compiled in turn. */
  isInTurn = false;
  private start = 0;
  private phase: CompilePhase = 'validate';
  private together = 1;
  private functions = 0;
  private bodyBytes = 0;
  private fuelCharged = 0;
  private price = 0;

  /** Nanoseconds since some moment; while functions are compiled in turn, when the run that is open began. */
  clock(): number {
    if (!this.isInTurn) return performance.now() * 1e6;
    if (this.start === 0) this.start = performance.now() * 1e6;
    return this.start;
  }

  /** Has functions compiled in turn. Where one fails, the time of the open run is nobody's. */
  during(work: () => void): void {
    this.isInTurn = true;
    let isDone = false;
    try {
      work();
      isDone = true;
    } finally {
      if (this.functions > 0) this.close(isDone);
      this.start = 0;
      this.isInTurn = false;
    }
  }

  add(
    phase: CompilePhase,
    ofFunction: boolean,
    bodyBytes: number,
    fuelCharged: number,
    price: number,
    nanoseconds: number,
  ): void {
    if (!this.isInTurn) {
      for (const meter of this.meters)
        meter.take(phase, ofFunction ? 1 : 0, bodyBytes, fuelCharged, price, nanoseconds);
      return;
    }
    if (this.functions === 0) {
      this.phase = phase;
      this.together = Infinity;
      for (const meter of this.meters)
        this.together = Math.min(this.together, meter.functionsTogether(phase));
    }
    this.functions++;
    this.bodyBytes += bodyBytes;
    this.fuelCharged += fuelCharged;
    this.price += price;
    if (this.functions >= this.together) this.close(true);
  }

  private close(isTimed: boolean): void {
    const nanoseconds = isTimed ? performance.now() * 1e6 - this.start : 0;
    const { bodyBytes, fuelCharged, functions, phase, price } = this;
    this.start = this.functions = this.bodyBytes = this.fuelCharged = this.price = 0;
    for (const meter of this.meters) meter.take(phase, functions, bodyBytes, fuelCharged, price, nanoseconds);
  }
}
