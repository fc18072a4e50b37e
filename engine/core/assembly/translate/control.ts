/*
 * Labels, branches and the code that cannot be reached.
 */

import { Body, fileOf, parameterCount, readBlockType, resultCountOf, unsigned } from './body-reader';
import {
  closeBlock, Code, emit, emit2, emit3, ensure, FEW_VALUES, openBlock, OPERATOR_BYTES, patchTo, setDistance, splitBlock,
  startBlock,
} from './code-writer';
import { skipImmediates } from '../immediates';
import { decodeUnsigned32 } from '../leb128';
import {
  parameterCount as parameterCountOf, parameters, resultCount as resultCountOfType, results, typeRecord,
} from '../module-description';
import { Checks, checkOperator } from './checks';
import { Entry, fileAt, kindOf, Operands, popEntry, pushTemporary, truncate } from './operand-stack';
import { carriedFuel, operatorFuel } from '../operator-fuel';
import { Body as CheckedBody } from '../validate/body-reader';
import { Operands as Checked } from '../validate/operand-stack';
import { refuse } from '../refusal';
import {
  emitMove, isLastResult, MOST_MOVED_SINGLY, moveRun, moveToSlots, placeTop, popRegister, register, Registers,
} from './register-values';
import { LABELS, LABELS_END } from '../scratch';
import {
  BACK_IR, COUNT_MINUS_BACK, Ir, NEGATED_COMPARISON, Operator, OperatorPrefix, RegisterFile as File,
} from '../generated/tables';

/** The labels that are open, and whether the code that follows can be reached. */
export class Control {
  static labels: usize = LABELS; // where the next label goes
  static reachable: bool = true;
  static tableStamp: i32 = 0;
  static resultCount: i32 = 0;
}

export const enum LabelKind { Function, Block, Loop, If, Else }

/** Fields of a label, in bytes. */
const KIND: usize = 0, HEIGHT: usize = 4, BLOCKTYPE: usize = 8, TARGET: usize = 12, ELSEPATCH: usize = 16, TARGETED: usize = 20, STUB: usize = 24, STAMP: usize = 28;

const LABEL: usize = 32;

const DIRECT = -1, STUB_WANTED = -2;

// @ts-ignore: decorator
@inline function labelAt(depth: u32): usize { return Control.labels - LABEL * (1 + <usize>depth); }

export function pushLabel(kind: i32, h: i32, blockType: i32): usize {
  const at = Control.labels;
  if (at == LABELS_END) refuse();
  store<i32>(at, kind);
  store<i32>(at, h, HEIGHT);
  store<i32>(at, blockType, BLOCKTYPE);
  store<i32>(at, 0, TARGET);
  store<i32>(at, 0, ELSEPATCH);
  store<i32>(at, 0, TARGETED);
  store<i32>(at, 0, STAMP);
  Control.labels = at + LABEL;
  return at;
}

function linkBranch(label: usize, field: usize): void {
  const target: usize = load<u32>(label, TARGET);
  store<i32>(label, 1, TARGETED);
  if (load<i32>(label) == LabelKind.Loop) setDistance(field, target);
  else {
    store<u32>(field, <u32>target);
    store<u32>(label, <u32>field, TARGET);
  }
}

function labelArity(label: usize): i32 {
  const blockType = load<i32>(label, BLOCKTYPE);
  if (blockType == -1) return 0;
  return load<i32>(label) == LabelKind.Loop ? parameterCount(blockType) : resultCountOf(blockType);
}

function isDirect(label: usize): bool {
  if (label == LABELS) return false;
  const arity = labelArity(label);
  if (arity == 0) return true;
  const first = Operands.height - arity;
  if (first != load<i32>(label, HEIGHT)) return false;
  if (arity > MOST_MOVED_SINGLY) return true;
  for (let at = first; at < Operands.height; at++) if (kindOf(at) != Entry.Temporary) return false;
  return true;
}

function moveToLabel(label: usize, arity: i32): void {
  const first = Operands.height - arity;
  const destination = Registers.localCount + load<i32>(label, HEIGHT);
  if (arity > MOST_MOVED_SINGLY) { moveRun(destination, arity); return; }
  for (let i = 0; i < arity; i++) {
    ensure(OPERATOR_BYTES);
    emitMove(destination + i, first + i);
  }
}

function emitBranch(label: usize): void {
  if (label == LABELS) { emitReturn(); return; }
  const arity = labelArity(label);
  const top = Operands.height - 1;
  if (arity == 1 && isLastResult(top)) store<i32>(Registers.resultField, Registers.localCount + load<i32>(label, HEIGHT));
  else if (arity > 0) moveToLabel(label, arity);
  if (load<i32>(label) == LabelKind.Loop) emitBack(label);
  else {
    emit2(Ir.Branch, 0);
    linkBranch(label, Code.pos - 4);
  }
}

function emitBack(label: usize): void {
  const head: usize = load<u32>(label, TARGET);
  let back = 0;
  if (head < Code.pos) {
    const ir = load<u32>(head);
    back = load<u8>(ir, BACK_IR);
  }
  if (back == 0) {
    emit2(Ir.Branch, 0);
    linkBranch(label, Code.pos - 4);
    return;
  }
  const s = Code.pos - 16;
  if (Registers.resultIr == Ir.I32AddImm && Registers.resultField == s + 4) {
    const d = load<i32>(s, 4), a = load<i32>(s, 8), immediate = load<i32>(s, 12);
    store<i32>(s, back + COUNT_MINUS_BACK);
    store<i32>(s, d, 8);
    store<i32>(s, a, 12);
    emit(immediate);
    linkBranch(label, s + 4);
    return;
  }
  emit2(back, 0);
  linkBranch(label, Code.pos - 4);
}

export function emitReturn(): void {
  const top = Operands.height - 1;
  if (Control.resultCount == 1) {
    const file = fileAt(top);
    if (file == File.Word32) { const r = register(top); emit2(Ir.Return32, r); }
    else if (file == File.Word64) { const r = register(top); emit2(Ir.Return64, r); }
    else {
      emitMove(0, top);
      emit(Ir.Return);
    }
    return;
  }
  moveToSlots(Control.resultCount);
  emit(Ir.Return);
}

function emitConditionalBranch(at: i32, negate: bool): usize {
  if (isLastResult(at)) {
    const field = Registers.resultField, ir = Registers.resultIr;
    if (ir >= Ir.I32Eq && ir <= Ir.I32GeUImm) {
      const immediate = ir >= Ir.I32EqImm;
      const comparison = ir - (immediate ? <i32>Ir.I32EqImm : <i32>Ir.I32Eq);
      store<i32>(field - 4, (immediate ? <i32>Ir.BranchI32EqImm : <i32>Ir.BranchI32Eq) + (negate ? <i32>load<u8>(comparison, NEGATED_COMPARISON) : comparison));
      Registers.resultEnd = 0;
      return field;
    }
    if (ir == Ir.I32AndImm) {
      store<i32>(field - 4, negate ? Ir.BranchIfBitsZero : Ir.BranchIfBitsNonZero);
      Registers.resultEnd = 0;
      return field;
    }
    if (ir == Ir.I32Eqz) {
      store<i32>(field - 4, negate ? Ir.BranchIfNonZero : Ir.BranchIfZero);
      Registers.resultEnd = 0;
      return field;
    }
  }
  const condition = register(at);
  emit3(negate ? Ir.BranchIfZero : Ir.BranchIfNonZero, 0, condition);
  return Code.pos - 8;
}

export function translateBlock(operator: i32): void {
  const blockType = readBlockType();
  const parameters = parameterCount(blockType);
  placeTop(parameters);
  const kind = operator == Operator.Block ? LabelKind.Block : LabelKind.Loop;
  const label = pushLabel(kind, Operands.height - parameters, blockType);
  if (operator == Operator.Block) return;
  Code.blockFuel += operatorFuel(Operator.Loop);
  startBlock(true);
  store<u32>(label, <u32>Code.pos, TARGET);
}

export function translateIf(): void {
  Code.blockFuel += operatorFuel(Operator.If);
  const blockType = readBlockType();
  const parameters = parameterCount(blockType);
  const condition = popEntry();
  placeTop(parameters);
  const field = emitConditionalBranch(condition, true);
  splitBlock();
  const label = pushLabel(LabelKind.If, Operands.height - parameters, blockType);
  store<i32>(field, 0);
  store<u32>(label, <u32>field, ELSEPATCH);
}

export function translateElse(): void {
  const label = Control.labels - LABEL;
  if (Control.reachable) {
    emitBranch(label);
    closeBlock();
  }
  const blockType = load<i32>(label, BLOCKTYPE);
  truncate(load<i32>(label, HEIGHT));
  if (blockType >= 0) {
    const t = typeRecord(blockType), n = parameterCountOf(t), p = parameters(t);
    for (let i: u32 = 0; i < n; i++) pushTemporary(fileOf(load<u8>(p + i)));
  }
  startBlock(false);
  const elsePatch: usize = load<u32>(label, ELSEPATCH);
  if (elsePatch != 0) setDistance(elsePatch, Code.pos);
  store<i32>(label, 0, ELSEPATCH);
  store<i32>(label, LabelKind.Else);
  Control.reachable = true;
}

export function pushResults(type: usize): void {
  const n = resultCountOfType(type), p = results(type);
  for (let i: u32 = 0; i < n; i++) pushTemporary(fileOf(load<u8>(p + i)));
}

export function translateEnd(): void {
  const label = Control.labels - LABEL;
  Control.labels = label;
  if (label == LABELS) {
    if (Control.reachable) {
      emitReturn();
      closeBlock();
    }
    Control.reachable = true;
    return;
  }
  const kind = load<i32>(label);
  const h = load<i32>(label, HEIGHT);
  const patch: usize = load<u32>(label, TARGET);
  const elsePatch: usize = load<u32>(label, ELSEPATCH);
  const joins = kind >= LabelKind.If || (kind == LabelKind.Block && load<i32>(label, TARGETED) != 0);
  if (!joins || (!Control.reachable && patch == 0 && elsePatch == 0)) {
    if (!Control.reachable && Operands.height > h) truncate(h);
    return;
  }
  const blockType = load<i32>(label, BLOCKTYPE);
  if (Control.reachable && blockType != -1) moveToLabel(label, resultCountOf(blockType));
  if (Operands.height > h) truncate(h);
  startBlock(Control.reachable);
  if (patch != 0) patchTo(patch, Code.pos);
  if (elsePatch != 0) setDistance(elsePatch, Code.pos);
  Control.reachable = true;
  if (blockType == -1) return;
  if (blockType >= 0) pushResults(typeRecord(blockType));
  else pushTemporary(fileOf(-1 - blockType));
}

export function translateBranch(): void {
  const label = labelAt(unsigned());
  Code.blockFuel += operatorFuel(Operator.Br) + carriedFuel(labelArity(label));
  emitBranch(label);
  leaveUnreachable();
}

function emitDirectBranch(condition: i32, label: usize): void {
  linkBranch(label, emitConditionalBranch(condition, false));
  splitBlock();
}

export function translateBranchIf(): void {
  const label = labelAt(unsigned());
  const condition = popEntry();
  if (label != LABELS && load<i32>(label, BLOCKTYPE) == -1) {
    Code.blockFuel += operatorFuel(Operator.BrIf);
    emitDirectBranch(condition, label);
  }
  else branchIfWithValues(condition, label);
}

function branchIfWithValues(condition: i32, label: usize): void {
  const arity = labelArity(label);
  Code.blockFuel += operatorFuel(Operator.BrIf) + carriedFuel(arity);
  const first = Operands.height - arity;
  if (arity > FEW_VALUES) {
    placeTop(arity);
    ensure(OPERATOR_BYTES);
  }
  if (isDirect(label)) {
    emitDirectBranch(condition, label);
    return;
  }
  if (load<i32>(label, STAMP) == -1 - first) {
    const field = emitConditionalBranch(condition, false);
    setDistance(field, load<u32>(label, STUB));
    splitBlock();
    return;
  }
  const skip = emitConditionalBranch(condition, true);
  emit(0);
  closeBlock();
  Registers.resultEnd = 0;
  if (arity > FEW_VALUES) {
    store<u32>(label, <u32>Code.pos, STUB);
    store<i32>(label, -1 - first, STAMP);
  }
  emitBranchKeeping(label);
  ensure(OPERATOR_BYTES);
  emit(0);
  openBlock();
  setDistance(skip, Code.pos);
}

function emitBranchKeeping(label: usize): void {
  if (label == LABELS) { emitReturn(); return; }
  moveToLabel(label, labelArity(label));
  emit2(Ir.Branch, 0);
  linkBranch(label, Code.pos - 4);
}

export function translateBranchTable(): void {
  const count = unsigned();
  // All labels take as many values as the first.
  const arity = labelArity(labelAt(decodeUnsigned32(Body.offset)));
  Code.blockFuel += operatorFuel(Operator.BrTable) + carriedFuel(arity);
  const index = popRegister();
  if (arity > MOST_MOVED_SINGLY) placeTop(arity);
  ensure((<usize>count << 2) + OPERATOR_BYTES);
  emit3(Ir.BranchTable, index, count);
  Control.tableStamp = <i32>Code.pos;
  const first = Code.pos;
  const targetsAt = Body.offset;
  if (emitTargets(count)) emitBranchStubs(targetsAt, first, count);
  leaveUnreachable();
}

function emitTargets(count: u32): bool {
  const p = Code.pos;
  let needsStubs = false;
  for (let i: u32 = 0; i <= count; i++) {
    const label = labelAt(unsigned());
    if (load<i32>(label, STAMP) != Control.tableStamp) {
      store<i32>(label, Control.tableStamp, STAMP);
      store<i32>(label, isDirect(label) ? DIRECT : STUB_WANTED, STUB);
    }
    const field = p + ((<usize>i) << 2);
    store<i32>(field, 0);
    if (load<i32>(label, STUB) == DIRECT) linkBranch(label, field);
    else needsStubs = true;
  }
  Code.pos = p + ((<usize>count + 1) << 2);
  return needsStubs;
}

function emitBranchStubs(targetsAt: usize, first: usize, count: u32): void {
  Body.offset = targetsAt;
  for (let i: u32 = 0; i <= count; i++) {
    const label = labelAt(unsigned());
    if (load<i32>(label, STUB) == DIRECT) continue;
    if (load<i32>(label, STUB) == STUB_WANTED) {
      ensure(OPERATOR_BYTES);
      emit(0);
      store<u32>(label, <u32>Code.pos, STUB);
      Registers.resultEnd = 0;
      emitBranchKeeping(label);
      ensure(OPERATOR_BYTES);
    }
    setDistance(first + ((<usize>i) << 2), load<u32>(label, STUB));
  }
}

export function leaveUnreachable(): void {
  Control.reachable = false;
  skipUnreachable();
}

function skipUnreachable(): void {
  closeBlock();
  truncate(load<i32>(Control.labels - LABEL, HEIGHT));
  Checks.top = Checked.height;
  let nesting = 0;
  while (true) {
    const operator = Checks.areMade ? checkedOperator() : skippedOperator();
    if (operator == Operator.Block || operator == Operator.Loop || operator == Operator.If) nesting++;
    else if (operator == Operator.Else) {
      if (nesting > 0) continue;
      ensure(OPERATOR_BYTES);
      translateElse();
      return;
    } else if (operator == Operator.End) {
      if (nesting > 0) { nesting--; continue; }
      ensure(OPERATOR_BYTES);
      translateEnd();
      if (Control.reachable) return;
    }
  }
}

function skippedOperator(): i32 {
  let operator: i32 = load<u8>(Body.offset++);
  if (operator >= OperatorPrefix.Miscellaneous) {
    const base = operator == OperatorPrefix.Vector ? <i32>OperatorPrefix.VectorBase : <i32>OperatorPrefix.MiscellaneousBase;
    operator = base + unsigned();
  }
  Body.offset = skipImmediates(operator, Body.offset);
  return operator;
}

/** Its first byte alone: no operator behind a prefix opens or closes a label. */
function checkedOperator(): i32 {
  if (Body.offset >= CheckedBody.end) refuse();
  const operator: i32 = load<u8>(Body.offset);
  Checks.top = checkOperator(operator, Body.offset + 1, Checks.top);
  Body.offset = CheckedBody.next;
  return operator;
}
