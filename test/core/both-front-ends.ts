import assert from 'node:assert/strict';

import { CompileError } from '@wasm-dyno/engine';
import {
  BodyScale,
  definedFunctionCount,
  type Metering,
  type ParsedModule,
  type TranslatedFunction,
} from '@wasm-dyno/engine/phases';

// Both front ends by themselves: the public entries choose between them.
import { coreAccepts, coreCompiles, coreTranslates } from '../../engine/dist/core/front-end.js';
import type { CoreCode } from '../../engine/dist/core/core.js';
import { FunctionTranslator } from '../../engine/dist/translate/function-translator.js';
import { CodeArena } from '../../engine/dist/translate/translated-function.js';
import { FunctionValidator } from '../../engine/dist/validate/function-validator.js';

export const METERED: Metering = { consumeFuel: true, bytesPerFuel: 64 };

const validator = new FunctionValidator();
const translator = new FunctionTranslator();

export function javaScriptAccepts(module: ParsedModule, functionIndex: number): boolean {
  try {
    validator.validate(module, functionIndex);
    return true;
  } catch (error) {
    assert.ok(error instanceof CompileError, String(error));
    return false;
  } finally {
    validator.giveBack();
  }
}

export type Verdict = 'valid' | 'invalid' | 'left to JavaScript';

/**
 * Validates the function with both front ends, translates it with both if it is valid, and has the core do both in one pass. Where the core
 * leaves a valid function to JavaScript, that is the verdict.
 *
 * @throws AssertionError where they differ in verdict, frame or code
 */
export function compareFunction(
  parsed: ParsedModule,
  functionIndex: number,
  where: string,
  options = METERED,
): Verdict {
  const body = functionIndex - parsed.importedFunctionCount;
  const isValid = javaScriptAccepts(parsed, functionIndex);
  const { values } = validator;
  const noted = () =>
    [parsed.frameCosts, parsed.makesCalls, parsed.joins, parsed.dear].map((numbers) => numbers[body]!);
  const frame = noted();
  parsed.frameCosts[body] = 0;
  parsed.makesCalls[body] = 0;
  parsed.joins[body] = 0;
  parsed.dear[body] = 0;
  const isAccepted = coreAccepts(parsed, functionIndex, Infinity);
  if (!isValid) {
    assert.equal(isAccepted, false, `accepted: ${where}`);
    assert.equal(
      coreCompiles(parsed, functionIndex, Infinity, options, Infinity),
      undefined,
      `compiled: ${where}`,
    );
    return 'invalid';
  }
  if (isAccepted) assert.deepEqual(noted(), frame, where);
  else {
    // What the core leaves to JavaScript is told by that.
    parsed.joins[body] = frame[2]!;
    parsed.dear[body] = frame[3]!;
  }
  compareValues(parsed, functionIndex, { isAccepted, values }, where);
  const expected = javaScriptTranslates(parsed, functionIndex, options);
  const isTranslated = compareCode(parsed, functionIndex, expected, where, options);
  const isDone = isAccepted && isTranslated;
  compareOnePass(parsed, functionIndex, isDone ? { values, code: expected } : undefined, where, options);
  return isDone ? 'valid' : 'left to JavaScript';
}

/** What JavaScript makes of the function, made when it is asked for and only once. */
function javaScriptTranslates(
  parsed: ParsedModule,
  functionIndex: number,
  options: Metering,
): () => TranslatedFunction {
  let made: TranslatedFunction | undefined;
  return () => (made ??= translator.translate(parsed, functionIndex, new CodeArena(), options));
}

/** That one pass comes to what two come to, long lists of `values` included, and does not do what they do not. */
function compareOnePass(
  parsed: ParsedModule,
  functionIndex: number,
  done: { readonly values: number; readonly code: () => TranslatedFunction } | undefined,
  where: string,
  options: Metering,
): void {
  const body = functionIndex - parsed.importedFunctionCount;
  const noted = [parsed.frameCosts, parsed.makesCalls, parsed.joins, parsed.dear];
  const expected = noted.map((numbers) => numbers[body]!);
  for (const numbers of noted) numbers[body] = 0;
  const made = coreCompiles(parsed, functionIndex, done?.values ?? Infinity, options, Infinity);
  assert.equal(made !== undefined, done !== undefined, `in one pass: ${where}`);
  if (made !== undefined) {
    const { values, code } = done!;
    assert.deepEqual(
      noted.map((numbers) => numbers[body]!),
      expected,
      `in one pass: ${where}`,
    );
    compareWithJavaScript(made, code(), `in one pass: ${where}`);
    if (values > 0)
      assert.equal(coreCompiles(parsed, functionIndex, values - 1, options, Infinity), undefined, where);
  }
  noted.forEach((numbers, i) => (numbers[body] = expected[i]!));
}

/** That the core stops at the same value of long lists as JavaScript, and that a pass over the body counts as many, and as many joins. */
function compareValues(
  parsed: ParsedModule,
  functionIndex: number,
  { isAccepted, values }: { readonly isAccepted: boolean; readonly values: number },
  where: string,
): void {
  if (isAccepted && values > 0) {
    assert.ok(coreAccepts(parsed, functionIndex, values), `stopped too early: ${where}`);
    assert.ok(!coreAccepts(parsed, functionIndex, values - 1), `stopped too late: ${where}`);
  }
  const scale = new BodyScale(parsed);
  const bytes = parsed.bodyLengths[functionIndex - parsed.importedFunctionCount]!;
  const { isExact, weight } = scale.least(functionIndex);
  const whole = scale.weigh(functionIndex);
  if (isExact) assert.deepEqual(whole, weight, where);
  if (values <= 256 + bytes) assert.deepEqual(whole, scale.ofValidated(functionIndex), where);
  assert.equal(whole.validate > weight.validate, values > 256 + bytes + 1, where);
}

function compareCode(
  parsed: ParsedModule,
  functionIndex: number,
  expected: () => TranslatedFunction,
  where: string,
  options: Metering,
): boolean {
  const made = coreTranslates(parsed, functionIndex, options, Infinity);
  if (made === undefined) return false;
  compareWithJavaScript(made, expected(), where);
  return true;
}

function compareWithJavaScript(made: CoreCode, expected: TranslatedFunction, where: string): void {
  assert.equal(made.frameSlots, expected.frameSlots, where);
  assert.ok(
    Buffer.compare(bytesOf(made.memory, made.start, made.end), codeOf(expected)) === 0,
    `other code: ${where}`,
  );
}

function codeOf({ code, entry, words }: TranslatedFunction): Buffer {
  return bytesOf(code, entry - 1, entry - 1 + words);
}

function bytesOf(words: Int32Array, start: number, end: number): Buffer {
  return Buffer.from(words.buffer, words.byteOffset + 4 * start, 4 * (end - start));
}

/** Every function of the module; how often which verdict came. */
export function compareModule(
  parsed: ParsedModule,
  name: string,
  options = METERED,
): Record<Verdict, number> {
  const verdicts = { valid: 0, invalid: 0, 'left to JavaScript': 0 };
  for (let i = 0; i < definedFunctionCount(parsed); i++) {
    const functionIndex = parsed.importedFunctionCount + i;
    verdicts[compareFunction(parsed, functionIndex, `function ${functionIndex} of ${name}`, options)]++;
  }
  return verdicts;
}
