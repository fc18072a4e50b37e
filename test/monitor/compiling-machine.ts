import { Random } from '@wasm-dyno/corpora/random';
import type { CompilePhase, MonitoredEvent, WatchedModule } from '@wasm-dyno/engine';

/** Of the example profile: 64 bytes at 0.0115 ns each. */
const NANOSECONDS_PER_BYTE = 0.0115;
const NANOSECONDS_PER_FUEL = 64 * NANOSECONDS_PER_BYTE;

/** How far modules of real corpora lie apart: standard deviation of the logarithm of observed / charged. */
const SPREAD = 0.22;

/** What a machine compiles. */
interface Compiled {
  /** How many modules, compiled again and again. */
  readonly modules?: number;
  /** Functions of one module in a row, on the average. */
  readonly functionsInRow?: number;
  /** Modules are told apart by numbers from this on. */
  readonly firstModule?: number;
}

interface SimulatedModule extends WatchedModule {
  /** What it takes / what is typical. */
  readonly contents: number;
}

/**
 * A machine that compiles functions of all sizes, simulated and seeded: what a function takes differs from its price by its module and by
 * its contents, neighbours come and go, slow the memset less or more than the compiler, and now and then take the core away for long.
 */
export class CompilingMachine {
  private readonly random;
  private readonly modules: readonly SimulatedModule[];
  private readonly functionsInRow: number;
  private module: SimulatedModule;
  private load = 1;
  private loadOfMemset = 1;
  private loadLasts = 0;

  constructor(
    seed: number,
    /** What compiling takes / what is charged for it. */
    public factor: number,
    /** How much neighbours may slow it. */
    private readonly mostLoad = 3,
    { firstModule = 0, functionsInRow = 1, modules = 32 }: Compiled = {},
  ) {
    this.random = new Random(seed);
    this.functionsInRow = functionsInRow;
    const ofModules = new Random(seed, 'modules');
    this.modules = Array.from({ length: modules }, (_, i) => ({
      parsed: { bytes: Uint8Array.of(firstModule + i, i >> 8) },
      contents: Math.exp(SPREAD * normal(ofModules)),
    }));
    this.module = this.modules[0]!;
  }

  /** What modules take / what is typical: the mean over them, by logarithm. */
  get typical(): number {
    const logarithms = this.modules.map(({ contents }) => Math.log(contents));
    return Math.exp(logarithms.reduce((sum, one) => sum + one, 0) / logarithms.length);
  }

  /** The machine's memset now, in nanoseconds per byte. */
  readonly reference = (): number =>
    NANOSECONDS_PER_BYTE * this.loadOfMemset * Math.exp(0.03 * this.normal());

  compile(phase: CompilePhase): MonitoredEvent {
    this.changeLoad();
    if (this.uniform() * this.functionsInRow <= 1) this.module = this.random.pick(this.modules);
    const { contents: ofModule } = this.module;
    const bodyBytes = Math.ceil(Math.exp(Math.log(150) + 1.2 * this.normal()));
    const price = 40 + Math.ceil((bodyBytes * 400) / 64);
    const contents = Math.exp(0.4 * this.normal());
    const nanoseconds =
      price * NANOSECONDS_PER_FUEL * this.factor * ofModule * contents * this.load + this.pause();
    return {
      module: this.module,
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
    return normal(this.random);
  }
}

function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random.uniform())) * Math.cos(2 * Math.PI * random.uniform());
}
