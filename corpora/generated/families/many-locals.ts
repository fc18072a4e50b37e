import { Operator } from '@wasm-dyno/engine/operators';
import { ValueType } from '@wasm-dyno/engine';
import { assignment, CodeGenerator } from '../code-generator.js';
import { combineVariables, completeBody, declareLocals, type Family } from '../family.js';
import type { NumericType } from '../operators.js';

const TYPES: readonly NumericType[] = [ValueType.I32, ValueType.I64, ValueType.F64, ValueType.F32];
const MAXIMUM_LOCALS = 4000;
const MAXIMUM_GROUP = 32;

/** As unoptimised builds do it: a local for every value, hundreds to thousands of them, declared in many groups. */
export const manyLocals: Family = {
  name: 'many-locals',
  parameters: [ValueType.I32, ValueType.I32],
  result: ValueType.I32,
  prepare: () => (body, random, bodyBytes) => {
    const variables: Partial<Record<NumericType, number[]>> = { [ValueType.I32]: [0, 1] };
    if (bodyBytes < 32) {
      // One group of two bytes: more would leave a body of 16 bytes without code.
      variables[ValueType.I32]!.push(...declareLocals(body, ValueType.I32, bodyBytes));
    } else {
      let localsLeft = Math.min(MAXIMUM_LOCALS, Math.floor(bodyBytes / 8));
      for (let group = 0; localsLeft > 0; group++) {
        const type = TYPES[group % TYPES.length]!;
        const count = Math.min(localsLeft, random.integer(1, MAXIMUM_GROUP));
        (variables[type] ??= []).push(...declareLocals(body, type, count));
        localsLeft -= count;
      }
    }
    const generator = new CodeGenerator(body, random, variables);
    generator.statements = [assignment(generator, 1, 2)];
    completeBody(generator, bodyBytes, () => {
      combineVariables(body, ValueType.I32, variables[ValueType.I32]!, bodyBytes);
      if (bodyBytes >= 64) body.localGet(variables[ValueType.I32]!.at(-1)!).operator(Operator.I32Xor);
    });
  },
};
