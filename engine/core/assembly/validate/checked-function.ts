/*
 * The function whose body is validated, and what its frames count for.
 */

import { parameterCount, resultCount } from '../module-description';
import { FRAME_OVERHEAD, FREE_LEAF_SLOTS, REGISTER_PARAMETERS, REGISTER_RESULTS } from '../generated/tables';

/** Its type, and whether a call, a v128 among locals, callees, globals or operators, was seen. */
export class CheckedFunction {
  static type: usize = 0;
  static makesCalls: bool = false;
  static hasVectors: bool = false;
}

function beyond(free: i32, values: i32): i32 { return values > free ? values - free : 0; }

/** What its frame counts for (`engine/types/frame-cost.ts`), and in the lowest bit whether it makes calls. */
export function frameCost(localCount: i32, highestStack: i32): i32 {
  const resultsOfType = <i32>resultCount(CheckedFunction.type);
  const passed = beyond(REGISTER_PARAMETERS, <i32>parameterCount(CheckedFunction.type)) + beyond(REGISTER_RESULTS, resultsOfType);
  const values = max<i32>(localCount + highestStack, resultsOfType) + passed;
  const cost = FRAME_OVERHEAD + (CheckedFunction.hasVectors ? 2 * values : values);
  if (CheckedFunction.makesCalls) return (cost << 1) | 1;
  return cost > FREE_LEAF_SLOTS ? cost << 1 : 0;
}
