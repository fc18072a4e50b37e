// Made by build/build-loop.mjs from engine/interpreter/description: not to be edited.
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
 * Runs the frame set up in `stack` (function, program counter, frame pointer) and the frames it calls, as far as the common operators
 * go, and writes the frame it stopped in back to `stack`. It stops, with nothing of the operator done, before whatever is rare and before
 * operands that are out of the ordinary; at the return of the frame at depth `base`; and at a basic block that the fuel slice cannot pay,
 * which it tells by `stack.owedFuel`. `execute` does the rest.
 *
 * One function, one `switch` with literal cases, all state in locals: V8 compiles that to a jump table over machine registers,
 * and never optimises a function of more than 61,440 bytes of bytecode. `npm run check:loop` holds the size below the limit.
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
        switch (code[pc]) {
          case Ir.Unreachable:
            break run;
          case Ir.ConsumeFuel:
            target = pc + 2;
            break;
          case Ir.Branch:
            target = pc + 1 + code[pc + 1];
            break;
          case Ir.BranchIfNonZero:
            target = i32[(fp + code[pc + 2]) | 0] !== 0 ? pc + 1 + code[pc + 1] : pc + 4;
            break;
          case Ir.BranchIfZero:
            target = i32[(fp + code[pc + 2]) | 0] === 0 ? pc + 1 + code[pc + 1] : pc + 4;
            break;
          case Ir.BranchTable: {
            const count = code[pc + 2];
            const index = i32[(fp + code[pc + 1]) | 0] >>> 0;
            target = pc + 3 + (index < count ? index : count);
            target += code[target];
            break;
          }
          case Ir.BranchI32Eq:
            target =
              i32[(fp + code[pc + 2]) | 0] === i32[(fp + code[pc + 3]) | 0] ? pc + 1 + code[pc + 1] : pc + 5;
            break;
          case Ir.BranchI32Ne:
            target =
              i32[(fp + code[pc + 2]) | 0] !== i32[(fp + code[pc + 3]) | 0] ? pc + 1 + code[pc + 1] : pc + 5;
            break;
          case Ir.BranchI32LtS:
            target =
              i32[(fp + code[pc + 2]) | 0] < i32[(fp + code[pc + 3]) | 0] ? pc + 1 + code[pc + 1] : pc + 5;
            break;
          case Ir.BranchI32LtU:
            target =
              i32[(fp + code[pc + 2]) | 0] >>> 0 < i32[(fp + code[pc + 3]) | 0] >>> 0
                ? pc + 1 + code[pc + 1]
                : pc + 5;
            break;
          case Ir.BranchI32GtS:
            target =
              i32[(fp + code[pc + 2]) | 0] > i32[(fp + code[pc + 3]) | 0] ? pc + 1 + code[pc + 1] : pc + 5;
            break;
          case Ir.BranchI32GtU:
            target =
              i32[(fp + code[pc + 2]) | 0] >>> 0 > i32[(fp + code[pc + 3]) | 0] >>> 0
                ? pc + 1 + code[pc + 1]
                : pc + 5;
            break;
          case Ir.BranchI32LeS:
            target =
              i32[(fp + code[pc + 2]) | 0] <= i32[(fp + code[pc + 3]) | 0] ? pc + 1 + code[pc + 1] : pc + 5;
            break;
          case Ir.BranchI32LeU:
            target =
              i32[(fp + code[pc + 2]) | 0] >>> 0 <= i32[(fp + code[pc + 3]) | 0] >>> 0
                ? pc + 1 + code[pc + 1]
                : pc + 5;
            break;
          case Ir.BranchI32GeS:
            target =
              i32[(fp + code[pc + 2]) | 0] >= i32[(fp + code[pc + 3]) | 0] ? pc + 1 + code[pc + 1] : pc + 5;
            break;
          case Ir.BranchI32GeU:
            target =
              i32[(fp + code[pc + 2]) | 0] >>> 0 >= i32[(fp + code[pc + 3]) | 0] >>> 0
                ? pc + 1 + code[pc + 1]
                : pc + 5;
            break;
          case Ir.BranchI32EqImm:
            target = i32[(fp + code[pc + 2]) | 0] === code[pc + 3] ? pc + 1 + code[pc + 1] : pc + 5;
            break;
          case Ir.BranchI32NeImm:
            target = i32[(fp + code[pc + 2]) | 0] !== code[pc + 3] ? pc + 1 + code[pc + 1] : pc + 5;
            break;
          case Ir.BranchI32LtSImm:
            target = i32[(fp + code[pc + 2]) | 0] < code[pc + 3] ? pc + 1 + code[pc + 1] : pc + 5;
            break;
          case Ir.BranchI32LtUImm:
            target = i32[(fp + code[pc + 2]) | 0] >>> 0 < code[pc + 3] >>> 0 ? pc + 1 + code[pc + 1] : pc + 5;
            break;
          case Ir.BranchI32GtSImm:
            target = i32[(fp + code[pc + 2]) | 0] > code[pc + 3] ? pc + 1 + code[pc + 1] : pc + 5;
            break;
          case Ir.BranchI32GtUImm:
            target = i32[(fp + code[pc + 2]) | 0] >>> 0 > code[pc + 3] >>> 0 ? pc + 1 + code[pc + 1] : pc + 5;
            break;
          case Ir.BranchI32LeSImm:
            target = i32[(fp + code[pc + 2]) | 0] <= code[pc + 3] ? pc + 1 + code[pc + 1] : pc + 5;
            break;
          case Ir.BranchI32LeUImm:
            target =
              i32[(fp + code[pc + 2]) | 0] >>> 0 <= code[pc + 3] >>> 0 ? pc + 1 + code[pc + 1] : pc + 5;
            break;
          case Ir.BranchI32GeSImm:
            target = i32[(fp + code[pc + 2]) | 0] >= code[pc + 3] ? pc + 1 + code[pc + 1] : pc + 5;
            break;
          case Ir.BranchI32GeUImm:
            target =
              i32[(fp + code[pc + 2]) | 0] >>> 0 >= code[pc + 3] >>> 0 ? pc + 1 + code[pc + 1] : pc + 5;
            break;
          case Ir.BranchIfBitsNonZero:
            target = (i32[(fp + code[pc + 2]) | 0] & code[pc + 3]) !== 0 ? pc + 1 + code[pc + 1] : pc + 5;
            break;
          case Ir.BranchIfBitsZero:
            target = (i32[(fp + code[pc + 2]) | 0] & code[pc + 3]) === 0 ? pc + 1 + code[pc + 1] : pc + 5;
            break;
          case Ir.BackIfZero: {
            const head = (pc + 1 + code[pc + 1]) & Mask.Pc;
            owed = code[head - 1];
            if (fuel < owed) break run;
            fuel = (fuel - owed) | 0;
            pc = head;
            target = i32[(fp + code[pc + 2]) | 0] === 0 ? pc + 1 + code[pc + 1] : pc + 4;
            break;
          }
          case Ir.BackI32Eq: {
            const head = (pc + 1 + code[pc + 1]) & Mask.Pc;
            owed = code[head - 1];
            if (fuel < owed) break run;
            fuel = (fuel - owed) | 0;
            pc = head;
            target =
              i32[(fp + code[pc + 2]) | 0] === i32[(fp + code[pc + 3]) | 0] ? pc + 1 + code[pc + 1] : pc + 5;
            break;
          }
          case Ir.BackI32LeS: {
            const head = (pc + 1 + code[pc + 1]) & Mask.Pc;
            owed = code[head - 1];
            if (fuel < owed) break run;
            fuel = (fuel - owed) | 0;
            pc = head;
            target =
              i32[(fp + code[pc + 2]) | 0] <= i32[(fp + code[pc + 3]) | 0] ? pc + 1 + code[pc + 1] : pc + 5;
            break;
          }
          case Ir.BackI32LeU: {
            const head = (pc + 1 + code[pc + 1]) & Mask.Pc;
            owed = code[head - 1];
            if (fuel < owed) break run;
            fuel = (fuel - owed) | 0;
            pc = head;
            target =
              i32[(fp + code[pc + 2]) | 0] >>> 0 <= i32[(fp + code[pc + 3]) | 0] >>> 0
                ? pc + 1 + code[pc + 1]
                : pc + 5;
            break;
          }
          case Ir.BackI32GeS: {
            const head = (pc + 1 + code[pc + 1]) & Mask.Pc;
            owed = code[head - 1];
            if (fuel < owed) break run;
            fuel = (fuel - owed) | 0;
            pc = head;
            target =
              i32[(fp + code[pc + 2]) | 0] >= i32[(fp + code[pc + 3]) | 0] ? pc + 1 + code[pc + 1] : pc + 5;
            break;
          }
          case Ir.BackI32GeU: {
            const head = (pc + 1 + code[pc + 1]) & Mask.Pc;
            owed = code[head - 1];
            if (fuel < owed) break run;
            fuel = (fuel - owed) | 0;
            pc = head;
            target =
              i32[(fp + code[pc + 2]) | 0] >>> 0 >= i32[(fp + code[pc + 3]) | 0] >>> 0
                ? pc + 1 + code[pc + 1]
                : pc + 5;
            break;
          }
          case Ir.BackI32EqImm: {
            const head = (pc + 1 + code[pc + 1]) & Mask.Pc;
            owed = code[head - 1];
            if (fuel < owed) break run;
            fuel = (fuel - owed) | 0;
            pc = head;
            target = i32[(fp + code[pc + 2]) | 0] === code[pc + 3] ? pc + 1 + code[pc + 1] : pc + 5;
            break;
          }
          case Ir.BackI32GeSImm: {
            const head = (pc + 1 + code[pc + 1]) & Mask.Pc;
            owed = code[head - 1];
            if (fuel < owed) break run;
            fuel = (fuel - owed) | 0;
            pc = head;
            target = i32[(fp + code[pc + 2]) | 0] >= code[pc + 3] ? pc + 1 + code[pc + 1] : pc + 5;
            break;
          }
          case Ir.BackI32GeUImm: {
            const head = (pc + 1 + code[pc + 1]) & Mask.Pc;
            owed = code[head - 1];
            if (fuel < owed) break run;
            fuel = (fuel - owed) | 0;
            pc = head;
            target =
              i32[(fp + code[pc + 2]) | 0] >>> 0 >= code[pc + 3] >>> 0 ? pc + 1 + code[pc + 1] : pc + 5;
            break;
          }
          case Ir.CountIfZero: {
            const head = (pc + 1 + code[pc + 1]) & Mask.Pc;
            owed = code[head - 1];
            if (fuel < owed) break run;
            fuel = (fuel - owed) | 0;
            i32[(fp + code[pc + 2]) | 0] = i32[(fp + code[pc + 3]) | 0] + code[pc + 4];
            pc = head;
            target = i32[(fp + code[pc + 2]) | 0] === 0 ? pc + 1 + code[pc + 1] : pc + 4;
            break;
          }
          case Ir.CountI32Eq: {
            const head = (pc + 1 + code[pc + 1]) & Mask.Pc;
            owed = code[head - 1];
            if (fuel < owed) break run;
            fuel = (fuel - owed) | 0;
            i32[(fp + code[pc + 2]) | 0] = i32[(fp + code[pc + 3]) | 0] + code[pc + 4];
            pc = head;
            target =
              i32[(fp + code[pc + 2]) | 0] === i32[(fp + code[pc + 3]) | 0] ? pc + 1 + code[pc + 1] : pc + 5;
            break;
          }
          case Ir.CountI32LeS: {
            const head = (pc + 1 + code[pc + 1]) & Mask.Pc;
            owed = code[head - 1];
            if (fuel < owed) break run;
            fuel = (fuel - owed) | 0;
            i32[(fp + code[pc + 2]) | 0] = i32[(fp + code[pc + 3]) | 0] + code[pc + 4];
            pc = head;
            target =
              i32[(fp + code[pc + 2]) | 0] <= i32[(fp + code[pc + 3]) | 0] ? pc + 1 + code[pc + 1] : pc + 5;
            break;
          }
          case Ir.CountI32LeU: {
            const head = (pc + 1 + code[pc + 1]) & Mask.Pc;
            owed = code[head - 1];
            if (fuel < owed) break run;
            fuel = (fuel - owed) | 0;
            i32[(fp + code[pc + 2]) | 0] = i32[(fp + code[pc + 3]) | 0] + code[pc + 4];
            pc = head;
            target =
              i32[(fp + code[pc + 2]) | 0] >>> 0 <= i32[(fp + code[pc + 3]) | 0] >>> 0
                ? pc + 1 + code[pc + 1]
                : pc + 5;
            break;
          }
          case Ir.CountI32GeS: {
            const head = (pc + 1 + code[pc + 1]) & Mask.Pc;
            owed = code[head - 1];
            if (fuel < owed) break run;
            fuel = (fuel - owed) | 0;
            i32[(fp + code[pc + 2]) | 0] = i32[(fp + code[pc + 3]) | 0] + code[pc + 4];
            pc = head;
            target =
              i32[(fp + code[pc + 2]) | 0] >= i32[(fp + code[pc + 3]) | 0] ? pc + 1 + code[pc + 1] : pc + 5;
            break;
          }
          case Ir.CountI32GeU: {
            const head = (pc + 1 + code[pc + 1]) & Mask.Pc;
            owed = code[head - 1];
            if (fuel < owed) break run;
            fuel = (fuel - owed) | 0;
            i32[(fp + code[pc + 2]) | 0] = i32[(fp + code[pc + 3]) | 0] + code[pc + 4];
            pc = head;
            target =
              i32[(fp + code[pc + 2]) | 0] >>> 0 >= i32[(fp + code[pc + 3]) | 0] >>> 0
                ? pc + 1 + code[pc + 1]
                : pc + 5;
            break;
          }
          case Ir.CountI32EqImm: {
            const head = (pc + 1 + code[pc + 1]) & Mask.Pc;
            owed = code[head - 1];
            if (fuel < owed) break run;
            fuel = (fuel - owed) | 0;
            i32[(fp + code[pc + 2]) | 0] = i32[(fp + code[pc + 3]) | 0] + code[pc + 4];
            pc = head;
            target = i32[(fp + code[pc + 2]) | 0] === code[pc + 3] ? pc + 1 + code[pc + 1] : pc + 5;
            break;
          }
          case Ir.CountI32GeSImm: {
            const head = (pc + 1 + code[pc + 1]) & Mask.Pc;
            owed = code[head - 1];
            if (fuel < owed) break run;
            fuel = (fuel - owed) | 0;
            i32[(fp + code[pc + 2]) | 0] = i32[(fp + code[pc + 3]) | 0] + code[pc + 4];
            pc = head;
            target = i32[(fp + code[pc + 2]) | 0] >= code[pc + 3] ? pc + 1 + code[pc + 1] : pc + 5;
            break;
          }
          case Ir.CountI32GeUImm: {
            const head = (pc + 1 + code[pc + 1]) & Mask.Pc;
            owed = code[head - 1];
            if (fuel < owed) break run;
            fuel = (fuel - owed) | 0;
            i32[(fp + code[pc + 2]) | 0] = i32[(fp + code[pc + 3]) | 0] + code[pc + 4];
            pc = head;
            target =
              i32[(fp + code[pc + 2]) | 0] >>> 0 >= code[pc + 3] >>> 0 ? pc + 1 + code[pc + 1] : pc + 5;
            break;
          }
          case Ir.Return32:
            if (depth === base || frameFunctions[depth - 1].instance !== instance) break run;
            i32[fp] = i32[(fp + code[pc + 1]) | 0];
            left = (left + func.frameCost) | 0;
            depth = (depth - 1) | 0;
            pc = returnAddresses[depth] & Mask.Pc;
            fp = framePointers[depth];
            func = frameFunctions[depth];
            continue run;
          case Ir.Return64: {
            if (depth === base || frameFunctions[depth - 1].instance !== instance) break run;
            const a = (fp + code[pc + 1]) << 1;
            halves[fp << 1] = halves[a];
            halves[(fp << 1) + 1] = halves[a + 1];
            left = (left + func.frameCost) | 0;
            depth = (depth - 1) | 0;
            pc = returnAddresses[depth] & Mask.Pc;
            fp = framePointers[depth];
            func = frameFunctions[depth];
            continue run;
          }
          case Ir.Return:
            if (depth === base || frameFunctions[depth - 1].instance !== instance) break run;
            left = (left + func.frameCost) | 0;
            depth = (depth - 1) | 0;
            pc = returnAddresses[depth] & Mask.Pc;
            fp = framePointers[depth];
            func = frameFunctions[depth];
            continue run;
          case Ir.Call: {
            const called = functions[code[pc + 1]];
            if (called === null) break run;
            callee = called;
            argumentsAt = fp + code[pc + 2];
            returnTo = pc + 3;
            break call;
          }
          case Ir.CallIndirect: {
            const { elements, wide } = tables[code[pc + 4]];
            const element = i32[(fp + code[pc + 2]) | 0];
            if (wide || element < 0 || element >= elements.length) break run;
            const called = elements[element] as Func | null;
            if (called === null || called.type.id !== code[pc + 3] || called.instance !== instance) break run;
            callee = called;
            argumentsAt = fp + code[pc + 1];
            returnTo = pc + 5;
            break call;
          }
          case Ir.Zero32: {
            const first = fp + code[pc + 1];
            const count = code[pc + 2];
            i32[first] = 0;
            if (count > 1) i32[first + 1] = 0;
            if (count > 2) i32[first + 2] = 0;
            if (count > 3) i32[first + 3] = 0;
            pc = (pc + 3) & Mask.Pc;
            continue;
          }
          case Ir.Zero64: {
            const first = fp + code[pc + 1];
            const count = code[pc + 2];
            f64[first] = 0;
            if (count > 1) f64[first + 1] = 0;
            if (count > 2) f64[first + 2] = 0;
            if (count > 3) f64[first + 3] = 0;
            pc = (pc + 3) & Mask.Pc;
            continue;
          }
          case Ir.Copy32:
            i32[(fp + code[pc + 1]) | 0] = i32[(fp + code[pc + 2]) | 0];
            pc = (pc + 3) & Mask.Pc;
            continue;
          case Ir.Copy64:
            i64[(fp + code[pc + 1]) | 0] = i64[(fp + code[pc + 2]) | 0];
            pc = (pc + 3) & Mask.Pc;
            continue;
          case Ir.Const32:
            i32[(fp + code[pc + 1]) | 0] = code[pc + 2];
            pc = (pc + 3) & Mask.Pc;
            continue;
          case Ir.Const64: {
            const d = (fp + code[pc + 1]) << 1;
            halves[d] = code[pc + 2];
            halves[d + 1] = code[pc + 3];
            pc = (pc + 4) & Mask.Pc;
            continue;
          }
          case Ir.Select32:
            i32[(fp + code[pc + 1]) | 0] =
              i32[fp + (i32[(fp + code[pc + 4]) | 0] !== 0 ? code[pc + 2] : code[pc + 3])];
            pc = (pc + 5) & Mask.Pc;
            continue;
          case Ir.Select64: {
            const a = (fp + (i32[(fp + code[pc + 4]) | 0] !== 0 ? code[pc + 2] : code[pc + 3])) << 1;
            const d = (fp + code[pc + 1]) << 1;
            halves[d] = halves[a];
            halves[d + 1] = halves[a + 1];
            pc = (pc + 5) & Mask.Pc;
            continue;
          }
          case Ir.GlobalGet32:
            i32[(fp + code[pc + 1]) | 0] = globals[globalSlots[code[pc + 2]]];
            pc = (pc + 3) & Mask.Pc;
            continue;
          case Ir.GlobalGet64: {
            const a = globalSlots[code[pc + 2]];
            const d = (fp + code[pc + 1]) << 1;
            halves[d] = globals[a];
            halves[d + 1] = globals[a + 1];
            pc = (pc + 3) & Mask.Pc;
            continue;
          }
          case Ir.GlobalSet32:
            globals[globalSlots[code[pc + 1]]] = i32[(fp + code[pc + 2]) | 0];
            pc = (pc + 3) & Mask.Pc;
            continue;
          case Ir.GlobalSet64: {
            const a = (fp + code[pc + 2]) << 1;
            const d = globalSlots[code[pc + 1]];
            globals[d] = halves[a];
            globals[d + 1] = halves[a + 1];
            pc = (pc + 3) & Mask.Pc;
            continue;
          }
          case Ir.I32Eq:
            i32[(fp + code[pc + 1]) | 0] =
              i32[(fp + code[pc + 2]) | 0] === i32[(fp + code[pc + 3]) | 0] ? 1 : 0;
            pc = (pc + 4) & Mask.Pc;
            continue;
          case Ir.I32Ne:
            i32[(fp + code[pc + 1]) | 0] =
              i32[(fp + code[pc + 2]) | 0] !== i32[(fp + code[pc + 3]) | 0] ? 1 : 0;
            pc = (pc + 4) & Mask.Pc;
            continue;
          case Ir.I32LtS:
            i32[(fp + code[pc + 1]) | 0] =
              i32[(fp + code[pc + 2]) | 0] < i32[(fp + code[pc + 3]) | 0] ? 1 : 0;
            pc = (pc + 4) & Mask.Pc;
            continue;
          case Ir.I32LtU:
            i32[(fp + code[pc + 1]) | 0] =
              i32[(fp + code[pc + 2]) | 0] >>> 0 < i32[(fp + code[pc + 3]) | 0] >>> 0 ? 1 : 0;
            pc = (pc + 4) & Mask.Pc;
            continue;
          case Ir.I32GtS:
            i32[(fp + code[pc + 1]) | 0] =
              i32[(fp + code[pc + 2]) | 0] > i32[(fp + code[pc + 3]) | 0] ? 1 : 0;
            pc = (pc + 4) & Mask.Pc;
            continue;
          case Ir.I32GtU:
            i32[(fp + code[pc + 1]) | 0] =
              i32[(fp + code[pc + 2]) | 0] >>> 0 > i32[(fp + code[pc + 3]) | 0] >>> 0 ? 1 : 0;
            pc = (pc + 4) & Mask.Pc;
            continue;
          case Ir.I32LeS:
            i32[(fp + code[pc + 1]) | 0] =
              i32[(fp + code[pc + 2]) | 0] <= i32[(fp + code[pc + 3]) | 0] ? 1 : 0;
            pc = (pc + 4) & Mask.Pc;
            continue;
          case Ir.I32LeU:
            i32[(fp + code[pc + 1]) | 0] =
              i32[(fp + code[pc + 2]) | 0] >>> 0 <= i32[(fp + code[pc + 3]) | 0] >>> 0 ? 1 : 0;
            pc = (pc + 4) & Mask.Pc;
            continue;
          case Ir.I32GeS:
            i32[(fp + code[pc + 1]) | 0] =
              i32[(fp + code[pc + 2]) | 0] >= i32[(fp + code[pc + 3]) | 0] ? 1 : 0;
            pc = (pc + 4) & Mask.Pc;
            continue;
          case Ir.I32GeU:
            i32[(fp + code[pc + 1]) | 0] =
              i32[(fp + code[pc + 2]) | 0] >>> 0 >= i32[(fp + code[pc + 3]) | 0] >>> 0 ? 1 : 0;
            pc = (pc + 4) & Mask.Pc;
            continue;
          case Ir.I32EqImm:
            i32[(fp + code[pc + 1]) | 0] = i32[(fp + code[pc + 2]) | 0] === code[pc + 3] ? 1 : 0;
            pc = (pc + 4) & Mask.Pc;
            continue;
          case Ir.I32NeImm:
            i32[(fp + code[pc + 1]) | 0] = i32[(fp + code[pc + 2]) | 0] !== code[pc + 3] ? 1 : 0;
            pc = (pc + 4) & Mask.Pc;
            continue;
          case Ir.I32LtSImm:
            i32[(fp + code[pc + 1]) | 0] = i32[(fp + code[pc + 2]) | 0] < code[pc + 3] ? 1 : 0;
            pc = (pc + 4) & Mask.Pc;
            continue;
          case Ir.I32LtUImm:
            i32[(fp + code[pc + 1]) | 0] = i32[(fp + code[pc + 2]) | 0] >>> 0 < code[pc + 3] >>> 0 ? 1 : 0;
            pc = (pc + 4) & Mask.Pc;
            continue;
          case Ir.I32GtSImm:
            i32[(fp + code[pc + 1]) | 0] = i32[(fp + code[pc + 2]) | 0] > code[pc + 3] ? 1 : 0;
            pc = (pc + 4) & Mask.Pc;
            continue;
          case Ir.I32GtUImm:
            i32[(fp + code[pc + 1]) | 0] = i32[(fp + code[pc + 2]) | 0] >>> 0 > code[pc + 3] >>> 0 ? 1 : 0;
            pc = (pc + 4) & Mask.Pc;
            continue;
          case Ir.I32LeSImm:
            i32[(fp + code[pc + 1]) | 0] = i32[(fp + code[pc + 2]) | 0] <= code[pc + 3] ? 1 : 0;
            pc = (pc + 4) & Mask.Pc;
            continue;
          case Ir.I32LeUImm:
            i32[(fp + code[pc + 1]) | 0] = i32[(fp + code[pc + 2]) | 0] >>> 0 <= code[pc + 3] >>> 0 ? 1 : 0;
            pc = (pc + 4) & Mask.Pc;
            continue;
          case Ir.I32GeSImm:
            i32[(fp + code[pc + 1]) | 0] = i32[(fp + code[pc + 2]) | 0] >= code[pc + 3] ? 1 : 0;
            pc = (pc + 4) & Mask.Pc;
            continue;
          case Ir.I32GeUImm:
            i32[(fp + code[pc + 1]) | 0] = i32[(fp + code[pc + 2]) | 0] >>> 0 >= code[pc + 3] >>> 0 ? 1 : 0;
            pc = (pc + 4) & Mask.Pc;
            continue;
          case Ir.I32Eqz:
            i32[(fp + code[pc + 1]) | 0] = i32[(fp + code[pc + 2]) | 0] === 0 ? 1 : 0;
            pc = (pc + 3) & Mask.Pc;
            continue;
          case Ir.I32Add:
            i32[(fp + code[pc + 1]) | 0] = i32[(fp + code[pc + 2]) | 0] + i32[(fp + code[pc + 3]) | 0];
            pc = (pc + 4) & Mask.Pc;
            continue;
          case Ir.I32Sub:
            i32[(fp + code[pc + 1]) | 0] = i32[(fp + code[pc + 2]) | 0] - i32[(fp + code[pc + 3]) | 0];
            pc = (pc + 4) & Mask.Pc;
            continue;
          case Ir.I32Mul:
            i32[(fp + code[pc + 1]) | 0] = Math.imul(
              i32[(fp + code[pc + 2]) | 0],
              i32[(fp + code[pc + 3]) | 0],
            );
            pc = (pc + 4) & Mask.Pc;
            continue;
          case Ir.I32DivS: {
            const dividend = i32[(fp + code[pc + 2]) | 0];
            const divisor = i32[(fp + code[pc + 3]) | 0];
            if (divisor === 0 || (divisor === -1 && dividend === -0x80000000)) break run;
            i32[(fp + code[pc + 1]) | 0] = dividend / divisor;
            pc = (pc + 4) & Mask.Pc;
            continue;
          }
          case Ir.I32DivU:
            if (i32[(fp + code[pc + 3]) | 0] === 0) break run;
            i32[(fp + code[pc + 1]) | 0] =
              (i32[(fp + code[pc + 2]) | 0] >>> 0) / (i32[(fp + code[pc + 3]) | 0] >>> 0);
            pc = (pc + 4) & Mask.Pc;
            continue;
          case Ir.I32RemS:
            if (i32[(fp + code[pc + 3]) | 0] === 0) break run;
            i32[(fp + code[pc + 1]) | 0] = i32[(fp + code[pc + 2]) | 0] % i32[(fp + code[pc + 3]) | 0];
            pc = (pc + 4) & Mask.Pc;
            continue;
          case Ir.I32RemU:
            if (i32[(fp + code[pc + 3]) | 0] === 0) break run;
            i32[(fp + code[pc + 1]) | 0] =
              (i32[(fp + code[pc + 2]) | 0] >>> 0) % (i32[(fp + code[pc + 3]) | 0] >>> 0);
            pc = (pc + 4) & Mask.Pc;
            continue;
          case Ir.I32And:
            i32[(fp + code[pc + 1]) | 0] = i32[(fp + code[pc + 2]) | 0] & i32[(fp + code[pc + 3]) | 0];
            pc = (pc + 4) & Mask.Pc;
            continue;
          case Ir.I32Or:
            i32[(fp + code[pc + 1]) | 0] = i32[(fp + code[pc + 2]) | 0] | i32[(fp + code[pc + 3]) | 0];
            pc = (pc + 4) & Mask.Pc;
            continue;
          case Ir.I32Xor:
            i32[(fp + code[pc + 1]) | 0] = i32[(fp + code[pc + 2]) | 0] ^ i32[(fp + code[pc + 3]) | 0];
            pc = (pc + 4) & Mask.Pc;
            continue;
          case Ir.I32Shl:
            i32[(fp + code[pc + 1]) | 0] = i32[(fp + code[pc + 2]) | 0] << i32[(fp + code[pc + 3]) | 0];
            pc = (pc + 4) & Mask.Pc;
            continue;
          case Ir.I32ShrS:
            i32[(fp + code[pc + 1]) | 0] = i32[(fp + code[pc + 2]) | 0] >> i32[(fp + code[pc + 3]) | 0];
            pc = (pc + 4) & Mask.Pc;
            continue;
          case Ir.I32ShrU:
            i32[(fp + code[pc + 1]) | 0] = i32[(fp + code[pc + 2]) | 0] >>> i32[(fp + code[pc + 3]) | 0];
            pc = (pc + 4) & Mask.Pc;
            continue;
          case Ir.I32Rotl: {
            const value = i32[(fp + code[pc + 2]) | 0];
            const count = i32[(fp + code[pc + 3]) | 0];
            i32[(fp + code[pc + 1]) | 0] = (value << count) | (value >>> -count);
            pc = (pc + 4) & Mask.Pc;
            continue;
          }
          case Ir.I32Rotr: {
            const value = i32[(fp + code[pc + 2]) | 0];
            const count = i32[(fp + code[pc + 3]) | 0];
            i32[(fp + code[pc + 1]) | 0] = (value >>> count) | (value << -count);
            pc = (pc + 4) & Mask.Pc;
            continue;
          }
          case Ir.I32AddImm:
            i32[(fp + code[pc + 1]) | 0] = i32[(fp + code[pc + 2]) | 0] + code[pc + 3];
            pc = (pc + 4) & Mask.Pc;
            continue;
          case Ir.I32MulImm:
            i32[(fp + code[pc + 1]) | 0] = Math.imul(i32[(fp + code[pc + 2]) | 0], code[pc + 3]);
            pc = (pc + 4) & Mask.Pc;
            continue;
          case Ir.I32DivSImm:
            i32[(fp + code[pc + 1]) | 0] = i32[(fp + code[pc + 2]) | 0] / code[pc + 3];
            pc = (pc + 4) & Mask.Pc;
            continue;
          case Ir.I32DivUImm:
            i32[(fp + code[pc + 1]) | 0] = (i32[(fp + code[pc + 2]) | 0] >>> 0) / (code[pc + 3] >>> 0);
            pc = (pc + 4) & Mask.Pc;
            continue;
          case Ir.I32RemSImm:
            i32[(fp + code[pc + 1]) | 0] = i32[(fp + code[pc + 2]) | 0] % code[pc + 3];
            pc = (pc + 4) & Mask.Pc;
            continue;
          case Ir.I32RemUImm:
            i32[(fp + code[pc + 1]) | 0] = (i32[(fp + code[pc + 2]) | 0] >>> 0) % (code[pc + 3] >>> 0);
            pc = (pc + 4) & Mask.Pc;
            continue;
          case Ir.I32AndImm:
            i32[(fp + code[pc + 1]) | 0] = i32[(fp + code[pc + 2]) | 0] & code[pc + 3];
            pc = (pc + 4) & Mask.Pc;
            continue;
          case Ir.I32OrImm:
            i32[(fp + code[pc + 1]) | 0] = i32[(fp + code[pc + 2]) | 0] | code[pc + 3];
            pc = (pc + 4) & Mask.Pc;
            continue;
          case Ir.I32XorImm:
            i32[(fp + code[pc + 1]) | 0] = i32[(fp + code[pc + 2]) | 0] ^ code[pc + 3];
            pc = (pc + 4) & Mask.Pc;
            continue;
          case Ir.I32ShlImm:
            i32[(fp + code[pc + 1]) | 0] = i32[(fp + code[pc + 2]) | 0] << code[pc + 3];
            pc = (pc + 4) & Mask.Pc;
            continue;
          case Ir.I32ShrSImm:
            i32[(fp + code[pc + 1]) | 0] = i32[(fp + code[pc + 2]) | 0] >> code[pc + 3];
            pc = (pc + 4) & Mask.Pc;
            continue;
          case Ir.I32ShrUImm:
            i32[(fp + code[pc + 1]) | 0] = i32[(fp + code[pc + 2]) | 0] >>> code[pc + 3];
            pc = (pc + 4) & Mask.Pc;
            continue;
          case Ir.I32RotlImm: {
            const value = i32[(fp + code[pc + 2]) | 0];
            const count = code[pc + 3];
            i32[(fp + code[pc + 1]) | 0] = (value << count) | (value >>> -count);
            pc = (pc + 4) & Mask.Pc;
            continue;
          }
          case Ir.I32MulAdd:
            i32[(fp + code[pc + 1]) | 0] =
              Math.imul(i32[(fp + code[pc + 2]) | 0], i32[(fp + code[pc + 3]) | 0]) +
              i32[(fp + code[pc + 4]) | 0];
            pc = (pc + 5) & Mask.Pc;
            continue;
          case Ir.I32MulImmAdd:
            i32[(fp + code[pc + 1]) | 0] =
              Math.imul(i32[(fp + code[pc + 2]) | 0], code[pc + 3]) + i32[(fp + code[pc + 4]) | 0];
            pc = (pc + 5) & Mask.Pc;
            continue;
          case Ir.I32ShlAdd:
            i32[(fp + code[pc + 1]) | 0] =
              (i32[(fp + code[pc + 2]) | 0] << code[pc + 3]) + i32[(fp + code[pc + 4]) | 0];
            pc = (pc + 5) & Mask.Pc;
            continue;
          case Ir.I32ShlAddImm:
            i32[(fp + code[pc + 1]) | 0] = (i32[(fp + code[pc + 2]) | 0] << code[pc + 3]) + code[pc + 4];
            pc = (pc + 5) & Mask.Pc;
            continue;
          case Ir.I32Clz:
            i32[(fp + code[pc + 1]) | 0] = Math.clz32(i32[(fp + code[pc + 2]) | 0]);
            pc = (pc + 3) & Mask.Pc;
            continue;
          case Ir.I32Extend8S:
            i32[(fp + code[pc + 1]) | 0] = (i32[(fp + code[pc + 2]) | 0] << 24) >> 24;
            pc = (pc + 3) & Mask.Pc;
            continue;
          case Ir.I32Extend16S:
            i32[(fp + code[pc + 1]) | 0] = (i32[(fp + code[pc + 2]) | 0] << 16) >> 16;
            pc = (pc + 3) & Mask.Pc;
            continue;
          case Ir.I32WrapI64:
            i32[(fp + code[pc + 1]) | 0] = halves[(fp + code[pc + 2]) << 1];
            pc = (pc + 3) & Mask.Pc;
            continue;
          case Ir.I64Eq: {
            const a = (fp + code[pc + 2]) << 1;
            const b = (fp + code[pc + 3]) << 1;
            i32[(fp + code[pc + 1]) | 0] = halves[a] === halves[b] && halves[a + 1] === halves[b + 1] ? 1 : 0;
            pc = (pc + 4) & Mask.Pc;
            continue;
          }
          case Ir.I64Ne: {
            const a = (fp + code[pc + 2]) << 1;
            const b = (fp + code[pc + 3]) << 1;
            i32[(fp + code[pc + 1]) | 0] = halves[a] !== halves[b] || halves[a + 1] !== halves[b + 1] ? 1 : 0;
            pc = (pc + 4) & Mask.Pc;
            continue;
          }
          case Ir.I64LtS: {
            const a = (fp + code[pc + 2]) << 1;
            const b = (fp + code[pc + 3]) << 1;
            const aHigh = halves[a + 1];
            const bHigh = halves[b + 1];
            i32[(fp + code[pc + 1]) | 0] = (
              aHigh === bHigh ? halves[a] >>> 0 < halves[b] >>> 0 : aHigh < bHigh
            )
              ? 1
              : 0;
            pc = (pc + 4) & Mask.Pc;
            continue;
          }
          case Ir.I64LtU: {
            const a = (fp + code[pc + 2]) << 1;
            const b = (fp + code[pc + 3]) << 1;
            const aHigh = halves[a + 1] >>> 0;
            const bHigh = halves[b + 1] >>> 0;
            i32[(fp + code[pc + 1]) | 0] = (
              aHigh === bHigh ? halves[a] >>> 0 < halves[b] >>> 0 : aHigh < bHigh
            )
              ? 1
              : 0;
            pc = (pc + 4) & Mask.Pc;
            continue;
          }
          case Ir.I64GtS: {
            const a = (fp + code[pc + 2]) << 1;
            const b = (fp + code[pc + 3]) << 1;
            const aHigh = halves[a + 1];
            const bHigh = halves[b + 1];
            i32[(fp + code[pc + 1]) | 0] = (
              aHigh === bHigh ? halves[a] >>> 0 > halves[b] >>> 0 : aHigh > bHigh
            )
              ? 1
              : 0;
            pc = (pc + 4) & Mask.Pc;
            continue;
          }
          case Ir.I64GtU: {
            const a = (fp + code[pc + 2]) << 1;
            const b = (fp + code[pc + 3]) << 1;
            const aHigh = halves[a + 1] >>> 0;
            const bHigh = halves[b + 1] >>> 0;
            i32[(fp + code[pc + 1]) | 0] = (
              aHigh === bHigh ? halves[a] >>> 0 > halves[b] >>> 0 : aHigh > bHigh
            )
              ? 1
              : 0;
            pc = (pc + 4) & Mask.Pc;
            continue;
          }
          case Ir.I64LeS: {
            const a = (fp + code[pc + 2]) << 1;
            const b = (fp + code[pc + 3]) << 1;
            const aHigh = halves[a + 1];
            const bHigh = halves[b + 1];
            i32[(fp + code[pc + 1]) | 0] = (
              aHigh === bHigh ? halves[a] >>> 0 <= halves[b] >>> 0 : aHigh < bHigh
            )
              ? 1
              : 0;
            pc = (pc + 4) & Mask.Pc;
            continue;
          }
          case Ir.I64LeU: {
            const a = (fp + code[pc + 2]) << 1;
            const b = (fp + code[pc + 3]) << 1;
            const aHigh = halves[a + 1] >>> 0;
            const bHigh = halves[b + 1] >>> 0;
            i32[(fp + code[pc + 1]) | 0] = (
              aHigh === bHigh ? halves[a] >>> 0 <= halves[b] >>> 0 : aHigh < bHigh
            )
              ? 1
              : 0;
            pc = (pc + 4) & Mask.Pc;
            continue;
          }
          case Ir.I64GeS: {
            const a = (fp + code[pc + 2]) << 1;
            const b = (fp + code[pc + 3]) << 1;
            const aHigh = halves[a + 1];
            const bHigh = halves[b + 1];
            i32[(fp + code[pc + 1]) | 0] = (
              aHigh === bHigh ? halves[a] >>> 0 >= halves[b] >>> 0 : aHigh > bHigh
            )
              ? 1
              : 0;
            pc = (pc + 4) & Mask.Pc;
            continue;
          }
          case Ir.I64GeU: {
            const a = (fp + code[pc + 2]) << 1;
            const b = (fp + code[pc + 3]) << 1;
            const aHigh = halves[a + 1] >>> 0;
            const bHigh = halves[b + 1] >>> 0;
            i32[(fp + code[pc + 1]) | 0] = (
              aHigh === bHigh ? halves[a] >>> 0 >= halves[b] >>> 0 : aHigh > bHigh
            )
              ? 1
              : 0;
            pc = (pc + 4) & Mask.Pc;
            continue;
          }
          case Ir.I64Eqz: {
            const a = (fp + code[pc + 2]) << 1;
            i32[(fp + code[pc + 1]) | 0] = (halves[a] | halves[a + 1]) === 0 ? 1 : 0;
            pc = (pc + 3) & Mask.Pc;
            continue;
          }
          case Ir.I64Add:
            i64[(fp + code[pc + 1]) | 0] = BigInt.asIntN(
              64,
              i64[(fp + code[pc + 2]) | 0] + i64[(fp + code[pc + 3]) | 0],
            );
            pc = (pc + 4) & Mask.Pc;
            continue;
          case Ir.I64Sub:
            i64[(fp + code[pc + 1]) | 0] = BigInt.asIntN(
              64,
              i64[(fp + code[pc + 2]) | 0] - i64[(fp + code[pc + 3]) | 0],
            );
            pc = (pc + 4) & Mask.Pc;
            continue;
          case Ir.I64Mul:
            i64[(fp + code[pc + 1]) | 0] = BigInt.asIntN(
              64,
              i64[(fp + code[pc + 2]) | 0] * i64[(fp + code[pc + 3]) | 0],
            );
            pc = (pc + 4) & Mask.Pc;
            continue;
          case Ir.I64And:
            i64[(fp + code[pc + 1]) | 0] = BigInt.asIntN(
              64,
              i64[(fp + code[pc + 2]) | 0] & i64[(fp + code[pc + 3]) | 0],
            );
            pc = (pc + 4) & Mask.Pc;
            continue;
          case Ir.I64Or:
            i64[(fp + code[pc + 1]) | 0] = BigInt.asIntN(
              64,
              i64[(fp + code[pc + 2]) | 0] | i64[(fp + code[pc + 3]) | 0],
            );
            pc = (pc + 4) & Mask.Pc;
            continue;
          case Ir.I64Xor:
            i64[(fp + code[pc + 1]) | 0] = BigInt.asIntN(
              64,
              i64[(fp + code[pc + 2]) | 0] ^ i64[(fp + code[pc + 3]) | 0],
            );
            pc = (pc + 4) & Mask.Pc;
            continue;
          case Ir.I64Shl: {
            const a = (fp + code[pc + 2]) << 1;
            const d = (fp + code[pc + 1]) << 1;
            const count = halves[(fp + code[pc + 3]) << 1] & 63;
            const low = halves[a];
            const high = halves[a + 1];
            if (count < 32) {
              // (low >>> 1) >>> (31 - count) is low >>> (32 - count), and 0 for a count of 0.
              halves[d + 1] = (high << count) | ((low >>> 1) >>> (31 - count));
              halves[d] = low << count;
            } else {
              halves[d + 1] = low << count;
              halves[d] = 0;
            }
            pc = (pc + 4) & Mask.Pc;
            continue;
          }
          case Ir.I64ShrS: {
            const a = (fp + code[pc + 2]) << 1;
            const d = (fp + code[pc + 1]) << 1;
            const count = halves[(fp + code[pc + 3]) << 1] & 63;
            const low = halves[a];
            const high = halves[a + 1];
            if (count < 32) {
              halves[d] = (low >>> count) | ((high << 1) << (31 - count));
              halves[d + 1] = high >> count;
            } else {
              halves[d] = high >> count;
              halves[d + 1] = high >> 31;
            }
            pc = (pc + 4) & Mask.Pc;
            continue;
          }
          case Ir.I64ShrU: {
            const a = (fp + code[pc + 2]) << 1;
            const d = (fp + code[pc + 1]) << 1;
            const count = halves[(fp + code[pc + 3]) << 1] & 63;
            const low = halves[a];
            const high = halves[a + 1];
            if (count < 32) {
              halves[d] = (low >>> count) | ((high << 1) << (31 - count));
              halves[d + 1] = high >>> count;
            } else {
              halves[d] = high >>> count;
              halves[d + 1] = 0;
            }
            pc = (pc + 4) & Mask.Pc;
            continue;
          }
          case Ir.I64Rotl: {
            const a = (fp + code[pc + 2]) << 1;
            const d = (fp + code[pc + 1]) << 1;
            const count = halves[(fp + code[pc + 3]) << 1] & 63;
            const low = halves[a];
            const high = halves[a + 1];
            if (count < 32) {
              halves[d] = (low << count) | ((high >>> 1) >>> (31 - count));
              halves[d + 1] = (high << count) | ((low >>> 1) >>> (31 - count));
            } else {
              halves[d] = (high << count) | ((low >>> 1) >>> (63 - count));
              halves[d + 1] = (low << count) | ((high >>> 1) >>> (63 - count));
            }
            pc = (pc + 4) & Mask.Pc;
            continue;
          }
          case Ir.I64ShlImm: {
            const a = (fp + code[pc + 2]) << 1;
            const d = (fp + code[pc + 1]) << 1;
            const count = code[pc + 3];
            const low = halves[a];
            const high = halves[a + 1];
            if (count < 32) {
              // (low >>> 1) >>> (31 - count) is low >>> (32 - count), and 0 for a count of 0.
              halves[d + 1] = (high << count) | ((low >>> 1) >>> (31 - count));
              halves[d] = low << count;
            } else {
              halves[d + 1] = low << count;
              halves[d] = 0;
            }
            pc = (pc + 4) & Mask.Pc;
            continue;
          }
          case Ir.I64ShrSImm: {
            const a = (fp + code[pc + 2]) << 1;
            const d = (fp + code[pc + 1]) << 1;
            const count = code[pc + 3];
            const low = halves[a];
            const high = halves[a + 1];
            if (count < 32) {
              halves[d] = (low >>> count) | ((high << 1) << (31 - count));
              halves[d + 1] = high >> count;
            } else {
              halves[d] = high >> count;
              halves[d + 1] = high >> 31;
            }
            pc = (pc + 4) & Mask.Pc;
            continue;
          }
          case Ir.I64ShrUImm: {
            const a = (fp + code[pc + 2]) << 1;
            const d = (fp + code[pc + 1]) << 1;
            const count = code[pc + 3];
            const low = halves[a];
            const high = halves[a + 1];
            if (count < 32) {
              halves[d] = (low >>> count) | ((high << 1) << (31 - count));
              halves[d + 1] = high >>> count;
            } else {
              halves[d] = high >>> count;
              halves[d + 1] = 0;
            }
            pc = (pc + 4) & Mask.Pc;
            continue;
          }
          case Ir.I64RotlImm: {
            const a = (fp + code[pc + 2]) << 1;
            const d = (fp + code[pc + 1]) << 1;
            const count = code[pc + 3];
            const low = halves[a];
            const high = halves[a + 1];
            if (count < 32) {
              halves[d] = (low << count) | ((high >>> 1) >>> (31 - count));
              halves[d + 1] = (high << count) | ((low >>> 1) >>> (31 - count));
            } else {
              halves[d] = (high << count) | ((low >>> 1) >>> (63 - count));
              halves[d + 1] = (low << count) | ((high >>> 1) >>> (63 - count));
            }
            pc = (pc + 4) & Mask.Pc;
            continue;
          }
          case Ir.I64AddImm: {
            const a = (fp + code[pc + 2]) << 1;
            const d = (fp + code[pc + 1]) << 1;
            const low = halves[a];
            const sum = (low + code[pc + 3]) | 0;
            halves[d + 1] = halves[a + 1] + code[pc + 4] + (sum >>> 0 < low >>> 0 ? 1 : 0);
            halves[d] = sum;
            pc = (pc + 5) & Mask.Pc;
            continue;
          }
          case Ir.I64AndImm: {
            const a = (fp + code[pc + 2]) << 1;
            const d = (fp + code[pc + 1]) << 1;
            halves[d] = halves[a] & code[pc + 3];
            halves[d + 1] = halves[a + 1] & code[pc + 4];
            pc = (pc + 5) & Mask.Pc;
            continue;
          }
          case Ir.I64ExtendI32S: {
            const value = i32[(fp + code[pc + 2]) | 0];
            const d = (fp + code[pc + 1]) << 1;
            halves[d] = value;
            halves[d + 1] = value >> 31;
            pc = (pc + 3) & Mask.Pc;
            continue;
          }
          case Ir.I64ExtendI32U: {
            const value = i32[(fp + code[pc + 2]) | 0];
            const d = (fp + code[pc + 1]) << 1;
            halves[d] = value;
            halves[d + 1] = 0;
            pc = (pc + 3) & Mask.Pc;
            continue;
          }
          case Ir.F32Add: {
            const result = f32[(fp + code[pc + 2]) | 0] + f32[(fp + code[pc + 3]) | 0];
            if (result === result) f32[(fp + code[pc + 1]) | 0] = result;
            else i32[(fp + code[pc + 1]) | 0] = F32_CANONICAL_NAN;
            pc = (pc + 4) & Mask.Pc;
            continue;
          }
          case Ir.F32Sub: {
            const result = f32[(fp + code[pc + 2]) | 0] - f32[(fp + code[pc + 3]) | 0];
            if (result === result) f32[(fp + code[pc + 1]) | 0] = result;
            else i32[(fp + code[pc + 1]) | 0] = F32_CANONICAL_NAN;
            pc = (pc + 4) & Mask.Pc;
            continue;
          }
          case Ir.F32Mul: {
            const result = f32[(fp + code[pc + 2]) | 0] * f32[(fp + code[pc + 3]) | 0];
            if (result === result) f32[(fp + code[pc + 1]) | 0] = result;
            else i32[(fp + code[pc + 1]) | 0] = F32_CANONICAL_NAN;
            pc = (pc + 4) & Mask.Pc;
            continue;
          }
          case Ir.F32Div: {
            const result = f32[(fp + code[pc + 2]) | 0] / f32[(fp + code[pc + 3]) | 0];
            if (result === result) f32[(fp + code[pc + 1]) | 0] = result;
            else i32[(fp + code[pc + 1]) | 0] = F32_CANONICAL_NAN;
            pc = (pc + 4) & Mask.Pc;
            continue;
          }
          case Ir.F64Add: {
            const result = f64[(fp + code[pc + 2]) | 0] + f64[(fp + code[pc + 3]) | 0];
            if (result === result) f64[(fp + code[pc + 1]) | 0] = result;
            else {
              const d = (fp + code[pc + 1]) << 1;
              halves[d] = 0;
              halves[d + 1] = F64_CANONICAL_NAN_HIGH;
            }
            pc = (pc + 4) & Mask.Pc;
            continue;
          }
          case Ir.F64Sub: {
            const result = f64[(fp + code[pc + 2]) | 0] - f64[(fp + code[pc + 3]) | 0];
            if (result === result) f64[(fp + code[pc + 1]) | 0] = result;
            else {
              const d = (fp + code[pc + 1]) << 1;
              halves[d] = 0;
              halves[d + 1] = F64_CANONICAL_NAN_HIGH;
            }
            pc = (pc + 4) & Mask.Pc;
            continue;
          }
          case Ir.F64Mul: {
            const result = f64[(fp + code[pc + 2]) | 0] * f64[(fp + code[pc + 3]) | 0];
            if (result === result) f64[(fp + code[pc + 1]) | 0] = result;
            else {
              const d = (fp + code[pc + 1]) << 1;
              halves[d] = 0;
              halves[d + 1] = F64_CANONICAL_NAN_HIGH;
            }
            pc = (pc + 4) & Mask.Pc;
            continue;
          }
          case Ir.F64Div: {
            const result = f64[(fp + code[pc + 2]) | 0] / f64[(fp + code[pc + 3]) | 0];
            if (result === result) f64[(fp + code[pc + 1]) | 0] = result;
            else {
              const d = (fp + code[pc + 1]) << 1;
              halves[d] = 0;
              halves[d + 1] = F64_CANONICAL_NAN_HIGH;
            }
            pc = (pc + 4) & Mask.Pc;
            continue;
          }
          case Ir.F64MulAdd: {
            const result =
              f64[(fp + code[pc + 2]) | 0] * f64[(fp + code[pc + 3]) | 0] + f64[(fp + code[pc + 4]) | 0];
            if (result === result) f64[(fp + code[pc + 1]) | 0] = result;
            else {
              const d = (fp + code[pc + 1]) << 1;
              halves[d] = 0;
              halves[d + 1] = F64_CANONICAL_NAN_HIGH;
            }
            pc = (pc + 5) & Mask.Pc;
            continue;
          }
          case Ir.F32Eq:
            i32[(fp + code[pc + 1]) | 0] =
              f32[(fp + code[pc + 2]) | 0] === f32[(fp + code[pc + 3]) | 0] ? 1 : 0;
            pc = (pc + 4) & Mask.Pc;
            continue;
          case Ir.F32Ne:
            i32[(fp + code[pc + 1]) | 0] =
              f32[(fp + code[pc + 2]) | 0] !== f32[(fp + code[pc + 3]) | 0] ? 1 : 0;
            pc = (pc + 4) & Mask.Pc;
            continue;
          case Ir.F32Lt:
            i32[(fp + code[pc + 1]) | 0] =
              f32[(fp + code[pc + 2]) | 0] < f32[(fp + code[pc + 3]) | 0] ? 1 : 0;
            pc = (pc + 4) & Mask.Pc;
            continue;
          case Ir.F32Gt:
            i32[(fp + code[pc + 1]) | 0] =
              f32[(fp + code[pc + 2]) | 0] > f32[(fp + code[pc + 3]) | 0] ? 1 : 0;
            pc = (pc + 4) & Mask.Pc;
            continue;
          case Ir.F32Le:
            i32[(fp + code[pc + 1]) | 0] =
              f32[(fp + code[pc + 2]) | 0] <= f32[(fp + code[pc + 3]) | 0] ? 1 : 0;
            pc = (pc + 4) & Mask.Pc;
            continue;
          case Ir.F32Ge:
            i32[(fp + code[pc + 1]) | 0] =
              f32[(fp + code[pc + 2]) | 0] >= f32[(fp + code[pc + 3]) | 0] ? 1 : 0;
            pc = (pc + 4) & Mask.Pc;
            continue;
          case Ir.F64Eq:
            i32[(fp + code[pc + 1]) | 0] =
              f64[(fp + code[pc + 2]) | 0] === f64[(fp + code[pc + 3]) | 0] ? 1 : 0;
            pc = (pc + 4) & Mask.Pc;
            continue;
          case Ir.F64Ne:
            i32[(fp + code[pc + 1]) | 0] =
              f64[(fp + code[pc + 2]) | 0] !== f64[(fp + code[pc + 3]) | 0] ? 1 : 0;
            pc = (pc + 4) & Mask.Pc;
            continue;
          case Ir.F64Lt:
            i32[(fp + code[pc + 1]) | 0] =
              f64[(fp + code[pc + 2]) | 0] < f64[(fp + code[pc + 3]) | 0] ? 1 : 0;
            pc = (pc + 4) & Mask.Pc;
            continue;
          case Ir.F64Gt:
            i32[(fp + code[pc + 1]) | 0] =
              f64[(fp + code[pc + 2]) | 0] > f64[(fp + code[pc + 3]) | 0] ? 1 : 0;
            pc = (pc + 4) & Mask.Pc;
            continue;
          case Ir.F64Le:
            i32[(fp + code[pc + 1]) | 0] =
              f64[(fp + code[pc + 2]) | 0] <= f64[(fp + code[pc + 3]) | 0] ? 1 : 0;
            pc = (pc + 4) & Mask.Pc;
            continue;
          case Ir.F64Ge:
            i32[(fp + code[pc + 1]) | 0] =
              f64[(fp + code[pc + 2]) | 0] >= f64[(fp + code[pc + 3]) | 0] ? 1 : 0;
            pc = (pc + 4) & Mask.Pc;
            continue;
          case Ir.F32Neg:
            i32[(fp + code[pc + 1]) | 0] = i32[(fp + code[pc + 2]) | 0] ^ 0x80000000;
            pc = (pc + 3) & Mask.Pc;
            continue;
          case Ir.F64Abs: {
            const a = (fp + code[pc + 2]) << 1;
            const d = (fp + code[pc + 1]) << 1;
            halves[d] = halves[a];
            halves[d + 1] = halves[a + 1] & 0x7fffffff;
            pc = (pc + 3) & Mask.Pc;
            continue;
          }
          case Ir.F64Neg: {
            const a = (fp + code[pc + 2]) << 1;
            const d = (fp + code[pc + 1]) << 1;
            halves[d] = halves[a];
            halves[d + 1] = halves[a + 1] ^ 0x80000000;
            pc = (pc + 3) & Mask.Pc;
            continue;
          }
          case Ir.F64Sqrt: {
            const result = Math.sqrt(f64[(fp + code[pc + 2]) | 0]);
            if (result === result) f64[(fp + code[pc + 1]) | 0] = result;
            else {
              const d = (fp + code[pc + 1]) << 1;
              halves[d] = 0;
              halves[d + 1] = F64_CANONICAL_NAN_HIGH;
            }
            pc = (pc + 3) & Mask.Pc;
            continue;
          }
          case Ir.F32ConvertI32S:
            f32[(fp + code[pc + 1]) | 0] = i32[(fp + code[pc + 2]) | 0];
            pc = (pc + 3) & Mask.Pc;
            continue;
          case Ir.F64ConvertI32S:
            f64[(fp + code[pc + 1]) | 0] = i32[(fp + code[pc + 2]) | 0];
            pc = (pc + 3) & Mask.Pc;
            continue;
          case Ir.F64ConvertI32U:
            f64[(fp + code[pc + 1]) | 0] = i32[(fp + code[pc + 2]) | 0] >>> 0;
            pc = (pc + 3) & Mask.Pc;
            continue;
          case Ir.F64PromoteF32: {
            const result = f32[(fp + code[pc + 2]) | 0];
            if (result === result) f64[(fp + code[pc + 1]) | 0] = result;
            else {
              const d = (fp + code[pc + 1]) << 1;
              halves[d] = 0;
              halves[d + 1] = F64_CANONICAL_NAN_HIGH;
            }
            pc = (pc + 3) & Mask.Pc;
            continue;
          }
          case Ir.F32DemoteF64: {
            const result = f64[(fp + code[pc + 2]) | 0];
            if (result === result) f32[(fp + code[pc + 1]) | 0] = result;
            else i32[(fp + code[pc + 1]) | 0] = F32_CANONICAL_NAN;
            pc = (pc + 3) & Mask.Pc;
            continue;
          }
          case Ir.I32TruncF64S: {
            const value = f64[(fp + code[pc + 2]) | 0];
            if (!(value > -2147483649 && value < 2147483648)) break run;
            i32[(fp + code[pc + 1]) | 0] = value | 0;
            pc = (pc + 3) & Mask.Pc;
            continue;
          }
          case Ir.Load32: {
            const offset = code[pc + 3];
            const address = (i32[(fp + code[pc + 2]) | 0] + offset) | 0;
            if (address < offset || address > memoryLength - 4 || (address & 3) !== 0) break run;
            i32[(fp + code[pc + 1]) | 0] = m32[address >> 2];
            pc = (pc + 4) & Mask.Pc;
            continue;
          }
          case Ir.Load64: {
            const offset = code[pc + 3];
            const address = (i32[(fp + code[pc + 2]) | 0] + offset) | 0;
            if (address < offset || address > memoryLength - 8 || (address & 7) !== 0) break run;
            i64[(fp + code[pc + 1]) | 0] = m64[address >> 3];
            pc = (pc + 4) & Mask.Pc;
            continue;
          }
          case Ir.I32Load8S: {
            const offset = code[pc + 3];
            const address = (i32[(fp + code[pc + 2]) | 0] + offset) | 0;
            if (address < offset || address >= memoryLength) break run;
            i32[(fp + code[pc + 1]) | 0] = (u8[address] << 24) >> 24;
            pc = (pc + 4) & Mask.Pc;
            continue;
          }
          case Ir.I32Load8U: {
            const offset = code[pc + 3];
            const address = (i32[(fp + code[pc + 2]) | 0] + offset) | 0;
            if (address < offset || address >= memoryLength) break run;
            i32[(fp + code[pc + 1]) | 0] = u8[address];
            pc = (pc + 4) & Mask.Pc;
            continue;
          }
          case Ir.I32Load16S: {
            const offset = code[pc + 3];
            const address = (i32[(fp + code[pc + 2]) | 0] + offset) | 0;
            if (address < offset || address > memoryLength - 2 || (address & 1) !== 0) break run;
            i32[(fp + code[pc + 1]) | 0] = (u16[address >> 1] << 16) >> 16;
            pc = (pc + 4) & Mask.Pc;
            continue;
          }
          case Ir.I32Load16U: {
            const offset = code[pc + 3];
            const address = (i32[(fp + code[pc + 2]) | 0] + offset) | 0;
            if (address < offset || address > memoryLength - 2 || (address & 1) !== 0) break run;
            i32[(fp + code[pc + 1]) | 0] = u16[address >> 1];
            pc = (pc + 4) & Mask.Pc;
            continue;
          }
          case Ir.I64Load8S: {
            const offset = code[pc + 3];
            const address = (i32[(fp + code[pc + 2]) | 0] + offset) | 0;
            if (address < offset || address >= memoryLength) break run;
            const low = (u8[address] << 24) >> 24;
            const d = (fp + code[pc + 1]) << 1;
            halves[d] = low;
            halves[d + 1] = low >> 31;
            pc = (pc + 4) & Mask.Pc;
            continue;
          }
          case Ir.I64Load8U: {
            const offset = code[pc + 3];
            const address = (i32[(fp + code[pc + 2]) | 0] + offset) | 0;
            if (address < offset || address >= memoryLength) break run;
            const low = u8[address];
            const d = (fp + code[pc + 1]) << 1;
            halves[d] = low;
            halves[d + 1] = 0;
            pc = (pc + 4) & Mask.Pc;
            continue;
          }
          case Ir.I64Load16S: {
            const offset = code[pc + 3];
            const address = (i32[(fp + code[pc + 2]) | 0] + offset) | 0;
            if (address < offset || address > memoryLength - 2 || (address & 1) !== 0) break run;
            const low = (u16[address >> 1] << 16) >> 16;
            const d = (fp + code[pc + 1]) << 1;
            halves[d] = low;
            halves[d + 1] = low >> 31;
            pc = (pc + 4) & Mask.Pc;
            continue;
          }
          case Ir.I64Load16U: {
            const offset = code[pc + 3];
            const address = (i32[(fp + code[pc + 2]) | 0] + offset) | 0;
            if (address < offset || address > memoryLength - 2 || (address & 1) !== 0) break run;
            const low = u16[address >> 1];
            const d = (fp + code[pc + 1]) << 1;
            halves[d] = low;
            halves[d + 1] = 0;
            pc = (pc + 4) & Mask.Pc;
            continue;
          }
          case Ir.I64Load32S: {
            const offset = code[pc + 3];
            const address = (i32[(fp + code[pc + 2]) | 0] + offset) | 0;
            if (address < offset || address > memoryLength - 4 || (address & 3) !== 0) break run;
            const low = m32[address >> 2];
            const d = (fp + code[pc + 1]) << 1;
            halves[d] = low;
            halves[d + 1] = low >> 31;
            pc = (pc + 4) & Mask.Pc;
            continue;
          }
          case Ir.I64Load32U: {
            const offset = code[pc + 3];
            const address = (i32[(fp + code[pc + 2]) | 0] + offset) | 0;
            if (address < offset || address > memoryLength - 4 || (address & 3) !== 0) break run;
            const low = m32[address >> 2];
            const d = (fp + code[pc + 1]) << 1;
            halves[d] = low;
            halves[d + 1] = 0;
            pc = (pc + 4) & Mask.Pc;
            continue;
          }
          case Ir.Store32: {
            const offset = code[pc + 3];
            const address = (i32[(fp + code[pc + 2]) | 0] + offset) | 0;
            if (address < offset || address > memoryLength - 4 || (address & 3) !== 0) break run;
            m32[address >> 2] = i32[(fp + code[pc + 1]) | 0];
            pc = (pc + 4) & Mask.Pc;
            continue;
          }
          case Ir.Store64: {
            const offset = code[pc + 3];
            const address = (i32[(fp + code[pc + 2]) | 0] + offset) | 0;
            if (address < offset || address > memoryLength - 8 || (address & 7) !== 0) break run;
            m64[address >> 3] = i64[(fp + code[pc + 1]) | 0];
            pc = (pc + 4) & Mask.Pc;
            continue;
          }
          case Ir.Store8: {
            const offset = code[pc + 3];
            const address = (i32[(fp + code[pc + 2]) | 0] + offset) | 0;
            if (address < offset || address >= memoryLength) break run;
            u8[address] = i32[(fp + code[pc + 1]) | 0];
            pc = (pc + 4) & Mask.Pc;
            continue;
          }
          case Ir.Store16: {
            const offset = code[pc + 3];
            const address = (i32[(fp + code[pc + 2]) | 0] + offset) | 0;
            if (address < offset || address > memoryLength - 2 || (address & 1) !== 0) break run;
            u16[address >> 1] = i32[(fp + code[pc + 1]) | 0];
            pc = (pc + 4) & Mask.Pc;
            continue;
          }
          case Ir.I64Store8: {
            const offset = code[pc + 3];
            const address = (i32[(fp + code[pc + 2]) | 0] + offset) | 0;
            if (address < offset || address >= memoryLength) break run;
            u8[address] = halves[(fp + code[pc + 1]) << 1];
            pc = (pc + 4) & Mask.Pc;
            continue;
          }
          case Ir.I64Store16: {
            const offset = code[pc + 3];
            const address = (i32[(fp + code[pc + 2]) | 0] + offset) | 0;
            if (address < offset || address > memoryLength - 2 || (address & 1) !== 0) break run;
            u16[address >> 1] = halves[(fp + code[pc + 1]) << 1];
            pc = (pc + 4) & Mask.Pc;
            continue;
          }
          case Ir.I64Store32: {
            const offset = code[pc + 3];
            const address = (i32[(fp + code[pc + 2]) | 0] + offset) | 0;
            if (address < offset || address > memoryLength - 4 || (address & 3) !== 0) break run;
            m32[address >> 2] = halves[(fp + code[pc + 1]) << 1];
            pc = (pc + 4) & Mask.Pc;
            continue;
          }
          case Ir.Load32AtSum: {
            const offset = code[pc + 4];
            const address = (((i32[(fp + code[pc + 2]) | 0] + code[pc + 3]) | 0) + offset) | 0;
            if (address < offset || address > memoryLength - 4 || (address & 3) !== 0) break run;
            i32[(fp + code[pc + 1]) | 0] = m32[address >> 2];
            pc = (pc + 5) & Mask.Pc;
            continue;
          }
          case Ir.Load64AtSum: {
            const offset = code[pc + 4];
            const address = (((i32[(fp + code[pc + 2]) | 0] + code[pc + 3]) | 0) + offset) | 0;
            if (address < offset || address > memoryLength - 8 || (address & 7) !== 0) break run;
            i64[(fp + code[pc + 1]) | 0] = m64[address >> 3];
            pc = (pc + 5) & Mask.Pc;
            continue;
          }
          case Ir.I32Load8UAtSum: {
            const offset = code[pc + 4];
            const address = (((i32[(fp + code[pc + 2]) | 0] + code[pc + 3]) | 0) + offset) | 0;
            if (address < offset || address >= memoryLength) break run;
            i32[(fp + code[pc + 1]) | 0] = u8[address];
            pc = (pc + 5) & Mask.Pc;
            continue;
          }
          case Ir.I32Load16SAtSum: {
            const offset = code[pc + 4];
            const address = (((i32[(fp + code[pc + 2]) | 0] + code[pc + 3]) | 0) + offset) | 0;
            if (address < offset || address > memoryLength - 2 || (address & 1) !== 0) break run;
            i32[(fp + code[pc + 1]) | 0] = (u16[address >> 1] << 16) >> 16;
            pc = (pc + 5) & Mask.Pc;
            continue;
          }
          case Ir.Store32AtSum: {
            const offset = code[pc + 4];
            const address = (((i32[(fp + code[pc + 2]) | 0] + code[pc + 3]) | 0) + offset) | 0;
            if (address < offset || address > memoryLength - 4 || (address & 3) !== 0) break run;
            m32[address >> 2] = i32[(fp + code[pc + 1]) | 0];
            pc = (pc + 5) & Mask.Pc;
            continue;
          }
          case Ir.Store64AtSum: {
            const offset = code[pc + 4];
            const address = (((i32[(fp + code[pc + 2]) | 0] + code[pc + 3]) | 0) + offset) | 0;
            if (address < offset || address > memoryLength - 8 || (address & 7) !== 0) break run;
            m64[address >> 3] = i64[(fp + code[pc + 1]) | 0];
            pc = (pc + 5) & Mask.Pc;
            continue;
          }
          case Ir.Store8AtSum: {
            const offset = code[pc + 4];
            const address = (((i32[(fp + code[pc + 2]) | 0] + code[pc + 3]) | 0) + offset) | 0;
            if (address < offset || address >= memoryLength) break run;
            u8[address] = i32[(fp + code[pc + 1]) | 0];
            pc = (pc + 5) & Mask.Pc;
            continue;
          }
          case Ir.Store32Imm: {
            const offset = code[pc + 3];
            const address = (i32[(fp + code[pc + 2]) | 0] + offset) | 0;
            if (address < offset || address > memoryLength - 4 || (address & 3) !== 0) break run;
            m32[address >> 2] = code[pc + 1];
            pc = (pc + 4) & Mask.Pc;
            continue;
          }
          case Ir.Store16Imm: {
            const offset = code[pc + 3];
            const address = (i32[(fp + code[pc + 2]) | 0] + offset) | 0;
            if (address < offset || address > memoryLength - 2 || (address & 1) !== 0) break run;
            u16[address >> 1] = code[pc + 1];
            pc = (pc + 4) & Mask.Pc;
            continue;
          }
          case Ir.Store8Imm: {
            const offset = code[pc + 3];
            const address = (i32[(fp + code[pc + 2]) | 0] + offset) | 0;
            if (address < offset || address >= memoryLength) break run;
            u8[address] = code[pc + 1];
            pc = (pc + 4) & Mask.Pc;
            continue;
          }
          // What is rare, and whatever found its case above too hard: see execute().
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
