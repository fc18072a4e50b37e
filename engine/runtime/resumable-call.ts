import type { RawValue, Value } from './value.js';

/**
 * How a resumable call stands. `resume` continues at the very operator it stopped at; a call resumes once. After an out-of-fuel
 * stop the store must hold `requiredFuel` (or the same stop is returned again); after an embedder function's error, `results` take the place
 * of what that function would have returned.
 */
export type ResumableCall = Resumable<Value>;

/** A resumable call with every bit kept. */
export type ResumableRawCall = Resumable<RawValue>;

/** Either of them: `V` is how its values are given. */
export type Resumable<V> =
  | { readonly state: 'finished'; readonly results: V[] }
  | OutOfFuelCall<V>
  | { readonly state: 'embedder-error'; readonly error: unknown; resume(...results: V[]): Resumable<V> };

/** A call that stopped before a step that the store's fuel does not cover. */
export interface OutOfFuelCall<V> {
  readonly state: 'out-of-fuel';
  readonly requiredFuel: bigint;
  readonly step: string;
  resume(): Resumable<V>;
}
