import type { Operator } from '../../binary/operator.js';
import type { RegisterFiles } from '../register-files.js';

/**
 * Executes one vector operator. `d`, `a`, `b` and `c` are absolute slots of the result and the operands, each in the register
 * file of its type; a result may go to an operand's slot. `immediate` is the lane of the lane operators; for `v128.const` and
 * `i8x16.shuffle` it is the index in `code` of the first of four words that hold the 16 bytes, in memory order.
 *
 * Every operator is a small function of its own, found in a table: each gets type feedback and optimised code by itself, and
 * the first use of one does not throw away the optimised code of another.
 */
export type VectorHandler = (
  files: RegisterFiles,
  d: number,
  a: number,
  b: number,
  c: number,
  immediate: number,
  code: Int32Array,
) => void;

export type VectorHandlers = readonly (readonly [Operator, VectorHandler])[];
