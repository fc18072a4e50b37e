import { CompileError, ResourceLimitError } from '../errors.js';
import { OutOfFuelError } from './out-of-fuel-error.js';
import { fuelArgument } from '../arguments.js';

/**
 * What one loading has been charged so far. Every step is charged before it is done, so that one that fails is paid for as well; errors
 * that end the loading carry the sum out.
 */
export class LoadCharge {
  charged = 0n;
  private readonly budget: bigint | undefined;
  private unchecked: (() => void) | undefined;

  /** @throws TypeError, RangeError for a budget that is no amount of fuel */
  constructor(budget: bigint | number | undefined) {
    this.budget = budget === undefined ? undefined : fuelArgument(budget);
  }

  /**
   * Checks that the budget covers what comes next, and charges nothing. Its fuel is summed up only where there is a budget, and its name
   * composed only for the error: formatting a number loads the host's locale data. Where `fuelOf` is the least that it can come to, `inFull`
   * is what it does come to: for the error, and for `requireInFull`.
   */
  require(fuelOf: () => bigint, step: () => string, inFull = fuelOf): void {
    const { budget, charged } = this;
    if (budget === undefined) return;
    this.unchecked = () => {
      throwUnless(budget, charged + inFull(), step);
    };
    if (budget < charged + fuelOf()) this.requireInFull();
  }

  /** Checks, unless that was done, that the budget covers in full what was required last: when it turns out to be more than the least. */
  requireInFull(): void {
    const check = this.unchecked;
    this.unchecked = undefined;
    check?.();
  }

  /** Runs a loading; the error that ends it tells what was charged until then. */
  during<Result>(load: () => Result): Result {
    try {
      return load();
    } catch (error) {
      if (endsLoading(error)) error.fuelCharged = this.charged;
      throw error;
    }
  }
}

/** Whether the error is one of those that loading ends with, and that tell what it was charged. */
export function endsLoading(error: unknown): error is CompileError | OutOfFuelError | ResourceLimitError {
  return (
    error instanceof CompileError || error instanceof OutOfFuelError || error instanceof ResourceLimitError
  );
}

function throwUnless(budget: bigint, required: bigint, step: () => string): void {
  if (budget < required) throw new OutOfFuelError(required, budget, step());
}
