import { Random } from '@wasm-dyno/corpora/random';
import type { RawValue, ResumableRawCall, Store } from '@wasm-dyno/engine';
import type { Bystander } from './bystander.js';

type OutOfFuelStop = ResumableRawCall & { readonly state: 'out-of-fuel' };

/** After so many refills of one call the portions double, so that long loops come to an end. */
const REFILLS_BEFORE_DOUBLING = 16;
const SMALLEST_PORTION_BITS = 6;
const LARGEST_PORTION_BITS = 40;
/** One stop in so many is resumed without fuel first, which must change nothing. */
const EMPTY_RESUMES = 8;
/** Frames of the other calls. */
const DEEPEST_CALL = 20;
/** More than any call of the suite consumes: one that needs more has gone wrong, and would perhaps never end. */
export const PLENTY_OF_FUEL = 1_000_000_000n;

/** What of a store and of other calls in it the dealing needs. */
export type FuelStore = Pick<Store, 'fuel' | 'consumedFuel'>;
export type OtherCalls = Pick<Bystander, 'scribble' | 'below'>;

/**
 * Deals fuel in portions of random size, so that calls stop wherever fuel is checked, and resumes them: at once, or
 * after another call has used the store, or from within one.
 */
export class RandomFuel {
  /** Fuel that the other calls have consumed. */
  otherFuel = 0n;
  private readonly random;
  /** What the random call has left when the other call under way is over. */
  private fuelAfter = 0n;

  constructor(
    seed: number,
    private readonly store: FuelStore,
    private readonly others: OtherCalls,
  ) {
    this.random = new Random(seed);
  }

  /** Runs a call to its end. Traps pass through. Throws a plain Error where the rules of fuel are broken. */
  run(start: () => ResumableRawCall): RawValue[] {
    const end = this.store.consumedFuel - this.otherFuel + PLENTY_OF_FUEL;
    this.store.fuel = this.portion(0);
    let call = start();
    for (let refills = 0; ; refills++) {
      if (call.state === 'finished') return call.results;
      if (call.state === 'embedder-error') throw call.error;
      if (this.store.consumedFuel - this.otherFuel > end) throw new Error('the call does not come to an end');
      call = this.refill(call, this.portion(refills));
    }
  }

  private refill(stopped: OutOfFuelStop, portion: bigint): ResumableRawCall {
    const { requiredFuel } = stopped;
    const { fuel } = this.store;
    if (requiredFuel <= fuel) throw new Error(`stopped with ${fuel} fuel where ${requiredFuel} is required`);
    const call = this.random.integer(1, EMPTY_RESUMES) === 1 ? this.resumedWithoutFuel(stopped) : stopped;
    const resume = () => this.resume(call, requiredFuel + portion);
    switch (this.random.integer(0, 3)) {
      case 0:
        this.apart(() => this.others.scribble(this.random.integer(0, DEEPEST_CALL)));
        return resume();
      case 1: {
        let outcome: (() => ResumableRawCall) | undefined;
        this.apart(() =>
          this.others.below(this.random.integer(0, DEEPEST_CALL), () => (outcome = this.within(resume))),
        );
        return outcome!();
      }
      default:
        return resume();
    }
  }

  private resume(call: OutOfFuelStop, fuel: bigint): ResumableRawCall {
    const { requiredFuel } = call;
    const before = this.store.consumedFuel;
    this.store.fuel = fuel;
    const next = call.resume();
    if (this.store.consumedFuel < before + requiredFuel) throw new Error('went on without consuming fuel');
    return next;
  }

  private resumedWithoutFuel(stopped: OutOfFuelStop): OutOfFuelStop {
    const { fuel, consumedFuel } = this.store;
    const again = stopped.resume();
    const unchanged = again.state === 'out-of-fuel' && again.requiredFuel === stopped.requiredFuel;
    if (!unchanged || this.store.fuel !== fuel || this.store.consumedFuel !== consumedFuel) {
      throw new Error('resuming without fuel changed something');
    }
    return again;
  }

  /** Runs another call with fuel of its own. */
  private apart(otherCall: () => void): void {
    const { fuel, consumedFuel } = this.store;
    this.store.fuel = PLENTY_OF_FUEL;
    this.fuelAfter = fuel;
    otherCall();
    this.store.fuel = this.fuelAfter;
    this.otherFuel += this.store.consumedFuel - consumedFuel;
  }

  /** Runs `step` of the random call while another is under way; returns how it ended. */
  private within(step: () => ResumableRawCall): () => ResumableRawCall {
    const { consumedFuel } = this.store;
    try {
      const next = step();
      return () => next;
    } catch (error) {
      return () => {
        throw error;
      };
    } finally {
      this.fuelAfter = this.store.fuel;
      this.otherFuel -= this.store.consumedFuel - consumedFuel;
      this.store.fuel = PLENTY_OF_FUEL;
    }
  }

  /** From nothing to a few dozen at first: small portions are as likely as large ones. */
  private portion(refills: number): bigint {
    const growth = Math.floor(refills / REFILLS_BEFORE_DOUBLING);
    const bits = this.random.integer(0, Math.min(SMALLEST_PORTION_BITS + growth, LARGEST_PORTION_BITS));
    return BigInt(this.random.integer(0, 2 ** bits - 1));
  }
}
