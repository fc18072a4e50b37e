/*
 * Translates one valid function body to register IR in a single forward pass, word for word as `engine/translate/` does it, where the
 * why of each step is told. Nothing is checked again. Addresses stand where positions stand there: `Code.pos` in the code, `Body.offset`
 * in the body, labels and entries of the operand stack by their addresses. What changes as a body is translated stands in classes of
 * static fields, each in the file that is about it: an import cannot be assigned, a field can.
 */

import { Body, fileOf, unsigned } from './body-reader';
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
import { FRAMES, LOCAL_TYPES, LOCAL_TYPES_END, TOPMOST } from '../scratch';
import {
  IMMEDIATE_IR, Ir, IR_OF_IMMEDIATE_STORE, IR_OF_OPERATOR, IR_WITH_ADDITION, LOCAL_BYTES, MAKER_OF_IR, MAKERS_WISHED,
  Operator, RegisterFile as File, RESULT_FILE, Shape, SHAPES, ValueType, RARE_LOCAL_BYTES,
} from '../generated/tables';

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
  if (LOCAL_TYPES + <usize>first + <usize>size > LOCAL_TYPES_END) refuse();
  memory.fill(LOCAL_TYPES + first, <u8>file, size);
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
  for (let i = 0; i < count; i++) store<u8>(LOCAL_TYPES + i, <u8>fileOf(load<u8>(p + i)));
  Registers.localCount = count;
  vectorsEnd = 0;
  rareLocals = 0;
  referencesEnd = 0;
  for (let groups = unsigned(); groups > 0; groups--) {
    const size = unsigned();
    if (size > <u32>(LOCAL_TYPES_END - LOCAL_TYPES)) refuse();
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
  Code.mostBytes = mostBytes;
  Body.offset = body;
  Operands.entries = (body + length + PADDING + ENTRY - 1) & ~(ENTRY - 1);
  const code = Operands.entries + ENTRY * ((length >> 1) + SPARE_ENTRIES);
  Operands.entriesEnd = code;
  Access.plainMemory = address0 == ValueType.I32;
  Code.end = (<usize>memory.size()) << 16;
  Code.start = code;
  Code.pos = code;
  Registers.resultEnd = 0;
  Registers.resultField = 0;
  Control.reachable = true;
  Control.labels = FRAMES;
  Control.resultCount = <i32>resultCountOfType(typeOfFunction(index));
  ensure(OPERATOR_BYTES);
  emit(0);
  openBlock();
  openBody(index);
  translateOperators(body + length);
  store<u32>(TRANSLATED, <u32>Code.start >>> 2);
  store<u32>(TRANSLATED, <u32>Code.pos >>> 2, 4);
  store<i32>(TRANSLATED, max<i32>(Registers.localCount + Operands.maximumHeight, Control.resultCount), 8);
}

/**
 * The operators of the body: the commonest ones right here, everything else by one call of `step`. What changes is kept in variables
 * between such calls only: the last operator of a body is an `end`, which is a call, so nothing is left to be written back behind it.
 */
function translateOperators(end: usize): void {
  const plain = Access.plainMemory, locals = Registers.localCount;
  let o = Body.offset, position = Code.pos, rf = Registers.resultField, re = Registers.resultEnd, ri = Registers.resultIr;
  let h = Operands.height, mh = Operands.maximumHeight, sh = Operands.settledHeight;
  let codeLimit = Code.end - OPERATOR_BYTES;
  let fuel: i64 = 0;
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
        fuel += operatorFuel(operator);
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
        if (at + 1024 > Operands.entriesEnd) refuse();
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
          fuel += operatorFuel(operator);
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
    ensure(OPERATOR_BYTES);
    step(operator);
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
