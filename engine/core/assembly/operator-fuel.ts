/*
 * What operators are charged: the engine's costs by operator, which the JavaScript side writes here, and the rules of
 * `engine/fuel/schedule.ts` about values that come along.
 */

import { parameterCount as parameterCountOf, parameters, resultCount as resultCountOfType, results } from './module-description';
import { importedFunctionCount } from './module-description';
import { FREE_ARGUMENTS, FREE_RESULTS, OPERATOR_SPACE, ValueType, VECTOR_FUEL } from './generated/tables';

/** Fuel by operator, a word each, and behind the last of calling an imported function. */
const COSTS: usize = memory.data(4 * (OPERATOR_SPACE + 1), 16);

export function operatorCosts(): usize { return COSTS; }

// @ts-ignore: decorator
@inline export function operatorFuel(operator: i32): i64 { return load<u32>(((<usize>operator) << 2), COSTS); }

/** Of calling the function by `operator`, without its values. */
export function calleeFuel(operator: i32, index: u32): i64 { return operatorFuel(index < importedFunctionCount ? <i32>OPERATOR_SPACE : operator); }

function beyond(free: i32, values: i32): i32 { return values > free ? values - free : 0; }

export function carriedFuel(values: i32): i64 { return beyond(FREE_RESULTS, values); }

export function callValuesFuel(type: usize): i64 { return tailCallValuesFuel(type) + valuesFuel(FREE_RESULTS, results(type), resultCountOfType(type)); }

export function tailCallValuesFuel(type: usize): i64 { return valuesFuel(FREE_ARGUMENTS, parameters(type), parameterCountOf(type)); }

function valuesFuel(free: i32, types: usize, count: i32): i64 {
  let fuel = beyond(free, count);
  for (let i = 0; i < count; i++) if (load<u8>(types + i) == ValueType.V128) fuel += VECTOR_FUEL;
  return fuel;
}
