import type { ExecutorName, UnpaidShape } from './shape.js';
import { EXECUTION_SHAPES } from './execution-shapes.js';
import { INSTANTIATION_SHAPES } from './instantiation-shapes.js';
import { LOADING_SHAPES } from './loading-shapes.js';
import { WASI_SHAPES } from './wasi-shapes.js';

export const UNPAID_SHAPES: readonly UnpaidShape[] = [
  ...EXECUTION_SHAPES,
  ...INSTANTIATION_SHAPES,
  ...LOADING_SHAPES,
  ...WASI_SHAPES,
];

export interface UnpaidRequest {
  /** Position in UNPAID_SHAPES. */
  readonly shape: number;
  readonly executor: ExecutorName;
  /** Processor time to spend on each size. */
  readonly nanosecondsPerSize: number;
}

export interface UnpaidPoint {
  readonly size: number;
  /** Of processor time for doing the work once, at its cheapest. */
  readonly nanoseconds: number;
  /** Charged for it. */
  readonly fuel: number;
  /** What the executor cannot do at this size, in its own words. */
  readonly refused?: string;
}

export interface UnpaidAnswer {
  /** Of the loop of i32.add on the interpreter, in the same process. */
  readonly nanosecondsPerFuelOfAddition: number;
  readonly points: readonly UnpaidPoint[];
}
