import { Trap } from '../errors.js';
import type { AsyncOutOfFuelCall } from './async-call-state.js';
import type { Instance } from './instance.js';
import { NESTED_CALLS, type OutsideCall } from './nested-calls.js';
import type { OutOfFuelCall } from './resumable-call.js';
import type { Store } from './store.js';
import type { Value } from './value.js';

type SuspendedCall = OutOfFuelCall<Value>;

/** The store's fuel does not cover the next step. Nothing of that step was charged or done. */
export class OutOfFuelError extends Trap {
  override readonly name = 'OutOfFuelError';
  #suspendedCall: SuspendedCall | undefined;
  /** The call that ran around the suspended one. */
  #around: OutsideCall | undefined;
  /** The store whose `consumeFuel` refused the embedder's charge. */
  #refusedBy: Store | undefined;
  /** Whether the embedder function's work was one step, which is undone: the function can be called anew. */
  #isUndone = false;
  /**
   * The instance, where instantiating it ran out of fuel in its start function: ready for use once `suspendedCall` has been resumed
   * to its end. Undefined for all other calls.
   */
  instance: Instance | undefined;
  /** Of `callAsync`: its `resume()` goes on where the call stopped, and promises how that ends, on whichever executor. Undefined for all other calls. */
  suspendedAsyncCall: AsyncOutOfFuelCall<Value> | undefined;
  /** Where loading ran out of fuel: what it was charged before. 0 for calls. */
  fuelCharged = 0n;

  constructor(
    /** Fuel the store must hold for the next step to go through. */
    readonly requiredFuel: bigint,
    /** Fuel the store holds. */
    readonly remainingFuel: bigint,
    /** What the step is, for example "translating function 7 (1,024 bytes)". */
    readonly step: string,
    message = `out of fuel: ${step} requires ${requiredFuel} fuel, ${remainingFuel} left`,
  ) {
    super('out-of-fuel', message);
  }

  /**
   * The call that stopped: its `resume()` goes on where it did. Undefined where nothing can be resumed: loading, and the calls around
   * an embedder function that let this error of a call of its own pass. Undefined, too, once a call around that one has ended with an error:
   * by whatever way the error gets there, it does not pass the inner call off as the outer one.
   */
  get suspendedCall(): SuspendedCall | undefined {
    // What is made of an error, as a proxy or by inheriting, is none.
    if (!(#suspendedCall in this) || this.#around?.isBrokenOff) return undefined;
    return this.#suspendedCall;
  }

  /** Set by the executor that suspended the call. */
  set suspendedCall(call: SuspendedCall | undefined) {
    this.#suspendedCall = call;
    this.#around = NESTED_CALLS.innermost;
  }

  /** What `store.consumeFuel` throws. */
  static ofCharge(store: Store, fuel: bigint, step: string): OutOfFuelError {
    const error = new OutOfFuelError(fuel, store.fuel, step);
    error.#refusedBy = store;
    return error;
  }

  /** Whether the store's `consumeFuel` has thrown the value. Runs no code of the host's. */
  static isOfCharge(value: unknown, store: Store): value is OutOfFuelError {
    return typeof value === 'object' && value !== null && #refusedBy in value && value.#refusedBy === store;
  }

  /** What `store.asOneStep` throws for such an error, when the `spent` fuel of the step has been given back. */
  static ofUndoneStep(store: Store, { requiredFuel, step }: OutOfFuelError, spent: bigint): OutOfFuelError {
    const error = OutOfFuelError.ofCharge(store, spent + requiredFuel, step);
    error.#isUndone = true;
    return error;
  }

  /** Whether the value says that an embedder function has done nothing, and can be called anew. Runs no code of the host's. */
  static isOfUndoneStep(value: unknown, store: Store): value is OutOfFuelError {
    return OutOfFuelError.isOfCharge(value, store) && value.#isUndone;
  }

  /** Whether the value is the error of a call that was suspended. Runs no code of the host's. */
  static isOfCall(value: unknown): value is OutOfFuelError {
    return (
      typeof value === 'object' &&
      value !== null &&
      #suspendedCall in value &&
      value.#suspendedCall !== undefined
    );
  }

  /**
   * What a call ends with that an embedder function broke off because a call of its own had run out of fuel. It has no `suspendedCall`: the
   * embedder function cannot go on. The inner call's error is the `cause`.
   */
  static ofInnerCall(inner: OutOfFuelError): OutOfFuelError {
    const { message, remainingFuel, requiredFuel, step } = inner;
    const error = new OutOfFuelError(
      requiredFuel,
      remainingFuel,
      step,
      `${message}; this was in a call that an embedder function made, so the outer call cannot be resumed`,
    );
    error.cause = inner;
    return error;
  }
}
