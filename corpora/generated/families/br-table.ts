import { Operator } from '@wasm-dyno/engine/operators';
import { ValueType } from '@wasm-dyno/engine';
import { assignment, CodeGenerator, type Statement } from '../code-generator.js';
import { boundedLoop, conditional, someBytes } from '../control-flow.js';
import { combineVariables, completeBody, declareLocals, usualLocalCount, type Family } from '../family.js';

/** Statements that a switch may stand in. */
const MAXIMUM_SWITCH_DEPTH = 2;

/** Switches: dense jump tables over nested blocks, as compilers lower `switch` and `match`; interpreters' main loops. */
export const brTable: Family = {
  name: 'br_table',
  parameters: [ValueType.I32, ValueType.I32],
  result: ValueType.I32,
  prepare: () => (body, random, bodyBytes) => {
    const words = [0, 1];
    const counters: number[] = [];
    if (bodyBytes >= 64) {
      words.push(...declareLocals(body, ValueType.I32, usualLocalCount(bodyBytes)));
      counters.push(...declareLocals(body, ValueType.I32, 1));
    }
    const generator = new CodeGenerator(body, random, { [ValueType.I32]: words });
    generator.statements = [
      switchStatement(generator, 10),
      assignment(generator, 2, 2),
      ...(bodyBytes >= 64 ? [conditional(generator, 1), boundedLoop(generator, 1, counters)] : []),
    ];
    completeBody(generator, bodyBytes, () => combineVariables(body, ValueType.I32, words, bodyBytes));
  },
};

function switchStatement(generator: CodeGenerator, weight: number): Statement {
  const { body, random } = generator;
  return {
    weight,
    minimumBytes: 10,
    write: (bytesLeft, depth) => {
      if (depth > MAXIMUM_SWITCH_DEPTH) return;
      if (bytesLeft < 40) {
        // Just a way out, taken or not: a table whose targets are all the end of one block.
        const entries = random.integer(0, bytesLeft - 8);
        body.block('empty', () => {
          body.localGet(generator.variable(ValueType.I32)).brTable(Array<number>(entries).fill(0), 0);
        });
        return;
      }
      // A case costs its block (3 bytes), its statements, its way out (2) and its entries in the table.
      const caseCount = Math.min(random.weighted(CASE_COUNTS).cases, Math.floor((bytesLeft - 12) / 14));
      const entryCount = caseCount * random.integer(1, 3);
      const bytesForCases = bytesLeft - 16 - 5 * caseCount - 2 * entryCount;
      const entries = Array.from({ length: entryCount }, () => random.integer(0, caseCount - 1));
      const selectAndJump = () => {
        body.localGet(generator.variable(ValueType.I32));
        const mask = 2 ** Math.ceil(Math.log2(entryCount + 1)) - 1;
        if (random.chance(0.7)) body.i32Const(mask).operator(Operator.I32And);
        body.brTable(entries, caseCount);
      };
      const openCase = (remaining: number): void => {
        body.block('empty', () => {
          if (remaining === 1) selectAndJump();
          else openCase(remaining - 1);
        });
        const bytes = Math.floor(bytesForCases / caseCount);
        generator.fill(someBytes(generator, bytes, depth + 1), depth + 1);
        // Out of the cases that follow, to the end of the switch; now and then the case falls through.
        const casesThatFollow = caseCount - remaining;
        if (casesThatFollow === 0 || random.chance(0.9)) body.br(casesThatFollow);
      };
      body.block('empty', () => openCase(caseCount));
    },
  };
}

const CASE_COUNTS = [
  { weight: 10, cases: 3 },
  { weight: 10, cases: 5 },
  { weight: 8, cases: 8 },
  { weight: 5, cases: 16 },
  { weight: 3, cases: 40 },
  { weight: 1, cases: 150 },
] as const;
