import type { Func } from '../runtime/func.js';
import type { Value } from '../runtime/value.js';
import { ValueType } from '../types/value-type.js';
import type { NamespaceErrors } from './namespace-errors.js';
import { toJavaScriptValue, toWebAssemblyValue, type ExportedFunctions } from './values.js';

/** A function exported by WebAssembly, as JavaScript sees it. */
export type ExportedFunction = (...values: unknown[]) => unknown;

/** An Exported Function (JS API 5.6): coerces arguments, calls, converts the results. `name` is the function's index. */
export function exportedFunction(
  realm: ExportedFunctions & { readonly errors: NamespaceErrors },
  func: Func,
  name: string,
): ExportedFunction {
  const { parameters, results } = func.type;
  const takesVector = parameters.includes(ValueType.V128) || results.includes(ValueType.V128);
  const perform = (...values: unknown[]): unknown => {
    if (takesVector) throw new TypeError('a function of v128 values cannot be called from JavaScript');
    const operands = new Array<Value>(parameters.length);
    for (let i = 0; i < operands.length; i++)
      operands[i] = toWebAssemblyValue(realm, parameters[i]!, values[i]);
    let answers: Value[];
    try {
      answers = func.call(...operands);
    } catch (error) {
      throw realm.errors.translate(error);
    }
    if (answers.length === 0) return undefined;
    if (answers.length === 1) return toJavaScriptValue(realm, results[0]!, answers[0]);
    return answers.map((answer, i) => toJavaScriptValue(realm, results[i]!, answer));
  };
  // Like the standard's it has no prototype, is no constructor, and shows no source.
  const exported = perform.bind(undefined);
  Object.defineProperty(exported, 'name', { value: name, configurable: true });
  Object.defineProperty(exported, 'length', { value: parameters.length, configurable: true });
  return exported;
}
