/*
 * The function whose body is validated, and what the size of its frames follows from.
 */

/** Its type, and whether a call, a v128 among locals, callees, globals or operators, was seen. */
export class CheckedFunction {
  static type: usize = 0;
  static makesCalls: bool = false;
  static hasVectors: bool = false;
}

const FRAME_WORDS: usize = memory.data(16, 16);

/** Address of four words: locals, highest operand stack, whether it makes calls, whether it knows vectors. */
export function frameWords(): usize {
  return FRAME_WORDS;
}

export function noteFrames(localCount: u32, highestStack: u32): void {
  store<u32>(FRAME_WORDS, localCount);
  store<u32>(FRAME_WORDS, highestStack, 4);
  store<u32>(FRAME_WORDS, CheckedFunction.makesCalls ? 1 : 0, 8);
  store<u32>(FRAME_WORDS, CheckedFunction.hasVectors ? 1 : 0, 12);
}
