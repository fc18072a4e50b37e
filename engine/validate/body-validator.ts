import { MalformedModuleError, UnsupportedModuleError, ValidationError } from '../errors.js';
import {
  afterUnsigned32,
  afterUnsigned64,
  decodeUnsigned32,
  decodeUnsigned64AsNumber,
} from '../binary/leb128.js';
import { memoryAccesses, MemoryAccess } from '../binary/operator-signature.js';
import type { ParsedModule } from '../binary/parsed-module.js';
import { switchedOff } from '../binary/required-feature.js';
import { vectorLaneCounts } from '../binary/vector-operator.js';
import { DEFAULT_FEATURES, type Features } from '../features.js';
import { FEW_VALUES, VALUES_OF_A_LIST } from '../fuel/schedule.js';
import type { FunctionType } from '../types/function-type.js';
import { mentionsVector } from '../types/frame-cost.js';
import { ValueType, valueTypeName } from '../types/value-type.js';

/** The type of an operand that unreachable code conjures up: it matches every other (spec A.3). */
export const BOTTOM = 0;

/** Operands kept for the next function; what an unusually large function needed is given back. */
const KEPT_OPERANDS = 1 << 20;
/** Room beside that for one operand per byte of a body: what calls and blocks of several results mostly need. */
export const SPARE_OPERANDS = 1024;
/** More operands than any engine could hold in registers: refused instead of filling the host's memory. */
const MAXIMUM_OPERANDS = 1 << 24;
const NO_TYPES: readonly ValueType[] = [];

/** Ends validation where lists of values make more work of a body than it may take: nothing is wrong with it, as far as is known. */
export class BeyondMostValues extends Error {
  override readonly name = 'BeyondMostValues';
}

/** One for all: it says nothing of where it was thrown, and a stack trace takes longer than many a body. */
const BEYOND_MOST_VALUES = new BeyondMostValues();

/**
 * What validating any operator of a body stands on: its bytes and immediates, the operand stack, the errors. Control is
 * `FunctionValidator`'s.
 *
 * Methods take the stack's height `sp` and return the new one, and leave the offset behind what they read in `offset`. `at` is always the
 * offset of the operator, for messages.
 */
export class BodyValidator {
  module!: ParsedModule;
  bytes!: Uint8Array;
  /** Offset behind the body. */
  end = 0;
  offset = 0;
  operands = new Int32Array(64);
  /** Stack height at which the current frame begins. */
  height = 0;
  /** Whether the rest of the current frame is unreachable. */
  unreachable = false;
  /** Whether a call, a v128 among locals, callees or operators, was seen. */
  makesCalls = false;
  hasVectors = false;
  /** Values of long lists that may be looked at, and were: see `BodyScan`, which counts the same without looking. */
  protected mostValues = Infinity;
  values = 0;
  /** How often control joins, a condition being more than one; and values of dear operators. */
  protected joins = 0;
  dear = 0;
  protected functionIndex = 0;
  protected functionResults: readonly ValueType[] = NO_TYPES;
  protected bodyBytes = 0;
  protected features: Features = DEFAULT_FEATURES;

  // Errors

  malformed(reason: string, at: number): never {
    throw new MalformedModuleError(reason, at, this.functionIndex);
  }

  /** A validation error, unless the operator's immediates run over the body's end: then that is what is wrong. */
  invalid(reason: string, at: number): never {
    if (this.offset > this.end) this.malformed('unexpected end of section or function', this.end);
    throw new ValidationError(reason, at, this.functionIndex);
  }

  unsupported(reason: string, at: number): never {
    throw new UnsupportedModuleError(reason, at, this.functionIndex);
  }

  protected mismatch(expected: ValueType, actual: ValueType | typeof BOTTOM, at: number): never {
    const found = actual === BOTTOM ? 'nothing' : valueTypeName(actual);
    this.invalid(`type mismatch: expected ${valueTypeName(expected)}, found ${found}`, at);
  }

  // Work

  /** Counts the values of a list, before they are looked at so many times. Few are paid for by the bytes that name them. */
  protected count(values: number, times: number): void {
    if (values > FEW_VALUES) this.countMany(times * (values + VALUES_OF_A_LIST));
  }

  private countMany(values: number): void {
    this.values += values;
    if (this.values > this.mostValues) throw BEYOND_MOST_VALUES;
  }

  // Operands

  /** Makes room for `count` operands above `sp`, and for one more per byte of the body. */
  reserve(sp: number, count: number): void {
    if (sp + count + this.bodyBytes > this.operands.length) this.growOperands(sp, count);
  }

  private growOperands(sp: number, count: number): void {
    const needed = sp + count + this.bodyBytes;
    if (sp + count > MAXIMUM_OPERANDS)
      this.unsupported(`more than ${MAXIMUM_OPERANDS} operands`, this.offset);
    const grown = new Int32Array(Math.max(needed, 2 * this.operands.length));
    grown.set(this.operands.subarray(0, sp));
    this.operands = grown;
  }

  pop(sp: number, expected: ValueType, at: number): number {
    if (sp === this.height) {
      if (this.unreachable) return sp;
      this.mismatch(expected, BOTTOM, at);
    }
    const actual = this.operands[sp - 1]!;
    if (actual !== expected && actual !== BOTTOM) this.mismatch(expected, actual, at);
    return sp - 1;
  }

  /** The type of the topmost operand, or BOTTOM. */
  peek(sp: number, at: number): ValueType | typeof BOTTOM {
    if (sp > this.height) return this.operands[sp - 1]!;
    if (!this.unreachable) this.invalid('type mismatch: expected an operand, found nothing', at);
    return BOTTOM;
  }

  /** Takes away the operand that `peek` looked at. */
  drop(sp: number): number {
    return sp > this.height ? sp - 1 : sp;
  }

  popTypes(sp: number, types: readonly ValueType[], at: number): number {
    const base = sp - types.length;
    if (base >= this.height) {
      // As it nearly always is: exactly these types, compared without a call each.
      const { operands } = this;
      let matching = types.length;
      while (matching > 0 && operands[base + matching - 1] === types[matching - 1]) matching--;
      if (matching === 0) return base;
    }
    for (let index = types.length - 1; index >= 0; index--) sp = this.pop(sp, types[index]!, at);
    return sp;
  }

  push(sp: number, type: ValueType | typeof BOTTOM): number {
    this.operands[sp] = type;
    return sp + 1;
  }

  pushTypes(sp: number, types: readonly ValueType[]): number {
    const count = types.length;
    if (count > 1) this.reserve(sp, count);
    const { operands } = this;
    for (let index = 0; index < count; index++) operands[sp + index] = types[index]!;
    return sp + count;
  }

  /** The rest of the frame cannot be reached: its operands are gone, and any are there for the asking. */
  setUnreachable(): number {
    this.unreachable = true;
    return this.height;
  }

  /** Between functions, valid or not: what an unusually large one needed is given back. */
  giveBack(): void {
    if (this.operands.length > KEPT_OPERANDS) this.operands = new Int32Array(1024);
  }

  // Immediates

  /** Reads a u32 at `offset` and moves `offset` behind it. */
  unsigned32(): number {
    const start = this.offset;
    const byte = this.bytes[start]!;
    if (byte < 0x80) {
      this.offset = start + 1;
      return byte;
    }
    const second = this.bytes[start + 1]!;
    if (second < 0x80) {
      this.offset = start + 2;
      return (byte & 0x7f) | (second << 7);
    }
    this.offset = afterUnsigned32(this.bytes, start, this.end);
    return decodeUnsigned32(this.bytes, start);
  }

  byte(): number {
    if (this.offset >= this.end) this.malformed('unexpected end of section or function', this.end);
    return this.bytes[this.offset++]!;
  }

  /** The value type of addresses of the memory, or of indices of the table. */
  addressType(memoryOrTable: { readonly addressType: 'i32' | 'i64' }): ValueType {
    return memoryOrTable.addressType === 'i64' ? ValueType.I64 : ValueType.I32;
  }

  memoryAddressType(memoryIndex: number, at: number): ValueType {
    const memory = this.module.memories[memoryIndex];
    if (memory === undefined) return this.invalid(`unknown memory ${memoryIndex}`, at);
    return this.addressType(memory);
  }

  typeAt(index: number, at: number): FunctionType {
    const type = this.module.types[index];
    if (type === undefined) return this.invalid(`unknown type ${index}`, at);
    return type;
  }

  /** Reads the memarg at `offset` and returns the address type. */
  private readMemarg(access: number, at: number): ValueType {
    const flags = this.unsigned32();
    if (flags >= 0x80) this.malformed('malformed memop flags', at);
    let memoryIndex = 0;
    if (flags & 0x40) {
      if (!this.features.multiMemory) this.unsupported(switchedOff('a memory index', 'multiMemory'), at);
      memoryIndex = this.unsigned32();
    }
    const start = this.offset;
    this.offset = this.features.memory64
      ? afterUnsigned64(this.bytes, start, this.end)
      : afterUnsigned32(this.bytes, start, this.end);
    const addressType = this.memoryAddressType(memoryIndex, at);
    if ((flags & 0x3f) > (access & MemoryAccess.AlignmentMask) >> MemoryAccess.AlignmentShift) {
      this.invalid('alignment must not be larger than natural', at);
    }
    if (addressType === ValueType.I32 && decodeUnsigned64AsNumber(this.bytes, start) > 0xffff_ffff) {
      this.invalid('offset out of range', at);
    }
    return addressType;
  }

  // Operators

  /** Applies a fixed signature: the general case of what the main loop does at once for exact matches. */
  applySignature(signature: number, sp: number, at: number): number {
    const third = signature >>> 24;
    const second = (signature >>> 16) & 0xff;
    const first = (signature >>> 8) & 0xff;
    if (third !== 0) sp = this.pop(sp, third, at);
    if (second !== 0) sp = this.pop(sp, second, at);
    if (first !== 0) sp = this.pop(sp, first, at);
    return this.push(sp, signature & 0xff);
  }

  /** A load or store, of a scalar, a vector or one lane of a vector. */
  memoryAccess(operator: number, sp: number, at: number): number {
    const access = memoryAccesses[operator]!;
    const addressType = this.readMemarg(access, at);
    const valueType = access & MemoryAccess.ValueTypeMask;
    if (access & MemoryAccess.Lane) this.readLanes(operator, 1, at);
    if (access & (MemoryAccess.Lane | MemoryAccess.Store)) sp = this.pop(sp, valueType, at);
    sp = this.pop(sp, addressType, at);
    return access & MemoryAccess.Store ? sp : this.push(sp, valueType);
  }

  readLanes(operator: number, count: number, at: number): void {
    const lanes = vectorLaneCounts[operator]!;
    for (let index = 0; index < count; index++) {
      if (this.byte() >= lanes) this.invalid('invalid lane index', at);
    }
  }

  returnFromFunction(sp: number, at: number): number {
    this.count(this.functionResults.length, 1);
    this.popTypes(sp, this.functionResults, at);
    return this.setUnreachable();
  }

  call(type: FunctionType, sp: number, at: number): number {
    this.noteCall(type);
    return this.pushTypes(this.popTypes(sp, type.parameters, at), type.results);
  }

  tailCall(type: FunctionType, sp: number, at: number): number {
    this.noteCall(type);
    const { results } = type;
    const own = this.functionResults;
    if (results.length !== own.length || results.some((result, index) => result !== own[index])) {
      this.invalid('type mismatch: the callee returns other types than the function', at);
    }
    this.popTypes(sp, type.parameters, at);
    return this.setUnreachable();
  }

  /** The type of the function named by the index at `offset`. */
  readFunctionType(at: number): FunctionType {
    const index = this.unsigned32();
    const { functionTypeIndices, types } = this.module;
    if (index >= functionTypeIndices.length) this.invalid(`unknown function ${index}`, at);
    return types[functionTypeIndices[index]!]!;
  }

  private noteCall(type: FunctionType): void {
    this.makesCalls = true;
    this.count(type.parameters.length, 1);
    this.count(type.results.length, 1);
    if (mentionsVector(type)) this.hasVectors = true;
  }
}
