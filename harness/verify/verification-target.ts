import type { BlockResult } from '../targets/protocol.js';

/**
 * What the checks time. `single` and `single-copy` are the same work, generated separately, and so are `memset` and `memset-copy`; `double` does it twice in a call;
 * `first-call` goes in one piece from the module's bytes to the end of the lazily compiled functions' first calls, what `parse`,
 * `validate` and `translate` do apart.
 */
export type VerificationArm =
  | 'single'
  | 'single-copy'
  | 'double'
  | 'memset'
  | 'memset-copy'
  | 'parse'
  | 'validate'
  | 'translate'
  | 'first-call';

/** What was seen of a block: its time, and what the estimator's guards go by, as far as it is told. */
export type VerificationBlock = Pick<BlockResult, 'nanoseconds'> &
  Partial<BlockResult> & { readonly flags?: readonly string[] };

/** One process execution in which arms are timed. */
export interface VerificationProcess {
  /** `calls` calls of the arm, timed as one block. */
  measureBlock(arm: VerificationArm, calls: number): Promise<VerificationBlock>;
  close(): Promise<void>;
}

/** Opens fresh processes. The arms are made in the order given, which the checks draw. */
export interface VerificationTarget {
  open(arms: readonly VerificationArm[]): Promise<VerificationProcess>;
}
