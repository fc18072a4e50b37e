import { isContended } from '@wasm-dyno/reports/noise';

/** Between two looks. The target sleeps meanwhile: a virtual CPU that idles gets a new place, often the quickest way out of a shared one. */
const PAUSE_MILLISECONDS = 5;
/** As often must have been tried what a shared core is like after a pause, and after going on, before the two are compared. */
const LEAST_TRIED = 10;
/** Of the times that the better way is known, one in so many goes the other way, in case things have changed. */
const OTHER_WAY_EVERY = 8;

export interface QuietCoreOptions {
  /** Runs the target's reference loop: nanoseconds, or undefined where it has none. */
  readonly look: () => Promise<number | undefined>;
  /** The reference loop at its best, nanoseconds, where it is known from elsewhere. */
  readonly bestNanoseconds?: number | undefined;
  /** A clock in milliseconds. */
  readonly now?: () => number;
  readonly sleep?: (milliseconds: number) => Promise<void>;
}

/** How often something was tried, and how often the core was quiet then. */
class Tries {
  private count = 0;
  private quiet = 0;

  add(isQuiet: boolean): void {
    this.count++;
    if (isQuiet) this.quiet++;
  }

  get areEnough(): boolean {
    return this.count >= LEAST_TRIED;
  }

  get quietShare(): number {
    return this.quiet / this.count;
  }
}

/**
 * Waits before a block until nobody else has part of the core. What is measured on a shared core is left out of the estimate anyway;
 * time spent on waiting instead goes to blocks of all arms alike as soon as the neighbours leave. Neighbours that come and go
 * faster than a block lasts are not worth waiting for: where going on finds a quiet core as often as a pause does, it goes on.
 * The reference loop alone decides: never what was measured.
 */
export class QuietCore {
  private readonly look: QuietCoreOptions['look'];
  private readonly now: () => number;
  private readonly sleep: (milliseconds: number) => Promise<void>;
  private best: number;
  private last: number | undefined;
  private waited = 0;
  private readonly afterPause = new Tries();
  private readonly afterGoingOn = new Tries();
  private sharedTimes = 0;
  private wentOn = false;

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
    this.best = Math.min(this.best, referenceNanoseconds ?? Infinity);
    if (this.wentOn) this.afterGoingOn.add(!isContended(referenceNanoseconds, this.best));
    this.wentOn = false;
    this.last = referenceNanoseconds;
  }

  /** Returns when the core was not shared at the last look, when all waiting together comes to the allowance, or when waiting is in vain. */
  async wait(allowanceMilliseconds: number): Promise<void> {
    const begin = this.now();
    const before = this.waited;
    this.wentOn = false;
    let pauses = this.isShared && this.shouldPause();
    while (pauses && this.waited < allowanceMilliseconds) {
      await this.sleep(PAUSE_MILLISECONDS);
      this.saw(await this.look());
      this.afterPause.add(!this.isShared);
      this.waited = before + this.now() - begin;
      pauses = this.isShared && this.isPauseBetter();
    }
    this.wentOn = this.isShared;
  }

  private get isShared(): boolean {
    return isContended(this.last, this.best);
  }

  private shouldPause(): boolean {
    const goesTheOtherWay = ++this.sharedTimes % OTHER_WAY_EVERY === 0;
    return this.isPauseBetter() !== goesTheOtherWay;
  }

  /** Taken for granted until both have been tried often enough. */
  private isPauseBetter(): boolean {
    const { afterGoingOn, afterPause } = this;
    if (!afterGoingOn.areEnough || !afterPause.areEnough) return true;
    return afterPause.quietShare > afterGoingOn.quietShare;
  }
}
