import type { EnforcedLimits } from '../enforced-limits.js';
import { OutOfFuelError } from './out-of-fuel-error.js';
import { limitsWith } from '../enforced-limits.js';
import type { Engine } from './engine.js';
import type { Execution } from './execution.js';

/** Fuel of a store that was given none: enough for centuries. */
const UNLIMITED_FUEL = 2n ** 63n - 1n;

export interface StoreOptions<Data> {
  /** Fuel to start with; practically unlimited unless given. */
  readonly fuel?: bigint | number;
  /** The host's own data, handed to its functions. */
  readonly data?: Data;
  /** Changes to the engine's limits, for this store. */
  readonly limits?: Partial<EnforcedLimits>;
}

/**
 * What instances live in (spec 4.2.3): their memories, tables and globals, one call stack, one tank of fuel. Nothing of one store
 * may be used in another. A store runs one call at a time.
 */
export class Store<Data = unknown> {
  readonly limits: EnforcedLimits;
  /** @internal */
  readonly execution: Execution;
  data: Data;
  private addedFuel: bigint;

  constructor(
    readonly engine: Engine,
    options: StoreOptions<Data> = {},
  ) {
    this.limits =
      options.limits === undefined ? engine.limits : limitsWith({ ...engine.limits, ...options.limits });
    this.execution = engine.newExecution(this as Store);
    this.data = options.data as Data;
    this.addedFuel = checkFuel(options.fuel ?? UNLIMITED_FUEL);
    this.execution.fuel = this.addedFuel;
  }

  /** Fuel left. Setting it does not count as consuming. */
  get fuel(): bigint {
    return this.execution.fuel;
  }

  set fuel(fuel: bigint | number) {
    const amount = checkFuel(fuel);
    this.addedFuel += amount - this.execution.fuel;
    this.execution.fuel = amount;
  }

  /** Fuel consumed in this store so far. */
  get consumedFuel(): bigint {
    return this.addedFuel - this.execution.fuel;
  }

  addFuel(fuel: bigint | number): void {
    this.fuel = this.execution.fuel + checkFuel(fuel);
  }

  /** Charges fuel on behalf of the host. @throws OutOfFuelError, with nothing charged, if it does not suffice. */
  consumeFuel(fuel: bigint | number, step = 'a host function'): void {
    const amount = checkFuel(fuel);
    const { execution } = this;
    if (amount > execution.fuel) throw new OutOfFuelError(amount, execution.fuel, step);
    execution.fuel -= amount;
  }
}

/** @throws RangeError unless `fuel` is a whole number that a tank holds */
export function checkFuel(fuel: bigint | number): bigint {
  const amount = typeof fuel === 'bigint' ? fuel : Number.isSafeInteger(fuel) ? BigInt(fuel) : -1n;
  if (amount < 0n || amount > UNLIMITED_FUEL) {
    throw new RangeError(`fuel is a whole number from 0 to 2^63 - 1, not ${String(fuel)}`);
  }
  return amount;
}
