/** A bucket that holds something: its index, how many values, and their weight. */
export type RecordedBucket = readonly [index: number, count: number, weight: number];

/** Observed / charged, from 2^-10 to 2^10 at 3% a bucket. */
export function ratioHistogram(): LogHistogram {
  return new LogHistogram(-10, 10, 24);
}

/**
 * Positive values counted in buckets that grow by a constant factor: its memory depends on nothing that is added, two of one form are added
 * bucket by bucket, and a quantile is off by half a bucket at most. What lies beyond the ends is counted in the end's bucket.
 */
export class LogHistogram {
  private readonly counts: Float64Array;
  private readonly weights: Float64Array;
  private squares = 0;
  /** What is held lies from here on, and before `end`: a window's values lie together, and are added up again and again. */
  private first: number;
  private end = 0;

  /** Buckets from 2^`lowest` to 2^`highest`, so many to a doubling. */
  constructor(
    readonly lowest: number,
    readonly highest: number,
    readonly bucketsPerDoubling: number,
  ) {
    const buckets = (highest - lowest) * bucketsPerDoubling;
    this.counts = new Float64Array(buckets);
    this.weights = new Float64Array(buckets);
    this.first = buckets;
  }

  private reach(first: number, end: number): void {
    if (first < this.first) this.first = first;
    if (end > this.end) this.end = end;
  }

  add(value: number, weight = 1): void {
    this.addAlike(value, 1, weight);
  }

  /** Adds `count` values that are alike, each of the same weight. */
  addAlike(value: number, count: number, weight = 1): void {
    const at = Math.floor((Math.log2(value) - this.lowest) * this.bucketsPerDoubling);
    const index = at >= 0 ? Math.min(at, this.counts.length - 1) : 0;
    this.reach(index, index + 1);
    this.counts[index]! += count;
    this.weights[index]! += count * weight;
    this.squares += count * weight * weight;
  }

  merge(other: LogHistogram): void {
    this.reach(other.first, other.end);
    for (let i = other.first; i < other.end; i++) {
      this.counts[i]! += other.counts[i]!;
      this.weights[i]! += other.weights[i]!;
    }
    this.squares += other.squares;
  }

  clear(): void {
    this.counts.fill(0, this.first, this.end);
    this.weights.fill(0, this.first, this.end);
    this.squares = this.end = 0;
    this.first = this.counts.length;
  }

  get count(): number {
    return this.counts.reduce((sum, count) => sum + count, 0);
  }

  /** How many values of one weight tell as much: (sum of weights)^2 / sum of their squares. */
  get effectiveCount(): number {
    const sum = this.weights.reduce((total, weight) => total + weight, 0);
    return this.squares === 0 ? 0 : (sum * sum) / this.squares;
  }

  /** How many values lie below 2^`exponent`, which is a bucket's end. */
  countBelow(exponent: number): number {
    const end = Math.round((exponent - this.lowest) * this.bucketsPerDoubling);
    return this.counts.subarray(0, Math.max(0, end)).reduce((sum, count) => sum + count, 0);
  }

  /** The value below which `part` of the weight lies, between the bucket's ends by how far it is into it; undefined when empty. */
  quantile(part: number): number | undefined {
    const total = this.weights.reduce((sum, weight) => sum + weight, 0);
    if (!(total > 0)) return undefined;
    let left = Math.min(1, Math.max(0, part)) * total;
    let last = 0;
    for (let i = 0; i < this.weights.length; i++) {
      const weight = this.weights[i]!;
      if (weight === 0) continue;
      last = i + 1;
      if (left <= weight) return this.valueAt(i + left / weight);
      left -= weight;
    }
    return this.valueAt(last);
  }

  private valueAt(buckets: number): number {
    return 2 ** (this.lowest + buckets / this.bucketsPerDoubling);
  }

  /** The buckets that hold something, and the sum of squared weights. */
  recorded(): { readonly buckets: RecordedBucket[]; readonly squaredWeights: number } {
    const buckets: RecordedBucket[] = [];
    this.counts.forEach((count, i) => {
      if (count > 0) buckets.push([i, count, this.weights[i]!]);
    });
    return { buckets, squaredWeights: this.squares };
  }

  /** Adds what was recorded of one of the same form; whether all buckets are its own. */
  addRecorded(recorded: {
    readonly buckets: readonly RecordedBucket[];
    readonly squaredWeights: number;
  }): boolean {
    for (const [index, count, weight] of recorded.buckets) {
      if (index >= this.counts.length) return false;
      this.reach(index, index + 1);
      this.counts[index]! += count;
      this.weights[index]! += weight;
    }
    this.squares += recorded.squaredWeights;
    return true;
  }
}
