import { Operator } from '@wasm-dyno/engine/operators';
import { ValueType } from '@wasm-dyno/engine';
import type { Family } from './family.js';
import type { FunctionBuilder } from './function-builder.js';

/**
 * The family with bodies that return at once where their first argument is zero: calling them for the first time is compiling them, and
 * little else.
 */
export function returningForZero(family: Family): Family {
  return {
    ...family,
    prepare: (module, random) => {
      const write = family.prepare(module, random);
      return (body, ofBody, bodyBytes) => {
        returnForZero(body, family);
        write(body, ofBody, bodyBytes);
      };
    },
  };
}

function returnForZero(body: FunctionBuilder, { name, parameters, result }: Family): void {
  if (parameters[0] !== ValueType.I32 || result !== ValueType.I32)
    throw new RangeError(`bodies of the family "${name}" cannot return for zero: they take and give no i32`);
  body.i32Const(0).localGet(0).operator(Operator.I32Eqz).brIf(0).operator(Operator.Drop);
}
