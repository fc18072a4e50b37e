/*
 * What branches, calls and growing operators are charged: the rules of `engine/fuel/schedule.ts`.
 */

import { parameterCount as parameterCountOf, parameters, resultCount as resultCountOfType, results } from './module-description';
import { FREE_ARGUMENTS, FREE_RESULTS, GROWTH_FUEL, Operator, ValueType, VECTOR_FUEL } from './generated/tables';

function beyond(free: i32, values: i32): i32 { return values > free ? values - free : 0; }

export function branchFuel(values: i32): i32 { return 1 + beyond(FREE_RESULTS, values); }

export function callFuel(type: usize): i32 { return tailCallFuel(type) + valuesFuel(FREE_RESULTS, results(type), resultCountOfType(type)); }

export function tailCallFuel(type: usize): i32 { return 1 + valuesFuel(FREE_ARGUMENTS, parameters(type), parameterCountOf(type)); }

function valuesFuel(free: i32, types: usize, count: i32): i32 {
  let fuel = beyond(free, count);
  for (let i = 0; i < count; i++) if (load<u8>(types + i) == ValueType.V128) fuel += VECTOR_FUEL;
  return fuel;
}

export function operatorFuel(operator: i32): i32 { return operator == Operator.MemoryGrow || operator == Operator.TableGrow ? GROWTH_FUEL : 1; }
