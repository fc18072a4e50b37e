import { Operator } from '@wasm-dyno/engine/operators';
import { ValueType } from '@wasm-dyno/engine';
import { assignment, CodeGenerator } from '../code-generator.js';
import { selection } from '../control-flow.js';
import { completeBody, declareLocals, usualLocalCount, type Family } from '../family.js';
import type { NumericType } from '../operators.js';

/** Floating-point arithmetic of both widths with conversions and comparisons: numerical code without its loops. */
export const floats: Family = {
  name: 'floats',
  parameters: [ValueType.F64, ValueType.F64],
  result: ValueType.F64,
  prepare: () => (body, random, bodyBytes) => {
    const variables: Partial<Record<NumericType, number[]>> = { [ValueType.F64]: [0, 1] };
    if (bodyBytes >= 48) {
      variables[ValueType.F64]!.push(...declareLocals(body, ValueType.F64, usualLocalCount(bodyBytes)));
      variables[ValueType.F32] = declareLocals(body, ValueType.F32, usualLocalCount(bodyBytes));
      body.localGet(0).operator(Operator.F32DemoteF64).localSet(variables[ValueType.F32][0]!);
    }
    if (bodyBytes >= 256) variables[ValueType.I32] = declareLocals(body, ValueType.I32, 2);
    const generator = new CodeGenerator(body, random, variables);
    generator.statements = [assignment(generator, 8), ...(bodyBytes >= 256 ? [selection(generator, 1)] : [])];
    completeBody(generator, bodyBytes, () => {
      body.localGet(0);
      if (bodyBytes < 48) return;
      body.localGet(1).operator(Operator.F64Add);
      body.localGet(variables[ValueType.F32]![0]!).operator(Operator.F64PromoteF32).operator(Operator.F64Sub);
    });
  },
};
