import { counted } from '../counted.js';
import { Func } from '../runtime/func.js';
import type { Value } from '../runtime/value.js';
import type { FunctionType } from '../types/function-type.js';
import { ValueType } from '../types/value-type.js';
import type { Realm } from './realm.js';
import { toJavaScriptValue, toWebAssemblyValue } from './values.js';

type Callable = (...values: unknown[]) => unknown;

/** An embedder function that calls a JavaScript one (JS API 5.6, "create a host function"). */
export function embedderFunction(
  realm: Realm,
  type: FunctionType,
  callable: Callable,
  importIndex: number,
): Func {
  const { parameters, results } = type;
  const takesVector = parameters.includes(ValueType.V128) || results.includes(ValueType.V128);
  const func = Func.wrap(realm.store, type, (_caller, ...values) => {
    if (takesVector) throw new TypeError('v128 values do not pass between JavaScript and WebAssembly');
    return passingInnerCalls(realm, () => {
      for (let i = 0; i < values.length; i++) values[i] = toJavaScriptValue(realm, parameters[i]!, values[i]);
      const answer = Reflect.apply(callable, undefined, values);
      if (results.length === 0) return undefined;
      if (results.length === 1) return [toWebAssemblyValue(realm, results[0]!, answer)];
      return convertAll(realm, results, answer);
    });
  });
  realm.nameEmbedderFunction(func, importIndex);
  return func;
}

/**
 * Runs JavaScript, be it the function or the conversion of what it returned. @throws what it throws; for a call of its own that ran
 * out of fuel the engine's error, which ends the outer call too
 */
function passingInnerCalls<Result>(realm: Realm, step: () => Result): Result {
  try {
    return step();
  } catch (error) {
    throw realm.errors.causeOf(error) ?? error;
  }
}

function convertAll(realm: Realm, results: readonly ValueType[], answer: unknown): Value[] {
  if (
    answer === null ||
    answer === undefined ||
    typeof (answer as Iterable<unknown>)[Symbol.iterator] !== 'function'
  ) {
    throw new TypeError(
      `a function of ${counted(results.length, 'results')} must return an iterable of them`,
    );
  }
  const answers = [...(answer as Iterable<unknown>)];
  if (answers.length !== results.length) {
    throw new TypeError(`a function of ${counted(results.length, 'results')} returned ${answers.length}`);
  }
  return answers.map((value, i) => toWebAssemblyValue(realm, results[i]!, value));
}
