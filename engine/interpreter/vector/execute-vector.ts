import { Operator, OPERATOR_SPACE, OperatorPrefix } from '../../binary/operator.js';
import type { RegisterFiles } from '../register-files.js';
import { bitwise } from './bitwise.js';
import { floatComparisons, byteComparisons, wideComparisons } from './comparisons.js';
import { conversions } from './conversions.js';
import { arithmeticF32x4, arithmeticF64x2 } from './float-arithmetic.js';
import { byteArithmetic, wideArithmetic } from './integer-arithmetic.js';
import { lanes } from './lanes.js';
import { relaxed } from './relaxed.js';
import { shifts } from './shifts.js';
import type { VectorHandler, VectorHandlers } from './vector-handler.js';
import { extensions, narrowings, wideningProducts } from './widths.js';

const GROUPS: readonly VectorHandlers[] = [
  lanes,
  byteComparisons,
  wideComparisons,
  floatComparisons,
  bitwise,
  byteArithmetic,
  wideArithmetic,
  shifts,
  extensions,
  wideningProducts,
  narrowings,
  arithmeticF32x4,
  arithmeticF64x2,
  conversions,
  relaxed,
];

const handlers: VectorHandler[] = new Array<VectorHandler>(OPERATOR_SPACE - OperatorPrefix.VectorBase).fill(
  () => {
    throw new TypeError('not a vector operator without memory access');
  },
);
for (const group of GROUPS)
  for (const [operator, handler] of group) handlers[operator - OperatorPrefix.VectorBase] = handler;

/**
 * Executes a vector operator (0x200 + n) that does not access memory. `d`, `a`, `b` and `c` are absolute slots of result and
 * operands, each in the file of its type, unused ones any number; for what `immediate` and `code` are see `VectorHandler`. The vector
 * registers must have been allocated by `files.ensureVectors()`.
 */
export function executeVector(
  files: RegisterFiles,
  operator: Operator,
  d: number,
  a: number,
  b: number,
  c: number,
  immediate: number,
  code: Int32Array,
): void {
  handlers[operator - OperatorPrefix.VectorBase](files, d, a, b, c, immediate, code);
}
