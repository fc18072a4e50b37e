/*
 * Puts values of the operand stack into registers, as few moves as are needed.
 */

import { Code, emit3, emit4, emit5, ensure, OPERATOR_BYTES } from './code-writer';
import {
  Entry, entry, fileAt, kindOf, Operands, popEntry, pushTemporary, settle, takeEntryOfLocal, topmost, valueAt,
} from './operand-stack';
import { TOPMOST } from '../scratch';
import { Ir, RegisterFile as File } from '../generated/tables';

/** The registers of the function, and the operator whose result was written last. */
export class Registers {
  static localCount: i32 = 0;
  static resultField: usize = 0;
  static resultEnd: usize = 0;
  static resultIr: i32 = 0;
}

/** More values than this are moved by one operator. */
export const MOST_MOVED_SINGLY = 16;

// @ts-ignore: decorator
@inline export function slot(h: i32): i32 { return Registers.localCount + h; }

export function pushResult(file: i32, field: usize, ir: i32): void {
  store<i32>(field, Registers.localCount + Operands.height);
  pushTemporary(file);
  Registers.resultField = field;
  Registers.resultEnd = Code.pos;
  Registers.resultIr = ir;
}

export function isLastResult(at: i32): bool {
  return Registers.resultEnd == Code.pos && kindOf(at) == Entry.Temporary && load<i32>(Registers.resultField) == Registers.localCount + at;
}

export function emitCopy(file: i32, destination: i32, source: i32): void {
  if (file == File.Word32) emit3(Ir.Copy32, destination, source);
  else if (file == File.Word64) emit3(Ir.Copy64, destination, source);
  else emit4(Ir.CopyRare, destination, source, file);
}

export function emitMove(destination: i32, at: i32): void {
  const e = entry(at);
  const w = load<i32>(e);
  const kind = w & 3;
  let value = load<i32>(e, 4);
  let ir = <i32>Ir.Const32;
  let last = 0;
  if (kind < Entry.Constant32) {
    if (kind == Entry.Temporary) value = Registers.localCount + at;
    if (value == destination) return;
    last = w >> 2;
    ir = last == File.Word32 ? Ir.Copy32 : last == File.Word64 ? Ir.Copy64 : Ir.CopyRare;
  } else if (kind == Entry.Constant64) {
    last = load<i32>(e, 8);
    ir = Ir.Const64;
  }
  const p = Code.pos;
  store<i32>(p, ir);
  store<i32>(p, destination, 4);
  store<i32>(p, value, 8);
  if (ir == Ir.Const64 || ir == Ir.CopyRare) {
    store<i32>(p, last, 12);
    Code.pos = p + 16;
  } else Code.pos = p + 12;
}

export function register(at: i32): i32 {
  const kind = kindOf(at);
  if (kind == Entry.Local) return valueAt(at);
  const s = Registers.localCount + at;
  if (kind != Entry.Temporary) emitMove(s, at);
  return s;
}

export function popRegister(): i32 { return register(popEntry()); }

export function placeTop(count: i32): void { if (count > 0 || Operands.settledHeight < Operands.height) settleTop(count); }

function settleTop(count: i32): void {
  const h = Operands.height;
  for (let at = Operands.settledHeight; at < h; at++) {
    const e = entry(at);
    const w = load<i32>(e);
    if ((w & 3) != Entry.Local) continue;
    const local = load<i32>(e, 4);
    ensure(OPERATOR_BYTES);
    emitCopy(w >> 2, slot(at), local);
    store<i32>(topmost(local), -1);
    store<i32>(e, w & ~3);
  }
  Operands.settledHeight = h;
  for (let at = h - count; at < h; at++) {
    if (kindOf(at) == Entry.Temporary) continue;
    ensure(OPERATOR_BYTES);
    emitMove(slot(at), at);
    settle(at);
  }
}

export function setLocal(local: i32, at: i32): void {
  if (load<i32>((<usize>local) << 2, TOPMOST) < 0) {
    if (isLastResult(at)) {
      store<i32>(Registers.resultField, local);
      Registers.resultEnd = 0;
      return;
    }
  } else if (kindOf(at) == Entry.Local && valueAt(at) == local) {
    return;
  } else {
    for (let named = takeEntryOfLocal(local); named >= 0; named = takeEntryOfLocal(local)) {
      ensure(OPERATOR_BYTES);
      emitCopy(fileAt(named), slot(named), local);
    }
  }
  emitMove(local, at);
}

export function moveRun(destination: i32, count: i32): void {
  placeTop(count);
  const first = Operands.height - count;
  const source = slot(first);
  if (source == destination) return;
  let fileBits = 0;
  for (let at = first; at < Operands.height; at++) fileBits |= 1 << fileAt(at);
  ensure(OPERATOR_BYTES);
  emit5(Ir.CopyRun, destination, source, count, fileBits);
}

export function moveToSlots(count: i32): void {
  if (count > MOST_MOVED_SINGLY) { moveRun(0, count); return; }
  const first = Operands.height - count;
  for (let at = first; at < Operands.height; at++) {
    ensure(OPERATOR_BYTES);
    if (kindOf(at) == Entry.Local) emitCopy(fileAt(at), slot(at), valueAt(at));
  }
  for (let i = 0; i < count; i++) {
    ensure(OPERATOR_BYTES);
    const at = first + i;
    if (kindOf(at) == Entry.Local) emitCopy(fileAt(at), i, slot(at));
    else emitMove(i, at);
  }
}
