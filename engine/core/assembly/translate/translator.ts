/*
 * Translates one valid function body to register IR in a single forward pass, word for word as `engine/translate/` does it, where the
 * why of each step is told. `translate` checks nothing again; `compile` validates each operator right before it is translated. Addresses
 * stand where positions stand there: `Code.pos` in the code, `Body.offset` in the body, labels and entries of the operand stack by their
 * addresses. What changes as a body is translated stands in classes of static fields, each in the file that is about it: an import cannot
 * be assigned, a field can.
 */

import { Body, fileOf, unsigned } from './body-reader';
import { Checks, checkOperator } from './checks';
import { Code, emit, emit3, emit4, ensure, openBlock, OPERATOR_BYTES } from './code-writer';
import { Control, LabelKind, pushLabel } from './control';
import { Access } from './memory-access';
import {
  address0, functionTypes, parameterCount as parameterCountOf, parameters, resultCount as resultCountOfType,
  typeOfFunction,
} from '../module-description';
import { entry, Entry, ENTRY, Operands, topmost } from './operand-stack';
import { operatorFuel } from '../operator-fuel';
import { step } from './operators';
import { refuse } from '../refusal';
import { Registers } from './register-values';
import { FRAMES, LABELS, LOCAL_FILES, LOCAL_FILES_END, LOCAL_TYPES, TOPMOST } from '../scratch';
import { Control as CheckedControl } from '../validate/control';
import { Locals } from '../validate/locals';
import { accessOf } from '../validate/memory-access';
import { Operands as Checked } from '../validate/operand-stack';
import { plainSignatureOf } from '../validate/signatures';
import { beginValidation, endValidation } from '../validate/validator';
import {
  IMMEDIATE_IR, Ir, IR_OF_IMMEDIATE_STORE, IR_OF_OPERATOR, IR_WITH_ADDITION, LOCAL_BYTES, MAKER_OF_IR, MAKERS_WISHED, MemoryAccess,
  Operator, RegisterFile as File, RESULT_FILE, Shape, SHAPES, ValueType, RARE_LOCAL_BYTES,
} from '../generated/tables';

/** Where an operand is unlinked from that is no local: no processor foresees whether it is one, so nobody asks. */
const NOWHERE: usize = memory.data(8, 16);

const MOST_ZEROED_IN_LOOP: u32 = 40;

function emitZeros(file: i32, first: i32, count: u32): void {
  if (count > MOST_ZEROED_IN_LOOP) {
    emit4(Ir.ZeroRare, first, count, file);
    return;
  }
  const ir = file == File.Word32 ? <i32>Ir.Zero32 : <i32>Ir.Zero64;
  for (let n = <i32>count; n > 0; first += 4, n -= 4) emit3(ir, first, min<i32>(n, 4));
}

/** Vectors, and references, of all groups are zeroed at once: from the first to behind the last, 0 if there is none. */
let firstVector = 0, vectorsEnd = 0, rareLocals = 0, firstReference = 0, referencesEnd = 0;

function addLocals(size: i32, file: i32): void {
  const first = Registers.localCount;
  if (LOCAL_FILES + <usize>first + <usize>size > LOCAL_FILES_END) refuse();
  memory.fill(LOCAL_FILES + first, <u8>file, size);
  Registers.localCount = first + size;
  if (file == File.Vector) {
    if (vectorsEnd == 0) firstVector = first;
    vectorsEnd = Registers.localCount;
    rareLocals += size;
  } else if (file == File.Reference) {
    if (referencesEnd == 0) firstReference = first;
    referencesEnd = Registers.localCount;
    rareLocals += size;
  } else {
    ensure(OPERATOR_BYTES);
    emitZeros(file, first, size);
  }
}

function openBody(index: u32): void {
  const type = typeOfFunction(index);
  const count = <i32>parameterCountOf(type), p = parameters(type);
  for (let i = 0; i < count; i++) store<u8>(i, <u8>fileOf(load<u8>(p + i)), LOCAL_FILES);
  Registers.localCount = count;
  vectorsEnd = 0;
  rareLocals = 0;
  referencesEnd = 0;
  for (let groups = unsigned(); groups > 0; groups--) {
    const size = unsigned();
    if (size > <u32>(LOCAL_FILES_END - LOCAL_FILES)) refuse();
    if (size > 0) addLocals(size, fileOf(load<u8>(Body.offset)));
    Body.offset++;
  }
  ensure(OPERATOR_BYTES);
  if (vectorsEnd > 0) emit4(Ir.ZeroRare, firstVector, vectorsEnd - firstVector, File.Vector);
  if (referencesEnd > 0) emit4(Ir.ZeroRare, firstReference, referencesEnd - firstReference, File.Reference);
  const localBytes = <u32>(LOCAL_BYTES * (Registers.localCount - count) + (RARE_LOCAL_BYTES - LOCAL_BYTES) * rareLocals);
  Code.blockFuel += localBytes / Code.bytesPerFuel;
  Operands.height = 0;
  Operands.maximumHeight = 0;
  Operands.settledHeight = 0;
  memory.fill(TOPMOST, 0xff, (<usize>Registers.localCount) << 2);
  pushLabel(LabelKind.Function, 0, load<u32>(functionTypes + ((<usize>index) << 2)));
}

const TRANSLATED: usize = memory.data(12, 16);

/** Address of three words on the function that was translated last: its first word of code, the one behind its last, its register slots. */
export function translatedWords(): usize {
  return TRANSLATED;
}

/** Bytes behind the body that may be read, and mean nothing. */
const PADDING: usize = 32;
/** Calls and blocks of many results may need them beside one for two bytes of the body: no operator of one byte adds to the operand stack. */
const SPARE_ENTRIES: usize = 4096;

/** Metering, as `Metering` has it. */
export function meter(consume: bool, bytes: u32): void {
  Code.consumeFuel = consume;
  Code.bytesPerFuel = bytes;
}

/**
 * Writes the code of the function `index`, whose valid body of `length` bytes is at `body`, to the end of the memory, which may grow, but
 * not for more than about `mostBytes` of code; `translatedWords` tell where it is. Entries of the operand stack stand between both.
 */
export function translate(index: u32, body: usize, length: usize, mostBytes: usize): void {
  Checks.areMade = false;
  begin(index, body, length, mostBytes, body + length + PADDING);
  translateOperators(body + length, false);
  conclude();
}

/**
 * Validates as `validate` does, and translates as `translate` does, in one pass: what each tells may be had afterwards. Entries of the operand
 * stack stand behind the operands.
 */
export function compile(index: u32, body: usize, length: usize, mostValues: f64, mostBytes: usize): i32 {
  beginValidation(index, body, length, mostValues);
  Checks.areMade = true;
  begin(index, body, length, mostBytes, Checked.end);
  translateOperators(body + length, true);
  if (CheckedControl.frame >= FRAMES || Body.offset != body + length) refuse();
  conclude();
  // Where control comes, both stacks are of one height.
  Checked.highest = max<usize>(Checked.highest, Checked.start + <usize>Operands.maximumHeight);
  return endValidation();
}

/** Entries of the operand stack may begin at `free`. */
function begin(index: u32, body: usize, length: usize, mostBytes: usize, free: usize): void {
  Code.mostBytes = mostBytes;
  Body.offset = body;
  Operands.entries = (free + ENTRY - 1) & ~(ENTRY - 1);
  const code = Operands.entries + ENTRY * ((length >> 1) + SPARE_ENTRIES);
  Operands.entriesEnd = code;
  Access.plainMemory = address0 == ValueType.I32;
  Code.end = (<usize>memory.size()) << 16;
  Code.start = code;
  Code.pos = code;
  Registers.resultEnd = 0;
  Registers.resultField = 0;
  Control.reachable = true;
  Control.labels = LABELS;
  Control.resultCount = <i32>resultCountOfType(typeOfFunction(index));
  ensure(OPERATOR_BYTES);
  emit(0);
  openBlock();
  openBody(index);
}

function conclude(): void {
  store<u32>(TRANSLATED, <u32>Code.start >>> 2);
  store<u32>(TRANSLATED, <u32>Code.pos >>> 2, 4);
  store<i32>(TRANSLATED, max<i32>(Registers.localCount + Operands.maximumHeight, Control.resultCount), 8);
}

/**
 * The operators of the body: the commonest ones right here, each kind by itself, everything else by one call of `step`. What changes is kept in
 * variables between such calls only: the last operator of a body is an `end`, which is a call, so nothing is left to be written back behind it.
 * With `checks` they are validated as well: what is not of the commonest form goes the validator's way first.
 */
function translateOperators(end: usize, checks: bool): void {
  const types = Checked.start, listed = Locals.listed;
  // Operands below the frame's own.
  let base = 0;
  const plain = Access.plainMemory, locals = Registers.localCount;
  let o = Body.offset, position = Code.pos, rf = Registers.resultField, re = Registers.resultEnd, ri = Registers.resultIr;
  let h = Operands.height, mh = Operands.maximumHeight, sh = Operands.settledHeight;
  let codeLimit = Code.end - OPERATOR_BYTES;
  let fuel: i64 = 0;
  while (o < end) {
    const operator: i32 = load<u8>(o);
    o++;
    switch (<i32>load<u8>(operator, SHAPES)) {
      case Shape.LocalGet: {
        let value: i32 = load<u8>(o);
        let next = o + 1;
        if (value > 0x7f) {
          const byte: i32 = load<u8>(next);
          next++;
          if (byte > 0x7f) break;
          value = (value & 0x7f) | (byte << 7);
        }
        if (checks) {
          if (<u32>value >= listed) break;
          store<u8>(types + h, load<u8>(value, LOCAL_TYPES));
        }
        o = next;
        fuel += operatorFuel(operator);
        const at = entry(h);
        store<i32>(at, Entry.Local | (<i32>load<u8>(value, LOCAL_FILES) << 2));
        store<i32>(at, value, 4);
        store<i32>(at, load<i32>((<usize>value) << 2, TOPMOST), 12);
        store<i32>(topmost(value), h);
        h++;
        if (h <= mh) continue;
        mh = h;
        if (at + 1024 > Operands.entriesEnd) refuse();
        continue;
      }
      case Shape.LocalSet:
      case Shape.LocalTee: {
        let value: i32 = load<u8>(o);
        let next = o + 1;
        if (value > 0x7f) {
          const byte: i32 = load<u8>(next);
          next++;
          if (byte > 0x7f) break;
          value = (value & 0x7f) | (byte << 7);
        }
        if (checks) {
          if (<u32>value >= listed || h <= base || load<u8>(types + h - 1) != load<u8>(value, LOCAL_TYPES)) break;
        }
        if (load<i32>((<usize>value) << 2, TOPMOST) >= 0 || position > codeLimit) break;
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
        o = next;
        fuel += operatorFuel(operator);
        if (h - 1 < sh) sh = h - 1;
        if (operator == Operator.LocalTee) {
          store<i32>(at, Entry.Local | (<i32>load<u8>(value, LOCAL_FILES) << 2));
          store<i32>(at, value, 4);
          store<i32>(at, load<i32>((<usize>value) << 2, TOPMOST), 12);
          store<i32>(topmost(value), h - 1);
        } else h--;
        continue;
      }
      case Shape.I32Const:
      case Shape.I64Const: {
        let byte: u32 = load<u8>(o);
        let next = o + 1;
        let value: i32 = (<i32>byte << 25) >> 25;
        if (byte > 0x7f) {
          value = byte & 0x7f;
          let shift = 0;
          do {
            if (shift == 21) break;
            byte = load<u8>(next);
            next++;
            shift += 7;
            value |= (byte & 0x7f) << shift;
          } while (byte > 0x7f);
          if (byte > 0x7f) break;
          value = (value << (25 - shift)) >> (25 - shift);
        }
        const at = entry(h);
        o = next;
        fuel += operatorFuel(operator);
        const wide = <i32>(operator == Operator.I64Const);
        if (checks) store<u8>(types + h, <u8>(ValueType.I32 - wide));
        store<i32>(at, Entry.Constant32 + wide + (wide << 2) * File.Word64);
        store<i64>(at, <i64>value, 4);
        h++;
        if (h <= mh) continue;
        mh = h;
        if (at + 1024 > Operands.entriesEnd) refuse();
        continue;
      }
      case Shape.Unary: {
        const ir: i32 = load<u8>(operator, IR_OF_OPERATOR);
        if (ir == 0 || position > codeLimit) break;
        let result: u32 = 0;
        if (checks) {
          result = plainSignatureOf(operator);
          if (h <= base || <u32>load<u8>(types + h - 1) != result >>> 8) break;
        }
        const first = entry(h - 1);
        const firstKind = load<i32>(first) & 3;
        if (firstKind >= Entry.Constant32) break;
        if (re == position && (load<u8>(ri, MAKER_OF_IR) & load<u8>(operator, MAKERS_WISHED)) != 0) break;
        const destination = locals + h - 1;
        const v = load<i32>(first, 4);
        const a = select<i32>(v, destination, firstKind != 0);
        store<i32>(select<usize>(topmost(v), NOWHERE, firstKind != 0), load<i32>(first, 12));
        store<i32>(position, ir);
        store<i32>(position, destination, 4);
        store<i32>(position, a, 8);
        rf = position + 4;
        position += 12;
        re = position;
        ri = ir;
        store<i32>(first, <i32>load<u8>(operator, RESULT_FILE) << 2);
        if (checks) store<u8>(types + h - 1, <u8>result);
        if (h < sh) sh = h;
        fuel += operatorFuel(operator);
        continue;
      }
      case Shape.Load: {
        const ir: i32 = load<u8>(operator, IR_OF_OPERATOR);
        if (ir == 0 || position > codeLimit) break;
        let result = 0;
        if (checks) {
          result = accessOf(operator);
          if (<i32>load<u8>(o) > (result & MemoryAccess.AlignmentMask) >> MemoryAccess.AlignmentShift) break;
          if (h <= base || load<u8>(types + h - 1) != <u8>ValueType.I32) break;
        }
        const first = entry(h - 1);
        const firstKind = load<i32>(first) & 3;
        if (firstKind >= Entry.Constant32) break;
        if (re == position && (load<u8>(ri, MAKER_OF_IR) & load<u8>(operator, MAKERS_WISHED)) != 0) break;
        let last: i32 = load<u8>(o, 1);
        let next = o + 2;
        if (!plain || load<u8>(o) > 0x3f) break;
        if (last > 0x7f) {
          const byte: i32 = load<u8>(next);
          next++;
          if (byte > 0x7f) break;
          last = (last & 0x7f) | (byte << 7);
        }
        const destination = locals + h - 1;
        const v = load<i32>(first, 4);
        const a = select<i32>(v, destination, firstKind != 0);
        store<i32>(select<usize>(topmost(v), NOWHERE, firstKind != 0), load<i32>(first, 12));
        store<i32>(position, ir);
        store<i32>(position, destination, 4);
        store<i32>(position, a, 8);
        store<i32>(position, last, 12);
        rf = position + 4;
        position += 16;
        re = position;
        ri = ir;
        store<i32>(first, <i32>load<u8>(operator, RESULT_FILE) << 2);
        if (checks) store<u8>(types + h - 1, <u8>result);
        if (h < sh) sh = h;
        o = next;
        fuel += operatorFuel(operator);
        continue;
      }
      case Shape.Binary: {
        let ir: i32 = load<u8>(operator, IR_OF_OPERATOR);
        if (ir == 0 || position > codeLimit) break;
        let result: u32 = 0;
        if (checks) {
          result = plainSignatureOf(operator);
          if (h - 1 <= base || <u32>load<u16>(types + h - 2) != result >>> 8) break;
        }
        const top = entry(h - 1);
        const first = top - ENTRY;
        const firstKind = load<i32>(first) & 3;
        if (firstKind >= Entry.Constant32) break;
        const kind = load<i32>(top) & 3;
        if (re == position && (load<u8>(ri, MAKER_OF_IR) & load<u8>(operator, MAKERS_WISHED)) != 0) {
          if (operator != Operator.I32Add || kind != Entry.Temporary) break;
          if (load<i32>(rf) != locals + h - 1) break;
          h--;
          let operand = locals + h - 1;
          store<i32>(rf, operand);
          if (firstKind == Entry.Local) {
            operand = load<i32>(first, 4);
            store<i32>(topmost(operand), load<i32>(first, 12));
          }
          ri = load<u8>(ri, IR_WITH_ADDITION);
          store<i32>(rf - 4, ri);
          store<i32>(position, operand);
          position += 4;
          re = position;
          store<i32>(first, File.Word32 << 2);
          if (h < sh) sh = h;
          fuel += operatorFuel(operator);
          continue;
        }
        let s = locals + h - 1;
        let bytes: usize = 16;
        const value = load<i32>(top, 4);
        if (kind < Entry.Constant32) {
          s = select<i32>(value, s, kind != 0);
          store<i32>(select<usize>(topmost(value), NOWHERE, kind != 0), load<i32>(top, 12));
        } else if (kind == Entry.Constant32 || load<u8>(operator, IMMEDIATE_IR) != 0 || operator == Operator.I64Sub) {
          ir = load<u8>(operator, IMMEDIATE_IR);
          s = value;
          if (ir == 0) {
            if (operator != Operator.I32Sub) break;
            ir = Ir.I32AddImm;
            s = -value;
          }
          if (kind == Entry.Constant64) {
            if (ir >= Ir.I64ShlImm) s = value & 63;
            else {
              store<i32>(position, load<i32>(top, 8), 16);
              bytes = 20;
            }
          }
        } else {
          store<i32>(position, Ir.Const64);
          store<i32>(position, s, 4);
          store<i32>(position, value, 8);
          store<i32>(position, load<i32>(top, 8), 12);
          position += 16;
        }
        h--;
        const destination = locals + h - 1;
        const v = load<i32>(first, 4);
        const a = select<i32>(v, destination, firstKind != 0);
        store<i32>(select<usize>(topmost(v), NOWHERE, firstKind != 0), load<i32>(first, 12));
        store<i32>(position, ir);
        store<i32>(position, destination, 4);
        store<i32>(position, a, 8);
        store<i32>(position, s, 12);
        rf = position + 4;
        position += bytes;
        re = position;
        ri = ir;
        store<i32>(first, <i32>load<u8>(operator, RESULT_FILE) << 2);
        if (checks) store<u8>(types + h - 1, <u8>result);
        if (h < sh) sh = h;
        fuel += operatorFuel(operator);
        continue;
      }
      case Shape.Store: {
        let ir: i32 = load<u8>(operator, IR_OF_OPERATOR);
        if (ir == 0 || position > codeLimit) break;
        if (checks) {
          const access = accessOf(operator);
          if (<i32>load<u8>(o) > (access & MemoryAccess.AlignmentMask) >> MemoryAccess.AlignmentShift) break;
          if (h - 1 <= base || <i32>load<u16>(types + h - 2) != (<i32>ValueType.I32 | ((access & MemoryAccess.ValueTypeMask) << 8))) break;
        }
        const top = entry(h - 1);
        const first = top - ENTRY;
        const firstKind = load<i32>(first) & 3;
        if (firstKind >= Entry.Constant32) break;
        if (re == position && (load<u8>(ri, MAKER_OF_IR) & load<u8>(operator, MAKERS_WISHED)) != 0) break;
        let last: i32 = load<u8>(o, 1);
        let next = o + 2;
        if (!plain || load<u8>(o) > 0x3f) break;
        if (last > 0x7f) {
          const byte: i32 = load<u8>(next);
          next++;
          if (byte > 0x7f) break;
          last = (last & 0x7f) | (byte << 7);
        }
        let s = locals + h - 1;
        const kind = load<i32>(top) & 3;
        const value = load<i32>(top, 4);
        if (kind < Entry.Constant32) {
          s = select<i32>(value, s, kind != 0);
          store<i32>(select<usize>(topmost(value), NOWHERE, kind != 0), load<i32>(top, 12));
        } else if (kind == Entry.Constant32 && load<u8>(ir, IR_OF_IMMEDIATE_STORE) != 0) {
          ir = load<u8>(ir, IR_OF_IMMEDIATE_STORE);
          s = value;
        } else {
          store<i32>(position, kind == Entry.Constant32 ? Ir.Const32 : Ir.Const64);
          store<i32>(position, s, 4);
          store<i32>(position, value, 8);
          store<i32>(position, load<i32>(top, 8), 12);
          position += kind == Entry.Constant32 ? 12 : 16;
        }
        h -= 2;
        const v = load<i32>(first, 4);
        const a = select<i32>(v, locals + h, firstKind != 0);
        store<i32>(select<usize>(topmost(v), NOWHERE, firstKind != 0), load<i32>(first, 12));
        store<i32>(position, ir);
        store<i32>(position, s, 4);
        store<i32>(position, a, 8);
        store<i32>(position, last, 12);
        position += 16;
        if (h < sh) sh = h;
        o = next;
        fuel += operatorFuel(operator);
        continue;
      }
      default: break;
    }
    Body.offset = o;
    Code.pos = position;
    Code.blockFuel += fuel;
    Registers.resultField = rf;
    Registers.resultEnd = re;
    Registers.resultIr = ri;
    Operands.height = h;
    Operands.maximumHeight = mh;
    Operands.settledHeight = sh;
    fuel = 0;
    if (checks) checkOperator(operator, o, types + h);
    ensure(OPERATOR_BYTES);
    step(operator);
    if (checks) {
      if (CheckedControl.frame < FRAMES && Body.offset != end) refuse();
      base = <i32>(Checked.height - types);
    }
    o = Body.offset;
    position = Code.pos;
    rf = Registers.resultField;
    re = Registers.resultEnd;
    ri = Registers.resultIr;
    h = Operands.height;
    mh = Operands.maximumHeight;
    sh = Operands.settledHeight;
    codeLimit = Code.end - OPERATOR_BYTES;
  }
}
