import { Operator } from '@wasm-dyno/engine/operators';
import { ValueType } from '@wasm-dyno/engine';
import { LEAST_FILL_BYTES, type CodeGenerator, type Statement } from './code-generator.js';

/** Statements around one another: deeper than compilers usually leave them, and the least fill ends it. */
const MAXIMUM_DEPTH = 6;
/** Bytes that one arm of a conditional or one block of statements takes at most. */
const MAXIMUM_ARM_BYTES = 240;

/** `if` with one or two arms of statements. */
export function conditional(generator: CodeGenerator, weight: number): Statement {
  const { body, random } = generator;
  return {
    weight,
    minimumBytes: 9,
    write: (bytesLeft, depth) => {
      if (bytesLeft < 24) generator.leaf(ValueType.I32);
      else generator.condition(random.integer(1, 2));
      const twoArms = bytesLeft >= 24 && random.chance(0.5);
      const armBytes = () => someBytes(generator, Math.floor((bytesLeft - 8) / (twoArms ? 2 : 1)), depth);
      body.if(
        'empty',
        () => generator.fill(armBytes(), depth + 1),
        twoArms ? () => generator.fill(armBytes(), depth + 1) : undefined,
      );
    },
  };
}

/** A block that its first condition leaves early. */
export function guardedBlock(generator: CodeGenerator, weight: number): Statement {
  const { body, random } = generator;
  return {
    weight,
    minimumBytes: 11,
    write: (bytesLeft, depth) => {
      body.block('empty', () => {
        if (bytesLeft < 24) generator.leaf(ValueType.I32);
        else generator.condition(random.integer(1, 2));
        body.brIf(0);
        generator.fill(someBytes(generator, bytesLeft - 10, depth), depth + 1);
      });
    },
  };
}

/** Two nested blocks and a branch out of both from the inner one. */
export function branchOut(generator: CodeGenerator, weight: number): Statement {
  const { body } = generator;
  return {
    weight,
    minimumBytes: 28,
    write: (bytesLeft, depth) => {
      body.block('empty', () => {
        body.block('empty', () => {
          generator.condition(1);
          body.brIf(0);
          generator.fill(someBytes(generator, Math.floor((bytesLeft - 16) / 2), depth), depth + 1);
          body.br(1);
        });
        generator.fill(someBytes(generator, Math.floor((bytesLeft - 16) / 2), depth), depth + 1);
      });
    },
  };
}

/** A variable set from an `if` with a result, or from `select`. */
export function selection(generator: CodeGenerator, weight: number): Statement {
  const { body, random } = generator;
  return {
    weight,
    minimumBytes: 9,
    write: (bytesLeft) => {
      const type = generator.someType();
      if (bytesLeft >= 20 && random.chance(0.5)) {
        generator.condition(1);
        body.if(
          { result: type },
          () => generator.expression(type, 1),
          () => generator.expression(type, 1),
        );
      } else {
        generator.leaf(type);
        generator.leaf(type);
        if (bytesLeft < 16) generator.leaf(ValueType.I32);
        else generator.condition(1);
        body.operator(Operator.Select);
      }
      body.localSet(generator.variable(type));
    },
  };
}

/**
 * A loop that counts one of `counters` down from a small number. Loops nest as deep as there are counters, and the
 * counters must not be among the generator's variables, so that the loop ends whatever its statements do.
 */
export function boundedLoop(
  generator: CodeGenerator,
  weight: number,
  counters: readonly number[],
): Statement {
  const { body, random } = generator;
  let nesting = 0;
  return {
    weight,
    minimumBytes: 16 + LEAST_FILL_BYTES,
    write: (bytesLeft, depth) => {
      const counter = counters[nesting];
      if (counter === undefined) return;
      nesting++;
      body.i32Const(random.integer(2, 4)).localSet(counter);
      body.loop('empty', () => {
        generator.fill(someBytes(generator, bytesLeft - 16, depth), depth + 1);
        body.localGet(counter).i32Const(1).operator(Operator.I32Sub).localTee(counter).brIf(0);
      });
      nesting--;
    },
  };
}

/** A fillable number of bytes for nested statements: few when deep, and no more than what is left if that is fillable. */
export function someBytes(generator: CodeGenerator, bytesLeft: number, depth: number): number {
  const maximum = depth >= MAXIMUM_DEPTH ? 8 : MAXIMUM_ARM_BYTES >> Math.min(depth, 4);
  return generator.random.integer(LEAST_FILL_BYTES, Math.max(LEAST_FILL_BYTES, Math.min(bytesLeft, maximum)));
}
