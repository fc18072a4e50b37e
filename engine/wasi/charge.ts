import type { Store } from '../index.js';

/** Fuel for what WASI functions do; docs/fuel.md has the table and the reasons. */
const FUEL = {
  /** Every call. */
  call: 50,
  /** A request to the host about an open descriptor, whether there is one or not. */
  request: 200,
  /** A request to the host's file system by a name, whether that is there or not. */
  lookUp: 600,
  /** Opening a file or folder, beside its look-up: the host makes a descriptor, and asks whose it is. */
  opening: 1_000,
  /** An entry made, removed, renamed or linked, or given other times. */
  change: 3_000,
  /** Waiting until the disk has a file. */
  sync: 10_000,
  /** A component of a path that is walked, those of followed links included. */
  component: 150,
  /** Asking the host for random numbers, however many. */
  random: 100,
  /** A buffer in an array of buffers, an argument or variable. */
  item: 1,
  /** An entry of a folder that is listed; handing it out with its type is a look-up. */
  entry: 20,
  /** A subscription that is polled. */
  subscription: 30,
  /** Sending the thread to sleep, however short. */
  sleep: 400,
} as const;

/** Bytes of random numbers, and of paths (checked, split, looked up), take this many times as long as copied ones. */
const SLOW_FACTOR = 8;

/** A thread that sleeps is paid for: one fuel for so many nanoseconds. */
const SLEEP_NANOSECONDS_PER_FUEL = 100n;

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
    this.pay(FUEL.call);
  }

  requests(count = 1): void {
    this.pay(count * FUEL.request);
  }

  lookUp(): void {
    this.pay(FUEL.lookUp);
  }

  opening(): void {
    this.pay(FUEL.opening);
  }

  change(): void {
    this.pay(FUEL.change);
  }

  sync(): void {
    this.pay(FUEL.sync);
  }

  random(): void {
    this.pay(FUEL.random);
  }

  components(count: number): void {
    this.pay(count * FUEL.component);
  }

  items(count: number): void {
    this.pay(count * FUEL.item);
  }

  entries(count: number): void {
    this.pay(count * FUEL.entry);
  }

  subscriptions(count: number): void {
    this.pay(count * FUEL.subscription);
  }

  /** Bytes that are read, written or copied. */
  bytes(count: number): void {
    this.pay(Math.floor(count / this.bytesPerFuel));
  }

  /** Bytes of paths and random numbers. */
  slowBytes(count: number): void {
    this.bytes(SLOW_FACTOR * count);
  }

  sleep(nanoseconds: bigint): void {
    if (nanoseconds > 0n) this.pay(FUEL.sleep);
    this.pay(nanoseconds / SLEEP_NANOSECONDS_PER_FUEL);
  }

  private pay(fuel: number | bigint): void {
    if (this.metered) this.store.consumeFuel(fuel, this.step);
  }
}
