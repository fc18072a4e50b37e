import {
  SLEEP_NANOSECONDS_PER_FUEL,
  WASI_FUEL,
  WASI_SLOW_FACTOR,
  wasiBytesFuel,
} from '../../fuel/schedule.js';
import type { Store } from '../../index.js';

/**
 * What a call owes to the store, charged before the work is done; given back if it does not suffice for all of that: see `Store.asOneStep`.
 * @throws OutOfFuelError out of every method
 */
export class Charge {
  private readonly bytesPerFuel: number;
  private readonly metered: boolean;

  constructor(
    private readonly store: Store,
    private readonly step: string,
  ) {
    const { engine } = store;
    this.bytesPerFuel = engine.costs.costs.bytesPerFuel;
    this.metered = engine.metering.consumeFuel;
    this.pay(WASI_FUEL.call);
  }

  requests(count = 1): void {
    this.pay(count * WASI_FUEL.request);
  }

  lookUp(): void {
    this.pay(WASI_FUEL.lookUp);
  }

  opening(): void {
    this.pay(WASI_FUEL.opening);
  }

  change(): void {
    this.pay(WASI_FUEL.change);
  }

  sync(): void {
    this.pay(WASI_FUEL.sync);
  }

  random(): void {
    this.pay(WASI_FUEL.random);
  }

  components(count: number): void {
    this.pay(count * WASI_FUEL.component);
  }

  items(count: number): void {
    this.pay(count * WASI_FUEL.item);
  }

  entries(count: number): void {
    this.pay(count * WASI_FUEL.entry);
  }

  subscriptions(count: number): void {
    this.pay(count * WASI_FUEL.subscription);
  }

  /** Bytes that are read, written or copied. */
  bytes(count: number): void {
    this.pay(wasiBytesFuel(count, this.bytesPerFuel));
  }

  /** Bytes of paths and random numbers. */
  slowBytes(count: number): void {
    this.bytes(WASI_SLOW_FACTOR * count);
  }

  sleep(nanoseconds: bigint): void {
    if (nanoseconds > 0n) this.pay(WASI_FUEL.sleep);
    this.pay(nanoseconds / SLEEP_NANOSECONDS_PER_FUEL);
  }

  private pay(fuel: number | bigint): void {
    if (this.metered) this.store.consumeFuel(fuel, this.step);
  }
}
