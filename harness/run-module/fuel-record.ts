import { COMPILE_PHASES, type CompilePhase, type Engine } from '@wasm-dyno/engine';

/** Whether compiling happened while loading or on functions' first calls. */
export type CompileMoment = 'load' | 'first call';

/** What one phase came to at one moment: charged against measured. */
export interface PhaseTotal {
  readonly phase: CompilePhase;
  readonly moment: CompileMoment;
  /** Functions compiled; modules for `parse`. */
  count: number;
  /** Bytes that the charge counts. */
  bytes: number;
  fuel: bigint;
  nanoseconds: number;
}

/** Adds up an engine's compile events. */
export class FuelRecord {
  /** Flips once loading is done. */
  moment: CompileMoment = 'load';
  private readonly totals = new Map<string, PhaseTotal>();
  readonly stop: () => void;

  constructor(engine: Engine) {
    this.stop = engine.on('compile', ({ phase, functionIndex, bodyBytes, fuelCharged, nanoseconds }) => {
      const key = `${phase} ${this.moment}`;
      const total: PhaseTotal = this.totals.get(key) ?? {
        phase,
        moment: this.moment,
        count: 0,
        bytes: 0,
        fuel: 0n,
        nanoseconds: 0,
      };
      // What the host compiles at once is time of its phase, but no function.
      if (phase === 'parse' || functionIndex !== undefined) total.count++;
      total.bytes += bodyBytes;
      total.fuel += fuelCharged;
      total.nanoseconds += nanoseconds;
      this.totals.set(key, total);
    });
  }

  /** In the order of compiling: what was loaded, then what first calls compiled. */
  get phases(): readonly PhaseTotal[] {
    const moments: readonly CompileMoment[] = ['load', 'first call'];
    return moments.flatMap((moment) =>
      COMPILE_PHASES.map((phase) => this.totals.get(`${phase} ${moment}`)).filter(
        (total) => total !== undefined,
      ),
    );
  }

  fuelAt(moment: CompileMoment): bigint {
    return this.phases.reduce((sum, total) => (total.moment === moment ? sum + total.fuel : sum), 0n);
  }

  nanosecondsAt(moment: CompileMoment): number {
    return this.phases.reduce((sum, total) => (total.moment === moment ? sum + total.nanoseconds : sum), 0);
  }
}
