import { Operator } from '@wasm-dyno/engine/operators';
import { ValueType } from '@wasm-dyno/engine';
import { CodeGenerator, type Statement } from '../code-generator.js';
import { combineVariables, completeBody, type Family } from '../family.js';
import { operatorsOf, type NumericType } from '../operators.js';

/** Constants of every type and width against variables: polynomials, hash tables' keys, masks and magic numbers. */
export const constants: Family = {
  name: 'constants',
  parameters: [ValueType.I32, ValueType.I32],
  result: ValueType.I32,
  prepare: () => (body, random, bodyBytes) => {
    const variables: Partial<Record<NumericType, number[]>> = { [ValueType.I32]: [0, 1] };
    if (bodyBytes >= 64) {
      for (const type of [ValueType.I64, ValueType.F32, ValueType.F64] as const) {
        variables[type] = [body.local(type), body.local(type)];
      }
    }
    const generator = new CodeGenerator(body, random, variables);
    const someType = () => (random.chance(0.5) ? ValueType.I32 : generator.someType());
    const constantBytes = (type: NumericType) => {
      if (type === ValueType.I32) body.i32Const(random.word() >> random.integer(0, 31));
      else if (type === ValueType.I64) body.i64Const(random.longWord() >> BigInt(random.integer(0, 63)));
      else generator.constant(type);
    };
    const combine: Statement = {
      weight: 4,
      minimumBytes: 7,
      write: () => {
        const type = someType();
        body.localGet(generator.variable(type));
        constantBytes(type);
        body.operator(random.pick(operatorsOf(type).binary));
        if (random.chance(0.3)) {
          constantBytes(type);
          body.operator(random.pick(operatorsOf(type).binary));
        }
        body.localSet(generator.variable(type));
      },
    };
    const set: Statement = {
      weight: 1,
      minimumBytes: 4,
      write: () => {
        const type = someType();
        constantBytes(type);
        body.localSet(generator.variable(type));
      },
    };
    generator.statements = [combine, set];
    completeBody(generator, bodyBytes, () => {
      combineVariables(body, ValueType.I32, variables[ValueType.I32]!, bodyBytes);
      if (bodyBytes >= 64) {
        body.localGet(variables[ValueType.I64]![0]!).operator(Operator.I32WrapI64).operator(Operator.I32Xor);
        body
          .localGet(variables[ValueType.F64]![0]!)
          .operator(Operator.I32TruncSatF64S)
          .operator(Operator.I32Add);
      }
    });
  },
};
