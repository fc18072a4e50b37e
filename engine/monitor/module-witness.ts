/** Observed / charged, from 2^-5 to 2^5 at 9% a bucket; what lies beyond is counted in the end's. */
const [LOWEST, HIGHEST, BUCKETS_PER_DOUBLING] = [-5, 5, 8];
const BUCKETS = (HIGHEST - LOWEST) * BUCKETS_PER_DOUBLING;
/** From so many samples on the older ones count half: what was long ago is forgotten. */
export const MOST_MODULE_SAMPLES = 256;

/** A bucket that holds something: its index, and how many samples. */
export type RecordedCount = readonly [index: number, count: number];

/** How samples lie: of a module those of late. */
class SampleCounts {
  private readonly counts = new Uint16Array(BUCKETS);
  private known: number | undefined;
  samples = 0;

  add(ratio: number): void {
    const at = Math.floor((Math.log2(ratio) - LOWEST) * BUCKETS_PER_DOUBLING);
    this.addAlike(at > 0 ? Math.min(at, BUCKETS - 1) : 0, 1);
    this.forgetOld();
  }

  private addAlike(index: number, count: number): void {
    this.counts[index]! += count;
    this.samples += count;
    this.known = undefined;
  }

  private forgetOld(): void {
    while (this.samples >= MOST_MODULE_SAMPLES) {
      this.samples = 0;
      for (let i = 0; i < BUCKETS; i++) this.samples += this.counts[i]! >>= 1;
    }
  }

  /** The natural logarithm of the median. */
  get logMedian(): number {
    return (this.known ??= this.middle() * Math.LN2);
  }

  private middle(): number {
    let left = this.samples / 2;
    let index = 0;
    while (left > this.counts[index]!) left -= this.counts[index++]!;
    return LOWEST + (index + left / this.counts[index]!) / BUCKETS_PER_DOUBLING;
  }

  merge(other: SampleCounts): void {
    for (const [index, count] of other.recorded()) this.addAlike(index, count);
    this.forgetOld();
  }

  recorded(): RecordedCount[] {
    const recorded: RecordedCount[] = [];
    this.counts.forEach((count, index) => {
      if (count > 0) recorded.push([index, count]);
    });
    return recorded;
  }

  addRecorded(recorded: readonly RecordedCount[]): boolean {
    for (const [index, count] of recorded) {
      if (index >= BUCKETS) return false;
      this.addAlike(index, count);
      this.forgetOld();
    }
    return true;
  }
}

/** What one module told of one phase. */
export interface ModuleRecord {
  /** Tells it from others. */
  readonly key: number;
  /** Samples by observed / charged, and by what drift is judged by: see ModuleWitness. */
  readonly observed: readonly RecordedCount[];
  readonly judged: readonly RecordedCount[];
}

/** What one module tells of one phase. */
export class ModuleWitness {
  private readonly observed = new SampleCounts();
  private readonly judged = new SampleCounts();
  /** Of what is no sample yet. */
  openNanoseconds = 0;
  openPrice = 0;
  /** The price, by when it was compiled. */
  openExpected = 0;

  constructor(readonly key: number) {}

  /** Takes a sample down: observed / charged, and what is left of it by what drift is judged. */
  add(observed: number, judged: number): void {
    this.observed.add(observed);
    this.judged.add(judged);
  }

  get samples(): number {
    return this.judged.samples;
  }

  /** The natural logarithm of the median of observed / charged. */
  get logObserved(): number {
    return this.observed.logMedian;
  }

  get logJudged(): number {
    return this.judged.logMedian;
  }

  merge(other: ModuleWitness): void {
    this.observed.merge(other.observed);
    this.judged.merge(other.judged);
  }

  recorded(): ModuleRecord {
    return { key: this.key, observed: this.observed.recorded(), judged: this.judged.recorded() };
  }

  /** Adds what was recorded; whether all buckets are its own. */
  addRecorded({ judged, observed }: ModuleRecord): boolean {
    return this.observed.addRecorded(observed) && this.judged.addRecorded(judged);
  }
}
