/*
 * One operator after another: the way of each to what validates it.
 */

import { afterSigned32, afterSigned64 } from '../leb128';
import { address0, globalCount, globals, resultCount, results } from '../module-description';
import { refuse } from '../refusal';
import { FRAMES, LOCAL_TYPES } from '../scratch';
import { Body, unsigned32 } from './body-reader';
import { call, readFunctionType } from './calls';
import { CheckedFunction } from './checked-function';
import { branch, branchIf, branchTable, closeFrame, Control, elseArm, FrameKind, openFrame } from './control';
import { countOperator, countValues } from './list-work';
import { localAccess, Locals } from './locals';
import { accessOf, memoryAccess } from './memory-access';
import {
  BOTTOM, drop, hasOperand, Operands, peek, pop, popInDeadCode, popTypes, push, setUnreachable, typeInDeadCode,
} from './operand-stack';
import { validateRareOperator } from './rare-operators';
import { applySignature, plainSignatureOf, signatureOf } from './signatures';
import { MemoryAccess, Operator, ValueType } from '../generated/tables';

function select(sp: usize): usize {
  sp = pop(sp, ValueType.I32);
  const second = peek(sp);
  sp = drop(sp);
  const first = peek(sp);
  sp = drop(sp);
  if ((first != BOTTOM && first < ValueType.V128) || (second != BOTTOM && second < ValueType.V128)) refuse();
  if (first != second && first != BOTTOM && second != BOTTOM) refuse();
  return push(sp, first == BOTTOM ? second : first);
}

function globalAccess(sp: usize, operator: i32): usize {
  const index = unsigned32();
  if (index >= globalCount) refuse();
  const global: i32 = load<u16>(globals + ((<usize>index) << 1));
  const type = global & 0xff;
  if (type == ValueType.V128) CheckedFunction.hasVectors = true;
  if (operator == Operator.GlobalGet) return push(sp, type);
  if (global >> 8 == 0) refuse();
  return pop(sp, type);
}

/** The operators of the body: the commonest ones, in their commonest form, right here, everything else by one call. */
export function validateOperators(): void {
  const limit = Body.end;
  const shortLocals = min<u32>(Locals.listed, 0x80);
  const address = address0;
  let sp = Operands.start;
  let p = Body.next;
  let h = Operands.height;
  let highestHere = Operands.highest;
  while (true) {
    if (p >= limit) refuse();
    if (sp > highestHere) highestHere = sp;
    const operator: i32 = load<u8>(p++);
    switch (operator) {
      case Operator.LocalGet: {
        const index: u32 = load<u8>(p);
        if (index >= shortLocals) break;
        p++;
        store<u8>(sp++, load<u8>(index, LOCAL_TYPES));
        continue;
      }
      case Operator.LocalSet: {
        const index: u32 = load<u8>(p);
        if (index >= shortLocals || sp <= h || load<u8>(sp - 1) != load<u8>(index, LOCAL_TYPES)) break;
        p++;
        sp--;
        continue;
      }
      case Operator.LocalTee: {
        const index: u32 = load<u8>(p);
        if (index >= shortLocals || sp <= h || load<u8>(sp - 1) != load<u8>(index, LOCAL_TYPES)) break;
        p++;
        continue;
      }
      case Operator.I32Const:
      case Operator.I64Const: {
        // No longer than the body, whose last byte is an `end`.
        let last = p;
        while (load<u8>(last) > 0x7f) last++;
        if (last - p > 3) break;
        p = last + 1;
        store<u8>(sp++, <u8>(operator == Operator.I32Const ? ValueType.I32 : ValueType.I64));
        continue;
      }
      case Operator.I32Load:
      case Operator.I64Load:
      case Operator.F32Load:
      case Operator.F64Load:
      case Operator.I32Load8S:
      case Operator.I32Load8U:
      case Operator.I32Load16S:
      case Operator.I32Load16U:
      case Operator.I64Load8S:
      case Operator.I64Load8U:
      case Operator.I64Load16S:
      case Operator.I64Load16U:
      case Operator.I64Load32S:
      case Operator.I64Load32U: {
        const access = accessOf(operator);
        if (<i32>load<u8>(p) > (access & MemoryAccess.AlignmentMask) >> MemoryAccess.AlignmentShift) break;
        let length: usize = 2;
        if (load<u8>(p, 1) >= 0x80) {
          if (load<u8>(p, 2) >= 0x80) break;
          length = 3;
        }
        if (sp <= h || <i32>load<u8>(sp - 1) != address) break;
        store<u8>(sp - 1, <u8>access);
        p += length;
        continue;
      }
      case Operator.I32Store:
      case Operator.I64Store:
      case Operator.F32Store:
      case Operator.F64Store:
      case Operator.I32Store8:
      case Operator.I32Store16:
      case Operator.I64Store8:
      case Operator.I64Store16:
      case Operator.I64Store32: {
        const access = accessOf(operator);
        if (<i32>load<u8>(p) > (access & MemoryAccess.AlignmentMask) >> MemoryAccess.AlignmentShift) break;
        let length: usize = 2;
        if (load<u8>(p, 1) >= 0x80) {
          if (load<u8>(p, 2) >= 0x80) break;
          length = 3;
        }
        if (sp - 1 <= h || <i32>load<u16>(sp - 2) != (address | ((access & MemoryAccess.ValueTypeMask) << 8))) break;
        sp -= 2;
        p += length;
        continue;
      }
      default: {
        // Numeric operators of one or two operands; constants have none and go the general way.
        const signature = plainSignatureOf(operator);
        if (signature >= 0x10000) {
          if (sp - 1 > h && <u32>load<u16>(sp - 2) == signature >>> 8) {
            sp--;
            store<u8>(sp - 1, <u8>signature);
            continue;
          }
        } else if (signature >= 0x100 && sp > h && <u32>load<u8>(sp - 1) == signature >>> 8) {
          store<u8>(sp - 1, <u8>signature);
          continue;
        }
        break;
      }
    }
    Body.next = p;
    sp = Operands.isUnreachable ? validateDeadOperators(operator, sp) : validateOperator(operator, sp);
    p = Body.next;
    if (Control.frame < FRAMES) break;
    h = Operands.height;
  }
  if (p != limit) refuse();
  // Where control does not come, it was noted there.
  Operands.highest = max(highestHere, Operands.highest);
}

/**
 * Operators where control does not come, from this one on to the first that needs more than its operands' types. What the main loop does at once
 * for operands that are there is done at once here for such as may be missing: bodies of nothing else are not to be dearer than others.
 */
function validateDeadOperators(operator: i32, sp: usize): usize {
  const limit = Body.end;
  const height = Operands.height;
  let p = Body.next;
  let highest = Operands.highest;
  while (true) {
    const signature = plainSignatureOf(operator);
    if (signature >= 0x100 && signature < 0x1000000) {
      const second = signature >>> 16;
      if (second != 0) sp = popInDeadCode(sp, height, second);
      sp = push(popInDeadCode(sp, height, (signature >>> 8) & 0xff), signature & 0xff);
    } else if (operator == Operator.Drop) sp -= hasOperand(sp, height);
    else if (operator == Operator.Select) sp = selectInDeadCode(sp, height);
    else break;
    if (sp > highest) highest = sp;
    if (p >= limit) refuse();
    operator = load<u8>(p++);
  }
  Operands.highest = highest;
  Body.next = p;
  return validateOperator(operator, sp);
}

/** As `select`, of a frame that cannot be reached and whose operands begin at `height`. */
// @ts-ignore: decorator
@inline function selectInDeadCode(sp: usize, height: usize): usize {
  sp = popInDeadCode(sp, height, ValueType.I32);
  const hasSecond = hasOperand(sp, height);
  const second = <i32>typeInDeadCode(sp, hasSecond);
  sp -= hasSecond;
  const hasFirst = hasOperand(sp, height);
  const first = <i32>typeInDeadCode(sp, hasFirst);
  sp -= hasFirst;
  if ((first != BOTTOM && first < ValueType.V128) || (second != BOTTOM && second < ValueType.V128)) refuse();
  if (first != second && first != BOTTOM && second != BOTTOM) refuse();
  return push(sp, first | second);
}

/** One operator in full generality; its opcode byte is read. */
export function validateOperator(operator: i32, sp: usize): usize {
  countOperator(operator);
  switch (operator) {
    case Operator.Block:
      return openFrame(FrameKind.Block, sp);
    case Operator.Loop:
      return openFrame(FrameKind.Loop, sp);
    case Operator.If:
      return openFrame(FrameKind.If, sp);
    case Operator.Else:
      return elseArm(sp);
    case Operator.End:
      return closeFrame(sp);
    case Operator.BrIf:
      return branchIf(sp);
    case Operator.Br:
      return branch(sp);
    case Operator.Call:
      return call(readFunctionType(), sp);
    case Operator.GlobalGet:
    case Operator.GlobalSet:
      return globalAccess(sp, operator);
    case Operator.LocalGet:
    case Operator.LocalSet:
    case Operator.LocalTee:
      return localAccess(operator, sp);
    case Operator.Drop:
      peek(sp);
      return drop(sp);
    case Operator.Select:
      return select(sp);
    case Operator.Return:
      countValues(resultCount(CheckedFunction.type), 1);
      popTypes(sp, results(CheckedFunction.type), resultCount(CheckedFunction.type));
      return setUnreachable();
    case Operator.Unreachable:
      return setUnreachable();
    case Operator.Nop:
      return sp;
    case Operator.BrTable:
      return branchTable(sp);
    case Operator.I32Const:
      Body.next = afterSigned32(Body.next, Body.end);
      return push(sp, ValueType.I32);
    case Operator.I64Const:
      Body.next = afterSigned64(Body.next, Body.end);
      return push(sp, ValueType.I64);
    case Operator.F32Const:
      Body.next += 4;
      return push(sp, ValueType.F32);
    case Operator.F64Const:
      Body.next += 8;
      return push(sp, ValueType.F64);
  }
  if (accessOf(operator) != 0) return memoryAccess(operator, sp);
  const signature = signatureOf(operator);
  if (signature != 0) return applySignature(signature, sp);
  return validateRareOperator(operator, sp);
}
