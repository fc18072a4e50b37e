import { beginFunction, charge, chargeCompilation, chargeEntry, checkFrame, claimFrame } from './charges';
import { loadFuel, releaseFrame, restoreFrame, storeFuel } from './charges';
import {
  ACCESSES,
  LOCAL_BYTES,
  MOST_BLOCK_FUEL,
  Operator,
  OPERATOR_ACTIONS,
  OperatorAction,
  OperatorPrefix,
  ValueType,
  RARE_LOCAL_BYTES,
} from '../generated/tables';
import { skipImmediates } from '../immediates';
import * as out from './injected-bytes';
import {
  addedGlobalCount,
  bytesPerFuel,
  calledElementGlobal,
  calledTableGlobal,
  calledWideElementGlobal,
  chargesExecution,
  Helper,
  helper,
  importedGlobalCount,
  tableTagGlobal,
} from './injection-layout';
import * as labels from './injection-labels';
import { afterLeb128, decodeUnsigned32 } from '../leb128';
import {
  importedFunctionCount,
  parameterCount,
  resultCount,
  tables,
  typeOfFunction,
  typeRecord,
} from '../module-description';
import { calleeFuel, callValuesFuel, carriedFuel, operatorFuel, tailCallValuesFuel } from '../operator-fuel';
import { refuse } from '../refusal';

/*
 * Injects fuel accounting into one valid body at a time, byte for byte as `engine/host-executor/injection/body-injector.ts` does, where the why
 * of each step is told. Functions that need seldom used helpers, or more locals than hosts allow, are refused.
 */

/** What replaces or precedes a stretch of the original body. */
const enum Patch { Call, GlobalIndex, NoteIndirectCall, NoteTableOperator, RestoreFrame, ReleaseFrame }
/** Fields of a patch, in bytes: from where to where, kind, value. */
const PATCH_TO: usize = 4, PATCH_KIND: usize = 8, PATCH_VALUE: usize = 12;
const PATCH: usize = 16;

const EXPOSED = 1;
const CALLS = 2;

const CHARGE_BYTES: usize = 128;
const PATCH_BYTES: usize = 32;
const SIZE_BYTES: usize = 5;
const EMPTY_BLOCK_TYPE = 0x40;
/** Of all hosts. */
const MAXIMUM_LOCALS: u64 = 50_000;

let patches: usize = 0;
let patchesEnd: usize = 0;
let lastPatch: usize = 0;
let plain: bool = false;
let dirty: bool = false;
let fuelLoaded: bool = false;
let changed: bool = false;
let frameCost: u32 = 0;
/** Index of the local that holds what the frame leaves of the stack, in functions that call; else -1. */
let leftLocal: i32 = -1;
/** Of the block at hand: where it begins, its fuel and flags. */
let blockAt: usize = 0;
let fuel: i64 = 0;
let flags: i32 = 0;
let offset: usize = 0;
let localsFuel: i64 = 0;

/**
 * Writes the injected body of the defined function, its size first, behind the patches, which stand from `patchesAt` to `outAt`;
 * returns its bytes. The original body is at `body`, and some bytes behind it may be read.
 */
export function inject(definedIndex: u32, body: usize, length: usize, patchesAt: usize, outAt: usize, cost: u32, makesCalls: bool, compilationFuel: i64): u32 {
  const end = body + length;
  const functionIndex = importedFunctionCount + definedIndex;
  const type = typeOfFunction(functionIndex);
  patches = lastPatch = patchesAt;
  patchesEnd = outAt;
  plain = !chargesExecution();
  frameCost = cost;
  changed = false;
  out.begin(outAt);
  out.ensure(length + CHARGE_BYTES);
  out.truncate(SIZE_BYTES);
  writeLocals(body, parameterCount(type), makesCalls);
  if (compilationFuel > 0) {
    changed = true;
    out.ensure(CHARGE_BYTES);
    chargeCompilation(definedIndex, functionIndex, compilationFuel);
  }
  beginFrame();
  labels.reset(resultCount(type));
  injectOperators(end);
  if (!changed) {
    out.truncate(SIZE_BYTES);
    out.ensure(length);
    out.copy(body, end);
  }
  out.writeSize();
  return <u32>out.written();
}

/** The declarations, with the fuel local behind them, and the one of the frame. */
function writeLocals(body: usize, parameters: u32, makesCalls: bool): void {
  const groups = decodeUnsigned32(body);
  offset = afterLeb128(body);
  const first = offset;
  let locals: u64 = 0;
  let rare: u64 = 0;
  for (let group: u32 = 0; group < groups; group++) {
    const count: u64 = decodeUnsigned32(offset);
    offset = afterLeb128(offset);
    locals += count;
    if (load<u8>(offset) <= <u8>ValueType.V128) rare += count;
    offset = afterLeb128(offset);
  }
  const declared = locals + parameters;
  if (declared + 1 >= MAXIMUM_LOCALS) refuse();
  const added = plain ? 0 : 1;
  beginFunction(<u32>declared);
  leftLocal = makesCalls ? <i32>declared + added : -1;
  out.unsigned32(groups + added + (makesCalls ? 1 : 0));
  out.copy(first, offset);
  if (!plain) declareOne(ValueType.I64);
  if (makesCalls) declareOne(ValueType.I32);
  localsFuel = (LOCAL_BYTES * locals + (RARE_LOCAL_BYTES - LOCAL_BYTES) * rare) / bytesPerFuel();
}

function declareOne(type: i32): void {
  out.byte(1);
  out.byte(type);
}

function beginFrame(): void {
  if (frameCost == 0) return;
  changed = true;
  out.ensure(CHARGE_BYTES);
  if (leftLocal >= 0) claimFrame(frameCost, leftLocal);
  else checkFrame(frameCost);
}

function patch(from: usize, to: usize, kind: i32, value: u32): void {
  const at = lastPatch;
  if (at + PATCH > patchesEnd) refuse();
  store<u32>(at, <u32>from);
  store<u32>(at, <u32>to, PATCH_TO);
  store<i32>(at, kind, PATCH_KIND);
  store<u32>(at, value, PATCH_VALUE);
  lastPatch = at + PATCH;
}

/** Writes the basic block that ends at `to` behind its charge; `terminator` is the operator that hands control to another, or 0. */
function endBlock(terminator: usize, to: usize): void {
  if (fuel > MOST_BLOCK_FUEL) fuel = MOST_BLOCK_FUEL;
  out.ensure(to - blockAt + CHARGE_BYTES + ((lastPatch - patches) / PATCH) * PATCH_BYTES);
  if (plain) copyPatched(blockAt, to);
  else endChargedBlock(terminator, to);
  blockAt = to;
  fuel = 0;
  flags = 0;
}

function endChargedBlock(terminator: usize, to: usize): void {
  if (fuel > 0) {
    changed = true;
    if (fuelLoaded) charge(fuel);
    else chargeEntry(fuel);
    dirty = true;
  } else if (!fuelLoaded) loadFuel();
  fuelLoaded = true;
  if (flags & EXPOSED && dirty) {
    storeFuel();
    dirty = false;
  }
  if (flags & CALLS && terminator != 0) {
    copyPatched(blockAt, terminator);
    loadFuel();
    out.copy(terminator, to);
  } else copyPatched(blockAt, to);
}

/** Ends a block that control may never have reached. */
function endBlockIfReached(terminator: usize, to: usize, reachable: bool): void {
  if (!reachable) {
    fuel = 0;
    flags = 0;
  }
  endBlock(terminator, to);
}

function copyPatched(from: usize, to: usize): void {
  for (let at = patches; at < lastPatch; at += PATCH) {
    out.copy(from, load<u32>(at));
    from = load<u32>(at, PATCH_TO);
    applyPatch(load<i32>(at, PATCH_KIND), load<u32>(at, PATCH_VALUE));
  }
  lastPatch = patches;
  out.copy(from, to);
}

function applyPatch(kind: i32, value: u32): void {
  changed = true;
  switch (kind) {
    case Patch.Call: out.indexed(Operator.Call, value); break;
    case Patch.GlobalIndex: out.unsigned32(value); break;
    case Patch.NoteIndirectCall: noteIndirectCall(value); break;
    case Patch.RestoreFrame: if (leftLocal >= 0) restoreFrame(leftLocal); break;
    case Patch.ReleaseFrame: if (leftLocal >= 0) releaseFrame(frameCost, leftLocal); break;
    case Patch.NoteTableOperator:
      out.constant32(-1);
      out.indexed(Operator.GlobalSet, calledTableGlobal());
      break;
  }
}

function noteIndirectCall(table: u32): void {
  const isWide = load<u8>(tables + ((<usize>table) << 1), 1) == ValueType.I64;
  const element = isWide ? calledWideElementGlobal() : calledElementGlobal();
  out.indexed(Operator.GlobalSet, element);
  out.indexed(Operator.GlobalGet, tableTagGlobal());
  if (table > 0) {
    out.constant32(table);
    out.byte(Operator.I32Add);
  }
  out.indexed(Operator.GlobalSet, calledTableGlobal());
  out.indexed(Operator.GlobalGet, element);
}

function unsigned(): u32 {
  const value = decodeUnsigned32(offset);
  offset = afterLeb128(offset);
  return value;
}

function skipInteger(): void { offset = afterLeb128(offset); }

/** Of the block type at `at`. */
function blockResults(at: usize): u32 {
  const byte: i32 = load<u8>(at);
  if (byte < 0x40 || byte > 0x7f) return resultCount(typeRecord(decodeUnsigned32(at)));
  return byte == EMPTY_BLOCK_TYPE ? 0 : 1;
}
function blockParameters(at: usize): u32 {
  const byte: i32 = load<u8>(at);
  return byte < 0x40 || byte > 0x7f ? parameterCount(typeRecord(decodeUnsigned32(at))) : 0;
}

function injectOperators(end: usize): void {
  dirty = false;
  fuelLoaded = false;
  blockAt = offset;
  fuel = localsFuel;
  flags = 0;
  while (offset < end) {
    const start = offset;
    const operator: i32 = load<u8>(start);
    offset = start + 1;
    const action: i32 = load<u8>(operator, OPERATOR_ACTIONS);
    switch (action) {
      case OperatorAction.Plain: fuel += operatorFuel(operator); break;
      case OperatorAction.Free: break;
      case OperatorAction.PlainTrap: fuel += operatorFuel(operator); flags |= EXPOSED; break;
      case OperatorAction.Integer: fuel += operatorFuel(operator); skipInteger(); break;
      case OperatorAction.MemoryAccess: {
        fuel += operatorFuel(operator);
        flags |= EXPOSED;
        const alignment: i32 = load<u8>(offset);
        skipInteger();
        if (alignment & 0x40) skipInteger();
        skipInteger();
        break;
      }
      case OperatorAction.Bytes4: fuel += operatorFuel(operator); offset += 4; break;
      case OperatorAction.Bytes8: fuel += operatorFuel(operator); offset += 8; break;
      case OperatorAction.Global: globalAccess(operator); break;
      case OperatorAction.End: endOperator(start); break;
      case OperatorAction.Call: callOperator(); break;
      default: injectRare(action, operator, start); break;
    }
  }
}

function injectRare(action: i32, operator: i32, start: usize): void {
  switch (action) {
    case OperatorAction.Block: skipInteger(); labels.open(labels.LabelKind.Block, blockResults(start + 1)); break;
    case OperatorAction.Loop: loopOperator(start); break;
    case OperatorAction.If: ifOperator(start); break;
    case OperatorAction.Else: elseOperator(start); break;
    case OperatorAction.Branch:
    case OperatorAction.BranchIf: branchOperator(operator, start); break;
    case OperatorAction.BranchTable: branchTable(start); break;
    case OperatorAction.Leave: leaveBy(0); break;
    case OperatorAction.CallIndirect: callIndirect(start); break;
    case OperatorAction.ReturnCall:
    case OperatorAction.ReturnCallIndirect: tailCall(operator, start); break;
    case OperatorAction.ValueTypes: fuel += operatorFuel(operator); offset = skipImmediates(operator, offset); break;
    case OperatorAction.IntegerTrap:
      fuel += operatorFuel(operator);
      flags |= EXPOSED;
      skipInteger();
      patch(start, start, Patch.NoteTableOperator, 0);
      break;
    case OperatorAction.Truncation:
      fuel += operatorFuel(operator);
      flags |= EXPOSED;
      patch(start, offset, Patch.Call, helper(truncationHelper(operator)));
      break;
    case OperatorAction.MemoryGrow:
      fuel += operatorFuel(operator);
      flags |= EXPOSED | CALLS;
      if (unsigned() != 0) refuse();
      patch(start, offset, Patch.Call, helper(Helper.MemoryGrow));
      break;
    case OperatorAction.Miscellaneous: miscellaneous(start); break;
    case OperatorAction.Vector: vectorOperator(); break;
    default: refuse(); break;
  }
}

function truncationHelper(operator: i32): i32 {
  const index = operator < Operator.I64TruncF32S ? operator - <i32>Operator.I32TruncF32S : 4 + operator - <i32>Operator.I64TruncF32S;
  return Helper.Truncations + index;
}

function globalAccess(operator: i32): void {
  fuel += operatorFuel(operator);
  const at = offset;
  const index = unsigned();
  if (index >= importedGlobalCount()) patch(at, offset, Patch.GlobalIndex, index + addedGlobalCount());
}

function vectorOperator(): void {
  const operator = <i32>OperatorPrefix.VectorBase + unsigned();
  fuel += operatorFuel(operator);
  offset = skipImmediates(operator, offset);
  if (load<u16>(((<usize>operator) << 1), ACCESSES) != 0) flags |= EXPOSED;
}

function miscellaneous(start: usize): void {
  const operator = <i32>OperatorPrefix.MiscellaneousBase + unsigned();
  fuel += operatorFuel(operator);
  const immediates = offset;
  offset = skipImmediates(operator, immediates);
  switch (operator) {
    case Operator.MemoryFill:
      if (decodeUnsigned32(immediates) != 0) refuse();
      patch(start, offset, Patch.Call, helper(Helper.MemoryFill));
      flags |= EXPOSED | CALLS;
      break;
    case Operator.MemoryCopy:
      if ((decodeUnsigned32(immediates) | decodeUnsigned32(afterLeb128(immediates))) != 0) refuse();
      patch(start, offset, Patch.Call, helper(Helper.MemoryCopy));
      flags |= EXPOSED | CALLS;
      break;
    case Operator.MemoryInit:
    case Operator.TableInit:
    case Operator.TableCopy:
    case Operator.TableGrow:
    case Operator.TableFill: refuse(); break;
  }
}

function loopOperator(start: usize): void {
  skipInteger();
  if (labels.isReachable()) {
    fuel += operatorFuel(Operator.Loop);
    endBlock(start, offset);
    // The branches back are not known yet.
    dirty = true;
  }
  labels.open(labels.LabelKind.Loop, blockParameters(start + 1));
}

function ifOperator(start: usize): void {
  skipInteger();
  labels.open(labels.LabelKind.If, blockResults(start + 1));
  if (labels.isReachable()) {
    fuel += operatorFuel(Operator.If);
    endBlock(start, offset);
  }
  labels.markIf(dirty);
}

function elseOperator(start: usize): void {
  endBlockIfReached(start, offset, labels.isReachable());
  dirty = labels.enterElse(dirty);
}

function endOperator(start: usize): void {
  const reachable = labels.isReachable();
  if (labels.isOutermost()) {
    if (reachable) flags |= EXPOSED;
    endBlockIfReached(0, offset, reachable);
  } else if (labels.close()) {
    endBlockIfReached(start, offset, reachable);
    dirty = labels.closedMaybeDirty() || (reachable && dirty);
  }
}

function branchOperator(operator: i32, start: usize): void {
  const label = unsigned();
  if (!labels.isReachable()) return;
  if (labels.isFunction(label)) flags |= EXPOSED;
  fuel += operatorFuel(operator) + carriedFuel(labels.arity(label));
  endBlock(start, offset);
  labels.branchTo(label, dirty);
  if (operator == Operator.Br) labels.leave();
}

function branchTable(start: usize): void {
  const count = unsigned();
  const targets = offset;
  const reachable = labels.isReachable();
  for (let i: u32 = 0; i <= count; i++) {
    const label = unsigned();
    if (reachable && labels.isFunction(label)) flags |= EXPOSED;
  }
  if (!reachable) return;
  fuel += operatorFuel(Operator.BrTable) + carriedFuel(labels.arity(decodeUnsigned32(targets)));
  endBlock(start, offset);
  let at = targets;
  for (let i: u32 = 0; i <= count; i++) {
    labels.branchTo(decodeUnsigned32(at), dirty);
    at = afterLeb128(at);
  }
  labels.leave();
}

/** Ends a block that leaves the function, at a price. */
function leaveBy(price: i64): void {
  if (!labels.isReachable()) return;
  fuel += price;
  flags |= EXPOSED;
  endBlock(0, offset);
  labels.leave();
}

function callOperator(): void {
  const index = unsigned();
  fuel += calleeFuel(Operator.Call, index) + callValuesFuel(typeOfFunction(index));
  flags |= EXPOSED | CALLS;
  patch(offset, offset, Patch.RestoreFrame, 0);
}

function callIndirect(start: usize): void {
  fuel += operatorFuel(Operator.CallIndirect) + callValuesFuel(typeRecord(unsigned()));
  flags |= EXPOSED | CALLS;
  patch(start, start, Patch.NoteIndirectCall, unsigned());
  patch(offset, offset, Patch.RestoreFrame, 0);
}

function tailCall(operator: i32, start: usize): void {
  const index = unsigned();
  const type = operator == Operator.ReturnCall ? typeOfFunction(index) : typeRecord(index);
  if (operator == Operator.ReturnCallIndirect) patch(start, start, Patch.NoteIndirectCall, unsigned());
  patch(start, start, Patch.ReleaseFrame, 0);
  const own = operator == Operator.ReturnCall ? calleeFuel(operator, index) : operatorFuel(operator);
  leaveBy(own + tailCallValuesFuel(type));
}
