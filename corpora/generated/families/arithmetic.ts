import { Operator } from '@wasm-dyno/engine/operators';
import { ValueType } from '@wasm-dyno/engine';
import { assignment, CodeGenerator } from '../code-generator.js';
import { combineVariables, completeBody, declareLocals, usualLocalCount, type Family } from '../family.js';

/** Straight-line integer arithmetic, 32 and 64 bits mixed: a hash or checksum without its loop. */
export const arithmetic: Family = {
  name: 'arithmetic',
  parameters: [ValueType.I32, ValueType.I32],
  result: ValueType.I32,
  prepare: () => (body, random, bodyBytes) => {
    const words = [0, 1];
    if (bodyBytes < 48) {
      const generator = new CodeGenerator(body, random, { [ValueType.I32]: words });
      generator.statements = [assignment(generator, 1)];
      completeBody(generator, bodyBytes, () => combineVariables(body, ValueType.I32, words, bodyBytes));
      return;
    }
    words.push(...declareLocals(body, ValueType.I32, usualLocalCount(bodyBytes)));
    const longs = declareLocals(body, ValueType.I64, usualLocalCount(bodyBytes));
    const generator = new CodeGenerator(body, random, { [ValueType.I32]: words, [ValueType.I64]: longs });
    generator.statements = [assignment(generator, 1)];
    body.localGet(0).operator(Operator.I64ExtendI32U).localSet(longs[0]!);
    completeBody(generator, bodyBytes, () => {
      combineVariables(body, ValueType.I32, words, bodyBytes);
      combineVariables(body, ValueType.I64, longs, bodyBytes);
      body.operator(Operator.I32WrapI64).operator(Operator.I32Add);
    });
  },
};
