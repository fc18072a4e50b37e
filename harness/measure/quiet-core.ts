import { isContended } from '../guards/contention.js';

/** Between two looks. The target sleeps meanwhile: a virtual CPU that idles gets a new place, which is the quickest way out of a shared one. */
const PAUSE_MILLISECONDS = 5;

export interface QuietCoreOptions {
  /** Runs the target's reference loop: nanoseconds, or undefined where it has none. */
  readonly look: () => Promise<number | undefined>;
  /** The reference loop at its best, nanoseconds, where it is known from elsewhere. */
  readonly bestNanoseconds?: number | undefined;
  /** A clock in milliseconds. */
  readonly now?: () => number;
  readonly sleep?: (milliseconds: number) => Promise<void>;
}

/**
 * Waits before a block until nobody else has part of the core. What is measured on a shared core is left out of the estimate anyway;
 * time spent on waiting instead goes to blocks of all arms alike as soon as the neighbours leave. The reference loop alone decides:
 * never what was measured.
 */
export class QuietCore {
  private readonly look: QuietCoreOptions['look'];
  private readonly now: () => number;
  private readonly sleep: (milliseconds: number) => Promise<void>;
  private best: number;
  private last: number | undefined;
  private waited = 0;

  constructor({ look, bestNanoseconds, now, sleep }: QuietCoreOptions) {
    this.look = look;
    this.best = bestNanoseconds ?? Infinity;
    this.now = now ?? (() => performance.now());
    this.sleep = sleep ?? ((milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)));
  }

  /** Milliseconds waited since the beginning. */
  get waitedMilliseconds(): number {
    return this.waited;
  }

  /** Takes note of the reference loop beside a block that was just run. */
  saw(referenceNanoseconds: number | undefined): void {
    this.last = referenceNanoseconds;
    this.best = Math.min(this.best, referenceNanoseconds ?? Infinity);
  }

  /** Returns when the core was not shared at the last look, or all waiting together comes to the allowance. */
  async wait(allowanceMilliseconds: number): Promise<void> {
    const begin = this.now();
    const before = this.waited;
    while (this.waited < allowanceMilliseconds && isContended(this.last, this.best)) {
      await this.sleep(PAUSE_MILLISECONDS);
      this.saw(await this.look());
      this.waited = before + this.now() - begin;
    }
  }
}
