import type { CompilingTime } from './compiling-time.js';
import { LogHistogram, ratioHistogram } from './log-histogram.js';
import { ModuleEvidence } from './module-evidence.js';
import type { ModuleWitness } from './module-witness.js';
import type { RatioBounds } from './ratio-bounds.js';
import { WatchedRuns } from './watched-runs.js';

const MOST_WINDOW_SAMPLES = 1_024;
/** Behind those of warming up so many functions are all to be timed, for evidence soon: a dozen modules of a thousand each. */
const FIRST_FUNCTIONS = 12_000;

/** Behind a gap the first functions that are timed find caches and branch predictors as others left them: in validating they take half as long again. */
const SETTLING_FUNCTIONS = 16;
/** So many functions that nobody timed are a gap. */
const FUNCTIONS_OF_GAP = 32;

/** Times from 1 ns to 2^40 ns, 18 minutes. */
function timeHistogram(): LogHistogram {
  return new LogHistogram(0, 40, 8);
}

/** What a monitor knows of one phase: totals, distributions, evidence; and the samples of the window that is open. */
export class MonitoredPhase {
  functions = 0;
  bytes = 0;
  /** Charged to whoever asked. */
  fuelCharged = 0;
  /** What was priced, and timed. */
  priceTimed = 0;
  nanoseconds = 0;
  readonly times = timeHistogram();
  /** Observed / charged, by fuel, since the last reset; the first ones apart. */
  readonly ratios = ratioHistogram();
  readonly evidence: ModuleEvidence;

  private firstLeft = FIRST_FUNCTIONS;
  private readonly runs: WatchedRuns;
  /** Functions running that nobody timed. */
  private untimed = 0;
  private settlingLeft = 0;

  // The open window.
  private readonly sampleNanoseconds = new Float32Array(MOST_WINDOW_SAMPLES);
  private readonly samplePrices = new Float32Array(MOST_WINDOW_SAMPLES);
  private readonly sampleExpected = new Float32Array(MOST_WINDOW_SAMPLES);
  private readonly sampleWitnesses: ModuleWitness[] = [];
  /** Windows closed since the process began to be watched. */
  windows = 0;
  /** What functions take that are compiled then, of what they take in the middle. */
  private readonly timesTypical: Readonly<Record<CompilingTime, number>>;

  /** `quantile`: by how many standard errors modules have to lie beyond a bound. */
  constructor(
    readonly bounds: RatioBounds,
    quantile: number,
    private warmUpLeft: number,
    oneFunctionIn: number,
  ) {
    const { typical = 1, eager = typical, lazy = typical } = bounds;
    this.timesTypical = { eager: eager / typical, lazy: lazy / typical };
    this.runs = new WatchedRuns(oneFunctionIn);
    this.evidence = new ModuleEvidence(bounds, quantile);
  }

  get isWarmingUp(): boolean {
    return this.warmUpLeft > 0 && this.ratios.count === 0;
  }

  /** Whether the next function is to be timed: those of warming up are, the first behind them, and of later ones some. */
  isDue(): boolean {
    return this.areAllDue || this.runs.next();
  }

  /** How many functions come before one that is to be timed, at least. */
  get untimedAhead(): number {
    return this.areAllDue ? 0 : this.runs.unwatchedAhead;
  }

  /** So many functions come, and are not timed. */
  pass(functions: number): void {
    if (!this.areAllDue) this.runs.pass(functions);
  }

  private get areAllDue(): boolean {
    return this.warmUpLeft > 0 || this.firstLeft > 0;
  }

  /** Of the open window. */
  get samples(): number {
    return this.sampleWitnesses.length;
  }

  get isFull(): boolean {
    return this.samples === MOST_WINDOW_SAMPLES || this.evidence.isFull;
  }

  addUntimed(functions: number): void {
    this.untimed += functions;
  }

  /**
   * Adds what was timed of a module, of so many functions, one unless told. Those that take less than `leastPrice` are one sample together: a
   * clock tells little of each. Modules tell what they took of what is expected, by when they were compiled.
   */
  addTimed(
    module: number,
    price: number,
    nanoseconds: number,
    leastPrice: number,
    functions = 1,
    time: CompilingTime = 'lazy',
  ): void {
    this.priceTimed += price;
    this.nanoseconds += nanoseconds;
    this.times.addAlike(nanoseconds / functions, functions);
    if (this.warmUpLeft > 0) {
      this.warmUpLeft -= functions;
      return;
    }
    if (this.untimed >= FUNCTIONS_OF_GAP) this.settlingLeft = SETTLING_FUNCTIONS;
    this.untimed = 0;
    if (this.settlingLeft > 0) {
      this.settlingLeft -= functions;
      return;
    }
    this.firstLeft -= functions;
    const witness = this.evidence.witness(module);
    witness.openNanoseconds += nanoseconds;
    witness.openPrice += price;
    witness.openExpected += price * this.timesTypical[time];
    if (witness.openPrice < leastPrice) return;
    this.sampleNanoseconds[this.samples] = witness.openNanoseconds;
    this.samplePrices[this.samples] = witness.openPrice;
    this.sampleExpected[this.samples] = witness.openExpected;
    this.sampleWitnesses.push(witness);
    this.evidence.takeSample(witness);
    witness.openNanoseconds = witness.openPrice = witness.openExpected = 0;
  }

  /**
   * Judges the window's samples at what a fuel took in it, times what it takes by the profile; they are no evidence where the machine's
   * speed changed meanwhile. Neighbours slow a memset more than a compiler, or less: the root of what it was slowed by is taken off.
   */
  closeWindow(nanosecondsPerFuel: number, timesProfile: number, isSteady: boolean): void {
    if (this.samples === 0) return;
    this.windows++;
    const { typical = 1 } = this.bounds;
    const doubt = Math.sqrt(Math.max(timesProfile, 1 / timesProfile));
    this.sampleWitnesses.forEach((witness, i) => {
      const price = this.samplePrices[i]!;
      const observed = this.sampleNanoseconds[i]! / nanosecondsPerFuel;
      this.ratios.add(observed / price, price);
      const ratio = observed / this.sampleExpected[i]!;
      if (isSteady) witness.add(ratio, Math.max(ratio / doubt, Math.min(typical, ratio * doubt)));
    });
    this.dropWindow();
    if (isSteady) this.evidence.judge();
  }

  /** Forgets the open window's samples. */
  dropWindow(): void {
    this.sampleWitnesses.length = 0;
    this.evidence.trim();
  }

  /** Forgets all but that the process is warm. */
  reset(): void {
    this.functions = this.bytes = this.fuelCharged = this.priceTimed = this.nanoseconds = 0;
    this.sampleWitnesses.length = 0;
    this.times.clear();
    this.ratios.clear();
    this.evidence.reset();
    this.firstLeft = FIRST_FUNCTIONS;
  }

  merge(other: MonitoredPhase): void {
    this.functions += other.functions;
    this.bytes += other.bytes;
    this.fuelCharged += other.fuelCharged;
    this.priceTimed += other.priceTimed;
    this.nanoseconds += other.nanoseconds;
    this.times.merge(other.times);
    this.ratios.merge(other.ratios);
    this.evidence.merge(other.evidence);
    this.warmUpLeft = Math.min(this.warmUpLeft, other.warmUpLeft);
  }
}
