/*
 * Control frames: blocks, their labels, branches to them, and the code that cannot be reached.
 */

import { maximumBranchTableTargets, maximumNesting } from '../module-description';
import { refuse } from '../refusal';
import { FRAMES, FRAMES_END } from '../scratch';
import {
  blockParameterCount, blockParameters, blockResultCount, blockResults, EMPTY_BLOCK_TYPE, readBlockType,
} from './block-types';
import { Body, unsigned32 } from './body-reader';
import { countJoins, countValues } from './list-work';
import { Operands, pop, popTypes, push, pushTypes, sameTypes, setUnreachable } from './operand-stack';
import { JOINS_OF_A_CONDITION, ValueType } from '../generated/tables';

/** The current frame, and the last one that the nesting limit and the scratch space allow. */
export class Control {
  static frame: usize = 0;
  static deepestFrame: usize = 0;
}

export const enum FrameKind {
  Function,
  Block,
  Loop,
  If,
  Else,
}

/** Fields of a control frame, in bytes. */
const FRAME_HEIGHT: usize = 4;
const FRAME_TYPE: usize = 8;
const FRAME_UNREACHABLE: usize = 12;
/** Address behind the opcode of the br_table that last had the frame for a target, or 0. */
const FRAME_TABLE: usize = 16;
const FRAME_BYTES: usize = 32;

/** Opens the frame of a function, whose results are those of a block of this type. */
export function openFunction(type: i32): void {
  Control.deepestFrame = min<usize>(FRAMES + <usize>maximumNesting * FRAME_BYTES, FRAMES_END - FRAME_BYTES);
  Control.frame = FRAMES;
  Operands.height = Operands.start;
  Operands.highest = Operands.start;
  Operands.isUnreachable = false;
  store<u32>(FRAMES, FrameKind.Function);
  store<u32>(FRAMES, <u32>Operands.start, FRAME_HEIGHT);
  store<i32>(FRAMES, type, FRAME_TYPE);
  store<u32>(FRAMES, 0, FRAME_TABLE);
}

export function openFrame(kind: i32, sp: usize): usize {
  if (kind != FrameKind.Block) countJoins(kind == FrameKind.If ? JOINS_OF_A_CONDITION : 1);
  if (kind == FrameKind.If) sp = pop(sp, ValueType.I32);
  let type = 0;
  if (load<u8>(Body.next) == EMPTY_BLOCK_TYPE && Body.next < Body.end) Body.next++;
  else type = readBlockType();
  if (type < 0) {
    countValues(blockParameterCount(type), kind == FrameKind.If ? 4 : 2);
    sp = popTypes(sp, blockParameters(type), blockParameterCount(type));
  }
  store<u32>(Control.frame, Operands.isUnreachable ? 1 : 0, FRAME_UNREACHABLE);
  const inner = Control.frame + FRAME_BYTES;
  if (inner > Control.deepestFrame) refuse();
  Control.frame = inner;
  store<u32>(inner, kind);
  store<u32>(inner, <u32>sp, FRAME_HEIGHT);
  store<i32>(inner, type, FRAME_TYPE);
  store<u32>(inner, 0, FRAME_TABLE);
  Operands.height = sp;
  Operands.isUnreachable = false;
  return type < 0 ? pushTypes(sp, blockParameters(type), blockParameterCount(type)) : sp;
}

/** Checks that exactly the frame's results are on the stack. */
function checkResults(sp: usize, type: i32): void {
  if (type > 0) sp = pop(sp, type);
  else if (type < 0) {
    countValues(blockResultCount(type), 2);
    sp = popTypes(sp, blockResults(type), blockResultCount(type));
  }
  if (sp != Operands.height) refuse();
}

export function elseArm(sp: usize): usize {
  if (load<u32>(Control.frame) != FrameKind.If) refuse();
  const type = load<i32>(Control.frame, FRAME_TYPE);
  countJoins(1);
  checkResults(sp, type);
  store<u32>(Control.frame, FrameKind.Else);
  Operands.isUnreachable = false;
  return type < 0 ? pushTypes(Operands.height, blockParameters(type), blockParameterCount(type)) : Operands.height;
}

/** Closes the current frame; the caller sees by a `frame` below the first that it was the function's. */
export function closeFrame(sp: usize): usize {
  const inner = Control.frame;
  const type = load<i32>(inner, FRAME_TYPE);
  checkResults(sp, type);
  if (load<u32>(inner) == FrameKind.If && type != 0) {
    const count = blockParameterCount(type);
    if (count != blockResultCount(type) || !sameTypes(blockParameters(type), blockResults(type), count)) refuse();
  }
  sp = Operands.height;
  const outer = inner - FRAME_BYTES;
  Control.frame = outer;
  if (outer < FRAMES) return sp;
  countJoins(1);
  Operands.height = load<u32>(outer, FRAME_HEIGHT);
  Operands.isUnreachable = load<u32>(outer, FRAME_UNREACHABLE) == 1;
  if (type == 0) return sp;
  return type > 0 ? push(sp, type) : pushTypes(sp, blockResults(type), blockResultCount(type));
}

/** The frame that the label at `Body.next` names. */
function readLabel(): usize {
  const depth = unsigned32();
  if (<usize>depth > (Control.frame - FRAMES) / FRAME_BYTES) refuse();
  return Control.frame - <usize>depth * FRAME_BYTES;
}

// @ts-ignore: decorator
@inline function labelCount(target: usize): usize {
  const type = load<i32>(target, FRAME_TYPE);
  return load<u32>(target) == FrameKind.Loop ? blockParameterCount(type) : blockResultCount(type);
}

// @ts-ignore: decorator
@inline function labelTypes(target: usize): usize {
  const type = load<i32>(target, FRAME_TYPE);
  return load<u32>(target) == FrameKind.Loop ? blockParameters(type) : blockResults(type);
}

export function branch(sp: usize): usize {
  countJoins(1);
  const target = readLabel();
  if (load<i32>(target, FRAME_TYPE) != 0) {
    const count = labelCount(target);
    countValues(count, 2);
    popTypes(sp, labelTypes(target), count);
  }
  return setUnreachable();
}

export function branchIf(sp: usize): usize {
  countJoins(JOINS_OF_A_CONDITION);
  const target = readLabel();
  sp = pop(sp, ValueType.I32);
  if (load<i32>(target, FRAME_TYPE) == 0) return sp;
  const types = labelTypes(target);
  const count = labelCount(target);
  countValues(count, 2);
  return pushTypes(popTypes(sp, types, count), types, count);
}

export function branchTable(sp: usize): usize {
  const stamp = <u32>Body.next;
  const count = unsigned32();
  if (<i64>count > <i64>Body.end - <i64>Body.next || count > maximumBranchTableTargets) refuse();
  countJoins(1);
  sp = pop(sp, ValueType.I32);
  let checkedTypes: usize = 0;
  let checkedCount: usize = 0;
  for (let i: u32 = 0; i <= count; i++) {
    const target = readLabel();
    // Each target is checked once, and so are runs of targets with one and the same type.
    if (load<u32>(target, FRAME_TABLE) == stamp) continue;
    store<u32>(target, stamp, FRAME_TABLE);
    countJoins(1);
    const types = labelTypes(target);
    const arity = labelCount(target);
    countValues(arity, 2);
    if (i > 0 && arity == checkedCount && (types == checkedTypes || arity == 0)) continue;
    if (i > 0 && arity != checkedCount) refuse();
    popTypes(sp, types, arity);
    checkedTypes = types;
    checkedCount = arity;
  }
  return setUnreachable();
}
