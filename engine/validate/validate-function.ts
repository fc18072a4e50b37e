import { MalformedModuleError, UnsupportedModuleError, ValidationError } from '../errors.js';
import { bodyBytesOf, type ParsedModule } from '../binary/parsed-module.js';
import { train, TrainingSchedule } from '../binary/training-module.js';
import { coreAccepts, frontEndName } from '../core/front-end.js';
import { freeValues } from '../fuel/schedule.js';
import { BeyondMostValues } from './body-validator.js';
import { FunctionValidator } from './function-validator.js';

const training = new TrainingSchedule();
let validator: FunctionValidator | undefined;

function preparedValidator(bodyBytes: number): FunctionValidator {
  const prepared = (validator ??= new FunctionValidator());
  if (training.isDue(bodyBytes) && frontEndName() === 'javascript')
    train((module, functionIndex) => prepared.validate(module, functionIndex));
  return prepared;
}

/**
 * Validates the body of the defined function `functionIndex` (imports first) against spec 3.4.
 *
 * Throws MalformedModuleError, ValidationError or UnsupportedModuleError with the offset in the module and the
 * function's index. Calls share one scratch space; nothing outside the engine runs in between.
 */
export function validateFunction(module: ParsedModule, functionIndex: number): void {
  validateWithin(module, functionIndex, Infinity);
}

/**
 * Validates the same body unless lists of values make more work of it than its bytes pay for, and says whether it did: false means that
 * nothing more is known of it, whichever front end looked. The work until then is no more than its bytes pay for.
 */
export function validateWithinFreeValues(module: ParsedModule, functionIndex: number): boolean {
  try {
    validateWithin(module, functionIndex, freeValues(bodyBytesOf(module, functionIndex)));
    return true;
  } catch (error) {
    if (error instanceof BeyondMostValues) return false;
    throw error;
  }
}

function validateWithin(module: ParsedModule, functionIndex: number, mostValues: number): void {
  if (!(functionIndex >= module.importedFunctionCount && functionIndex < module.functionTypeIndices.length)) {
    throw new RangeError(`function ${functionIndex} has no body in this module`);
  }
  if (coreAccepts(module, functionIndex, mostValues)) return;
  const prepared = preparedValidator(bodyBytesOf(module, functionIndex));
  try {
    prepared.validate(module, functionIndex, mostValues);
  } catch (error) {
    // The decoders that parsing shares do not know which function they are in.
    if (error instanceof MalformedModuleError && error.functionIndex === undefined) {
      throw new MalformedModuleError(error.reason, error.offset, functionIndex);
    }
    if (error instanceof ValidationError && error.functionIndex === undefined) {
      throw new ValidationError(error.reason, error.offset, functionIndex);
    }
    if (error instanceof UnsupportedModuleError && error.functionIndex === undefined) {
      throw new UnsupportedModuleError(error.reason, error.offset, functionIndex);
    }
    throw error;
  } finally {
    prepared.giveBack();
  }
}
