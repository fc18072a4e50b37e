import { DriftEvidence, ratioHistogram } from './drift-evidence.js';
import { LogHistogram } from './log-histogram.js';

/** What a phase may take, as a part of what it is charged. */
export interface RatioBounds {
  readonly low: number;
  readonly high: number;
  /** Where it lies without drift; 1 unless told, less where a careful policy charges beyond what is typical. */
  readonly typical?: number;
}

/** Most samples of a window. */
const MOST_SAMPLES = 2_048;

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
  readonly slower: DriftEvidence;
  readonly faster: DriftEvidence;

  // The open window.
  private readonly sampleNanoseconds = new Float64Array(MOST_SAMPLES);
  private readonly samplePrices = new Float64Array(MOST_SAMPLES);
  samples = 0;
  /** Windows closed since the process began to be watched. */
  windows = 0;
  private openNanoseconds = 0;
  private openPrice = 0;
  private readonly windowRatios = ratioHistogram();

  constructor(
    readonly bounds: RatioBounds,
    threshold: number,
    private warmUpLeft: number,
  ) {
    this.slower = new DriftEvidence(threshold);
    this.faster = new DriftEvidence(threshold);
  }

  get isWarmingUp(): boolean {
    return this.warmUpLeft > 0 && this.ratios.count === 0;
  }

  /**
   * Adds what was timed, of so many functions, one unless told. Those that take less than `leastPrice` are one sample together: a clock tells
   * little of each.
   */
  addTimed(price: number, nanoseconds: number, leastPrice: number, functions = 1): void {
    this.priceTimed += price;
    this.nanoseconds += nanoseconds;
    this.times.addAlike(nanoseconds / functions, functions);
    if (this.warmUpLeft > 0) {
      this.warmUpLeft -= functions;
      return;
    }
    this.openNanoseconds += nanoseconds;
    this.openPrice += price;
    if (this.openPrice < leastPrice) return;
    this.sampleNanoseconds[this.samples] = this.openNanoseconds;
    this.samplePrices[this.samples++] = this.openPrice;
    this.openNanoseconds = 0;
    this.openPrice = 0;
  }

  get isFull(): boolean {
    return this.samples === MOST_SAMPLES;
  }

  /** Judges the window's samples at what a fuel took in it; they are no evidence where the machine's speed changed meanwhile. */
  closeWindow(nanosecondsPerFuel: number, isSteady: boolean): void {
    const { bounds, samples } = this;
    if (samples === 0) return;
    this.windows++;
    let [above, below] = [0, 0];
    this.windowRatios.clear();
    for (let i = 0; i < samples; i++) {
      const price = this.samplePrices[i]!;
      const ratio = this.sampleNanoseconds[i]! / (price * nanosecondsPerFuel);
      this.windowRatios.add(ratio, price);
      if (ratio > bounds.high) above++;
      else if (ratio < bounds.low) below++;
    }
    this.samples = 0;
    this.ratios.merge(this.windowRatios);
    if (!isSteady) return;
    this.slower.addWindow(above, samples, this.windowRatios);
    this.faster.addWindow(below, samples, this.windowRatios);
  }

  /** Forgets all but that the process is warm. */
  reset(): void {
    this.functions = this.bytes = this.fuelCharged = this.priceTimed = this.nanoseconds = 0;
    this.samples = this.openNanoseconds = this.openPrice = 0;
    this.times.clear();
    this.ratios.clear();
    this.slower.reset();
    this.faster.reset();
  }

  merge(other: MonitoredPhase): void {
    this.functions += other.functions;
    this.bytes += other.bytes;
    this.fuelCharged += other.fuelCharged;
    this.priceTimed += other.priceTimed;
    this.nanoseconds += other.nanoseconds;
    this.times.merge(other.times);
    this.ratios.merge(other.ratios);
    this.slower.merge(other.slower);
    this.faster.merge(other.faster);
    this.warmUpLeft = Math.min(this.warmUpLeft, other.warmUpLeft);
  }
}
