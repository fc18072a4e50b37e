/**
 * What the checks time. `single` and `single-copy` are the same work, generated separately; `double` does it twice in a call;
 * `first-call` goes in one piece from the module's bytes to the end of the lazily compiled functions' first calls, what `parse`,
 * `validate` and `translate` do apart.
 */
export type VerificationArm =
  'single' | 'single-copy' | 'double' | 'parse' | 'validate' | 'translate' | 'first-call';

/** One process execution in which arms are timed. */
export interface VerificationProcess {
  /** Nanoseconds that `calls` calls of the arm took, timed as one block. */
  measureBlock(arm: VerificationArm, calls: number): Promise<number>;
  close(): Promise<void>;
}

/** Opens fresh processes. The arms are made in the order given, which the checks counterbalance. */
export interface VerificationTarget {
  open(arms: readonly VerificationArm[]): Promise<VerificationProcess>;
}
