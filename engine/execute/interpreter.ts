import { Trap } from '../errors.js';
import { Ir } from '../translate/ir.js';
import { Operator } from '../binary/operator.js';
import { executeBulk } from './bulk-operators.js';
import type { CallStack } from './call-stack.js';
import type { Func } from '../runtime/func.js';
import { slowAccess, executeMemoryAccess } from './memory-access.js';
import { F32_CANONICAL_NAN, F64_CANONICAL_NAN_HIGH, i32TruncS } from './numeric/index.js';
import { executeOther } from './other-operators.js';
import { executeRare } from './rare-operators.js';
import { executeVector } from './vector/index.js';

/** How a run of the interpreter ended; a trap is thrown. */
export const enum Outcome {
  Finished = 0,
  /** The next step needs more fuel. Frames and registers stand as they were before it. */
  OutOfFuel = 1,
}

function divideSigned(a: number, b: number): number {
  if (b === 0) throw new Trap('integer-divide-by-zero');
  if (b === -1 && a === -0x80000000) throw new Trap('integer-overflow');
  return a / b;
}

function writeCanonicalNaN(halves: Int32Array, register: number): void {
  halves[register << 1] = 0;
  halves[(register << 1) + 1] = F64_CANONICAL_NAN_HIGH;
}

/**
 * Runs the frame set up in `stack` (function, program counter, frame pointer) until it returns: that is, until the frame at
 * depth `base` does.
 *
 * One function, one `switch` with literal cases, all state in locals: V8 compiles that to a jump table over machine registers,
 * and never optimises a function of more than 61,440 bytes of bytecode, so whatever is rare lives in the functions called
 * at the end. `npm run check:loop` holds the size below the limit.
 */
export function interpret(stack: CallStack, base: number): Outcome {
  const { files, returnAddresses, framePointers, frameFunctions, slotLimit, depthLimit } = stack;
  const { i32, f32, i64, f64, halves } = files;
  let func = stack.func;
  let pc = stack.pc;
  let fp = stack.fp;
  let depth = stack.depth;
  let fuel = stack.fuelSlice;
  /** Is the store's fuel, not the local copy, the one that counts? So while anything else runs that may charge. */
  let shared = false;
  try {
    for (;;) {
      // Whatever hangs on the current function is loaded here: on entry, and after what may have changed it.
      let code = func.code;
      const instance = func.instance!;
      const functions = instance.functions;
      const globalSlots = instance.globalSlots;
      const globals = stack.globals.words;
      const memory = instance.memory;
      const u8 = memory.u8;
      const u16 = memory.u16;
      const m32 = memory.i32;
      const m64 = memory.i64;
      const memoryLength = memory.fastLength;
      let callee: Func;
      let argumentsAt: number;
      let returnTo: number;
      reload: for (;;) {
        call: {
          let target: number;
          switch (code[pc]) {
            case Ir.Unreachable:
              throw new Trap('unreachable');
            case Ir.ConsumeFuel:
              target = pc + 2;
              break;
            case Ir.Branch:
              target = pc + 1 + code[pc + 1];
              break;
            case Ir.BranchIfNonZero:
              target = i32[fp + code[pc + 2]] !== 0 ? pc + 1 + code[pc + 1] : pc + 4;
              break;
            case Ir.BranchIfZero:
              target = i32[fp + code[pc + 2]] === 0 ? pc + 1 + code[pc + 1] : pc + 4;
              break;
            case Ir.BranchTable: {
              const count = code[pc + 2];
              const index = i32[fp + code[pc + 1]] >>> 0;
              target = pc + 3 + (index < count ? index : count);
              target += code[target];
              break;
            }
            case Ir.BranchI32Eq:
              target = i32[fp + code[pc + 2]] === i32[fp + code[pc + 3]] ? pc + 1 + code[pc + 1] : pc + 5;
              break;
            case Ir.BranchI32Ne:
              target = i32[fp + code[pc + 2]] !== i32[fp + code[pc + 3]] ? pc + 1 + code[pc + 1] : pc + 5;
              break;
            case Ir.BranchI32LtS:
              target = i32[fp + code[pc + 2]] < i32[fp + code[pc + 3]] ? pc + 1 + code[pc + 1] : pc + 5;
              break;
            case Ir.BranchI32LtU:
              target =
                i32[fp + code[pc + 2]] >>> 0 < i32[fp + code[pc + 3]] >>> 0 ? pc + 1 + code[pc + 1] : pc + 5;
              break;
            case Ir.BranchI32GtS:
              target = i32[fp + code[pc + 2]] > i32[fp + code[pc + 3]] ? pc + 1 + code[pc + 1] : pc + 5;
              break;
            case Ir.BranchI32GtU:
              target =
                i32[fp + code[pc + 2]] >>> 0 > i32[fp + code[pc + 3]] >>> 0 ? pc + 1 + code[pc + 1] : pc + 5;
              break;
            case Ir.BranchI32LeS:
              target = i32[fp + code[pc + 2]] <= i32[fp + code[pc + 3]] ? pc + 1 + code[pc + 1] : pc + 5;
              break;
            case Ir.BranchI32LeU:
              target =
                i32[fp + code[pc + 2]] >>> 0 <= i32[fp + code[pc + 3]] >>> 0 ? pc + 1 + code[pc + 1] : pc + 5;
              break;
            case Ir.BranchI32GeS:
              target = i32[fp + code[pc + 2]] >= i32[fp + code[pc + 3]] ? pc + 1 + code[pc + 1] : pc + 5;
              break;
            case Ir.BranchI32GeU:
              target =
                i32[fp + code[pc + 2]] >>> 0 >= i32[fp + code[pc + 3]] >>> 0 ? pc + 1 + code[pc + 1] : pc + 5;
              break;
            case Ir.BranchI32EqImm:
              target = i32[fp + code[pc + 2]] === code[pc + 3] ? pc + 1 + code[pc + 1] : pc + 5;
              break;
            case Ir.BranchI32NeImm:
              target = i32[fp + code[pc + 2]] !== code[pc + 3] ? pc + 1 + code[pc + 1] : pc + 5;
              break;
            case Ir.BranchI32LtSImm:
              target = i32[fp + code[pc + 2]] < code[pc + 3] ? pc + 1 + code[pc + 1] : pc + 5;
              break;
            case Ir.BranchI32LtUImm:
              target = i32[fp + code[pc + 2]] >>> 0 < code[pc + 3] >>> 0 ? pc + 1 + code[pc + 1] : pc + 5;
              break;
            case Ir.BranchI32GtSImm:
              target = i32[fp + code[pc + 2]] > code[pc + 3] ? pc + 1 + code[pc + 1] : pc + 5;
              break;
            case Ir.BranchI32GtUImm:
              target = i32[fp + code[pc + 2]] >>> 0 > code[pc + 3] >>> 0 ? pc + 1 + code[pc + 1] : pc + 5;
              break;
            case Ir.BranchI32LeSImm:
              target = i32[fp + code[pc + 2]] <= code[pc + 3] ? pc + 1 + code[pc + 1] : pc + 5;
              break;
            case Ir.BranchI32LeUImm:
              target = i32[fp + code[pc + 2]] >>> 0 <= code[pc + 3] >>> 0 ? pc + 1 + code[pc + 1] : pc + 5;
              break;
            case Ir.BranchI32GeSImm:
              target = i32[fp + code[pc + 2]] >= code[pc + 3] ? pc + 1 + code[pc + 1] : pc + 5;
              break;
            case Ir.BranchI32GeUImm:
              target = i32[fp + code[pc + 2]] >>> 0 >= code[pc + 3] >>> 0 ? pc + 1 + code[pc + 1] : pc + 5;
              break;
            case Ir.Return32:
              i32[fp] = i32[fp + code[pc + 1]];
              if (depth === base) {
                stack.fuelSlice = fuel;
                return Outcome.Finished;
              }
              depth--;
              pc = returnAddresses[depth];
              fp = framePointers[depth];
              func = frameFunctions[depth];
              if (func.instance !== instance) break reload;
              code = func.code;
              continue;
            case Ir.Return64: {
              const a = (fp + code[pc + 1]) << 1;
              halves[fp << 1] = halves[a];
              halves[(fp << 1) + 1] = halves[a + 1];
              if (depth === base) {
                stack.fuelSlice = fuel;
                return Outcome.Finished;
              }
              depth--;
              pc = returnAddresses[depth];
              fp = framePointers[depth];
              func = frameFunctions[depth];
              if (func.instance !== instance) break reload;
              code = func.code;
              continue;
            }
            case Ir.Return:
              if (depth === base) {
                stack.fuelSlice = fuel;
                return Outcome.Finished;
              }
              depth--;
              pc = returnAddresses[depth];
              fp = framePointers[depth];
              func = frameFunctions[depth];
              if (func.instance !== instance) break reload;
              code = func.code;
              continue;
            case Ir.Call:
              callee = functions[code[pc + 1]] ?? instance.functionAt(code[pc + 1]);
              argumentsAt = fp + code[pc + 2];
              returnTo = pc + 3;
              break call;
            case Ir.CallImport:
              callee = functions[code[pc + 1]]!;
              argumentsAt = fp + code[pc + 2];
              returnTo = pc + 3;
              break call;
            case Ir.CallIndirect:
              callee = instance.tables[code[pc + 4]].callee(files, fp + code[pc + 2], code[pc + 3]);
              argumentsAt = fp + code[pc + 1];
              returnTo = pc + 5;
              break call;
            case Ir.ReturnCall:
              callee = functions[code[pc + 1]] ?? instance.functionAt(code[pc + 1]);
              argumentsAt = fp;
              returnTo = -(pc + 3);
              break call;
            case Ir.ReturnCallIndirect:
              callee = instance.tables[code[pc + 4]].callee(files, fp + code[pc + 2], code[pc + 3]);
              argumentsAt = fp;
              returnTo = -(pc + 5);
              break call;
            case Ir.Zero32: {
              const first = fp + code[pc + 1];
              const end = first + code[pc + 2];
              for (let register = first; register < end; register++) i32[register] = 0;
              pc += 3;
              continue;
            }
            case Ir.Zero64: {
              const first = (fp + code[pc + 1]) << 1;
              const end = first + (code[pc + 2] << 1);
              for (let half = first; half < end; half++) halves[half] = 0;
              pc += 3;
              continue;
            }
            case Ir.Copy32:
              i32[fp + code[pc + 1]] = i32[fp + code[pc + 2]];
              pc += 3;
              continue;
            case Ir.Copy64: {
              const a = (fp + code[pc + 2]) << 1;
              const d = (fp + code[pc + 1]) << 1;
              halves[d] = halves[a];
              halves[d + 1] = halves[a + 1];
              pc += 3;
              continue;
            }
            case Ir.Const32:
              i32[fp + code[pc + 1]] = code[pc + 2];
              pc += 3;
              continue;
            case Ir.Const64: {
              const d = (fp + code[pc + 1]) << 1;
              halves[d] = code[pc + 2];
              halves[d + 1] = code[pc + 3];
              pc += 4;
              continue;
            }
            case Ir.Select32:
              i32[fp + code[pc + 1]] = i32[fp + (i32[fp + code[pc + 4]] !== 0 ? code[pc + 2] : code[pc + 3])];
              pc += 5;
              continue;
            case Ir.Select64: {
              const a = (fp + (i32[fp + code[pc + 4]] !== 0 ? code[pc + 2] : code[pc + 3])) << 1;
              const d = (fp + code[pc + 1]) << 1;
              halves[d] = halves[a];
              halves[d + 1] = halves[a + 1];
              pc += 5;
              continue;
            }
            case Ir.GlobalGet32:
              i32[fp + code[pc + 1]] = globals[globalSlots[code[pc + 2]]];
              pc += 3;
              continue;
            case Ir.GlobalGet64: {
              const a = globalSlots[code[pc + 2]];
              const d = (fp + code[pc + 1]) << 1;
              halves[d] = globals[a];
              halves[d + 1] = globals[a + 1];
              pc += 3;
              continue;
            }
            case Ir.GlobalSet32:
              globals[globalSlots[code[pc + 1]]] = i32[fp + code[pc + 2]];
              pc += 3;
              continue;
            case Ir.GlobalSet64: {
              const a = (fp + code[pc + 2]) << 1;
              const d = globalSlots[code[pc + 1]];
              globals[d] = halves[a];
              globals[d + 1] = halves[a + 1];
              pc += 3;
              continue;
            }
            case Ir.I32Eq:
              i32[fp + code[pc + 1]] = i32[fp + code[pc + 2]] === i32[fp + code[pc + 3]] ? 1 : 0;
              pc += 4;
              continue;
            case Ir.I32Ne:
              i32[fp + code[pc + 1]] = i32[fp + code[pc + 2]] !== i32[fp + code[pc + 3]] ? 1 : 0;
              pc += 4;
              continue;
            case Ir.I32LtS:
              i32[fp + code[pc + 1]] = i32[fp + code[pc + 2]] < i32[fp + code[pc + 3]] ? 1 : 0;
              pc += 4;
              continue;
            case Ir.I32LtU:
              i32[fp + code[pc + 1]] = i32[fp + code[pc + 2]] >>> 0 < i32[fp + code[pc + 3]] >>> 0 ? 1 : 0;
              pc += 4;
              continue;
            case Ir.I32GtS:
              i32[fp + code[pc + 1]] = i32[fp + code[pc + 2]] > i32[fp + code[pc + 3]] ? 1 : 0;
              pc += 4;
              continue;
            case Ir.I32GtU:
              i32[fp + code[pc + 1]] = i32[fp + code[pc + 2]] >>> 0 > i32[fp + code[pc + 3]] >>> 0 ? 1 : 0;
              pc += 4;
              continue;
            case Ir.I32LeS:
              i32[fp + code[pc + 1]] = i32[fp + code[pc + 2]] <= i32[fp + code[pc + 3]] ? 1 : 0;
              pc += 4;
              continue;
            case Ir.I32LeU:
              i32[fp + code[pc + 1]] = i32[fp + code[pc + 2]] >>> 0 <= i32[fp + code[pc + 3]] >>> 0 ? 1 : 0;
              pc += 4;
              continue;
            case Ir.I32GeS:
              i32[fp + code[pc + 1]] = i32[fp + code[pc + 2]] >= i32[fp + code[pc + 3]] ? 1 : 0;
              pc += 4;
              continue;
            case Ir.I32GeU:
              i32[fp + code[pc + 1]] = i32[fp + code[pc + 2]] >>> 0 >= i32[fp + code[pc + 3]] >>> 0 ? 1 : 0;
              pc += 4;
              continue;
            case Ir.I32EqImm:
              i32[fp + code[pc + 1]] = i32[fp + code[pc + 2]] === code[pc + 3] ? 1 : 0;
              pc += 4;
              continue;
            case Ir.I32NeImm:
              i32[fp + code[pc + 1]] = i32[fp + code[pc + 2]] !== code[pc + 3] ? 1 : 0;
              pc += 4;
              continue;
            case Ir.I32LtSImm:
              i32[fp + code[pc + 1]] = i32[fp + code[pc + 2]] < code[pc + 3] ? 1 : 0;
              pc += 4;
              continue;
            case Ir.I32LtUImm:
              i32[fp + code[pc + 1]] = i32[fp + code[pc + 2]] >>> 0 < code[pc + 3] >>> 0 ? 1 : 0;
              pc += 4;
              continue;
            case Ir.I32GtSImm:
              i32[fp + code[pc + 1]] = i32[fp + code[pc + 2]] > code[pc + 3] ? 1 : 0;
              pc += 4;
              continue;
            case Ir.I32GtUImm:
              i32[fp + code[pc + 1]] = i32[fp + code[pc + 2]] >>> 0 > code[pc + 3] >>> 0 ? 1 : 0;
              pc += 4;
              continue;
            case Ir.I32LeSImm:
              i32[fp + code[pc + 1]] = i32[fp + code[pc + 2]] <= code[pc + 3] ? 1 : 0;
              pc += 4;
              continue;
            case Ir.I32LeUImm:
              i32[fp + code[pc + 1]] = i32[fp + code[pc + 2]] >>> 0 <= code[pc + 3] >>> 0 ? 1 : 0;
              pc += 4;
              continue;
            case Ir.I32GeSImm:
              i32[fp + code[pc + 1]] = i32[fp + code[pc + 2]] >= code[pc + 3] ? 1 : 0;
              pc += 4;
              continue;
            case Ir.I32GeUImm:
              i32[fp + code[pc + 1]] = i32[fp + code[pc + 2]] >>> 0 >= code[pc + 3] >>> 0 ? 1 : 0;
              pc += 4;
              continue;
            case Ir.I32Eqz:
              i32[fp + code[pc + 1]] = i32[fp + code[pc + 2]] === 0 ? 1 : 0;
              pc += 3;
              continue;
            case Ir.I32Add:
              i32[fp + code[pc + 1]] = i32[fp + code[pc + 2]] + i32[fp + code[pc + 3]];
              pc += 4;
              continue;
            case Ir.I32Sub:
              i32[fp + code[pc + 1]] = i32[fp + code[pc + 2]] - i32[fp + code[pc + 3]];
              pc += 4;
              continue;
            case Ir.I32Mul:
              i32[fp + code[pc + 1]] = Math.imul(i32[fp + code[pc + 2]], i32[fp + code[pc + 3]]);
              pc += 4;
              continue;
            case Ir.I32DivS:
              i32[fp + code[pc + 1]] = divideSigned(i32[fp + code[pc + 2]], i32[fp + code[pc + 3]]);
              pc += 4;
              continue;
            case Ir.I32DivU:
              if (i32[fp + code[pc + 3]] === 0) throw new Trap('integer-divide-by-zero');
              i32[fp + code[pc + 1]] = (i32[fp + code[pc + 2]] >>> 0) / (i32[fp + code[pc + 3]] >>> 0);
              pc += 4;
              continue;
            case Ir.I32RemS:
              if (i32[fp + code[pc + 3]] === 0) throw new Trap('integer-divide-by-zero');
              i32[fp + code[pc + 1]] = i32[fp + code[pc + 2]] % i32[fp + code[pc + 3]];
              pc += 4;
              continue;
            case Ir.I32RemU:
              if (i32[fp + code[pc + 3]] === 0) throw new Trap('integer-divide-by-zero');
              i32[fp + code[pc + 1]] = (i32[fp + code[pc + 2]] >>> 0) % (i32[fp + code[pc + 3]] >>> 0);
              pc += 4;
              continue;
            case Ir.I32And:
              i32[fp + code[pc + 1]] = i32[fp + code[pc + 2]] & i32[fp + code[pc + 3]];
              pc += 4;
              continue;
            case Ir.I32Or:
              i32[fp + code[pc + 1]] = i32[fp + code[pc + 2]] | i32[fp + code[pc + 3]];
              pc += 4;
              continue;
            case Ir.I32Xor:
              i32[fp + code[pc + 1]] = i32[fp + code[pc + 2]] ^ i32[fp + code[pc + 3]];
              pc += 4;
              continue;
            case Ir.I32Shl:
              i32[fp + code[pc + 1]] = i32[fp + code[pc + 2]] << i32[fp + code[pc + 3]];
              pc += 4;
              continue;
            case Ir.I32ShrS:
              i32[fp + code[pc + 1]] = i32[fp + code[pc + 2]] >> i32[fp + code[pc + 3]];
              pc += 4;
              continue;
            case Ir.I32ShrU:
              i32[fp + code[pc + 1]] = i32[fp + code[pc + 2]] >>> i32[fp + code[pc + 3]];
              pc += 4;
              continue;
            case Ir.I32Rotl: {
              const value = i32[fp + code[pc + 2]];
              const count = i32[fp + code[pc + 3]];
              i32[fp + code[pc + 1]] = (value << count) | (value >>> -count);
              pc += 4;
              continue;
            }
            case Ir.I32Rotr: {
              const value = i32[fp + code[pc + 2]];
              const count = i32[fp + code[pc + 3]];
              i32[fp + code[pc + 1]] = (value >>> count) | (value << -count);
              pc += 4;
              continue;
            }
            case Ir.I32AddImm:
              i32[fp + code[pc + 1]] = i32[fp + code[pc + 2]] + code[pc + 3];
              pc += 4;
              continue;
            case Ir.I32MulImm:
              i32[fp + code[pc + 1]] = Math.imul(i32[fp + code[pc + 2]], code[pc + 3]);
              pc += 4;
              continue;
            case Ir.I32DivSImm:
              i32[fp + code[pc + 1]] = i32[fp + code[pc + 2]] / code[pc + 3];
              pc += 4;
              continue;
            case Ir.I32DivUImm:
              i32[fp + code[pc + 1]] = (i32[fp + code[pc + 2]] >>> 0) / (code[pc + 3] >>> 0);
              pc += 4;
              continue;
            case Ir.I32RemSImm:
              i32[fp + code[pc + 1]] = i32[fp + code[pc + 2]] % code[pc + 3];
              pc += 4;
              continue;
            case Ir.I32RemUImm:
              i32[fp + code[pc + 1]] = (i32[fp + code[pc + 2]] >>> 0) % (code[pc + 3] >>> 0);
              pc += 4;
              continue;
            case Ir.I32AndImm:
              i32[fp + code[pc + 1]] = i32[fp + code[pc + 2]] & code[pc + 3];
              pc += 4;
              continue;
            case Ir.I32OrImm:
              i32[fp + code[pc + 1]] = i32[fp + code[pc + 2]] | code[pc + 3];
              pc += 4;
              continue;
            case Ir.I32XorImm:
              i32[fp + code[pc + 1]] = i32[fp + code[pc + 2]] ^ code[pc + 3];
              pc += 4;
              continue;
            case Ir.I32ShlImm:
              i32[fp + code[pc + 1]] = i32[fp + code[pc + 2]] << code[pc + 3];
              pc += 4;
              continue;
            case Ir.I32ShrSImm:
              i32[fp + code[pc + 1]] = i32[fp + code[pc + 2]] >> code[pc + 3];
              pc += 4;
              continue;
            case Ir.I32ShrUImm:
              i32[fp + code[pc + 1]] = i32[fp + code[pc + 2]] >>> code[pc + 3];
              pc += 4;
              continue;
            case Ir.I32RotlImm: {
              const value = i32[fp + code[pc + 2]];
              const count = code[pc + 3];
              i32[fp + code[pc + 1]] = (value << count) | (value >>> -count);
              pc += 4;
              continue;
            }
            case Ir.I32Clz:
              i32[fp + code[pc + 1]] = Math.clz32(i32[fp + code[pc + 2]]);
              pc += 3;
              continue;
            case Ir.I32Extend8S:
              i32[fp + code[pc + 1]] = (i32[fp + code[pc + 2]] << 24) >> 24;
              pc += 3;
              continue;
            case Ir.I32Extend16S:
              i32[fp + code[pc + 1]] = (i32[fp + code[pc + 2]] << 16) >> 16;
              pc += 3;
              continue;
            case Ir.I32WrapI64:
              i32[fp + code[pc + 1]] = halves[(fp + code[pc + 2]) << 1];
              pc += 3;
              continue;
            case Ir.I64Eq: {
              const a = (fp + code[pc + 2]) << 1;
              const b = (fp + code[pc + 3]) << 1;
              i32[fp + code[pc + 1]] = halves[a] === halves[b] && halves[a + 1] === halves[b + 1] ? 1 : 0;
              pc += 4;
              continue;
            }
            case Ir.I64Ne: {
              const a = (fp + code[pc + 2]) << 1;
              const b = (fp + code[pc + 3]) << 1;
              i32[fp + code[pc + 1]] = halves[a] !== halves[b] || halves[a + 1] !== halves[b + 1] ? 1 : 0;
              pc += 4;
              continue;
            }
            case Ir.I64LtS: {
              const a = (fp + code[pc + 2]) << 1;
              const b = (fp + code[pc + 3]) << 1;
              const aHigh = halves[a + 1];
              const bHigh = halves[b + 1];
              i32[fp + code[pc + 1]] = (aHigh === bHigh ? halves[a] >>> 0 < halves[b] >>> 0 : aHigh < bHigh)
                ? 1
                : 0;
              pc += 4;
              continue;
            }
            case Ir.I64LtU: {
              const a = (fp + code[pc + 2]) << 1;
              const b = (fp + code[pc + 3]) << 1;
              const aHigh = halves[a + 1] >>> 0;
              const bHigh = halves[b + 1] >>> 0;
              i32[fp + code[pc + 1]] = (aHigh === bHigh ? halves[a] >>> 0 < halves[b] >>> 0 : aHigh < bHigh)
                ? 1
                : 0;
              pc += 4;
              continue;
            }
            case Ir.I64GtS: {
              const a = (fp + code[pc + 2]) << 1;
              const b = (fp + code[pc + 3]) << 1;
              const aHigh = halves[a + 1];
              const bHigh = halves[b + 1];
              i32[fp + code[pc + 1]] = (aHigh === bHigh ? halves[a] >>> 0 > halves[b] >>> 0 : aHigh > bHigh)
                ? 1
                : 0;
              pc += 4;
              continue;
            }
            case Ir.I64GtU: {
              const a = (fp + code[pc + 2]) << 1;
              const b = (fp + code[pc + 3]) << 1;
              const aHigh = halves[a + 1] >>> 0;
              const bHigh = halves[b + 1] >>> 0;
              i32[fp + code[pc + 1]] = (aHigh === bHigh ? halves[a] >>> 0 > halves[b] >>> 0 : aHigh > bHigh)
                ? 1
                : 0;
              pc += 4;
              continue;
            }
            case Ir.I64LeS: {
              const a = (fp + code[pc + 2]) << 1;
              const b = (fp + code[pc + 3]) << 1;
              const aHigh = halves[a + 1];
              const bHigh = halves[b + 1];
              i32[fp + code[pc + 1]] = (aHigh === bHigh ? halves[a] >>> 0 <= halves[b] >>> 0 : aHigh < bHigh)
                ? 1
                : 0;
              pc += 4;
              continue;
            }
            case Ir.I64LeU: {
              const a = (fp + code[pc + 2]) << 1;
              const b = (fp + code[pc + 3]) << 1;
              const aHigh = halves[a + 1] >>> 0;
              const bHigh = halves[b + 1] >>> 0;
              i32[fp + code[pc + 1]] = (aHigh === bHigh ? halves[a] >>> 0 <= halves[b] >>> 0 : aHigh < bHigh)
                ? 1
                : 0;
              pc += 4;
              continue;
            }
            case Ir.I64GeS: {
              const a = (fp + code[pc + 2]) << 1;
              const b = (fp + code[pc + 3]) << 1;
              const aHigh = halves[a + 1];
              const bHigh = halves[b + 1];
              i32[fp + code[pc + 1]] = (aHigh === bHigh ? halves[a] >>> 0 >= halves[b] >>> 0 : aHigh > bHigh)
                ? 1
                : 0;
              pc += 4;
              continue;
            }
            case Ir.I64GeU: {
              const a = (fp + code[pc + 2]) << 1;
              const b = (fp + code[pc + 3]) << 1;
              const aHigh = halves[a + 1] >>> 0;
              const bHigh = halves[b + 1] >>> 0;
              i32[fp + code[pc + 1]] = (aHigh === bHigh ? halves[a] >>> 0 >= halves[b] >>> 0 : aHigh > bHigh)
                ? 1
                : 0;
              pc += 4;
              continue;
            }
            case Ir.I64Eqz: {
              const a = (fp + code[pc + 2]) << 1;
              i32[fp + code[pc + 1]] = (halves[a] | halves[a + 1]) === 0 ? 1 : 0;
              pc += 3;
              continue;
            }
            case Ir.I64Add:
              i64[fp + code[pc + 1]] = BigInt.asIntN(64, i64[fp + code[pc + 2]] + i64[fp + code[pc + 3]]);
              pc += 4;
              continue;
            case Ir.I64Sub:
              i64[fp + code[pc + 1]] = BigInt.asIntN(64, i64[fp + code[pc + 2]] - i64[fp + code[pc + 3]]);
              pc += 4;
              continue;
            case Ir.I64Mul:
              i64[fp + code[pc + 1]] = BigInt.asIntN(64, i64[fp + code[pc + 2]] * i64[fp + code[pc + 3]]);
              pc += 4;
              continue;
            case Ir.I64And:
              i64[fp + code[pc + 1]] = BigInt.asIntN(64, i64[fp + code[pc + 2]] & i64[fp + code[pc + 3]]);
              pc += 4;
              continue;
            case Ir.I64Or:
              i64[fp + code[pc + 1]] = BigInt.asIntN(64, i64[fp + code[pc + 2]] | i64[fp + code[pc + 3]]);
              pc += 4;
              continue;
            case Ir.I64Xor:
              i64[fp + code[pc + 1]] = BigInt.asIntN(64, i64[fp + code[pc + 2]] ^ i64[fp + code[pc + 3]]);
              pc += 4;
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
              pc += 4;
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
              pc += 4;
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
              pc += 4;
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
              pc += 4;
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
              pc += 4;
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
              pc += 4;
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
              pc += 4;
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
              pc += 4;
              continue;
            }
            case Ir.I64AddImm: {
              const a = (fp + code[pc + 2]) << 1;
              const d = (fp + code[pc + 1]) << 1;
              const low = halves[a];
              const sum = (low + code[pc + 3]) | 0;
              halves[d + 1] = halves[a + 1] + code[pc + 4] + (sum >>> 0 < low >>> 0 ? 1 : 0);
              halves[d] = sum;
              pc += 5;
              continue;
            }
            case Ir.I64AndImm: {
              const a = (fp + code[pc + 2]) << 1;
              const d = (fp + code[pc + 1]) << 1;
              halves[d] = halves[a] & code[pc + 3];
              halves[d + 1] = halves[a + 1] & code[pc + 4];
              pc += 5;
              continue;
            }
            case Ir.I64ExtendI32S: {
              const value = i32[fp + code[pc + 2]];
              const d = (fp + code[pc + 1]) << 1;
              halves[d] = value;
              halves[d + 1] = value >> 31;
              pc += 3;
              continue;
            }
            case Ir.I64ExtendI32U: {
              const value = i32[fp + code[pc + 2]];
              const d = (fp + code[pc + 1]) << 1;
              halves[d] = value;
              halves[d + 1] = 0;
              pc += 3;
              continue;
            }
            case Ir.F32Add: {
              const result = f32[fp + code[pc + 2]] + f32[fp + code[pc + 3]];
              if (result === result) f32[fp + code[pc + 1]] = result;
              else i32[fp + code[pc + 1]] = F32_CANONICAL_NAN;
              pc += 4;
              continue;
            }
            case Ir.F32Sub: {
              const result = f32[fp + code[pc + 2]] - f32[fp + code[pc + 3]];
              if (result === result) f32[fp + code[pc + 1]] = result;
              else i32[fp + code[pc + 1]] = F32_CANONICAL_NAN;
              pc += 4;
              continue;
            }
            case Ir.F32Mul: {
              const result = f32[fp + code[pc + 2]] * f32[fp + code[pc + 3]];
              if (result === result) f32[fp + code[pc + 1]] = result;
              else i32[fp + code[pc + 1]] = F32_CANONICAL_NAN;
              pc += 4;
              continue;
            }
            case Ir.F32Div: {
              const result = f32[fp + code[pc + 2]] / f32[fp + code[pc + 3]];
              if (result === result) f32[fp + code[pc + 1]] = result;
              else i32[fp + code[pc + 1]] = F32_CANONICAL_NAN;
              pc += 4;
              continue;
            }
            case Ir.F64Add: {
              const result = f64[fp + code[pc + 2]] + f64[fp + code[pc + 3]];
              if (result === result) f64[fp + code[pc + 1]] = result;
              else writeCanonicalNaN(halves, fp + code[pc + 1]);
              pc += 4;
              continue;
            }
            case Ir.F64Sub: {
              const result = f64[fp + code[pc + 2]] - f64[fp + code[pc + 3]];
              if (result === result) f64[fp + code[pc + 1]] = result;
              else writeCanonicalNaN(halves, fp + code[pc + 1]);
              pc += 4;
              continue;
            }
            case Ir.F64Mul: {
              const result = f64[fp + code[pc + 2]] * f64[fp + code[pc + 3]];
              if (result === result) f64[fp + code[pc + 1]] = result;
              else writeCanonicalNaN(halves, fp + code[pc + 1]);
              pc += 4;
              continue;
            }
            case Ir.F64Div: {
              const result = f64[fp + code[pc + 2]] / f64[fp + code[pc + 3]];
              if (result === result) f64[fp + code[pc + 1]] = result;
              else writeCanonicalNaN(halves, fp + code[pc + 1]);
              pc += 4;
              continue;
            }
            case Ir.F32Eq:
              i32[fp + code[pc + 1]] = f32[fp + code[pc + 2]] === f32[fp + code[pc + 3]] ? 1 : 0;
              pc += 4;
              continue;
            case Ir.F32Ne:
              i32[fp + code[pc + 1]] = f32[fp + code[pc + 2]] !== f32[fp + code[pc + 3]] ? 1 : 0;
              pc += 4;
              continue;
            case Ir.F32Lt:
              i32[fp + code[pc + 1]] = f32[fp + code[pc + 2]] < f32[fp + code[pc + 3]] ? 1 : 0;
              pc += 4;
              continue;
            case Ir.F32Gt:
              i32[fp + code[pc + 1]] = f32[fp + code[pc + 2]] > f32[fp + code[pc + 3]] ? 1 : 0;
              pc += 4;
              continue;
            case Ir.F32Le:
              i32[fp + code[pc + 1]] = f32[fp + code[pc + 2]] <= f32[fp + code[pc + 3]] ? 1 : 0;
              pc += 4;
              continue;
            case Ir.F32Ge:
              i32[fp + code[pc + 1]] = f32[fp + code[pc + 2]] >= f32[fp + code[pc + 3]] ? 1 : 0;
              pc += 4;
              continue;
            case Ir.F64Eq:
              i32[fp + code[pc + 1]] = f64[fp + code[pc + 2]] === f64[fp + code[pc + 3]] ? 1 : 0;
              pc += 4;
              continue;
            case Ir.F64Ne:
              i32[fp + code[pc + 1]] = f64[fp + code[pc + 2]] !== f64[fp + code[pc + 3]] ? 1 : 0;
              pc += 4;
              continue;
            case Ir.F64Lt:
              i32[fp + code[pc + 1]] = f64[fp + code[pc + 2]] < f64[fp + code[pc + 3]] ? 1 : 0;
              pc += 4;
              continue;
            case Ir.F64Gt:
              i32[fp + code[pc + 1]] = f64[fp + code[pc + 2]] > f64[fp + code[pc + 3]] ? 1 : 0;
              pc += 4;
              continue;
            case Ir.F64Le:
              i32[fp + code[pc + 1]] = f64[fp + code[pc + 2]] <= f64[fp + code[pc + 3]] ? 1 : 0;
              pc += 4;
              continue;
            case Ir.F64Ge:
              i32[fp + code[pc + 1]] = f64[fp + code[pc + 2]] >= f64[fp + code[pc + 3]] ? 1 : 0;
              pc += 4;
              continue;
            case Ir.F32Neg:
              i32[fp + code[pc + 1]] = i32[fp + code[pc + 2]] ^ 0x80000000;
              pc += 3;
              continue;
            case Ir.F64Abs: {
              const a = (fp + code[pc + 2]) << 1;
              const d = (fp + code[pc + 1]) << 1;
              halves[d] = halves[a];
              halves[d + 1] = halves[a + 1] & 0x7fffffff;
              pc += 3;
              continue;
            }
            case Ir.F64Neg: {
              const a = (fp + code[pc + 2]) << 1;
              const d = (fp + code[pc + 1]) << 1;
              halves[d] = halves[a];
              halves[d + 1] = halves[a + 1] ^ 0x80000000;
              pc += 3;
              continue;
            }
            case Ir.F64Sqrt: {
              const result = Math.sqrt(f64[fp + code[pc + 2]]);
              if (result === result) f64[fp + code[pc + 1]] = result;
              else writeCanonicalNaN(halves, fp + code[pc + 1]);
              pc += 3;
              continue;
            }
            case Ir.F32ConvertI32S:
              f32[fp + code[pc + 1]] = i32[fp + code[pc + 2]];
              pc += 3;
              continue;
            case Ir.F64ConvertI32S:
              f64[fp + code[pc + 1]] = i32[fp + code[pc + 2]];
              pc += 3;
              continue;
            case Ir.F64ConvertI32U:
              f64[fp + code[pc + 1]] = i32[fp + code[pc + 2]] >>> 0;
              pc += 3;
              continue;
            case Ir.F64PromoteF32: {
              const result = f32[fp + code[pc + 2]];
              if (result === result) f64[fp + code[pc + 1]] = result;
              else writeCanonicalNaN(halves, fp + code[pc + 1]);
              pc += 3;
              continue;
            }
            case Ir.F32DemoteF64: {
              const result = f64[fp + code[pc + 2]];
              if (result === result) f32[fp + code[pc + 1]] = result;
              else i32[fp + code[pc + 1]] = F32_CANONICAL_NAN;
              pc += 3;
              continue;
            }
            case Ir.I32TruncF64S: {
              const value = f64[fp + code[pc + 2]];
              i32[fp + code[pc + 1]] =
                value > -2147483649 && value < 2147483648 ? value | 0 : i32TruncS(value);
              pc += 3;
              continue;
            }
            case Ir.Load32: {
              const offset = code[pc + 3];
              const address = (i32[fp + code[pc + 2]] + offset) | 0;
              if (address >= offset && address <= memoryLength - 4 && (address & 3) === 0) {
                i32[fp + code[pc + 1]] = m32[address >> 2];
              } else slowAccess(Ir.Load32, memory, files, fp + code[pc + 1], i32[fp + code[pc + 2]], offset);
              pc += 4;
              continue;
            }
            case Ir.Load64: {
              const offset = code[pc + 3];
              const address = (i32[fp + code[pc + 2]] + offset) | 0;
              if (address >= offset && address <= memoryLength - 8 && (address & 7) === 0) {
                i64[fp + code[pc + 1]] = m64[address >> 3];
              } else slowAccess(Ir.Load64, memory, files, fp + code[pc + 1], i32[fp + code[pc + 2]], offset);
              pc += 4;
              continue;
            }
            case Ir.I32Load8S: {
              const offset = code[pc + 3];
              const address = (i32[fp + code[pc + 2]] + offset) | 0;
              if (address >= offset && address < memoryLength) {
                i32[fp + code[pc + 1]] = (u8[address] << 24) >> 24;
              } else
                slowAccess(Ir.I32Load8S, memory, files, fp + code[pc + 1], i32[fp + code[pc + 2]], offset);
              pc += 4;
              continue;
            }
            case Ir.I32Load8U: {
              const offset = code[pc + 3];
              const address = (i32[fp + code[pc + 2]] + offset) | 0;
              if (address >= offset && address < memoryLength) {
                i32[fp + code[pc + 1]] = u8[address];
              } else
                slowAccess(Ir.I32Load8U, memory, files, fp + code[pc + 1], i32[fp + code[pc + 2]], offset);
              pc += 4;
              continue;
            }
            case Ir.I32Load16S: {
              const offset = code[pc + 3];
              const address = (i32[fp + code[pc + 2]] + offset) | 0;
              if (address >= offset && address <= memoryLength - 2 && (address & 1) === 0) {
                i32[fp + code[pc + 1]] = (u16[address >> 1] << 16) >> 16;
              } else
                slowAccess(Ir.I32Load16S, memory, files, fp + code[pc + 1], i32[fp + code[pc + 2]], offset);
              pc += 4;
              continue;
            }
            case Ir.I32Load16U: {
              const offset = code[pc + 3];
              const address = (i32[fp + code[pc + 2]] + offset) | 0;
              if (address >= offset && address <= memoryLength - 2 && (address & 1) === 0) {
                i32[fp + code[pc + 1]] = u16[address >> 1];
              } else
                slowAccess(Ir.I32Load16U, memory, files, fp + code[pc + 1], i32[fp + code[pc + 2]], offset);
              pc += 4;
              continue;
            }
            case Ir.I64Load8S: {
              const offset = code[pc + 3];
              const address = (i32[fp + code[pc + 2]] + offset) | 0;
              if (address >= offset && address < memoryLength) {
                const low = (u8[address] << 24) >> 24;
                const d = (fp + code[pc + 1]) << 1;
                halves[d] = low;
                halves[d + 1] = low >> 31;
              } else
                slowAccess(Ir.I64Load8S, memory, files, fp + code[pc + 1], i32[fp + code[pc + 2]], offset);
              pc += 4;
              continue;
            }
            case Ir.I64Load8U: {
              const offset = code[pc + 3];
              const address = (i32[fp + code[pc + 2]] + offset) | 0;
              if (address >= offset && address < memoryLength) {
                const low = u8[address];
                const d = (fp + code[pc + 1]) << 1;
                halves[d] = low;
                halves[d + 1] = 0;
              } else
                slowAccess(Ir.I64Load8U, memory, files, fp + code[pc + 1], i32[fp + code[pc + 2]], offset);
              pc += 4;
              continue;
            }
            case Ir.I64Load16S: {
              const offset = code[pc + 3];
              const address = (i32[fp + code[pc + 2]] + offset) | 0;
              if (address >= offset && address <= memoryLength - 2 && (address & 1) === 0) {
                const low = (u16[address >> 1] << 16) >> 16;
                const d = (fp + code[pc + 1]) << 1;
                halves[d] = low;
                halves[d + 1] = low >> 31;
              } else
                slowAccess(Ir.I64Load16S, memory, files, fp + code[pc + 1], i32[fp + code[pc + 2]], offset);
              pc += 4;
              continue;
            }
            case Ir.I64Load16U: {
              const offset = code[pc + 3];
              const address = (i32[fp + code[pc + 2]] + offset) | 0;
              if (address >= offset && address <= memoryLength - 2 && (address & 1) === 0) {
                const low = u16[address >> 1];
                const d = (fp + code[pc + 1]) << 1;
                halves[d] = low;
                halves[d + 1] = 0;
              } else
                slowAccess(Ir.I64Load16U, memory, files, fp + code[pc + 1], i32[fp + code[pc + 2]], offset);
              pc += 4;
              continue;
            }
            case Ir.I64Load32S: {
              const offset = code[pc + 3];
              const address = (i32[fp + code[pc + 2]] + offset) | 0;
              if (address >= offset && address <= memoryLength - 4 && (address & 3) === 0) {
                const low = m32[address >> 2];
                const d = (fp + code[pc + 1]) << 1;
                halves[d] = low;
                halves[d + 1] = low >> 31;
              } else
                slowAccess(Ir.I64Load32S, memory, files, fp + code[pc + 1], i32[fp + code[pc + 2]], offset);
              pc += 4;
              continue;
            }
            case Ir.I64Load32U: {
              const offset = code[pc + 3];
              const address = (i32[fp + code[pc + 2]] + offset) | 0;
              if (address >= offset && address <= memoryLength - 4 && (address & 3) === 0) {
                const low = m32[address >> 2];
                const d = (fp + code[pc + 1]) << 1;
                halves[d] = low;
                halves[d + 1] = 0;
              } else
                slowAccess(Ir.I64Load32U, memory, files, fp + code[pc + 1], i32[fp + code[pc + 2]], offset);
              pc += 4;
              continue;
            }
            case Ir.Store32: {
              const offset = code[pc + 3];
              const address = (i32[fp + code[pc + 2]] + offset) | 0;
              if (address >= offset && address <= memoryLength - 4 && (address & 3) === 0) {
                m32[address >> 2] = i32[fp + code[pc + 1]];
              } else slowAccess(Ir.Store32, memory, files, fp + code[pc + 1], i32[fp + code[pc + 2]], offset);
              pc += 4;
              continue;
            }
            case Ir.Store64: {
              const offset = code[pc + 3];
              const address = (i32[fp + code[pc + 2]] + offset) | 0;
              if (address >= offset && address <= memoryLength - 8 && (address & 7) === 0) {
                m64[address >> 3] = i64[fp + code[pc + 1]];
              } else slowAccess(Ir.Store64, memory, files, fp + code[pc + 1], i32[fp + code[pc + 2]], offset);
              pc += 4;
              continue;
            }
            case Ir.Store8: {
              const offset = code[pc + 3];
              const address = (i32[fp + code[pc + 2]] + offset) | 0;
              if (address >= offset && address < memoryLength) {
                u8[address] = i32[fp + code[pc + 1]];
              } else slowAccess(Ir.Store8, memory, files, fp + code[pc + 1], i32[fp + code[pc + 2]], offset);
              pc += 4;
              continue;
            }
            case Ir.Store16: {
              const offset = code[pc + 3];
              const address = (i32[fp + code[pc + 2]] + offset) | 0;
              if (address >= offset && address <= memoryLength - 2 && (address & 1) === 0) {
                u16[address >> 1] = i32[fp + code[pc + 1]];
              } else slowAccess(Ir.Store16, memory, files, fp + code[pc + 1], i32[fp + code[pc + 2]], offset);
              pc += 4;
              continue;
            }
            case Ir.I64Store8: {
              const offset = code[pc + 3];
              const address = (i32[fp + code[pc + 2]] + offset) | 0;
              if (address >= offset && address < memoryLength) {
                u8[address] = halves[(fp + code[pc + 1]) << 1];
              } else
                slowAccess(Ir.I64Store8, memory, files, fp + code[pc + 1], i32[fp + code[pc + 2]], offset);
              pc += 4;
              continue;
            }
            case Ir.I64Store16: {
              const offset = code[pc + 3];
              const address = (i32[fp + code[pc + 2]] + offset) | 0;
              if (address >= offset && address <= memoryLength - 2 && (address & 1) === 0) {
                u16[address >> 1] = halves[(fp + code[pc + 1]) << 1];
              } else
                slowAccess(Ir.I64Store16, memory, files, fp + code[pc + 1], i32[fp + code[pc + 2]], offset);
              pc += 4;
              continue;
            }
            case Ir.I64Store32: {
              const offset = code[pc + 3];
              const address = (i32[fp + code[pc + 2]] + offset) | 0;
              if (address >= offset && address <= memoryLength - 4 && (address & 3) === 0) {
                m32[address >> 2] = halves[(fp + code[pc + 1]) << 1];
              } else
                slowAccess(Ir.I64Store32, memory, files, fp + code[pc + 1], i32[fp + code[pc + 2]], offset);
              pc += 4;
              continue;
            }
            case Ir.Rare:
              executeRare(files, code[pc + 1], fp + code[pc + 2], fp + code[pc + 3], fp + code[pc + 4]);
              pc += 5;
              continue;
            case Ir.Vector: {
              const operator = code[pc + 1];
              if (files.vectors.slots === 0) files.ensureVectors();
              executeVector(
                files,
                operator,
                fp + code[pc + 2],
                fp + code[pc + 3],
                fp + code[pc + 4],
                fp + code[pc + 5],
                operator === Operator.V128Const || operator === Operator.I8x16Shuffle ? pc + 7 : code[pc + 6],
                code,
              );
              pc += operator === Operator.V128Const || operator === Operator.I8x16Shuffle ? 11 : 7;
              continue;
            }
            case Ir.MemoryAccess:
              executeMemoryAccess(instance, files, code, pc, fp);
              pc += 8;
              continue;
            case Ir.Bulk:
              stack.fuelSlice = fuel;
              shared = true;
              if (executeBulk(stack, instance, code, pc, fp)) pc += 7;
              else {
                stack.suspend(func, pc, fp, depth);
                return Outcome.OutOfFuel;
              }
              fuel = stack.fuelSlice;
              shared = false;
              break reload;
            default:
              pc = executeOther(instance, files, code, pc, fp);
              continue;
          }
          // A branch: whoever enters a basic block pays for it first.
          fuel = (fuel - code[target - 1]) | 0;
          if (fuel < 0) {
            fuel = stack.refill(fuel);
            if (fuel < 0) {
              stack.fuelSlice = (fuel + code[target - 1]) | 0;
              shared = true;
              stack.requireFuel(code[target - 1]);
              stack.suspend(func, pc, fp, depth);
              return Outcome.OutOfFuel;
            }
          }
          pc = target;
          continue;
        }
        const { entry } = callee;
        if (entry >= 0 && callee.instance === instance && returnTo >= 0) {
          const calleeCode = callee.code;
          const charged = (fuel - calleeCode[entry - 1]) | 0;
          if (charged >= 0 && argumentsAt + callee.frameSlots <= slotLimit && depth < depthLimit) {
            fuel = charged;
            returnAddresses[depth] = returnTo;
            framePointers[depth] = fp;
            frameFunctions[depth] = func;
            depth++;
            func = callee;
            code = calleeCode;
            pc = entry;
            fp = argumentsAt;
            continue;
          }
        }
        // Calls that are not plain: imports, other instances, tail calls, first calls, and those that run out of something.
        const tail = returnTo < 0;
        stack.fuelSlice = fuel;
        shared = true;
        if (callee.host !== null) {
          // The frame is recorded, so that calls back in nest above it and a host's error can be resumed from.
          returnAddresses[depth] = tail ? -returnTo : returnTo;
          framePointers[depth] = fp;
          frameFunctions[depth] = func;
          stack.callHost(callee, argumentsAt, fp + func.frameSlots, depth + 1);
          pc = tail ? -returnTo : returnTo;
        } else {
          if (callee.entry < 0 && !stack.prepare(callee)) {
            stack.suspend(func, pc, fp, depth);
            return Outcome.OutOfFuel;
          }
          const cost = callee.code[callee.entry - 1];
          if (!stack.charge(cost)) {
            stack.suspend(func, pc, fp, depth);
            return Outcome.OutOfFuel;
          }
          if (argumentsAt + callee.frameSlots > slotLimit || depth >= depthLimit)
            throw new Trap('stack-exhausted');
          if (!tail) {
            returnAddresses[depth] = returnTo;
            framePointers[depth] = fp;
            frameFunctions[depth] = func;
            depth++;
          }
          func = callee;
          pc = callee.entry;
          fp = argumentsAt;
        }
        fuel = stack.fuelSlice;
        shared = false;
        break;
      }
    }
  } catch (error) {
    if (!shared) stack.fuelSlice = fuel;
    throw error;
  }
}
