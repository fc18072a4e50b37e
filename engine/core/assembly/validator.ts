import { afterSigned32, afterSigned33, afterSigned64, afterUnsigned32, afterUnsigned64 } from './leb128';
import { decodeSigned64, decodeUnsigned32, decodeUnsigned64 } from './leb128';
import {
  address0,
  dataCount,
  elementCount,
  elements,
  functionCount,
  functionTypes,
  globalCount,
  globals,
  maximumBranchTableTargets,
  maximumLocals,
  maximumNesting,
  memories,
  memoryCount,
  mentionsVector,
  parameterCount,
  parameters,
  referenced,
  resultCount,
  results,
  tableCount,
  tables,
  typeCount,
  typeOfFunction,
  typeRecord,
} from './module-description';
import { refuse } from './refusal';
import { FRAMES, FRAMES_END, LOCAL_TYPES, LOCAL_TYPES_END, RUNS, RUNS_END } from './scratch';
import { ACCESSES, FEW_VALUES, VALUES_OF_A_LIST, Immediate, IMMEDIATES, LANES, MemoryAccess, Operator, OperatorPrefix, SIGNATURES, SINGLE_TYPES, ValueType, OPERATOR_SPACE } from './generated/tables';

/*
 * The validation algorithm of the specification's appendix A.3 over one function body at a time, as
 * `engine/validate/function-validator.ts` does it, for the default features. It only says yes; whatever it refuses is looked at
 * again there: what is wrong, what needs other features, what is too large for the scratch space.
 *
 * The main loop keeps address and stack height in locals; functions take the height `sp` and return the new one, and leave the
 * address behind what they read in `next`.
 */

/** The type of an operand that unreachable code conjures up: it matches every other. */
const BOTTOM = 0;

const enum FrameKind {
  Function,
  Block,
  Loop,
  If,
  Else,
}

/** Fields of a control frame, in bytes. A block type is 0 for none, a value type, or the complement of a type index. */
const FRAME_HEIGHT: usize = 4;
const FRAME_TYPE: usize = 8;
const FRAME_UNREACHABLE: usize = 12;
/** Address behind the opcode of the br_table that last had the frame for a target, or 0. */
const FRAME_TABLE: usize = 16;
const FRAME_BYTES: usize = 32;

/** Bytes behind the body that may be read, and mean nothing. */
const PADDING: usize = 32;

/** Address of the next byte to read. */
let next: usize = 0;
/** Address behind the body. */
let end: usize = 0;
let bodyBytes: usize = 0;
/** Value type per operand, a byte each, from here to there. */
let operands: usize = 0;
let operandsEnd: usize = 0;
/** Where the operands of the current frame begin. */
let height: usize = 0;
let isUnreachable: bool = false;
/** The current frame. */
let frame: usize = 0;
/** The operand stack at its highest so far. */
let highest: usize = 0;
/** Whether a call, a v128 among locals, callees, globals or operators, was seen. */
let makesCalls: bool = false;
let hasVectors: bool = false;
/** The last frame that the nesting limit and the scratch space allow. */
let deepestFrame: usize = 0;
/** Of the function. */
let functionType: usize = 0;
/** Locals whose types are listed one by one; the rest stand in runs. */
let listed: u32 = 0;
let localCount: u32 = 0;
let runsEnd: usize = RUNS;
/** Values of long lists that may be looked at, and were. */
let mostValues: f64 = 0;
let values: f64 = 0;

/**
 * Validates the body of `length` bytes at `body`, of the function `index` (imports first) of the described module. Operands stand
 * between the body and `memoryEnd`. Lists of values may make no more work than `most`. Leaves in `frameWords` what the size of the
 * function's frames follows from.
 */
export function validate(index: u32, body: usize, length: usize, memoryEnd: usize, most: f64): void {
  operands = body + length + PADDING;
  operandsEnd = memoryEnd;
  if (length == 0 || operands + length > operandsEnd) refuse();
  next = body;
  bodyBytes = length;
  end = body + length;
  if (load<u8>(end - 1) != Operator.End) refuse();
  functionType = typeOfFunction(index);
  mostValues = most;
  values = 0;
  countValues(parameterCount(functionType), 1);
  countValues(resultCount(functionType), 1);
  makesCalls = false;
  hasVectors = mentionsVector(functionType);
  readLocals();
  deepestFrame = min<usize>(FRAMES + <usize>maximumNesting * FRAME_BYTES, FRAMES_END - FRAME_BYTES);
  frame = FRAMES;
  height = operands;
  highest = operands;
  isUnreachable = false;
  const count = resultCount(functionType);
  const type = count > 1 ? ~load<u32>(functionTypes + ((<usize>index) << 2)) : count == 1 ? <i32>load<u8>(results(functionType)) : 0;
  store<u32>(FRAMES, FrameKind.Function);
  store<u32>(FRAMES, <u32>operands, FRAME_HEIGHT);
  store<i32>(FRAMES, type, FRAME_TYPE);
  store<u32>(FRAMES, 0, FRAME_TABLE);
  validateOperators();
  store<u32>(FRAME_WORDS, localCount);
  store<u32>(FRAME_WORDS, <u32>(highest - operands), 4);
  store<u32>(FRAME_WORDS, makesCalls ? 1 : 0, 8);
  store<u32>(FRAME_WORDS, hasVectors ? 1 : 0, 12);
}

const FRAME_WORDS: usize = memory.data(16, 16);

/** Address of four words: locals, highest operand stack, whether it makes calls, whether it knows vectors. */
export function frameWords(): usize {
  return FRAME_WORDS;
}

// Locals

function readLocals(): void {
  const parametersOfType = parameterCount(functionType);
  const room = <u32>(LOCAL_TYPES_END - LOCAL_TYPES);
  if (parametersOfType > room) refuse();
  const listable = min<u32>(parametersOfType + min<u32>(<u32>bodyBytes, maximumLocals), room);
  memory.copy(LOCAL_TYPES, parameters(functionType), parametersOfType);
  listed = parametersOfType;
  runsEnd = RUNS;
  let count: u64 = parametersOfType;
  let declarations = unsigned32();
  if (declarations > <u32>(end - next)) refuse();
  for (; declarations > 0; declarations--) {
    count += unsigned32();
    const type = valueType(byte());
    if (type == ValueType.V128) hasVectors = true;
    if (count > maximumLocals) refuse();
    const last = <u32>min<u64>(count, listable);
    memory.fill(LOCAL_TYPES + listed, <u8>type, last - listed);
    listed = last;
    if (count > listable) {
      if (runsEnd == RUNS_END) refuse();
      store<u32>(runsEnd, type);
      store<u32>(runsEnd, <u32>count, 4);
      runsEnd += 8;
    }
  }
  if (count > maximumLocals) refuse();
  localCount = <u32>count;
}

function localType(index: u32): i32 {
  if (index >= localCount) refuse();
  if (index < listed) return load<u8>(LOCAL_TYPES + index);
  let low: usize = 0;
  let high: usize = ((runsEnd - RUNS) >> 3) - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (load<u32>(RUNS + (middle << 3), 4) > index) high = middle;
    else low = middle + 1;
  }
  return load<u32>(RUNS + (low << 3));
}

// Work

/** Counts the values of a list, before they are looked at so many times. */
// @ts-ignore: decorator
@inline function countValues(count: usize, times: i32): void { if (<i32>count > FEW_VALUES) countMany(<f64>times * <f64>(<i32>count + VALUES_OF_A_LIST)); }

function countMany(count: f64): void {
  values += count;
  if (values > mostValues) refuse();
}

// Operands

function pop(sp: usize, expected: i32): usize {
  if (sp == height) {
    if (isUnreachable) return sp;
    refuse();
  }
  const actual = <i32>load<u8>(sp - 1);
  if (actual != expected && actual != BOTTOM) refuse();
  return sp - 1;
}

/** The type of the topmost operand, or BOTTOM. */
function peek(sp: usize): i32 {
  if (sp > height) return load<u8>(sp - 1);
  if (!isUnreachable) refuse();
  return BOTTOM;
}

/** Takes away the operand that `peek` looked at. */
// @ts-ignore: decorator
@inline function drop(sp: usize): usize { return sp > height ? sp - 1 : sp; }

function popTypes(sp: usize, types: usize, count: usize): usize {
  const base = sp - count;
  if (base >= height) {
    // As it nearly always is: exactly these types.
    let matching = count;
    while (matching > 0 && load<u8>(base + matching - 1) == load<u8>(types + matching - 1)) matching--;
    if (matching == 0) return base;
  }
  for (let i = count; i > 0; i--) sp = pop(sp, load<u8>(types + i - 1));
  return sp;
}

// @ts-ignore: decorator
@inline function push(sp: usize, type: i32): usize { store<u8>(sp, <u8>type); return sp + 1; }

/** Single operands always have room: there is some for one per byte of the body. */
function pushTypes(sp: usize, types: usize, count: usize): usize {
  if (count > 1 && sp + count + bodyBytes > operandsEnd) refuse();
  for (let i: usize = 0; i < count; i++) store<u8>(sp + i, load<u8>(types + i));
  return sp + count;
}

/** The rest of the frame cannot be reached: its operands are gone, and any are there for the asking. */
function setUnreachable(): usize {
  isUnreachable = true;
  return height;
}

function sameTypes(a: usize, b: usize, count: usize): bool {
  for (let i: usize = 0; i < count; i++) if (load<u8>(a + i) != load<u8>(b + i)) return false;
  return true;
}

// Immediates

function unsigned32(): u32 {
  const start = next;
  const byte: u32 = load<u8>(start);
  if (byte < 0x80) {
    next = start + 1;
    return byte;
  }
  const second: u32 = load<u8>(start, 1);
  if (second < 0x80) {
    next = start + 2;
    return (byte & 0x7f) | (second << 7);
  }
  next = afterUnsigned32(start, end);
  return decodeUnsigned32(start);
}

function byte(): i32 {
  if (next >= end) refuse();
  return load<u8>(next++);
}

function valueType(code: i32): i32 {
  if (code >= ValueType.F64 && code <= ValueType.I32) return code;
  if (code != ValueType.V128 && code != ValueType.FuncRef && code != ValueType.ExternRef) refuse();
  return code;
}

function readBlockType(): i32 {
  const code = byte();
  if ((code & 0xc0) == 0x40) return valueType(code);
  const start = next - 1;
  next = afterSigned33(start, end);
  const index = decodeSigned64(start);
  if (index < 0 || index >= <i64>typeCount) refuse();
  const type = typeRecord(<u32>index);
  const count = resultCount(type);
  if (parameterCount(type) > 0 || count > 1) return ~(<i32>index);
  return count == 1 ? <i32>load<u8>(results(type)) : 0;
}

function memoryAddressType(index: u32): i32 {
  if (index >= memoryCount) refuse();
  return load<u8>(memories + index);
}

function typeAt(index: u32): usize {
  if (index >= typeCount) refuse();
  return typeRecord(index);
}

/** Reads a memarg and returns the address type. */
function readMemarg(access: i32): i32 {
  const flags = unsigned32();
  if (flags >= 0x80) refuse();
  let index: u32 = 0;
  if (flags & 0x40) index = unsigned32();
  const start = next;
  next = afterUnsigned64(start, end);
  const address = memoryAddressType(index);
  if ((flags & 0x3f) > <u32>((access & MemoryAccess.AlignmentMask) >> MemoryAccess.AlignmentShift)) refuse();
  if (address == ValueType.I32 && decodeUnsigned64(start) > 0xffff_ffff) refuse();
  return address;
}

// Control

// @ts-ignore: decorator
@inline function blockParameterCount(type: i32): usize { return type < 0 ? <usize>parameterCount(typeRecord(~type)) : 0; }
// @ts-ignore: decorator
@inline function blockParameters(type: i32): usize { return type < 0 ? parameters(typeRecord(~type)) : 0; }
// @ts-ignore: decorator
@inline function blockResultCount(type: i32): usize { return type < 0 ? <usize>resultCount(typeRecord(~type)) : type == 0 ? 0 : 1; }
// @ts-ignore: decorator
@inline function blockResults(type: i32): usize { return type < 0 ? results(typeRecord(~type)) : SINGLE_TYPES + type; }

function openFrame(kind: i32, sp: usize): usize {
  if (kind == FrameKind.If) sp = pop(sp, ValueType.I32);
  let type = 0;
  if (load<u8>(next) == EMPTY_BLOCK_TYPE && next < end) next++;
  else type = readBlockType();
  if (type < 0) {
    countValues(blockParameterCount(type), kind == FrameKind.If ? 4 : 2);
    sp = popTypes(sp, blockParameters(type), blockParameterCount(type));
  }
  store<u32>(frame, isUnreachable ? 1 : 0, FRAME_UNREACHABLE);
  const inner = frame + FRAME_BYTES;
  if (inner > deepestFrame) refuse();
  frame = inner;
  store<u32>(inner, kind);
  store<u32>(inner, <u32>sp, FRAME_HEIGHT);
  store<i32>(inner, type, FRAME_TYPE);
  store<u32>(inner, 0, FRAME_TABLE);
  height = sp;
  isUnreachable = false;
  return type < 0 ? pushTypes(sp, blockParameters(type), blockParameterCount(type)) : sp;
}

const EMPTY_BLOCK_TYPE = 0x40;

/** Checks that exactly the frame's results are on the stack. */
function checkResults(sp: usize, type: i32): void {
  if (type > 0) sp = pop(sp, type);
  else if (type < 0) {
    countValues(blockResultCount(type), 2);
    sp = popTypes(sp, blockResults(type), blockResultCount(type));
  }
  if (sp != height) refuse();
}

function elseArm(sp: usize): usize {
  if (load<u32>(frame) != FrameKind.If) refuse();
  const type = load<i32>(frame, FRAME_TYPE);
  checkResults(sp, type);
  store<u32>(frame, FrameKind.Else);
  isUnreachable = false;
  return type < 0 ? pushTypes(height, blockParameters(type), blockParameterCount(type)) : height;
}

/** Closes the current frame; the caller sees by a `frame` below the first that it was the function's. */
function closeFrame(sp: usize): usize {
  const inner = frame;
  const type = load<i32>(inner, FRAME_TYPE);
  checkResults(sp, type);
  if (load<u32>(inner) == FrameKind.If && type != 0) {
    const count = blockParameterCount(type);
    if (count != blockResultCount(type) || !sameTypes(blockParameters(type), blockResults(type), count)) refuse();
  }
  sp = height;
  const outer = inner - FRAME_BYTES;
  frame = outer;
  if (outer < FRAMES) return sp;
  height = load<u32>(outer, FRAME_HEIGHT);
  isUnreachable = load<u32>(outer, FRAME_UNREACHABLE) == 1;
  if (type == 0) return sp;
  return type > 0 ? push(sp, type) : pushTypes(sp, blockResults(type), blockResultCount(type));
}

/** The frame that the label at `next` names. */
function readLabel(): usize {
  const depth = unsigned32();
  if (<usize>depth > (frame - FRAMES) / FRAME_BYTES) refuse();
  return frame - <usize>depth * FRAME_BYTES;
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

function branch(sp: usize): usize {
  const target = readLabel();
  if (load<i32>(target, FRAME_TYPE) != 0) {
    const count = labelCount(target);
    countValues(count, 2);
    popTypes(sp, labelTypes(target), count);
  }
  return setUnreachable();
}

function branchIf(sp: usize): usize {
  const target = readLabel();
  sp = pop(sp, ValueType.I32);
  if (load<i32>(target, FRAME_TYPE) == 0) return sp;
  const types = labelTypes(target);
  const count = labelCount(target);
  countValues(count, 2);
  return pushTypes(popTypes(sp, types, count), types, count);
}

function branchTable(sp: usize): usize {
  const stamp = <u32>next;
  const count = unsigned32();
  if (<i64>count > <i64>end - <i64>next || count > maximumBranchTableTargets) refuse();
  sp = pop(sp, ValueType.I32);
  let checkedTypes: usize = 0;
  let checkedCount: usize = 0;
  for (let i: u32 = 0; i <= count; i++) {
    const target = readLabel();
    // Each target is checked once, and so are runs of targets with one and the same type.
    if (load<u32>(target, FRAME_TABLE) == stamp) continue;
    store<u32>(target, stamp, FRAME_TABLE);
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

function noteCall(type: usize): void {
  makesCalls = true;
  countValues(parameterCount(type), 1);
  countValues(resultCount(type), 1);
  if (mentionsVector(type)) hasVectors = true;
}

function call(type: usize, sp: usize): usize {
  noteCall(type);
  return pushTypes(popTypes(sp, parameters(type), parameterCount(type)), results(type), resultCount(type));
}

function tailCall(type: usize, sp: usize): usize {
  noteCall(type);
  const count = resultCount(type);
  if (count != resultCount(functionType) || !sameTypes(results(type), results(functionType), count)) refuse();
  popTypes(sp, parameters(type), parameterCount(type));
  return setUnreachable();
}

/** The type of the function named by the index at `next`. */
function readFunctionType(): usize {
  const index = unsigned32();
  if (index >= functionCount) refuse();
  return typeOfFunction(index);
}

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
  if (type == ValueType.V128) hasVectors = true;
  if (operator == Operator.GlobalGet) return push(sp, type);
  if (global >> 8 == 0) refuse();
  return pop(sp, type);
}

/** Applies a fixed signature: the general case of what the main loop does at once for exact matches. */
function applySignature(signature: u32, sp: usize): usize {
  const third = signature >>> 24;
  const second = (signature >>> 16) & 0xff;
  const first = (signature >>> 8) & 0xff;
  if (third != 0) sp = pop(sp, third);
  if (second != 0) sp = pop(sp, second);
  if (first != 0) sp = pop(sp, first);
  return push(sp, signature & 0xff);
}

// @ts-ignore: decorator
@inline function signatureOf(operator: i32): u32 { return load<u32>(SIGNATURES + ((<usize>operator) << 2)); }
// @ts-ignore: decorator
@inline function accessOf(operator: i32): i32 { return load<u16>(ACCESSES + ((<usize>operator) << 1)); }

function localAccess(operator: i32, sp: usize): usize {
  const type = localType(unsigned32());
  if (operator == Operator.LocalGet) return push(sp, type);
  sp = pop(sp, type);
  return operator == Operator.LocalSet ? sp : push(sp, type);
}

function readLanes(operator: i32, count: i32): void {
  const lanes = <i32>load<u8>(LANES + operator);
  for (let i = 0; i < count; i++) if (byte() >= lanes) refuse();
}

/** A load or store, of a scalar, a vector or one lane of a vector. */
function memoryAccess(operator: i32, sp: usize): usize {
  const access = accessOf(operator);
  const address = readMemarg(access);
  const type = access & MemoryAccess.ValueTypeMask;
  if (access & MemoryAccess.Lane) readLanes(operator, 1);
  if (access & (MemoryAccess.Lane | MemoryAccess.Store)) sp = pop(sp, type);
  sp = pop(sp, address);
  return access & MemoryAccess.Store ? sp : push(sp, type);
}

/** The operators of the body: the commonest ones, in their commonest form, right here, everything else by one call. */
function validateOperators(): void {
  const limit = end;
  const shortLocals = min<u32>(listed, 0x80);
  const address = address0;
  let sp = operands;
  let p = next;
  let h = height;
  let highestHere = highest;
  while (true) {
    if (p >= limit) refuse();
    if (sp > highestHere) highestHere = sp;
    const operator: i32 = load<u8>(p++);
    switch (operator) {
      case Operator.LocalGet: {
        const index: u32 = load<u8>(p);
        if (index >= shortLocals) break;
        p++;
        store<u8>(sp++, load<u8>(LOCAL_TYPES + index));
        continue;
      }
      case Operator.LocalSet: {
        const index: u32 = load<u8>(p);
        if (index >= shortLocals || sp <= h || load<u8>(sp - 1) != load<u8>(LOCAL_TYPES + index)) break;
        p++;
        sp--;
        continue;
      }
      case Operator.LocalTee: {
        const index: u32 = load<u8>(p);
        if (index >= shortLocals || sp <= h || load<u8>(sp - 1) != load<u8>(LOCAL_TYPES + index)) break;
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
      case Operator.I64Load32U:
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
        const type = access & MemoryAccess.ValueTypeMask;
        if (access & MemoryAccess.Store) {
          if (sp - 1 <= h || <i32>load<u8>(sp - 2) != address || <i32>load<u8>(sp - 1) != type) break;
          sp -= 2;
        } else {
          if (sp <= h || <i32>load<u8>(sp - 1) != address) break;
          store<u8>(sp - 1, <u8>type);
        }
        p += length;
        continue;
      }
      default: {
        // Numeric operators of one or two operands; constants have none and go the general way.
        const signature = signatureOf(operator);
        const second = signature >>> 16;
        if (second == 0) {
          if (signature >= 0x100 && sp > h && <u32>load<u8>(sp - 1) == signature >>> 8) {
            store<u8>(sp - 1, <u8>signature);
            continue;
          }
        } else if (
          sp - 1 > h &&
          <u32>load<u8>(sp - 1) == second &&
          <u32>load<u8>(sp - 2) == ((signature >>> 8) & 0xff)
        ) {
          sp--;
          store<u8>(sp - 1, <u8>signature);
          continue;
        }
        break;
      }
    }
    next = p;
    sp = validateOperator(operator, sp);
    p = next;
    if (frame < FRAMES) break;
    h = height;
  }
  if (p != limit) refuse();
  highest = highestHere;
}

/** One operator in full generality; its opcode byte is read. */
function validateOperator(operator: i32, sp: usize): usize {
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
      countValues(resultCount(functionType), 1);
      popTypes(sp, results(functionType), resultCount(functionType));
      return setUnreachable();
    case Operator.Unreachable:
      return setUnreachable();
    case Operator.Nop:
      return sp;
    case Operator.BrTable:
      return branchTable(sp);
    case Operator.I32Const:
      next = afterSigned32(next, end);
      return push(sp, ValueType.I32);
    case Operator.I64Const:
      next = afterSigned64(next, end);
      return push(sp, ValueType.I64);
    case Operator.F32Const:
      next += 4;
      return push(sp, ValueType.F32);
    case Operator.F64Const:
      next += 8;
      return push(sp, ValueType.F64);
  }
  if (accessOf(operator) != 0) return memoryAccess(operator, sp);
  const signature = signatureOf(operator);
  if (signature != 0) return applySignature(signature, sp);
  return validateRareOperator(operator, sp);
}

// Rare operators

/** Refuses numbers that are no operators. */
function checkOperator(operator: i32): void {
  if (load<u8>(IMMEDIATES + operator) == Immediate.Unknown) refuse();
}

/** The operator behind a prefix byte. */
function readPrefixed(base: u32, space: u32): i32 {
  const sub = unsigned32();
  if (sub >= space - base) refuse();
  const operator = <i32>(base + sub);
  checkOperator(operator);
  return operator;
}

/** A table is two bytes: element type, address type. */
function tableAt(index: u32): usize {
  if (index >= tableCount) refuse();
  return tables + ((<usize>index) << 1);
}

function readMemory(): i32 {
  return memoryAddressType(unsigned32());
}

function readTable(): usize {
  return tableAt(unsigned32());
}

// @ts-ignore: decorator
@inline function elementOf(table: usize): i32 { return load<u8>(table); }
// @ts-ignore: decorator
@inline function addressOf(table: usize): i32 { return load<u8>(table, 1); }

function readDataSegment(): void {
  const index = unsigned32();
  if (dataCount < 0 || index >= <u32>dataCount) refuse();
}

function segmentType(index: u32): i32 {
  if (index >= elementCount) refuse();
  return load<u8>(elements + index);
}

/** Copying between two memories or tables counts in the narrower of their address types (spec 3.4.5, 3.4.6). */
function narrower(a: i32, b: i32): i32 {
  return a == ValueType.I64 ? b : a;
}

function pop3(sp: usize, third: i32, second: i32, first: i32): usize {
  return pop(pop(pop(sp, third), second), first);
}

function miscellaneousOperator(sp: usize): usize {
  const operator = readPrefixed(OperatorPrefix.MiscellaneousBase, OperatorPrefix.VectorBase);
  const signature = signatureOf(operator);
  if (signature != 0) return applySignature(signature, sp);
  switch (operator) {
    case Operator.MemoryInit: {
      readDataSegment();
      return pop3(sp, ValueType.I32, ValueType.I32, readMemory());
    }
    case Operator.DataDrop:
      readDataSegment();
      return sp;
    case Operator.MemoryCopy: {
      const destination = readMemory();
      const source = readMemory();
      return pop3(sp, narrower(destination, source), source, destination);
    }
    case Operator.MemoryFill: {
      const address = readMemory();
      return pop3(sp, address, ValueType.I32, address);
    }
    case Operator.TableInit: {
      const segment = unsigned32();
      const target = readTable();
      if (segmentType(segment) != elementOf(target)) refuse();
      return pop3(sp, ValueType.I32, ValueType.I32, addressOf(target));
    }
    case Operator.ElemDrop:
      segmentType(unsigned32());
      return sp;
    case Operator.TableCopy: {
      const destination = readTable();
      const source = readTable();
      if (elementOf(source) != elementOf(destination)) refuse();
      const to = addressOf(destination);
      const from = addressOf(source);
      return pop3(sp, narrower(to, from), from, to);
    }
    case Operator.TableGrow: {
      const target = readTable();
      return push(pop(pop(sp, addressOf(target)), elementOf(target)), addressOf(target));
    }
    case Operator.TableSize:
      return push(sp, addressOf(readTable()));
    case Operator.TableFill: {
      const target = readTable();
      return pop3(sp, addressOf(target), elementOf(target), addressOf(target));
    }
  }
  refuse();
  return sp;
}

/** The operators behind the prefix 0xfd. */
function vectorOperator(sp: usize): usize {
  hasVectors = true;
  const operator = readPrefixed(OperatorPrefix.VectorBase, OPERATOR_SPACE);
  switch (<i32>load<u8>(IMMEDIATES + operator)) {
    case Immediate.Memarg:
    case Immediate.MemargLane:
      if (accessOf(operator) == 0) refuse();
      return memoryAccess(operator, sp);
    case Immediate.Lane:
      readLanes(operator, 1);
      break;
    case Immediate.Bytes16:
      if (operator == Operator.I8x16Shuffle) readLanes(operator, 16);
      else next += 16;
      break;
  }
  const signature = signatureOf(operator);
  if (signature == 0) refuse();
  return applySignature(signature, sp);
}

/** The operators behind a prefix byte, and those of one byte that real code seldom holds. */
function validateRareOperator(operator: i32, sp: usize): usize {
  if (operator == OperatorPrefix.Vector) return vectorOperator(sp);
  if (operator == OperatorPrefix.Miscellaneous) return miscellaneousOperator(sp);
  checkOperator(operator);
  switch (operator) {
    case Operator.CallIndirect:
    case Operator.ReturnCallIndirect: {
      const type = unsigned32();
      const target = readTable();
      if (elementOf(target) != ValueType.FuncRef) refuse();
      const callee = typeAt(type);
      sp = pop(sp, addressOf(target));
      return operator == Operator.CallIndirect ? call(callee, sp) : tailCall(callee, sp);
    }
    case Operator.ReturnCall:
      return tailCall(readFunctionType(), sp);
    case Operator.SelectTyped: {
      if (unsigned32() != 1) refuse();
      const type = valueType(byte());
      return push(pop3(sp, ValueType.I32, type, type), type);
    }
    case Operator.TableGet: {
      const source = readTable();
      return push(pop(sp, addressOf(source)), elementOf(source));
    }
    case Operator.TableSet: {
      const target = readTable();
      return pop(pop(sp, elementOf(target)), addressOf(target));
    }
    case Operator.MemorySize:
      return push(sp, readMemory());
    case Operator.MemoryGrow: {
      const address = readMemory();
      return push(pop(sp, address), address);
    }
    case Operator.RefNull: {
      const code = byte();
      if (code != ValueType.FuncRef && code != ValueType.ExternRef) refuse();
      return push(sp, code);
    }
    case Operator.RefIsNull: {
      const type = peek(sp);
      if (type != BOTTOM && type > ValueType.FuncRef) refuse();
      return push(drop(sp), ValueType.I32);
    }
    case Operator.RefFunc: {
      const index = unsigned32();
      if (index >= functionCount) refuse();
      if (((load<u32>(referenced + ((<usize>(index >>> 5)) << 2)) >>> (index & 31)) & 1) == 0) refuse();
      return push(sp, ValueType.FuncRef);
    }
  }
  refuse();
  return sp;
}
