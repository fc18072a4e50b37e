import { Trap } from '../errors.js';
import { Operator } from '../binary/operator.js';
import { Ir } from '../translate/ir.js';
import type { Func } from '../runtime/func.js';
import { executeBulk } from './bulk-operators.js';
import type { CallStack } from './call-stack.js';
import { interpret } from './interpreter.js';
import { executeMemoryAccess, slowAccess } from './memory-access.js';
import { i32TruncS } from './numeric/index.js';
import { executeOther } from './other-operators.js';
import { executeRare } from './rare-operators.js';
import { executeVector } from './vector/index.js';

/** How a run ended; a trap is thrown. */
export const enum Outcome {
  Finished = 0,
  /** The next step needs more fuel. Frames and registers stand as they were before it. */
  OutOfFuel = 1,
  /** Not ended: of `step` only. */
  GoesOn = 2,
}

/**
 * Runs the frame set up in `stack` (function, program counter, frame pointer) until it returns: that is, until the frame at
 * depth `base` does. The loop in `interpret` does what is common; what it stops at is done here, out of its way.
 */
export function execute(stack: CallStack, base: number): Outcome {
  for (;;) {
    interpret(stack, base);
    if (stack.owedFuel !== 0) {
      if (stack.refill(stack.owedFuel)) continue;
      stack.requireFuel(stack.owedFuel);
      stack.suspend(stack.func, stack.pc, stack.fp, stack.depth);
      return Outcome.OutOfFuel;
    }
    do {
      const outcome = step(stack, base);
      if (outcome !== Outcome.GoesOn) return outcome;
      // Operators of this kind come in groups: entering the loop for none of its own would cost more than they do.
    } while (stack.func.code[stack.pc]! >= Ir.Rare);
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
      const callee = instance.tables[code[pc + 4]!]!.callee(files, fp + code[pc + 2]!, code[pc + 3]!);
      return call(stack, callee, fp + code[pc + 1]!, pc + 5, false);
    }
    case Ir.ReturnCall:
      return call(stack, instance.functionAt(code[pc + 1]!), fp, pc + 3, true);
    case Ir.ReturnCallIndirect: {
      const callee = instance.tables[code[pc + 4]!]!.callee(files, fp + code[pc + 2]!, code[pc + 3]!);
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
    case Ir.Rare:
      executeRare(files, code[pc + 1]!, fp + code[pc + 2]!, fp + code[pc + 3]!, fp + code[pc + 4]!);
      stack.pc = pc + 5;
      return Outcome.GoesOn;
    case Ir.Vector:
      stack.pc = vector(stack, code, pc, fp);
      return Outcome.GoesOn;
    case Ir.MemoryAccess:
      executeMemoryAccess(instance, files, code, pc, fp);
      stack.pc = pc + 8;
      return Outcome.GoesOn;
    case Ir.Bulk:
      if (!executeBulk(stack, instance, code, pc, fp)) return outOfFuel(stack);
      stack.pc = pc + 7;
      return Outcome.GoesOn;
  }
  if (ir >= Ir.Load32 && ir <= Ir.I64Store32) {
    slowAccess(ir, instance.memory, files, fp + code[pc + 1]!, files.i32[fp + code[pc + 2]!]!, code[pc + 3]!);
    stack.pc = pc + 4;
  } else {
    stack.pc = executeOther(instance, files, code, pc, fp);
  }
  return Outcome.GoesOn;
}

function outOfFuel(stack: CallStack): Outcome {
  stack.suspend(stack.func, stack.pc, stack.fp, stack.depth);
  return Outcome.OutOfFuel;
}

function vector(stack: CallStack, code: Int32Array, pc: number, fp: number): number {
  const { files } = stack;
  const operator = code[pc + 1]!;
  const hasBytes = operator === Operator.V128Const || operator === Operator.I8x16Shuffle;
  if (files.vectors.slots === 0) files.ensureVectors();
  executeVector(
    files,
    operator,
    fp + code[pc + 2]!,
    fp + code[pc + 3]!,
    fp + code[pc + 4]!,
    fp + code[pc + 5]!,
    hasBytes ? pc + 7 : code[pc + 6]!,
    code,
  );
  return pc + (hasBytes ? 11 : 7);
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
  const depth = --stack.depth;
  stack.func = stack.frameFunctions[depth]!;
  stack.pc = stack.returnAddresses[depth]!;
  stack.fp = stack.framePointers[depth]!;
  return Outcome.GoesOn;
}

/** Calls that are not plain: imports, other instances, tail calls, first calls, and those that run out of something. */
function call(stack: CallStack, callee: Func, argumentsAt: number, returnTo: number, tail: boolean): Outcome {
  const { func, fp, depth } = stack;
  if (callee.host !== null) {
    // The frame is recorded, so that calls back in nest above it and a host's error can be resumed from.
    stack.returnAddresses[depth] = returnTo;
    stack.framePointers[depth] = fp;
    stack.frameFunctions[depth] = func;
    stack.callHost(callee, argumentsAt, fp + func.frameSlots, depth + 1);
    stack.func = func;
    stack.pc = returnTo;
    stack.fp = fp;
    stack.depth = depth;
    return Outcome.GoesOn;
  }
  if (callee.entry < 0 && !stack.prepare(callee)) return outOfFuel(stack);
  if (!stack.charge(callee.code[callee.entry - 1]!)) return outOfFuel(stack);
  if (argumentsAt + callee.frameSlots > stack.slotLimit || depth >= stack.depthLimit) {
    throw new Trap('stack-exhausted');
  }
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
