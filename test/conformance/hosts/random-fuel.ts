import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { RawValue, ResumableCall, Store } from 'wasm-dyno/engine';

type OutOfFuelStop = ResumableCall & { readonly state: 'out-of-fuel' };

/** After so many refills of one call the portions double, so that long loops come to an end. */
const REFILLS_BEFORE_DOUBLING = 64;
const SMALLEST_PORTION_BITS = 6;
const LARGEST_PORTION_BITS = 40;
/** One stop in so many is resumed without fuel first, which must change nothing. */
const EMPTY_RESUMES = 8;

/** What of a store the dealing touches. */
export type FuelStore = Pick<Store, 'fuel' | 'consumedFuel'>;

/** Deals fuel in portions of random size, so that calls stop wherever fuel is checked, and resumes them. */
export class RandomFuel {
  private readonly generator;

  constructor(seed: number) {
    this.generator = xoroshiro128plus(seed);
  }

  /** Runs a call to its end. Traps pass through. Throws a plain Error where the rules of fuel are broken. */
  run(store: FuelStore, start: () => ResumableCall): RawValue[] {
    store.fuel = this.portion(0);
    let call = start();
    for (let refills = 0; ; refills++) {
      if (call.state === 'finished') return call.results;
      if (call.state === 'host-trap') throw call.error;
      call = this.refill(store, call, refills);
    }
  }

  private refill(store: FuelStore, stopped: OutOfFuelStop, refills: number): ResumableCall {
    const { fuel, consumedFuel } = store;
    const { requiredFuel } = stopped;
    if (requiredFuel <= fuel) throw new Error(`stopped with ${fuel} fuel where ${requiredFuel} is required`);
    let call = stopped;
    if (this.draw(1, EMPTY_RESUMES) === 1) {
      const again = stopped.resume();
      const unchanged = again.state === 'out-of-fuel' && again.requiredFuel === requiredFuel;
      if (!unchanged || store.fuel !== fuel || store.consumedFuel !== consumedFuel) {
        throw new Error('resuming without fuel changed something');
      }
      call = again;
    }
    store.fuel = requiredFuel + this.portion(refills);
    const next = call.resume();
    if (store.consumedFuel < consumedFuel + requiredFuel) throw new Error('went on without consuming fuel');
    return next;
  }

  /** From nothing to a few dozen at first: small portions are as likely as large ones. */
  private portion(refills: number): bigint {
    const growth = Math.floor(refills / REFILLS_BEFORE_DOUBLING);
    const bits = this.draw(0, Math.min(SMALLEST_PORTION_BITS + growth, LARGEST_PORTION_BITS));
    return BigInt(this.draw(0, 2 ** bits - 1));
  }

  private draw(least: number, most: number): number {
    return uniformInt(this.generator, least, most);
  }
}
