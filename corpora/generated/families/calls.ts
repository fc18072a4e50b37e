import { Operator } from '@wasm-dyno/engine/operators';
import { ValueType } from '@wasm-dyno/engine';
import { assignment, CodeGenerator, type Production, type Statement } from '../code-generator.js';
import { conditional } from '../control-flow.js';
import { combineVariables, completeBody, declareLocals, usualLocalCount, type Family } from '../family.js';
import type { NumericType } from '../operators.js';

interface Callee {
  readonly functionIndex: number;
  readonly parameters: readonly NumericType[];
  readonly result: NumericType;
}

/** The types of the callees; those of the first type also stand in the table. */
const CALLEE_TYPES: readonly { readonly parameters: readonly NumericType[]; readonly result: NumericType }[] =
  [
    { parameters: [ValueType.I32, ValueType.I32], result: ValueType.I32 },
    { parameters: [ValueType.I32], result: ValueType.I32 },
    { parameters: [], result: ValueType.I32 },
    { parameters: [ValueType.I64, ValueType.I32], result: ValueType.I64 },
    {
      parameters: [ValueType.I32, ValueType.I32, ValueType.I32, ValueType.I32, ValueType.I32, ValueType.I32],
      result: ValueType.I32,
    },
    { parameters: [ValueType.F64, ValueType.I32], result: ValueType.F64 },
  ];
const CALLEES_PER_TYPE = 8;

/** Direct and indirect calls of small functions, arguments often calls themselves. No function calls itself. */
export const calls: Family = {
  name: 'calls',
  parameters: [ValueType.I32, ValueType.I32],
  result: ValueType.I32,
  prepare(module, random) {
    const callees: Callee[] = [];
    for (const type of CALLEE_TYPES) {
      for (let count = 0; count < CALLEES_PER_TYPE; count++) {
        const functionIndex = module.addFunction(type.parameters, [type.result], (body) => {
          const variables: Partial<Record<NumericType, number[]>> = {};
          type.parameters.forEach((parameter, index) => (variables[parameter] ??= []).push(index));
          if (variables[type.result] === undefined) variables[type.result] = [body.local(type.result)];
          const generator = new CodeGenerator(body, random, variables);
          generator.expression(type.result, 3);
        });
        module.exportFunction(`callee_${callees.length}`, functionIndex);
        callees.push({ functionIndex, ...type });
      }
    }
    const table = callees.slice(0, CALLEES_PER_TYPE).map(({ functionIndex }) => functionIndex);
    module.addTable(ValueType.FuncRef, { minimum: CALLEES_PER_TYPE, maximum: CALLEES_PER_TYPE });
    module.addElements(0, table);
    const tableType = module.type([ValueType.I32, ValueType.I32], [ValueType.I32]);

    return (body, bodyRandom, bodyBytes) => {
      const variables: Partial<Record<NumericType, number[]>> = { [ValueType.I32]: [0, 1] };
      if (bodyBytes >= 64) {
        variables[ValueType.I32]!.push(...declareLocals(body, ValueType.I32, usualLocalCount(bodyBytes)));
        variables[ValueType.I64] = declareLocals(
          body,
          ValueType.I64,
          Math.ceil(usualLocalCount(bodyBytes) / 2),
        );
        variables[ValueType.F64] = declareLocals(
          body,
          ValueType.F64,
          Math.ceil(usualLocalCount(bodyBytes) / 2),
        );
      }
      const generator = new CodeGenerator(body, bodyRandom, variables);
      const callable = callees.filter(
        ({ parameters, result }) =>
          variables[result] !== undefined &&
          parameters.every((parameter) => variables[parameter] !== undefined),
      );
      const callDirectly = (callee: Callee, depth: number) => {
        for (const parameter of callee.parameters)
          generator.expression(parameter, bodyRandom.integer(0, depth));
        body.call(callee.functionIndex);
      };
      const callThroughTable = (depth: number) => {
        generator.expression(ValueType.I32, bodyRandom.integer(0, depth));
        generator.expression(ValueType.I32, bodyRandom.integer(0, depth));
        generator.leaf(ValueType.I32);
        body
          .i32Const(CALLEES_PER_TYPE - 1)
          .operator(Operator.I32And)
          .callIndirect(tableType);
      };
      const callOfType = (type: NumericType): Production => {
        const candidates = callable.filter(({ result }) => result === type);
        return {
          type,
          write: (depth) => {
            if (type === ValueType.I32 && bodyRandom.chance(0.25)) callThroughTable(depth - 1);
            else callDirectly(bodyRandom.pick(candidates), depth - 1);
          },
        };
      };
      generator.productions = [
        callOfType(ValueType.I32),
        callOfType(ValueType.I64),
        callOfType(ValueType.F64),
      ];
      const callIntoVariable: Statement = {
        weight: 6,
        minimumBytes: 6,
        write: (bytesLeft) => {
          const callee = bodyRandom.pick(callable);
          callDirectly(callee, bytesLeft < 16 ? 0 : 1);
          body.localSet(generator.variable(callee.result));
        },
      };
      const indirectCallIntoVariable: Statement = {
        weight: 2,
        minimumBytes: 14,
        write: () => {
          callThroughTable(1);
          body.localSet(generator.variable(ValueType.I32));
        },
      };
      generator.statements = [
        callIntoVariable,
        indirectCallIntoVariable,
        assignment(generator, 2, 2),
        ...(bodyBytes >= 64 ? [conditional(generator, 1)] : []),
      ];
      completeBody(generator, bodyBytes, () =>
        combineVariables(body, ValueType.I32, variables[ValueType.I32]!, bodyBytes),
      );
    };
  },
};
