import { fuelArgument, MOST_FUEL, objectArgument } from '../arguments.js';
import type { EnforcedLimits } from '../enforced-limits.js';
import { OutOfFuelError } from './out-of-fuel-error.js';
import { storeLimitsWith } from '../enforced-limits.js';
import type { EngineParts, Execution } from './engine-parts.js';

/** What a store is made with. */
export interface StoreOptions<Data> {
  /** Fuel to start with; practically unlimited unless given. */
  readonly fuel?: bigint | number | undefined;
  /** The embedder's own data, handed to its functions. */
  readonly data?: Data | undefined;
  /**
   * Changes to the engine's limits, for this store: of the sizes of its parts, and of how many functions, globals, tables and memories
   * a module may have that is instantiated here.
   */
  readonly limits?: Partial<EnforcedLimits> | undefined;
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

  private yieldInterval: bigint | undefined;

  constructor(
    readonly engine: EngineParts,
    options: StoreOptions<Data> = {},
  ) {
    if (typeof objectArgument(engine, 'the engine of a store')['newExecution'] !== 'function')
      throw new TypeError('the engine of a store is an Engine, not another object');
    objectArgument(options, 'the options of a store');
    this.limits =
      options.limits === undefined
        ? engine.limits
        : storeLimitsWith(engine.limits, objectArgument(options.limits, 'the limits of a store'));
    this.execution = engine.newExecution(this as Store);
    if (this.execution.store !== this)
      throw new TypeError(
        'the engine of a store is an Engine: this one lends it the execution of another store',
      );
    this.data = options.data as Data;
    this.addedFuel = options.fuel === undefined ? MOST_FUEL : fuelArgument(options.fuel);
    this.execution.fuel = this.addedFuel;
  }

  /** Fuel left. Setting it does not count as consuming. */
  get fuel(): bigint {
    return this.execution.fuel;
  }

  /** Sets the fuel left, which does not count as consuming. @throws TypeError, RangeError for what is no amount of fuel */
  set fuel(fuel: bigint | number) {
    const amount = fuelArgument(fuel);
    this.addedFuel += amount - this.execution.fuel;
    this.execution.fuel = amount;
  }

  /**
   * Fuel after which a `callAsync` gives the event loop a turn; undefined, as at first, for never. Charges of embedder functions do not count,
   * nor does anything where the engine has `consumeFuel: false`.
   */
  get fuelYieldInterval(): bigint | undefined {
    return this.yieldInterval;
  }

  /** @throws TypeError, RangeError for what is no amount of fuel above 0 */
  set fuelYieldInterval(fuel: bigint | number | undefined) {
    const amount = fuel === undefined ? undefined : fuelArgument(fuel);
    if (amount === 0n)
      throw new RangeError('the fuel between two turns of the event loop is 1 or more, not 0');
    this.yieldInterval = amount;
  }

  /** Fuel consumed in this store so far. */
  get consumedFuel(): bigint {
    return this.addedFuel - this.execution.fuel;
  }

  /** Adds fuel, also while a call is suspended. @throws TypeError, RangeError for what is no amount of fuel */
  addFuel(fuel: bigint | number): void {
    this.fuel = this.execution.fuel + fuelArgument(fuel);
  }

  /** Charges fuel on behalf of the embedder. @throws OutOfFuelError, with nothing charged, if it does not suffice. */
  consumeFuel(fuel: bigint | number, step = 'an embedder function'): void {
    const amount = fuelArgument(fuel);
    const { execution } = this;
    if (amount > execution.fuel) throw OutOfFuelError.ofCharge(this as Store, amount, step);
    execution.fuel -= amount;
  }

  /**
   * Does the work of an embedder function as one step: where a `consumeFuel` within runs out of fuel, what the step has consumed is given
   * back. A call that was suspended so is resumed by calling the embedder function anew; so `work` must have changed nothing by then.
   *
   * @throws OutOfFuelError that requires the fuel of the step up to where it ran out; what `work` throws
   */
  asOneStep<Result>(work: () => Result): Result {
    const before = this.consumedFuel;
    try {
      return work();
    } catch (error) {
      if (!OutOfFuelError.isOfCharge(error, this as Store)) throw error;
      const spent = this.consumedFuel - before;
      this.execution.fuel += spent;
      throw OutOfFuelError.ofUndoneStep(this as Store, error, spent);
    }
  }
}
