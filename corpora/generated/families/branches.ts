import { ValueType } from '@wasm-dyno/engine';
import { assignment, CodeGenerator } from '../code-generator.js';
import { boundedLoop, branchOut, conditional, guardedBlock, selection } from '../control-flow.js';
import { combineVariables, completeBody, declareLocals, usualLocalCount, type Family } from '../family.js';

/** Nested conditionals, blocks left early and counted loops: the control flow of parsers and state machines. */
export const branches: Family = {
  name: 'branches',
  parameters: [ValueType.I32, ValueType.I32],
  result: ValueType.I32,
  prepare: () => (body, random, bodyBytes) => {
    const words = [0, 1];
    const counters: number[] = [];
    if (bodyBytes >= 48) {
      words.push(...declareLocals(body, ValueType.I32, usualLocalCount(bodyBytes)));
      counters.push(...declareLocals(body, ValueType.I32, 2));
    }
    const generator = new CodeGenerator(body, random, { [ValueType.I32]: words });
    generator.statements = [
      assignment(generator, 3, 2),
      conditional(generator, 5),
      guardedBlock(generator, 3),
      branchOut(generator, 1),
      selection(generator, 1),
      ...(counters.length > 0 ? [boundedLoop(generator, 2, counters)] : []),
    ];
    completeBody(generator, bodyBytes, () => combineVariables(body, ValueType.I32, words, bodyBytes));
  },
};
