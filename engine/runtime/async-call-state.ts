import type { OutOfFuelCall } from './resumable-call.js';
import type { Value } from './value.js';

/** How a call that may wait stands, as `Resumable` of one that may not. */
export type AsyncResumable<V> =
  | { readonly state: 'finished'; readonly results: V[] }
  | AsyncOutOfFuelCall<V>
  | {
      readonly state: 'embedder-error';
      readonly error: unknown;
      /** Goes on with these results in the embedder function's place. */
      resume(...results: V[]): Promise<AsyncResumable<V>>;
    };

/** The same of a call whose arguments and results are the engine's values. */
export type AsyncResumableCall = AsyncResumable<Value>;

/** A call that stopped before a step that the store's fuel does not cover. */
export interface AsyncOutOfFuelCall<V> {
  readonly state: 'out-of-fuel';
  readonly requiredFuel: bigint;
  readonly step: string;
  /** Goes on at the very step, which is paid for out of the store's fuel as it is then. */
  resume(): Promise<AsyncResumable<V>>;
}

/** The same for the engine's own use. */
export type AsyncCallState<V> = Exclude<AsyncResumable<V>, { state: 'out-of-fuel' }> | SuspendedAsyncCall<V>;

export interface SuspendedAsyncCall<V> extends AsyncOutOfFuelCall<V> {
  resume(): Promise<AsyncCallState<V>>;
  /** Goes on for another turn of the event loop. */
  resumeInTurn(): Promise<AsyncCallState<V>>;
  /** The same call, where it resumes at once. */
  readonly atOnce?: OutOfFuelCall<V>;
}
