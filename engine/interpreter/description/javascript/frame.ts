/** What stands around the cases of the loop in JavaScript: what its locals are, how branches and calls go on, and how it stops. */

export const BEFORE_CASES = `// Made by build/build-loop.mjs from engine/interpreter/description: not to be edited.
import { Ir } from '../translate/ir.js';
import type { CallStack } from './call-stack.js';
import { SHARED_STACK } from './shared-stack.js';
import type { Func } from '../runtime/func.js';
import { F32_CANONICAL_NAN, F64_CANONICAL_NAN_HIGH } from './numeric/index.js';

/** Keeps the program counter in a range that V8 need not check for overflow. */
const enum Mask {
  Pc = 0x3fff_ffff,
}

// Constants of this module, not fields of the store: V8 folds what it finds here into the code, and checks it no more.
const { i32: I32, f32: F32, i64: I64, f64: F64, halves: HALVES } = SHARED_STACK.files;
const { returnAddresses: RETURN_ADDRESSES, framePointers: FRAME_POINTERS } = SHARED_STACK;

/**
 * Runs the frame set up in \`stack\` (function, program counter, frame pointer) and the frames it calls, as far as the common operators
 * go, and writes the frame it stopped in back to \`stack\`. It stops, with nothing of the operator done, before whatever is rare and before
 * operands that are out of the ordinary; at the return of the frame at depth \`base\`; and at a basic block that the fuel slice cannot pay,
 * which it tells by \`stack.owedFuel\`. \`execute\` does the rest.
 *
 * One function, one \`switch\` with literal cases, all state in locals: V8 compiles that to a jump table over machine registers,
 * and never optimises a function of more than 61,440 bytes of bytecode. \`npm run check:loop\` holds the size below the limit.
 * Nothing in here is called: what lives across a call has to be kept on the machine's stack, for every operator.
 */
export function interpret(stack: CallStack, base: number): void {
  const i32 = I32;
  const f32 = F32;
  const i64 = I64;
  const f64 = F64;
  const halves = HALVES;
  const returnAddresses = RETURN_ADDRESSES;
  const framePointers = FRAME_POINTERS;
  const { frameFunctions, depthLimit } = stack;
  let func = stack.func;
  let pc = stack.pc & Mask.Pc;
  let fp = stack.fp | 0;
  let depth = stack.depth | 0;
  let fuel = stack.fuelSlice | 0;
  let left = stack.slotsLeft | 0;
  let owed = 0;
  const instance = func.instance!;
  const { functions, tables, globalSlots, memory } = instance;
  const globals = stack.globals.words;
  const { u8, u16, i32: m32, i64: m64 } = memory;
  // Bytes whose buffer was transferred away are out of bounds.
  const memoryLength = u8.length === 0 ? 0 : memory.fastLength;
  run: for (;;) {
    // One turn per function entered or returned to.
    const { code } = func;
    for (;;) {
      let target: number;
      let callee: Func;
      let argumentsAt: number;
      let returnTo: number;
      call: {
        switch (code[pc]) {`;

export const BEHIND_CASES = `          // What is rare, and whatever found its case above too hard: see execute().
          default:
            break run;
        }
        // A branch: whoever enters a basic block pays for it first.
        owed = code[target - 1];
        if (fuel < owed) break run;
        fuel = (fuel - owed) | 0;
        owed = 0;
        pc = target & Mask.Pc;
        continue;
      }
      const { entry, frameCost } = callee;
      if (entry < 0 || frameCost > left || depth >= depthLimit || depth >= frameFunctions.length) break run;
      const cost = callee.code[entry - 1];
      if (fuel < cost) break run;
      fuel = (fuel - cost) | 0;
      left = (left - frameCost) | 0;
      returnAddresses[depth] = returnTo;
      framePointers[depth] = fp;
      frameFunctions[depth] = func;
      depth = (depth + 1) | 0;
      func = callee;
      pc = entry & Mask.Pc;
      fp = argumentsAt | 0;
      continue run;
    }
  }
  stack.owedFuel = owed;
  stack.fuelSlice = fuel;
  stack.func = func;
  stack.pc = pc;
  stack.fp = fp;
  stack.depth = depth;
  stack.slotsLeft = left;
}
`;
