import { skipImmediates } from './immediates';
import { afterLeb128, decodeSigned64, decodeUnsigned32, decodeUnsigned64 } from './leb128';
import {
  address0,
  functionTypes,
  globals,
  importedFunctionCount,
  memories,
  parameterCount as parameterCountOf,
  parameters,
  resultCount as resultCountOfType,
  results,
  tables,
  typeId,
  typeOfFunction,
  typeRecord,
} from './module-description';
import { refuse } from './refusal';
import { FRAMES, FRAMES_END, LOCAL_TYPES, LOCAL_TYPES_END, TOPMOST } from './scratch';
import {
  BACK_IR,
  COUNT_MINUS_BACK,
  FILE_OF_TYPE,
  FREE_ARGUMENTS,
  FREE_RESULTS,
  GROWTH_FUEL,
  Immediate,
  IMMEDIATE_IR,
  IMMEDIATES,
  Ir,
  IR_AT_SUM,
  IR_OF_IMMEDIATE_STORE,
  IR_OF_OPERATOR,
  IR_WITH_ADDITION,
  LOCAL_BYTES,
  MAKER_OF_IR,
  MAKERS_WISHED,
  NEGATED_COMPARISON,
  NO_REGISTER_FILE,
  Operator,
  OperatorPrefix,
  RegisterFile as File,
  RESULT_FILE,
  Shape,
  SHAPES,
  SWAPPED_OPERATOR,
  ValueType,
  VECTOR_FUEL,
  VECTOR_LOCAL_BYTES,
  VECTOR_OPERAND_COUNT,
  VECTOR_RESULT_FILE,
} from './generated/tables';

/*
 * Translates one valid function body to register IR in a single forward pass, word for word as `engine/translate/` does it, where the
 * why of each step is told. Nothing is checked again. Addresses stand where positions stand there: `pos` in the code, `offset` in the
 * body, labels and entries of the operand stack by their addresses.
 */

const enum Entry { Temporary, Local, Constant32, Constant64 }
const enum LabelKind { Function, Block, Loop, If, Else }
/** Fields of a label, in bytes. */
const KIND: usize = 0, HEIGHT: usize = 4, BLOCKTYPE: usize = 8, TARGET: usize = 12, ELSEPATCH: usize = 16, TARGETED: usize = 20, STUB: usize = 24, STAMP: usize = 28;
const LABEL: usize = 32;
const ENTRY: usize = 16;
const OPERATOR_BYTES: usize = 256;
const FEW_ARGUMENTS = 8, FEW_VALUES = 4, MOVE_BYTES: usize = 16;
/** More values than this are moved by one operator. */
const MOST_MOVED_SINGLY = 16;
const DIRECT = -1, STUB_WANTED = -2;
const MOST_ZEROED_IN_LOOP: u32 = 40;

/** The symbolic operand stack, from here to there. */
let entries: usize = 0;
let entriesEnd: usize = 0;
let bytesPerFuel: u32 = 64;
let consumeFuel: bool = true;
let plainMemory: bool = false;
let offset: usize = 0;
let start: usize = 0;
let pos: usize = 0;
let codeEnd: usize = 0;
let blockFuelAt: usize = 0;
let blockFuel: i32 = 0;
let resultField: usize = 0;
let resultEnd: usize = 0;
let resultIr: i32 = 0;
let height: i32 = 0;
let maximumHeight: i32 = 0;
let settledHeight: i32 = 0;
let localCount: i32 = 0;
let resultCount: i32 = 0;
let reachable: bool = true;
let labels: usize = FRAMES; // where the next label goes
let tableStamp: i32 = 0;
let memoryIndex: u32 = 0;
let offsetLow: i32 = 0;
let offsetHigh: i32 = 0;

// Reading

function unsigned(): u32 {
  const byte: u32 = load<u8>(offset);
  if (byte > 0x7f) {
    const value = decodeUnsigned32(offset);
    offset = afterLeb128(offset);
    return value;
  }
  offset++;
  return byte;
}
function signed32(): i32 {
  const value = <i32>decodeSigned64(offset);
  offset = afterLeb128(offset);
  return value;
}
function readMemoryArgument(): void {
  const flags = unsigned();
  memoryIndex = flags & 0x40 ? unsigned() : 0;
  const value = decodeUnsigned64(offset);
  offset = afterLeb128(offset);
  offsetLow = <i32>value;
  offsetHigh = <i32>(value >> 32);
}
// @ts-ignore: decorator
@inline function fileOf(type: i32): i32 { return load<u8>(FILE_OF_TYPE + type); }
function readBlockType(): i32 {
  const byte: i32 = load<u8>(offset);
  if (byte == 0x40) { offset++; return -1; }
  if (byte > 0x40 && byte < 0x80) { offset++; return -1 - byte; }
  return signed32();
}
function parameterCount(blockType: i32): i32 { return blockType < 0 ? 0 : <i32>parameterCountOf(typeRecord(blockType)); }
function resultCountOf(blockType: i32): i32 {
  if (blockType < 0) return blockType == -1 ? 0 : 1;
  return <i32>resultCountOfType(typeRecord(blockType));
}
// @ts-ignore: decorator
@inline function word(): i32 { const v = load<i32>(offset); offset += 4; return v; }

// Writing

/** Code is the last thing in the memory. */
function makeRoom(bytes: usize): void {
  const needed = pos + bytes - codeEnd;
  const pages = max<usize>((needed + 0xffff) >>> 16, 16);
  if (pos - start > mostCodeBytes || memory.grow(<i32>pages) < 0) refuse();
  codeEnd += pages << 16;
}

/** Code for which the memory may be made larger. */
let mostCodeBytes: usize = 0;
// @ts-ignore: decorator
@inline function ensure(bytes: usize): void { if (pos + bytes > codeEnd) makeRoom(bytes); }
// @ts-ignore: decorator
@inline function emit(a: i32): void { store<i32>(pos, a); pos += 4; }
// @ts-ignore: decorator
@inline function emit2(a: i32, b: i32): void { const p = pos; store<i32>(p, a); store<i32>(p, b, 4); pos = p + 8; }
// @ts-ignore: decorator
@inline function emit3(a: i32, b: i32, c: i32): void { const p = pos; store<i32>(p, a); store<i32>(p, b, 4); store<i32>(p, c, 8); pos = p + 12; }
// @ts-ignore: decorator
@inline function emit4(a: i32, b: i32, c: i32, d: i32): void { const p = pos; store<i32>(p, a); store<i32>(p, b, 4); store<i32>(p, c, 8); store<i32>(p, d, 12); pos = p + 16; }
// @ts-ignore: decorator
@inline function emit5(a: i32, b: i32, c: i32, d: i32, e: i32): void { const p = pos; store<i32>(p, a); store<i32>(p, b, 4); store<i32>(p, c, 8); store<i32>(p, d, 12); store<i32>(p, e, 16); pos = p + 20; }

// @ts-ignore: decorator
@inline function openBlock(): void { blockFuelAt = pos - 4; blockFuel = 0; }
// @ts-ignore: decorator
@inline function closeBlock(): void { store<i32>(blockFuelAt, consumeFuel ? blockFuel : 0); }
function startBlock(reachable: bool): void {
  let p = pos;
  if (reachable) {
    if (blockFuel == 0 && p == blockFuelAt + 4) return;
    closeBlock();
    store<i32>(p, Ir.ConsumeFuel);
    p += 4;
  }
  store<i32>(p, 0);
  blockFuelAt = p;
  blockFuel = 0;
  pos = p + 4;
}
function splitBlock(): void {
  const p = pos;
  closeBlock();
  store<i32>(p, 0);
  blockFuelAt = p;
  blockFuel = 0;
  pos = p + 4;
}
// @ts-ignore: decorator
@inline function setDistance(field: usize, target: usize): void { store<i32>(field, (<i32>(target - field)) >> 2); }
function patchTo(field: usize, target: usize): void {
  while (field != 0) {
    const next: usize = load<u32>(field);
    setDistance(field, target);
    field = next;
  }
}

// Operand stack

// @ts-ignore: decorator
@inline function entry(at: i32): usize { return entries + ((<usize>at) << 4); }
// @ts-ignore: decorator
@inline function kindOf(at: i32): i32 { return load<i32>(entry(at)) & 3; }
// @ts-ignore: decorator
@inline function fileAt(at: i32): i32 { return load<i32>(entry(at)) >> 2; }
// @ts-ignore: decorator
@inline function valueAt(at: i32): i32 { return load<i32>(entry(at), 4); }
// @ts-ignore: decorator
@inline function highAt(at: i32): i32 { return load<i32>(entry(at), 8); }
// @ts-ignore: decorator
@inline function topmost(local: i32): usize { return TOPMOST + ((<usize>local) << 2); }

function raise(): void {
  maximumHeight = height;
  if (entry(height) + 1024 > entriesEnd) refuse();
}
function pushTemporary(file: i32): void {
  const at = height++;
  if (at >= maximumHeight) raise();
  store<i32>(entry(at), file << 2);
}
function pushLocal(local: i32, file: i32): void {
  const at = height++;
  if (at >= maximumHeight) raise();
  const e = entry(at);
  store<i32>(e, Entry.Local | (file << 2));
  store<i32>(e, local, 4);
  store<i32>(e, load<i32>(topmost(local)), 12);
  store<i32>(topmost(local), at);
}
function pushConstant32(bits: i32): void {
  const at = height++;
  if (at >= maximumHeight) raise();
  const e = entry(at);
  store<i32>(e, Entry.Constant32);
  store<i32>(e, bits, 4);
}
function pushConstant64(bits: i64): void {
  const at = height++;
  if (at >= maximumHeight) raise();
  const e = entry(at);
  store<i32>(e, Entry.Constant64 | (File.Word64 << 2));
  store<i64>(e, bits, 4);
}
function popEntry(): i32 {
  const at = height - 1;
  height = at;
  const e = entry(at);
  if ((load<i32>(e) & 3) == Entry.Local) store<i32>(topmost(load<i32>(e, 4)), load<i32>(e, 12));
  if (at < settledHeight) settledHeight = at;
  return at;
}
function truncate(to: i32): void { while (height > to) popEntry(); }
// @ts-ignore: decorator
@inline function settle(at: i32): void { store<i32>(entry(at), load<i32>(entry(at)) & ~3); }
function takeEntryOfLocal(local: i32): i32 {
  const at = load<i32>(topmost(local));
  if (at != -1) {
    store<i32>(topmost(local), load<i32>(entry(at), 12));
    settle(at);
  }
  return at;
}

// Values

// @ts-ignore: decorator
@inline function slot(h: i32): i32 { return localCount + h; }
function pushResult(file: i32, field: usize, ir: i32): void {
  store<i32>(field, localCount + height);
  pushTemporary(file);
  resultField = field;
  resultEnd = pos;
  resultIr = ir;
}
function isLastResult(at: i32): bool {
  return resultEnd == pos && kindOf(at) == Entry.Temporary && load<i32>(resultField) == localCount + at;
}
function emitCopy(file: i32, destination: i32, source: i32): void {
  if (file == File.Word32) emit3(Ir.Copy32, destination, source);
  else if (file == File.Word64) emit3(Ir.Copy64, destination, source);
  else emit4(Ir.CopyRare, destination, source, file);
}
function emitMove(destination: i32, at: i32): void {
  const e = entry(at);
  const w = load<i32>(e);
  const kind = w & 3;
  let value = load<i32>(e, 4);
  let ir = <i32>Ir.Const32;
  let last = 0;
  if (kind < Entry.Constant32) {
    if (kind == Entry.Temporary) value = localCount + at;
    if (value == destination) return;
    last = w >> 2;
    ir = last == File.Word32 ? Ir.Copy32 : last == File.Word64 ? Ir.Copy64 : Ir.CopyRare;
  } else if (kind == Entry.Constant64) {
    last = load<i32>(e, 8);
    ir = Ir.Const64;
  }
  const p = pos;
  store<i32>(p, ir);
  store<i32>(p, destination, 4);
  store<i32>(p, value, 8);
  if (ir == Ir.Const64 || ir == Ir.CopyRare) {
    store<i32>(p, last, 12);
    pos = p + 16;
  } else pos = p + 12;
}
function register(at: i32): i32 {
  const kind = kindOf(at);
  if (kind == Entry.Local) return valueAt(at);
  const s = localCount + at;
  if (kind != Entry.Temporary) emitMove(s, at);
  return s;
}
function popRegister(): i32 { return register(popEntry()); }
function placeTop(count: i32): void { if (count > 0 || settledHeight < height) settleTop(count); }
function settleTop(count: i32): void {
  const h = height;
  for (let at = settledHeight; at < h; at++) {
    const e = entry(at);
    const w = load<i32>(e);
    if ((w & 3) != Entry.Local) continue;
    const local = load<i32>(e, 4);
    ensure(OPERATOR_BYTES);
    emitCopy(w >> 2, slot(at), local);
    store<i32>(topmost(local), -1);
    store<i32>(e, w & ~3);
  }
  settledHeight = h;
  for (let at = h - count; at < h; at++) {
    if (kindOf(at) == Entry.Temporary) continue;
    ensure(OPERATOR_BYTES);
    emitMove(slot(at), at);
    settle(at);
  }
}
function setLocal(local: i32, at: i32): void {
  if (load<i32>(topmost(local)) < 0) {
    if (isLastResult(at)) {
      store<i32>(resultField, local);
      resultEnd = 0;
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
function moveRun(destination: i32, count: i32): void {
  placeTop(count);
  const first = height - count;
  const source = slot(first);
  if (source == destination) return;
  let fileBits = 0;
  for (let at = first; at < height; at++) fileBits |= 1 << fileAt(at);
  ensure(OPERATOR_BYTES);
  emit5(Ir.CopyRun, destination, source, count, fileBits);
}
function moveToSlots(count: i32): void {
  if (count > MOST_MOVED_SINGLY) { moveRun(0, count); return; }
  const first = height - count;
  for (let at = first; at < height; at++) {
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

// Control

// @ts-ignore: decorator
@inline function labelAt(depth: u32): usize { return labels - LABEL * (1 + <usize>depth); }
function pushLabel(kind: i32, h: i32, blockType: i32): usize {
  const at = labels;
  if (at == FRAMES_END) refuse();
  store<i32>(at, kind);
  store<i32>(at, h, HEIGHT);
  store<i32>(at, blockType, BLOCKTYPE);
  store<i32>(at, 0, TARGET);
  store<i32>(at, 0, ELSEPATCH);
  store<i32>(at, 0, TARGETED);
  store<i32>(at, 0, STAMP);
  labels = at + LABEL;
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
  if (label == FRAMES) return false;
  const arity = labelArity(label);
  if (arity == 0) return true;
  const first = height - arity;
  if (first != load<i32>(label, HEIGHT)) return false;
  if (arity > MOST_MOVED_SINGLY) return true;
  for (let at = first; at < height; at++) if (kindOf(at) != Entry.Temporary) return false;
  return true;
}
function moveToLabel(label: usize, arity: i32): void {
  const first = height - arity;
  const destination = localCount + load<i32>(label, HEIGHT);
  if (arity > MOST_MOVED_SINGLY) { moveRun(destination, arity); return; }
  for (let i = 0; i < arity; i++) {
    ensure(OPERATOR_BYTES);
    emitMove(destination + i, first + i);
  }
}
function emitBranch(label: usize): void {
  if (label == FRAMES) { emitReturn(); return; }
  const arity = labelArity(label);
  const top = height - 1;
  if (arity == 1 && isLastResult(top)) store<i32>(resultField, localCount + load<i32>(label, HEIGHT));
  else if (arity > 0) moveToLabel(label, arity);
  if (load<i32>(label) == LabelKind.Loop) emitBack(label);
  else {
    emit2(Ir.Branch, 0);
    linkBranch(label, pos - 4);
  }
}
function emitBack(label: usize): void {
  const head: usize = load<u32>(label, TARGET);
  let back = 0;
  if (head < pos) {
    const ir = load<u32>(head);
    back = load<u8>(BACK_IR + ir);
  }
  if (back == 0) {
    emit2(Ir.Branch, 0);
    linkBranch(label, pos - 4);
    return;
  }
  const s = pos - 16;
  if (resultIr == Ir.I32AddImm && resultField == s + 4) {
    const d = load<i32>(s, 4), a = load<i32>(s, 8), immediate = load<i32>(s, 12);
    store<i32>(s, back + COUNT_MINUS_BACK);
    store<i32>(s, d, 8);
    store<i32>(s, a, 12);
    emit(immediate);
    linkBranch(label, s + 4);
    return;
  }
  emit2(back, 0);
  linkBranch(label, pos - 4);
}
function emitReturn(): void {
  const top = height - 1;
  if (resultCount == 1) {
    const file = fileAt(top);
    if (file == File.Word32) { const r = register(top); emit2(Ir.Return32, r); }
    else if (file == File.Word64) { const r = register(top); emit2(Ir.Return64, r); }
    else {
      emitMove(0, top);
      emit(Ir.Return);
    }
    return;
  }
  moveToSlots(resultCount);
  emit(Ir.Return);
}
function emitConditionalBranch(at: i32, negate: bool): usize {
  if (isLastResult(at)) {
    const field = resultField, ir = resultIr;
    if (ir >= Ir.I32Eq && ir <= Ir.I32GeUImm) {
      const immediate = ir >= Ir.I32EqImm;
      const comparison = ir - (immediate ? <i32>Ir.I32EqImm : <i32>Ir.I32Eq);
      store<i32>(field - 4, (immediate ? <i32>Ir.BranchI32EqImm : <i32>Ir.BranchI32Eq) + (negate ? <i32>load<u8>(NEGATED_COMPARISON + comparison) : comparison));
      resultEnd = 0;
      return field;
    }
    if (ir == Ir.I32AndImm) {
      store<i32>(field - 4, negate ? Ir.BranchIfBitsZero : Ir.BranchIfBitsNonZero);
      resultEnd = 0;
      return field;
    }
    if (ir == Ir.I32Eqz) {
      store<i32>(field - 4, negate ? Ir.BranchIfNonZero : Ir.BranchIfZero);
      resultEnd = 0;
      return field;
    }
  }
  const condition = register(at);
  emit3(negate ? Ir.BranchIfZero : Ir.BranchIfNonZero, 0, condition);
  return pos - 8;
}
function translateBlock(operator: i32): void {
  const blockType = readBlockType();
  const parameters = parameterCount(blockType);
  placeTop(parameters);
  const kind = operator == Operator.Block ? LabelKind.Block : LabelKind.Loop;
  const label = pushLabel(kind, height - parameters, blockType);
  if (operator == Operator.Block) return;
  blockFuel++;
  startBlock(true);
  store<u32>(label, <u32>pos, TARGET);
}
function translateIf(): void {
  blockFuel++;
  const blockType = readBlockType();
  const parameters = parameterCount(blockType);
  const condition = popEntry();
  placeTop(parameters);
  const field = emitConditionalBranch(condition, true);
  splitBlock();
  const label = pushLabel(LabelKind.If, height - parameters, blockType);
  store<i32>(field, 0);
  store<u32>(label, <u32>field, ELSEPATCH);
}
function translateElse(): void {
  const label = labels - LABEL;
  if (reachable) {
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
  if (elsePatch != 0) setDistance(elsePatch, pos);
  store<i32>(label, 0, ELSEPATCH);
  store<i32>(label, LabelKind.Else);
  reachable = true;
}
function pushResults(type: usize): void {
  const n = resultCountOfType(type), p = results(type);
  for (let i: u32 = 0; i < n; i++) pushTemporary(fileOf(load<u8>(p + i)));
}
function translateEnd(): void {
  const label = labels - LABEL;
  labels = label;
  if (label == FRAMES) {
    if (reachable) {
      emitReturn();
      closeBlock();
    }
    reachable = true;
    return;
  }
  const kind = load<i32>(label);
  const h = load<i32>(label, HEIGHT);
  const patch: usize = load<u32>(label, TARGET);
  const elsePatch: usize = load<u32>(label, ELSEPATCH);
  const joins = kind >= LabelKind.If || (kind == LabelKind.Block && load<i32>(label, TARGETED) != 0);
  if (!joins || (!reachable && patch == 0 && elsePatch == 0)) {
    if (!reachable && height > h) truncate(h);
    return;
  }
  const blockType = load<i32>(label, BLOCKTYPE);
  if (reachable && blockType != -1) moveToLabel(label, resultCountOf(blockType));
  if (height > h) truncate(h);
  startBlock(reachable);
  if (patch != 0) patchTo(patch, pos);
  if (elsePatch != 0) setDistance(elsePatch, pos);
  reachable = true;
  if (blockType == -1) return;
  if (blockType >= 0) pushResults(typeRecord(blockType));
  else pushTemporary(fileOf(-1 - blockType));
}
function beyond(free: i32, values: i32): i32 { return values > free ? values - free : 0; }
function branchFuel(values: i32): i32 { return 1 + beyond(FREE_RESULTS, values); }
function callFuel(type: usize): i32 { return tailCallFuel(type) + valuesFuel(FREE_RESULTS, results(type), resultCountOfType(type)); }
function tailCallFuel(type: usize): i32 { return 1 + valuesFuel(FREE_ARGUMENTS, parameters(type), parameterCountOf(type)); }
function valuesFuel(free: i32, types: usize, count: i32): i32 {
  let fuel = beyond(free, count);
  for (let i = 0; i < count; i++) if (load<u8>(types + i) == ValueType.V128) fuel += VECTOR_FUEL;
  return fuel;
}
function operatorFuel(operator: i32): i32 { return operator == Operator.MemoryGrow || operator == Operator.TableGrow ? GROWTH_FUEL : 1; }
function translateBranch(): void {
  const label = labelAt(unsigned());
  blockFuel += branchFuel(labelArity(label));
  emitBranch(label);
  leaveUnreachable();
}
function emitDirectBranch(condition: i32, label: usize): void {
  linkBranch(label, emitConditionalBranch(condition, false));
  splitBlock();
}
function translateBranchIf(): void {
  const label = labelAt(unsigned());
  const condition = popEntry();
  if (label != FRAMES && load<i32>(label, BLOCKTYPE) == -1) {
    blockFuel++;
    emitDirectBranch(condition, label);
  }
  else branchIfWithValues(condition, label);
}
function branchIfWithValues(condition: i32, label: usize): void {
  const arity = labelArity(label);
  blockFuel += branchFuel(arity);
  const first = height - arity;
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
  resultEnd = 0;
  if (arity > FEW_VALUES) {
    store<u32>(label, <u32>pos, STUB);
    store<i32>(label, -1 - first, STAMP);
  }
  emitBranchKeeping(label);
  ensure(OPERATOR_BYTES);
  emit(0);
  openBlock();
  setDistance(skip, pos);
}
function emitBranchKeeping(label: usize): void {
  if (label == FRAMES) { emitReturn(); return; }
  moveToLabel(label, labelArity(label));
  emit2(Ir.Branch, 0);
  linkBranch(label, pos - 4);
}
function translateBranchTable(): void {
  const count = unsigned();
  // All labels take as many values as the first.
  const arity = labelArity(labelAt(decodeUnsigned32(offset)));
  blockFuel += branchFuel(arity);
  const index = popRegister();
  if (arity > MOST_MOVED_SINGLY) placeTop(arity);
  ensure((<usize>count << 2) + OPERATOR_BYTES);
  emit3(Ir.BranchTable, index, count);
  tableStamp = <i32>pos;
  const first = pos;
  const targetsAt = offset;
  if (emitTargets(count)) emitBranchStubs(targetsAt, first, count);
  leaveUnreachable();
}
function emitTargets(count: u32): bool {
  const p = pos;
  let needsStubs = false;
  for (let i: u32 = 0; i <= count; i++) {
    const label = labelAt(unsigned());
    if (load<i32>(label, STAMP) != tableStamp) {
      store<i32>(label, tableStamp, STAMP);
      store<i32>(label, isDirect(label) ? DIRECT : STUB_WANTED, STUB);
    }
    const field = p + ((<usize>i) << 2);
    store<i32>(field, 0);
    if (load<i32>(label, STUB) == DIRECT) linkBranch(label, field);
    else needsStubs = true;
  }
  pos = p + ((<usize>count + 1) << 2);
  return needsStubs;
}
function emitBranchStubs(targetsAt: usize, first: usize, count: u32): void {
  offset = targetsAt;
  for (let i: u32 = 0; i <= count; i++) {
    const label = labelAt(unsigned());
    if (load<i32>(label, STUB) == DIRECT) continue;
    if (load<i32>(label, STUB) == STUB_WANTED) {
      ensure(OPERATOR_BYTES);
      emit(0);
      store<u32>(label, <u32>pos, STUB);
      resultEnd = 0;
      emitBranchKeeping(label);
      ensure(OPERATOR_BYTES);
    }
    setDistance(first + ((<usize>i) << 2), load<u32>(label, STUB));
  }
}
function leaveUnreachable(): void {
  reachable = false;
  skipUnreachable();
}
function skipUnreachable(): void {
  closeBlock();
  truncate(load<i32>(labels - LABEL, HEIGHT));
  let nesting = 0;
  while (true) {
    let operator: i32 = load<u8>(offset++);
    if (operator >= OperatorPrefix.Miscellaneous) {
      const base = operator == OperatorPrefix.Vector ? <i32>OperatorPrefix.VectorBase : <i32>OperatorPrefix.MiscellaneousBase;
      operator = base + unsigned();
    }
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
      if (reachable) return;
      continue;
    }
    offset = skipImmediates(operator, offset);
  }
}

// Operators

function translateUnary(operator: i32): void {
  blockFuel++;
  const a = popRegister();
  const ir: i32 = load<u8>(IR_OF_OPERATOR + operator);
  const file: i32 = load<u8>(RESULT_FILE + operator);
  if (ir == 0) {
    emit5(Ir.Rare, operator, 0, a, 0);
    pushResult(file, pos - 12, Ir.Rare);
    return;
  }
  emit3(ir, 0, a);
  pushResult(file, pos - 8, ir);
}
function translateBinary(operator: i32): void {
  blockFuel++;
  if ((load<u8>(MAKERS_WISHED + operator) & load<u8>(MAKER_OF_IR + resultIr)) != 0 && fuseAddition()) return;
  let right = popEntry();
  let left = popEntry();
  let kind = kindOf(right);
  if (kind < Entry.Constant32 && load<u8>(SWAPPED_OPERATOR + operator) != 0 && kindOf(left) >= Entry.Constant32) {
    const swapped = right;
    right = left;
    left = swapped;
    operator = load<u8>(SWAPPED_OPERATOR + operator);
    kind = kindOf(right);
  }
  if (kind == Entry.Constant32 && translateImmediate32(operator, left, valueAt(right))) return;
  if (kind == Entry.Constant64 && translateImmediate64(operator, left, right)) return;
  const a = register(left);
  const b = register(right);
  const ir: i32 = load<u8>(IR_OF_OPERATOR + operator);
  const file: i32 = load<u8>(RESULT_FILE + operator);
  if (ir == 0) {
    emit5(Ir.Rare, operator, 0, a, b);
    pushResult(file, pos - 12, Ir.Rare);
    return;
  }
  emit4(ir, 0, a, b);
  pushResult(file, pos - 12, ir);
}
function fuseAddition(): bool {
  const field = resultField;
  let other = height - 2;
  if (!isLastResult(other + 1)) {
    if (!isLastResult(other)) return false;
    other++;
  }
  let ir: i32 = load<u8>(IR_WITH_ADDITION + resultIr);
  let operand: i32;
  if (kindOf(other) < Entry.Constant32) operand = register(other);
  else {
    if (ir != Ir.I32ShlAdd) return false;
    ir = Ir.I32ShlAddImm;
    operand = valueAt(other);
  }
  popEntry();
  popEntry();
  store<i32>(field - 4, ir);
  emit(operand);
  pushResult(ir == Ir.F64MulAdd ? File.Word64 : File.Word32, field, ir);
  return true;
}
function fuseSum(ir: i32, address: i32, first: i32): bool {
  if (resultIr != Ir.I32AddImm || load<u8>(IR_AT_SUM + ir) == 0 || !isLastResult(address)) return false;
  store<i32>(resultField - 4, load<u8>(IR_AT_SUM + ir));
  store<i32>(resultField, first);
  emit(offsetLow);
  return true;
}
function translateImmediate32(operator: i32, left: i32, value: i32): bool {
  let ir: i32 = load<u8>(IMMEDIATE_IR + operator);
  switch (operator) {
    case Operator.I32Sub: ir = Ir.I32AddImm; value = -value; break;
    case Operator.I32Rotr: ir = Ir.I32RotlImm; value = -value & 31; break;
    case Operator.I32DivS: if (value != 0 && value != -1) ir = Ir.I32DivSImm; break;
    case Operator.I32RemS: if (value != 0 && value != -1) ir = Ir.I32RemSImm; break;
    case Operator.I32DivU: if (value != 0) ir = Ir.I32DivUImm; break;
    case Operator.I32RemU: if (value != 0) ir = Ir.I32RemUImm; break;
  }
  if (ir == 0) return false;
  const a = register(left);
  emit4(ir, 0, a, value);
  pushResult(File.Word32, pos - 12, ir);
  return true;
}
function translateImmediate64(operator: i32, left: i32, right: i32): bool {
  let value = load<i64>(entry(right), 4);
  let ir: i32;
  if (operator == Operator.I64Sub) { value = -value; ir = Ir.I64AddImm; }
  else if (operator == Operator.I64Add) ir = Ir.I64AddImm;
  else if (operator == Operator.I64And) ir = Ir.I64AndImm;
  else if (operator >= Operator.I64Shl && operator <= Operator.I64Rotl) {
    const a = register(left);
    ir = <i32>Ir.I64ShlImm + operator - <i32>Operator.I64Shl;
    emit4(ir, 0, a, <i32>value & 63);
    pushResult(File.Word64, pos - 12, ir);
    return true;
  } else return false;
  const a = register(left);
  emit5(ir, 0, a, <i32>value, <i32>(value >> 32));
  pushResult(File.Word64, pos - 16, ir);
  return true;
}
function emitOtherFields(operator: i32, a: i32, b: i32, imm: i32, x: i32): void {
  emit4(Ir.Other, operator, 0, a);
  emit3(b, imm, x);
}
function emitOther(operator: i32, file: i32, operands: i32, imm: i32): void {
  const b = operands > 1 ? popRegister() : 0;
  const a = operands > 0 ? popRegister() : 0;
  emitOtherFields(operator, a, b, imm, 0);
  if (file >= 0) pushResult(file, pos - 20, Ir.Other);
}
function emitBulk(operator: i32, a: i32, b: i32, c: i32, x: i32, y: i32): void {
  emit4(Ir.Bulk, operator, a, b);
  emit3(c, x, y);
}
function emitBulkOfThree(operator: i32, x: i32, y: i32): void {
  const c = popRegister();
  const b = popRegister();
  const a = popRegister();
  emitBulk(operator, a, b, c, x, y);
}
function translateSelect(): void {
  const condition = popEntry();
  const otherwise = popEntry();
  const then = popEntry();
  const file = fileAt(then);
  const a = register(then);
  const b = register(otherwise);
  const c = register(condition);
  if (file <= File.Word64) {
    const ir = file == File.Word32 ? <i32>Ir.Select32 : <i32>Ir.Select64;
    emit5(ir, 0, a, b, c);
    pushResult(file, pos - 16, ir);
    return;
  }
  emitOtherFields(Operator.Select, a, b, c, file);
  pushResult(file, pos - 20, Ir.Other);
}
function translateGlobalGet(): void {
  blockFuel++;
  const index = unsigned();
  const file = fileOf(load<u8>(globals + ((<usize>index) << 1)));
  if (file <= File.Word64) {
    const ir = file == File.Word32 ? <i32>Ir.GlobalGet32 : <i32>Ir.GlobalGet64;
    emit3(ir, 0, index);
    pushResult(file, pos - 8, ir);
  } else {
    emitOtherFields(Operator.GlobalGet, 0, 0, index, file);
    pushResult(file, pos - 20, Ir.Other);
  }
}
function translateGlobalSet(): void {
  blockFuel++;
  const index = unsigned();
  const file = fileOf(load<u8>(globals + ((<usize>index) << 1)));
  const a = popRegister();
  if (file == File.Word32) emit3(Ir.GlobalSet32, index, a);
  else if (file == File.Word64) emit3(Ir.GlobalSet64, index, a);
  else emitOtherFields(Operator.GlobalSet, a, 0, index, file);
}
function translateWide(operator: i32): void {
  let c = 0, e = 0;
  if (operator == Operator.I64Add128 || operator == Operator.I64Sub128) {
    e = popRegister();
    c = popRegister();
  }
  const b = popRegister();
  const a = popRegister();
  emit4(Ir.Wide, operator, slot(height), a);
  emit3(b, c, e);
  pushTemporary(File.Word64);
  pushTemporary(File.Word64);
}
// @ts-ignore: decorator
@inline function isPlainAccess(): bool { return memoryIndex == 0 && offsetLow >= 0 && offsetHigh == 0 && plainMemory; }
function emitMemoryAccess(operator: i32, value: i32, address: i32, lane: i32): void {
  emit4(Ir.MemoryAccess, operator | (lane << 16), value, address);
  emit3(memoryIndex, offsetLow, offsetHigh);
}
function translateLoad(operator: i32): void {
  blockFuel++;
  readMemoryArgument();
  const at = popEntry();
  const file: i32 = load<u8>(RESULT_FILE + operator);
  const ir: i32 = load<u8>(IR_OF_OPERATOR + operator);
  const plain = isPlainAccess();
  if (plain && fuseSum(ir, at, 0)) {
    pushResult(file, pos - 16, load<u8>(IR_AT_SUM + ir));
    return;
  }
  const address = register(at);
  if (plain) {
    emit4(ir, 0, address, offsetLow);
    pushResult(file, pos - 12, ir);
  } else {
    emitMemoryAccess(operator, 0, address, 0);
    pushResult(file, pos - 20, Ir.MemoryAccess);
  }
}
function translateStore(operator: i32): void {
  blockFuel++;
  readMemoryArgument();
  const v = popEntry();
  const addressAt = popEntry();
  const kind = kindOf(v);
  const ir: i32 = load<u8>(IR_OF_OPERATOR + operator);
  const plain = isPlainAccess();
  if (plain && kind == Entry.Constant32 && load<u8>(IR_OF_IMMEDIATE_STORE + ir) != 0) {
    const value = valueAt(v);
    const address = register(addressAt);
    emit4(load<u8>(IR_OF_IMMEDIATE_STORE + ir), value, address, offsetLow);
    return;
  }
  if (plain && kind == Entry.Local && fuseSum(ir, addressAt, valueAt(v))) return;
  const value = register(v);
  const address = register(addressAt);
  if (plain) emit4(ir, value, address, offsetLow);
  else emitMemoryAccess(operator, value, address, 0);
}
function translateVector(operator: i32): void {
  blockFuel++;
  const immediate: i32 = load<u8>(IMMEDIATES + operator);
  const operands: i32 = load<u8>(VECTOR_OPERAND_COUNT + operator);
  const result: i32 = load<u8>(VECTOR_RESULT_FILE + operator);
  if (immediate == Immediate.Memarg || immediate == Immediate.MemargLane) {
    readMemoryArgument();
    let lane = 0;
    if (immediate == Immediate.MemargLane) lane = load<u8>(offset++);
    const value = operands > 1 ? popRegister() : 0;
    const address = popRegister();
    if (result == NO_REGISTER_FILE) {
      emitMemoryAccess(operator, value, address, lane);
      return;
    }
    if (operands > 1) {
      const s = slot(height);
      if (value != s) emitCopy(File.Vector, s, value);
      emitMemoryAccess(operator, s, address, lane);
      pushTemporary(File.Vector);
    } else {
      emitMemoryAccess(operator, 0, address, lane);
      pushResult(File.Vector, pos - 20, Ir.MemoryAccess);
    }
    return;
  }
  let lane = 0;
  let bytesAt: usize = 0;
  if (immediate == Immediate.Lane) lane = load<u8>(offset++);
  else if (immediate == Immediate.Bytes16) {
    bytesAt = offset;
    offset += 16;
  }
  const c = operands > 2 ? popRegister() : 0;
  const b = operands > 1 ? popRegister() : 0;
  const a = operands > 0 ? popRegister() : 0;
  emit3(Ir.Vector, operator | (lane << 16), 0);
  const field = pos - 4;
  if (operands > 0) emit(a);
  if (operands > 1) emit(b);
  if (operands > 2) emit(c);
  if (bytesAt != 0) {
    memory.copy(pos, bytesAt, 16);
    pos += 16;
  }
  pushResult(result, field, Ir.Vector);
}
function placeArguments(count: i32): i32 {
  if (count > FEW_ARGUMENTS) ensure(OPERATOR_BYTES + MOVE_BYTES * <usize>count);
  for (let i = 0; i < count; i++) {
    const at = popEntry();
    if (kindOf(at) != Entry.Temporary) emitMove(localCount + at, at);
  }
  return localCount + height;
}
function translateCall(): void {
  const index = unsigned();
  const type = typeOfFunction(index);
  blockFuel += callFuel(type);
  const first = placeArguments(parameterCountOf(type));
  emit3(index < importedFunctionCount ? Ir.CallImport : Ir.Call, index, first);
  const n = resultCountOfType(type);
  if (n == 1) pushTemporary(fileOf(load<u8>(results(type))));
  else if (n > 1) pushResults(type);
}
function translateCallIndirect(): void {
  const type = typeRecord(unsigned());
  blockFuel += callFuel(type) - 1;
  const table = unsigned();
  const element = popRegister();
  const first = placeArguments(parameterCountOf(type));
  emit5(Ir.CallIndirect, first, element, typeId(type), table);
  pushResults(type);
}
function placeTailArguments(type: usize): void {
  blockFuel += tailCallFuel(type) - 1;
  moveToSlots(parameterCountOf(type));
  ensure(OPERATOR_BYTES);
}
function translateReturnCall(index: u32): void {
  placeTailArguments(typeOfFunction(index));
  emit3(Ir.ReturnCall, index, 0);
  emit(Ir.Return);
  leaveUnreachable();
}
function translateReturnCallIndirect(): void {
  const type = typeRecord(unsigned());
  const table = unsigned();
  const at = height - 1;
  emitMove(slot(at), at);
  popEntry();
  placeTailArguments(type);
  emit5(Ir.ReturnCallIndirect, 0, slot(at), typeId(type), table);
  emit(Ir.Return);
  leaveUnreachable();
}
function addressFile(type: i32): i32 { return type == ValueType.I64 ? File.Word64 : File.Word32; }
function tableFile(t: u32): i32 { return addressFile(load<u8>(tables + ((<usize>t) << 1), 1)); }
function memoryFile(m: u32): i32 { return addressFile(load<u8>(memories + m)); }

function translateRareSpecial(operator: i32): void {
  switch (operator) {
    case Operator.CallIndirect: translateCallIndirect(); break;
    case Operator.ReturnCall: translateReturnCall(unsigned()); break;
    case Operator.ReturnCallIndirect: translateReturnCallIndirect(); break;
    case Operator.SelectTyped: {
      for (let count = unsigned(); count > 0; count--) offset++;
      translateSelect();
      break;
    }
    case Operator.Select: translateSelect(); break;
    case Operator.TableGet: emitOther(operator, File.Reference, 1, unsigned()); break;
    case Operator.TableSet: emitOther(operator, -1, 2, unsigned()); break;
    case Operator.TableSize: { const t = unsigned(); emitOther(operator, tableFile(t), 0, t); break; }
    case Operator.RefNull: offset++; emitOther(operator, File.Reference, 0, 0); break;
    case Operator.RefIsNull: emitOther(operator, File.Word32, 1, 0); break;
    case Operator.RefFunc: emitOther(operator, File.Reference, 0, unsigned()); break;
    case Operator.MemorySize: { const m = unsigned(); emitOther(operator, memoryFile(m), 0, m); break; }
    case Operator.MemoryGrow: {
      const m = unsigned();
      const delta = popRegister();
      emitBulk(operator, 0, delta, 0, m, 0);
      pushResult(memoryFile(m), pos - 20, Ir.Bulk);
      break;
    }
    case Operator.TableGrow: {
      const t = unsigned();
      const delta = popRegister();
      const value = popRegister();
      emitBulk(operator, 0, delta, value, t, 0);
      pushResult(tableFile(t), pos - 20, Ir.Bulk);
      break;
    }
    case Operator.DataDrop:
    case Operator.ElemDrop: emitBulk(operator, 0, 0, 0, unsigned(), 0); break;
    case Operator.MemoryInit:
    case Operator.TableInit: {
      const segment = unsigned();
      const x = unsigned();
      emitBulkOfThree(operator, x, segment);
      break;
    }
    case Operator.MemoryCopy:
    case Operator.TableCopy: {
      const d = unsigned();
      const s = unsigned();
      emitBulkOfThree(operator, d, s);
      break;
    }
    case Operator.MemoryFill:
    case Operator.TableFill: emitBulkOfThree(operator, unsigned(), 0); break;
    default: translateWide(operator); break;
  }
}

function step(operator: i32): void {
  switch (operator) {
    case Operator.F32Const: blockFuel++; pushConstant32(word()); break;
    case Operator.F64Const: blockFuel++; pushConstant64(load<i64>(offset)); offset += 8; break;
    case Operator.Nop: break;
    case Operator.Drop: popEntry(); break;
    case Operator.Block:
    case Operator.Loop: translateBlock(operator); break;
    case Operator.If: translateIf(); break;
    case Operator.Else: translateElse(); break;
    case Operator.End: translateEnd(); break;
    case Operator.Br: translateBranch(); break;
    case Operator.BrIf: translateBranchIf(); break;
    case Operator.BrTable: translateBranchTable(); break;
    case Operator.Return: emitReturn(); leaveUnreachable(); break;
    case Operator.Unreachable: emit(Ir.Unreachable); leaveUnreachable(); break;
    case Operator.Call: translateCall(); break;
    case Operator.GlobalGet: translateGlobalGet(); break;
    case Operator.GlobalSet: translateGlobalSet(); break;
    case OperatorPrefix.Miscellaneous: {
      const o = <i32>OperatorPrefix.MiscellaneousBase + unsigned();
      if (load<u8>(SHAPES + o) == Shape.Unary) translateUnary(o);
      else { blockFuel += operatorFuel(o); translateRareSpecial(o); }
      break;
    }
    case OperatorPrefix.Vector: translateVector(<i32>OperatorPrefix.VectorBase + unsigned()); break;
    default: {
      const shape: i32 = load<u8>(SHAPES + operator);
      switch (shape) {
        case Shape.Unary: translateUnary(operator); break;
        case Shape.Binary: translateBinary(operator); break;
        case Shape.Load: translateLoad(operator); break;
        case Shape.Store: translateStore(operator); break;
        case Shape.Reinterpret: blockFuel++; break;
        case Shape.LocalGet:
        case Shape.LocalSet:
        case Shape.LocalTee: {
          const local = <i32>unsigned();
          blockFuel++;
          if (operator != Operator.LocalGet) setLocal(local, popEntry());
          if (operator != Operator.LocalSet) pushLocal(local, load<u8>(LOCAL_TYPES + local));
          break;
        }
        case Shape.I32Const: { blockFuel++; const v = signed32(); pushConstant32(v); break; }
        case Shape.I64Const: {
          blockFuel++;
          const v = decodeSigned64(offset);
          offset = afterLeb128(offset);
          pushConstant64(v);
          break;
        }
        default: blockFuel += operatorFuel(operator); translateRareSpecial(operator); break;
      }
      break;
    }
  }
}

// Functions

function emitZeros(file: i32, first: i32, count: u32): void {
  if (count > MOST_ZEROED_IN_LOOP) {
    emit4(Ir.ZeroRare, first, count, file);
    return;
  }
  const ir = file == File.Word32 ? <i32>Ir.Zero32 : <i32>Ir.Zero64;
  for (let n = <i32>count; n > 0; first += 4, n -= 4) emit3(ir, first, min<i32>(n, 4));
}

/** Vectors, and references, of all groups are zeroed at once: from the first to behind the last, 0 if there is none. */
let firstVector = 0, vectorsEnd = 0, vectorLocals = 0, firstReference = 0, referencesEnd = 0;

function addLocals(size: i32, file: i32): void {
  const first = localCount;
  if (LOCAL_TYPES + <usize>first + <usize>size > LOCAL_TYPES_END) refuse();
  memory.fill(LOCAL_TYPES + first, <u8>file, size);
  localCount = first + size;
  if (file == File.Vector) {
    if (vectorsEnd == 0) firstVector = first;
    vectorsEnd = localCount;
    vectorLocals += size;
  } else if (file == File.Reference) {
    if (referencesEnd == 0) firstReference = first;
    referencesEnd = localCount;
  } else {
    ensure(OPERATOR_BYTES);
    emitZeros(file, first, size);
  }
}

function openBody(index: u32): void {
  const type = typeOfFunction(index);
  const count = <i32>parameterCountOf(type), p = parameters(type);
  for (let i = 0; i < count; i++) store<u8>(LOCAL_TYPES + i, <u8>fileOf(load<u8>(p + i)));
  localCount = count;
  vectorsEnd = 0;
  vectorLocals = 0;
  referencesEnd = 0;
  for (let groups = unsigned(); groups > 0; groups--) {
    const size = unsigned();
    if (size > <u32>(LOCAL_TYPES_END - LOCAL_TYPES)) refuse();
    if (size > 0) addLocals(size, fileOf(load<u8>(offset)));
    offset++;
  }
  ensure(OPERATOR_BYTES);
  if (vectorsEnd > 0) emit4(Ir.ZeroRare, firstVector, vectorsEnd - firstVector, File.Vector);
  if (referencesEnd > 0) emit4(Ir.ZeroRare, firstReference, referencesEnd - firstReference, File.Reference);
  const localBytes = <u32>(LOCAL_BYTES * (localCount - count) + (VECTOR_LOCAL_BYTES - LOCAL_BYTES) * vectorLocals);
  blockFuel += localBytes / bytesPerFuel;
  height = 0;
  maximumHeight = 0;
  settledHeight = 0;
  memory.fill(TOPMOST, 0xff, (<usize>localCount) << 2);
  pushLabel(LabelKind.Function, 0, load<u32>(functionTypes + ((<usize>index) << 2)));
}

const SLOTS: usize = memory.data(4, 16);

/** Address of a word: the register slots of the function that was translated last. */
export function frameSlots(): usize {
  return SLOTS;
}

/** Metering, as `Metering` has it. */
export function meter(consume: bool, bytes: u32): void {
  consumeFuel = consume;
  bytesPerFuel = bytes;
}

/**
 * Writes the code of the function `index`, whose valid body of `length` bytes is at `body`, to the memory from `code` on, which may
 * grow, but not for more than about `mostBytes`; returns how many words. Entries of the operand stack stand between `body` and `code`.
 */
export function translate(index: u32, body: usize, length: usize, code: usize, mostBytes: usize): u32 {
  mostCodeBytes = mostBytes;
  offset = body;
  entries = (body + length + 32 + 15) & ~15;
  entriesEnd = code;
  if (entries + 1024 > entriesEnd) refuse();
  plainMemory = address0 == ValueType.I32;
  codeEnd = (<usize>memory.size()) << 16;
  start = code;
  pos = code;
  resultEnd = 0;
  resultField = 0;
  reachable = true;
  labels = FRAMES;
  resultCount = <i32>resultCountOfType(typeOfFunction(index));
  ensure(OPERATOR_BYTES);
  emit(0);
  openBlock();
  openBody(index);
  translateOperators(body + length);
  store<i32>(SLOTS, max<i32>(localCount + maximumHeight, resultCount));
  return <u32>((pos - start) >>> 2);
}

function translateOperators(end: usize): void {
  const plain = plainMemory, locals = localCount;
  let o = offset, position = pos, rf = resultField, re = resultEnd, ri = resultIr;
  let h = height, mh = maximumHeight, sh = settledHeight;
  let codeLimit = codeEnd - OPERATOR_BYTES;
  let fuel = 0;
  while (o < end) {
    const operator: i32 = load<u8>(o);
    o++;
    const shape: i32 = load<u8>(SHAPES + operator);
    switch (shape) {
      case Shape.LocalGet:
      case Shape.LocalSet:
      case Shape.LocalTee:
      case Shape.I32Const:
      case Shape.I64Const: {
        let next = o;
        let byte: u32 = load<u8>(next);
        next++;
        let value: i32 = byte & 0x7f;
        let shift = 0;
        let long = false;
        while (byte > 0x7f) {
          if (shift == 21) { long = true; break; }
          byte = load<u8>(next);
          next++;
          shift += 7;
          value |= (byte & 0x7f) << shift;
        }
        if (long) break;
        if (shape == Shape.LocalSet || shape == Shape.LocalTee) {
          if (load<i32>(topmost(value)) >= 0 || position > codeLimit) break;
          const at = entry(h - 1);
          const w = load<i32>(at);
          const kind = w & 3;
          if (w >= File.Vector << 2 || kind == Entry.Constant64) break;
          let source = locals + h - 1;
          if (kind == Entry.Temporary && re == position && load<i32>(rf) == source) {
            store<i32>(rf, value);
            re = 0;
          } else {
            let ir = w < File.Word64 << 2 ? <i32>Ir.Copy32 : <i32>Ir.Copy64;
            if (kind != Entry.Temporary) {
              source = load<i32>(at, 4);
              if (kind == Entry.Local) store<i32>(topmost(source), load<i32>(at, 12));
              else ir = Ir.Const32;
            }
            store<i32>(position, ir);
            store<i32>(position, value, 4);
            store<i32>(position, source, 8);
            position += 12;
          }
          h--;
          if (h < sh) sh = h;
        }
        o = next;
        fuel++;
        if (shape == Shape.LocalSet) continue;
        const at = entry(h);
        if (shape >= Shape.I32Const) {
          value = (value << (25 - shift)) >> (25 - shift);
          store<i32>(at, shape == Shape.I32Const ? Entry.Constant32 : Entry.Constant64 | (File.Word64 << 2));
          store<i64>(at, <i64>value, 4);
        } else {
          store<i32>(at, Entry.Local | (<i32>load<u8>(LOCAL_TYPES + value) << 2));
          store<i32>(at, value, 4);
          store<i32>(at, load<i32>(topmost(value)), 12);
          store<i32>(topmost(value), h);
        }
        h++;
        if (h <= mh) continue;
        mh = h;
        if (at + 1024 > entriesEnd) refuse();
        continue;
      }
      case Shape.Unary:
      case Shape.Load:
      case Shape.Binary:
      case Shape.Store: {
        let ir: i32 = load<u8>(IR_OF_OPERATOR + operator);
        if (ir == 0 || position > codeLimit) break;
        const top = entry(h - 1);
        const first = shape >= Shape.Binary ? top - ENTRY : top;
        const firstKind = load<i32>(first) & 3;
        if (firstKind >= Entry.Constant32) break;
        if (re == position && (load<u8>(MAKER_OF_IR + ri) & load<u8>(MAKERS_WISHED + operator)) != 0) {
          if (operator != Operator.I32Add || (load<i32>(top) & 3) != Entry.Temporary) break;
          if (load<i32>(rf) != locals + h - 1) break;
          h--;
          let operand = locals + h - 1;
          store<i32>(rf, operand);
          if (firstKind == Entry.Local) {
            operand = load<i32>(first, 4);
            store<i32>(topmost(operand), load<i32>(first, 12));
          }
          ri = load<u8>(IR_WITH_ADDITION + ri);
          store<i32>(rf - 4, ri);
          store<i32>(position, operand);
          position += 4;
          re = position;
          store<i32>(first, File.Word32 << 2);
          if (h < sh) sh = h;
          fuel++;
          continue;
        }
        let next = o;
        let last: i32 = 0;
        if ((shape & 1) == 0) {
          last = load<u8>(o, 1);
          next = o + 2;
          if (!plain || load<u8>(o) > 0x3f) break;
          if (last > 0x7f) {
            const byte: i32 = load<u8>(next);
            next++;
            if (byte > 0x7f) break;
            last = (last & 0x7f) | (byte << 7);
          }
        }
        let s = locals + h - 1;
        let destination = s;
        let bytes: usize = shape == Shape.Unary ? 12 : 16;
        if (first != top) {
          const kind = load<i32>(top) & 3;
          if (kind != Entry.Temporary) {
            let value = load<i32>(top, 4);
            if (kind == Entry.Local) {
              store<i32>(topmost(value), load<i32>(top, 12));
              s = value;
            } else if (shape == Shape.Binary && (kind == Entry.Constant32 || load<u8>(IMMEDIATE_IR + operator) != 0 || operator == Operator.I64Sub)) {
              ir = load<u8>(IMMEDIATE_IR + operator);
              if (ir == 0) {
                if (operator != Operator.I32Sub) break;
                ir = Ir.I32AddImm;
                value = -value;
              }
              s = value;
              if (kind == Entry.Constant64) {
                if (ir >= Ir.I64ShlImm) s = value & 63;
                else {
                  store<i32>(position, load<i32>(top, 8), 16);
                  bytes = 20;
                }
              }
            } else if (kind == Entry.Constant32 && load<u8>(IR_OF_IMMEDIATE_STORE + ir) != 0) {
              ir = load<u8>(IR_OF_IMMEDIATE_STORE + ir);
              s = value;
            } else {
              store<i32>(position, kind == Entry.Constant32 ? Ir.Const32 : Ir.Const64);
              store<i32>(position, s, 4);
              store<i32>(position, value, 8);
              store<i32>(position, load<i32>(top, 8), 12);
              position += kind == Entry.Constant32 ? 12 : 16;
            }
          }
          destination--;
          h--;
        }
        let a = destination;
        if (firstKind == Entry.Local) {
          a = load<i32>(first, 4);
          store<i32>(topmost(a), load<i32>(first, 12));
        }
        store<i32>(position, ir);
        store<i32>(position, a, 8);
        if (shape == Shape.Store) {
          store<i32>(position, s, 4);
          store<i32>(position, last, 12);
          position += 16;
          h--;
        } else {
          store<i32>(position, destination, 4);
          if (shape != Shape.Unary) store<i32>(position, shape == Shape.Binary ? s : last, 12);
          rf = position + 4;
          position += bytes;
          re = position;
          ri = ir;
          store<i32>(first, <i32>load<u8>(RESULT_FILE + operator) << 2);
        }
        if (h < sh) sh = h;
        o = next;
        fuel++;
        continue;
      }
      default: break;
    }
    offset = o;
    pos = position;
    blockFuel += fuel;
    resultField = rf;
    resultEnd = re;
    resultIr = ri;
    height = h;
    maximumHeight = mh;
    settledHeight = sh;
    fuel = 0;
    ensure(OPERATOR_BYTES);
    step(operator);
    o = offset;
    position = pos;
    rf = resultField;
    re = resultEnd;
    ri = resultIr;
    h = height;
    mh = maximumHeight;
    sh = settledHeight;
    codeLimit = codeEnd - OPERATOR_BYTES;
  }
  offset = o;
  pos = position;
  blockFuel += fuel;
  resultField = rf;
  resultEnd = re;
  resultIr = ri;
  height = h;
  maximumHeight = mh;
  settledHeight = sh;
}
