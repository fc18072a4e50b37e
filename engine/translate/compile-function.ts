import { bodyBytesOf, type ParsedModule } from '../binary/parsed-module.js';
import { coreCompiles } from '../core/front-end.js';
import type { Metering } from '../fuel/metering.js';
import { freeValues } from '../fuel/schedule.js';
import type { CodeArena, TranslatedFunction } from './translated-function.js';

/**
 * Validates the body of the defined function `functionIndex` (imports first) and translates it, in one pass, where the core can. Undefined
 * means that nothing is known of the body: `validateFunction` tells. With `freeValuesOnly` lists of values may make no more work of it than
 * its bytes pay for.
 */
export function compileFunction(
  module: ParsedModule,
  functionIndex: number,
  freeValuesOnly: boolean,
  options: Metering,
  arena: CodeArena,
): TranslatedFunction | undefined {
  const mostValues = freeValuesOnly ? freeValues(bodyBytesOf(module, functionIndex)) : Infinity;
  const made = coreCompiles(module, functionIndex, mostValues, options, 4 * arena.roomWords);
  // Translating it again refuses what there is no room for, when that is paid for.
  if (made === undefined || made.end - made.start > arena.roomWords) return undefined;
  return arena.store(made.memory, made.start, made.end, made.frameSlots);
}
