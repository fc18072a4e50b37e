import type { ParsedModule } from '../binary/parsed-module.js';
import { train, TrainingSchedule } from '../binary/training-module.js';
import { coreTranslates, frontEndName } from '../core/front-end.js';
import { DEFAULT_FUEL_COSTS } from '../fuel/index.js';
import type { Metering } from '../fuel/metering.js';
import { FunctionTranslator } from './function-translator.js';
import { CodeArena, type TranslatedFunction } from './translated-function.js';

const DEFAULT_OPTIONS: Metering = {
  consumeFuel: true,
  bytesPerFuel: DEFAULT_FUEL_COSTS.bytesPerFuel,
};

const training = new TrainingSchedule();
let translator: FunctionTranslator | undefined;
let passingArena: CodeArena | undefined;

function preparedTranslator(bodyBytes: number): FunctionTranslator {
  const prepared = (translator ??= new FunctionTranslator());
  if (training.isDue(bodyBytes) && frontEndName() === 'javascript') {
    // With chunks so small that some code outgrows them.
    const arena = new CodeArena(Infinity, 1);
    train((module, functionIndex) => prepared.translate(module, functionIndex, arena, DEFAULT_OPTIONS));
  }
  return prepared;
}

/**
 * Translates the body of the defined function `functionIndex` (imports first), which must be valid, exactly as an engine does. The
 * code goes to `arena`; without one it is kept for as long as the result is. All engines share one translator's scratch space:
 * nothing outside the engine runs in between.
 *
 * @throws ResourceLimitError when the arena has no room for the code
 */
export function translateFunction(
  module: ParsedModule,
  functionIndex: number,
  options: Metering = DEFAULT_OPTIONS,
  arena: CodeArena = (passingArena ??= new CodeArena()),
): TranslatedFunction {
  if (!(functionIndex >= module.importedFunctionCount && functionIndex < module.functionTypeIndices.length)) {
    throw new RangeError(`function ${functionIndex} has no body in this module`);
  }
  const made = coreTranslates(module, functionIndex, options, 4 * arena.roomWords);
  if (made !== undefined) return arena.store(made.memory, made.start, made.end, made.frameSlots);
  const prepared = preparedTranslator(module.bodyLengths[functionIndex - module.importedFunctionCount]!);
  try {
    return prepared.translate(module, functionIndex, arena, options);
  } catch (error) {
    // Its scratch space goes with it.
    translator = undefined;
    throw error;
  }
}
