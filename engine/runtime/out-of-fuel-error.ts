import { Trap } from '../errors.js';
import type { Instance } from './instance.js';
import type { ResumableCall } from './invocation.js';

/** The store's fuel does not cover the next step. Nothing of that step was charged or done. */
export class OutOfFuelError extends Trap {
  override readonly name = 'OutOfFuelError';
  /** The call that stopped: its `resume()` goes on where it did. Undefined where nothing can be resumed (loading). */
  suspendedCall: Extract<ResumableCall, { readonly state: 'out-of-fuel' }> | undefined;
  /**
   * The instance, where instantiating it ran out of fuel in its start function: ready for use once `suspendedCall` has been resumed
   * to its end. Undefined for all other calls.
   */
  instance: Instance | undefined;
  /** Where loading ran out of fuel: what it was charged before. 0 for calls. */
  fuelCharged = 0n;

  constructor(
    /** Fuel the store must hold for the next step to go through. */
    readonly requiredFuel: bigint,
    /** Fuel the store holds. */
    readonly remainingFuel: bigint,
    /** What the step is, for example "translating function 7 (1,024 bytes)". */
    readonly step: string,
  ) {
    super('out-of-fuel', `out of fuel: ${step} requires ${requiredFuel} fuel, ${remainingFuel} left`);
  }
}
