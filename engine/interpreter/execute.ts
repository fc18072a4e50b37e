import { Trap } from '../errors.js';
import { Operator } from '../binary/operator.js';
import { vectorOperandCount } from '../binary/vector-operator.js';
import { Ir, LANE_SHIFT, OPERATOR_MASK } from '../translate/ir.js';
import type { Func } from '../runtime/func.js';
import { executeBulk } from './bulk-operators.js';
import type { CallStack } from './call-stack.js';
import { noteElement } from './instance-loop.js';
import { indirectCallee } from './indirect-callee.js';
import { executeMemoryAccess, slowAccess } from './memory-access.js';
import { i32TruncS } from './numeric/index.js';
import { executeOther } from './other-operators.js';
import { executeRare } from './rare-operators.js';
import { runLoop } from './run-loop.js';
import type { RegisterFiles } from './register-files.js';
import { SCRATCH_SLOT } from './loop-layout.js';
import { executeVector } from './vector/index.js';

/** How a run ended; a trap is thrown. */
export const enum Outcome {
  Finished = 0,
  /** The next step needs more fuel. Frames and registers stand as they were before it. */
  OutOfFuel = 1,
  /** Not ended; never of `execute`. */
  GoesOn = 2,
}

/**
 * Runs the frame set up in `stack` (function, program counter, frame pointer) until it returns: that is, until the frame at
 * depth `base` does. The loop in `interpret` does what is common; what it stops at is done here, out of its way.
 */
export function execute(stack: CallStack, base: number): Outcome {
  for (;;) {
    runLoop(stack, base);
    if (stack.owedFuel !== 0) {
      if (!stack.isTurnOver(base) && stack.refill(stack.owedFuel)) continue;
      stack.requireFuel(stack.owedFuel);
      stack.suspend(stack.func, stack.pc, stack.fp, stack.depth);
      return Outcome.OutOfFuel;
    }
    if (stack.func.code[stack.pc]! >= Ir.Rare) {
      executeOutside(stack);
      if (stack.func.code[stack.pc]! !== Ir.Bulk) continue;
    }
    const outcome = step(stack, base);
    if (outcome !== Outcome.GoesOn) return outcome;
  }
}

/**
 * Executes operators of those that are always left to this side, one after the other: they come in groups, and entering the loop for
 * none of its own would cost more than they do.
 */
function executeOutside(stack: CallStack): void {
  const { files, fp } = stack;
  const { code } = stack.func;
  const instance = stack.func.instance!;
  let { pc } = stack;
  try {
    for (;;) {
      switch (code[pc]) {
        case Ir.Rare:
          executeRare(files, code[pc + 1]!, fp + code[pc + 2]!, fp + code[pc + 3]!, fp + code[pc + 4]!);
          pc += 5;
          continue;
        case Ir.Vector:
          pc = vector(files, code, pc, fp);
          continue;
        case Ir.MemoryAccess:
          executeMemoryAccess(instance, files, code, pc, fp);
          pc += 7;
          continue;
        case Ir.CopyRare:
        case Ir.CopyRun:
        case Ir.Wide:
        case Ir.Other:
          pc = executeOther(instance, files, code, pc, fp);
          continue;
      }
      return;
    }
  } finally {
    stack.pc = pc;
  }
}

/** Executes the operator that the loop stopped at. */
function step(stack: CallStack, base: number): Outcome {
  const { func, pc, fp, files } = stack;
  const { code } = func;
  const instance = func.instance!;
  const ir = code[pc]!;
  switch (ir) {
    case Ir.Unreachable:
      throw new Trap('unreachable');
    case Ir.Return:
    case Ir.Return32:
    case Ir.Return64:
      return returnFrom(stack, ir, base);
    case Ir.Call:
    case Ir.CallImport:
      return call(stack, instance.functionAt(code[pc + 1]!), fp + code[pc + 2]!, pc + 3, false);
    case Ir.CallIndirect: {
      const table = instance.tables[code[pc + 4]!]!;
      const callee = indirectCallee(table, files, fp + code[pc + 2]!, code[pc + 3]!);
      if (callee.record !== 0) noteElement(instance, code[pc + 4]!, files.i32[fp + code[pc + 2]!]!, callee);
      return call(stack, callee, fp + code[pc + 1]!, pc + 5, false);
    }
    case Ir.ReturnCall:
      return call(stack, instance.functionAt(code[pc + 1]!), fp, pc + 3, true);
    case Ir.ReturnCallIndirect: {
      const table = instance.tables[code[pc + 4]!]!;
      const callee = indirectCallee(table, files, fp + code[pc + 2]!, code[pc + 3]!);
      return call(stack, callee, fp, pc + 5, true);
    }
    case Ir.I32DivS:
    case Ir.I32DivU:
    case Ir.I32RemS:
    case Ir.I32RemU:
      throw new Trap(files.i32[fp + code[pc + 3]!] === 0 ? 'integer-divide-by-zero' : 'integer-overflow');
    case Ir.I32TruncF64S:
      files.i32[fp + code[pc + 1]!] = i32TruncS(files.f64[fp + code[pc + 2]!]!);
      stack.pc = pc + 3;
      return Outcome.GoesOn;
    case Ir.Bulk:
      if (!executeBulk(stack, instance, code, pc, fp)) return outOfFuel(stack);
      stack.pc = pc + 7;
      return Outcome.GoesOn;
  }
  if (ir >= Ir.Load32AtSum && ir <= Ir.Store8Imm) {
    stack.pc = fusedAccess(stack, code, pc);
  } else if (ir >= Ir.Load32 && ir <= Ir.I64Store32) {
    slowAccess(ir, instance.memory, files, fp + code[pc + 1]!, files.i32[fp + code[pc + 2]!]!, code[pc + 3]!);
    stack.pc = pc + 4;
  } else {
    stack.pc = executeOther(instance, files, code, pc, fp);
  }
  return Outcome.GoesOn;
}

/** For accesses fused with the sum that is their address: the plain access. */
const ACCESS_AT_SUM: Readonly<Record<number, Ir>> = {
  [Ir.Load32AtSum]: Ir.Load32,
  [Ir.Load64AtSum]: Ir.Load64,
  [Ir.I32Load8UAtSum]: Ir.I32Load8U,
  [Ir.I32Load16SAtSum]: Ir.I32Load16S,
  [Ir.Store32AtSum]: Ir.Store32,
  [Ir.Store64AtSum]: Ir.Store64,
  [Ir.Store8AtSum]: Ir.Store8,
};

const STORE_OF_IMMEDIATE: Readonly<Record<number, Ir | undefined>> = {
  [Ir.Store32Imm]: Ir.Store32,
  [Ir.Store16Imm]: Ir.Store16,
  [Ir.Store8Imm]: Ir.Store8,
};

function fusedAccess({ files, fp, func }: CallStack, code: Int32Array, pc: number): number {
  const { memory } = func.instance!;
  const ir = code[pc]!;
  const a = files.i32[fp + code[pc + 2]!]!;
  const stored = STORE_OF_IMMEDIATE[ir];
  if (stored !== undefined) {
    files.i32[SCRATCH_SLOT] = code[pc + 1]!;
    slowAccess(stored, memory, files, SCRATCH_SLOT, a, code[pc + 3]!);
    return pc + 4;
  }
  slowAccess(ACCESS_AT_SUM[ir]!, memory, files, fp + code[pc + 1]!, (a + code[pc + 3]!) | 0, code[pc + 4]!);
  return pc + 5;
}

function outOfFuel(stack: CallStack): Outcome {
  stack.suspend(stack.func, stack.pc, stack.fp, stack.depth);
  return Outcome.OutOfFuel;
}

function vector(files: RegisterFiles, code: Int32Array, pc: number, fp: number): number {
  const operator = code[pc + 1]! & OPERATOR_MASK;
  const lane = code[pc + 1]! >> LANE_SHIFT;
  const end = pc + 3 + vectorOperandCount(operator);
  const hasBytes = operator === Operator.V128Const || operator === Operator.I8x16Shuffle;
  if (files.vectors.slots === 0) files.ensureVectors();
  // What the operator has no operand for is any word of its neighbours', and is not looked at.
  executeVector(
    files,
    operator,
    fp + code[pc + 2]!,
    fp + code[pc + 3]!,
    fp + code[pc + 4]!,
    fp + code[pc + 5]!,
    hasBytes ? end : lane,
    code,
  );
  return hasBytes ? end + 4 : end;
}

/** A return from the run, or to another instance. */
function returnFrom(stack: CallStack, ir: number, base: number): Outcome {
  const { func, pc, fp, files } = stack;
  const a = fp + func.code[pc + 1]!;
  if (ir === Ir.Return32) {
    files.i32[fp] = files.i32[a]!;
  } else if (ir === Ir.Return64) {
    files.halves[2 * fp] = files.halves[2 * a]!;
    files.halves[2 * fp + 1] = files.halves[2 * a + 1]!;
  }
  if (stack.depth === base) return Outcome.Finished;
  stack.slotsLeft += func.frameCost;
  const depth = --stack.depth;
  stack.func = stack.frameFunctions[depth]!;
  stack.pc = stack.returnAddresses[depth]!;
  stack.fp = stack.framePointers[depth]!;
  return Outcome.GoesOn;
}

/** Calls that are not plain: imports, other instances, tail calls, first calls, and those that run out of something. */
function call(stack: CallStack, callee: Func, argumentsAt: number, returnTo: number, tail: boolean): Outcome {
  const { func, fp, depth, pc } = stack;
  if (callee.embedderFunction !== null) {
    // The frame is recorded, so that calls back in nest above it and a host's error can be resumed from.
    stack.returnAddresses[depth] = returnTo;
    stack.framePointers[depth] = fp;
    stack.frameFunctions[depth] = func;
    const isDone = stack.callEmbedder(callee, argumentsAt, fp + func.frameSlots, depth + 1);
    stack.func = func;
    stack.pc = isDone ? returnTo : pc;
    stack.fp = fp;
    stack.depth = depth;
    return isDone ? Outcome.GoesOn : outOfFuel(stack);
  }
  if (callee.entry < 0 && !stack.prepare(callee, fp + func.frameSlots)) return outOfFuel(stack);
  const slotsLeft = stack.slotsLeft + (tail ? func.frameCost : 0) - callee.frameCost;
  if (slotsLeft < 0 || depth >= stack.depthLimit) throw new Trap('stack-exhausted');
  if (!stack.charge(callee.code[callee.entry - 1]!)) return outOfFuel(stack);
  stack.slotsLeft = slotsLeft;
  if (!tail) {
    stack.returnAddresses[depth] = returnTo;
    stack.framePointers[depth] = fp;
    stack.frameFunctions[depth] = func;
    stack.depth = depth + 1;
  }
  stack.func = callee;
  stack.pc = callee.entry;
  stack.fp = argumentsAt;
  return Outcome.GoesOn;
}
