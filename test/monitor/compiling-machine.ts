import { Random } from '@wasm-dyno/corpora/random';
import type { CompilePhase, MonitoredEvent } from '@wasm-dyno/engine';

/** Of the example profile: 64 bytes at 0.0115 ns each. */
const NANOSECONDS_PER_BYTE = 0.0115;
const NANOSECONDS_PER_FUEL = 64 * NANOSECONDS_PER_BYTE;

/**
 * A machine that compiles functions of all sizes, simulated and seeded: what a function takes differs from its price by its contents,
 * neighbours come and go, slow the memset less or more than the compiler, and now and then take the core away for long.
 */
export class CompilingMachine {
  private readonly random;
  private load = 1;
  private loadOfMemset = 1;
  private loadLasts = 0;

  constructor(
    seed: number,
    /** What compiling takes / what is charged for it. */
    public factor: number,
    /** How much neighbours may slow it. */
    private readonly mostLoad = 3,
  ) {
    this.random = new Random(seed);
  }

  /** The machine's memset now, in nanoseconds per byte. */
  readonly reference = (): number =>
    NANOSECONDS_PER_BYTE * this.loadOfMemset * Math.exp(0.03 * this.normal());

  compile(phase: CompilePhase): MonitoredEvent {
    this.changeLoad();
    const bodyBytes = Math.ceil(Math.exp(Math.log(150) + 1.2 * this.normal()));
    const price = 40 + Math.ceil((bodyBytes * 400) / 64);
    const contents = Math.exp(0.4 * this.normal());
    const nanoseconds = price * NANOSECONDS_PER_FUEL * this.factor * contents * this.load + this.pause();
    return {
      phase,
      functionIndex: 0,
      bodyBytes,
      fuelCharged: BigInt(price),
      price: BigInt(price),
      nanoseconds: Math.round(nanoseconds) + 20 * this.uniform(),
    };
  }

  /** The core is taken away from one in fifty, for microseconds to milliseconds (Pareto, of infinite mean). */
  private pause(): number {
    return this.uniform() < 0.02 ? Math.min(2e7, 2_000 / this.uniform()) : 0;
  }

  private changeLoad(): void {
    if (this.loadLasts-- > 0) return;
    this.loadLasts = Math.floor(50 * 100 ** this.uniform());
    this.load = this.uniform() < 0.4 ? 1 : 1 + (this.mostLoad - 1) * this.uniform();
    this.loadOfMemset = this.load ** (0.85 + 0.3 * this.uniform());
  }

  private uniform(): number {
    return 1 - this.random.uniform();
  }

  private normal(): number {
    return Math.sqrt(-2 * Math.log(this.uniform())) * Math.cos(2 * Math.PI * this.uniform());
  }
}
