import { MalformedModuleError, UnsupportedModuleError, ValidationError } from '../errors.js';
import {
  afterSigned32,
  afterSigned33,
  afterSigned64,
  afterUnsigned32,
  afterUnsigned64,
  decodeSigned33,
  decodeUnsigned32,
  decodeUnsigned64AsNumber,
} from '../binary/leb128.js';
import { Operator } from '../binary/operator.js';
import { memoryAccesses, MemoryAccess, operatorSignatures } from '../binary/operator-signature.js';
import { functionTypeAt, type ParsedModule } from '../binary/parsed-module.js';
import { Slices } from '../binary/slices.js';
import { allowedOperators, switchedOff } from '../binary/required-feature.js';
import { valueTypeOfCode } from '../binary/type-reader.js';
import { vectorLaneCounts } from '../binary/vector-operator.js';
import { DEFAULT_FEATURES, type Features } from '../features.js';
import type { FunctionType } from '../types/function-type.js';
import { frameCost, mentionsVector } from '../types/frame-cost.js';
import { ValueType, valueTypeName } from '../types/value-type.js';
import { LocalTypes } from './local-types.js';
import { validateRareOperator } from './rare-operators.js';

/** The type of an operand that unreachable code conjures up: it matches every other (spec A.3). */
export const BOTTOM = 0;

/**
 * A block type as one integer: 0 for none, a value type for a single result, and the complement of a type index for
 * everything else.
 */
type BlockType = number;

const enum FrameKind {
  Function,
  Block,
  Loop,
  If,
  Else,
}

/** A control frame is a run of five integers. */
const enum Frame {
  Kind = 0,
  /** Height of the operand stack below the frame's own operands. */
  Height = 1,
  Type = 2,
  /** 1 behind an unconditional branch of the frame; valid once an inner frame is open. */
  Unreachable = 3,
  /** Offset of the br_table that last had the frame for a target, or -1. */
  Table = 4,
  Size = 5,
}

const EMPTY_BLOCK_TYPE = 0x40;
const NO_TYPES: readonly ValueType[] = [];
const SINGLE_TYPES = Array.from({ length: 0x80 }, (_, type) => [type as ValueType]);

function allowedSignatures(features: Features): Int32Array {
  const allowed = allowedOperators(features);
  return operatorSignatures.map((signature, operator) => signature * allowed[operator]!);
}

/** Operands kept for the next function; what an unusually large function needed is given back. */
const KEPT_OPERANDS = 1 << 20;
/** Room beside that for one operand per byte of a body: what calls and blocks of several results mostly need. */
const SPARE_OPERANDS = 1024;
/** More operands than any engine could hold in registers: refused instead of filling the host's memory. */
const MAXIMUM_OPERANDS = 1 << 24;

/**
 * The validation algorithm of the specification's appendix A.3 over one function body at a time. An instance is
 * scratch space that is used again for the next function; it never calls anything outside the engine.
 *
 * The main loop keeps offset and stack height in locals; methods take the height `sp` and return the new one, and
 * leave the offset behind what they read in `offset`. `at` is always the offset of the operator, for messages.
 */
export class FunctionValidator {
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
  readonly locals = new LocalTypes();
  /** The operand stack at its highest so far. */
  private highest = 0;
  /** Whether a call, a v128 among locals, callees or operators, was seen. */
  makesCalls = false;
  hasVectors = false;
  private functionIndex = 0;
  private functionResults: readonly ValueType[] = NO_TYPES;
  private bodyBytes = 0;
  private frames = new Int32Array(16 * Frame.Size);
  /** Index of the current frame in `frames`. */
  private frame = 0;
  /** Index of the last frame that the nesting limit allows. */
  private deepestFrame = 0;
  private features: Features = DEFAULT_FEATURES;
  /** Operator signatures, 0 where a feature is switched off. */
  private signatures = allowedSignatures(DEFAULT_FEATURES);
  private readonly slices = new Slices();

  /** Throws MalformedModuleError, ValidationError or UnsupportedModuleError when the body is at fault. */
  validate(module: ParsedModule, functionIndex: number): void {
    const type = functionTypeAt(module, functionIndex);
    this.beginBody(module, functionIndex);
    this.offset = this.locals.read(module, type, this.offset, this.end);
    if (this.bytes[this.end - 1] !== Operator.End) this.malformed('END opcode expected', this.end - 1);
    this.openFunctionFrame(type, module.functionTypeIndices[functionIndex]!);
    this.highest = 0;
    this.makesCalls = false;
    this.hasVectors = this.locals.hasVectors;
    this.validateOperators();
    this.noteFrame(type, functionIndex);
  }

  /** Between functions, valid or not: what an unusually large one needed is given back. */
  giveBack(): void {
    if (this.operands.length > KEPT_OPERANDS) this.operands = new Int32Array(1024);
  }

  private noteFrame(type: FunctionType, functionIndex: number): void {
    const { hasVectors, highest, makesCalls, module } = this;
    const definedIndex = functionIndex - module.importedFunctionCount;
    module.makesCalls[definedIndex] = makesCalls ? 1 : 0;
    module.frameCosts[definedIndex] = frameCost({
      type,
      locals: this.locals.count,
      operands: highest,
      hasVectors,
      makesCalls,
    });
  }

  private beginBody(module: ParsedModule, functionIndex: number): void {
    const body = functionIndex - module.importedFunctionCount;
    this.module = module;
    this.bytes = module.bytes;
    this.functionIndex = functionIndex;
    this.offset = module.bodyOffsets[body]!;
    this.bodyBytes = module.bodyLengths[body]!;
    this.end = this.offset + this.bodyBytes;
    if (module.features !== this.features) {
      this.features = module.features;
      this.signatures = allowedSignatures(module.features);
    }
    if (this.bodyBytes === 0) this.malformed('unexpected end of section or function', this.offset);
    this.deepestFrame = module.limits.maximumNesting * Frame.Size;
  }

  private openFunctionFrame(type: FunctionType, typeIndex: number): void {
    const { frames } = this;
    const { results } = type;
    this.reserve(0, SPARE_OPERANDS);
    this.functionResults = results;
    this.frame = 0;
    this.height = 0;
    this.unreachable = false;
    frames[Frame.Kind] = FrameKind.Function;
    frames[Frame.Height] = 0;
    frames[Frame.Table] = -1;
    frames[Frame.Type] = results.length > 1 ? ~typeIndex : (results[0] ?? 0);
  }

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

  private mismatch(expected: ValueType, actual: ValueType | typeof BOTTOM, at: number): never {
    const found = actual === BOTTOM ? 'nothing' : valueTypeName(actual);
    this.invalid(`type mismatch: expected ${valueTypeName(expected)}, found ${found}`, at);
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

  private readBlockType(at: number): BlockType {
    const start = this.offset;
    const byte = this.byte();
    if ((byte & 0xc0) === 0x40) return valueTypeOfCode(byte, this.features, start);
    this.offset = afterSigned33(this.bytes, start, this.end);
    const index = decodeSigned33(this.bytes, start);
    if (index < 0) this.malformed('malformed block type', start);
    if (!this.features.multiValue)
      this.unsupported(switchedOff('a block type by index', 'multiValue'), start);
    const type = this.typeAt(index, at);
    const { parameters, results } = type;
    if (parameters.length > 0 || results.length > 1) return ~index;
    return results[0] ?? 0;
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

  // Control

  private parametersOf(type: BlockType): readonly ValueType[] {
    return type < 0 ? this.module.types[~type]!.parameters : NO_TYPES;
  }

  private resultsOf(type: BlockType): readonly ValueType[] {
    if (type < 0) return this.module.types[~type]!.results;
    return type === 0 ? NO_TYPES : SINGLE_TYPES[type]!;
  }

  private openFrame(kind: FrameKind, sp: number, at: number): number {
    if (kind === FrameKind.If) sp = this.pop(sp, ValueType.I32, at);
    let type: BlockType = 0;
    if (this.bytes[this.offset] === EMPTY_BLOCK_TYPE && this.offset < this.end) this.offset++;
    else type = this.readBlockType(at);
    if (type < 0) sp = this.popTypes(sp, this.parametersOf(type), at);
    this.frames[this.frame + Frame.Unreachable] = this.unreachable ? 1 : 0;
    const frame = this.frame + Frame.Size;
    if (frame > this.deepestFrame) {
      const { maximumNesting } = this.module.limits;
      this.unsupported(`blocks nested deeper than the limit of ${maximumNesting}`, at);
    }
    if (frame === this.frames.length) this.growFrames();
    const { frames } = this;
    this.frame = frame;
    frames[frame + Frame.Kind] = kind;
    frames[frame + Frame.Height] = sp;
    frames[frame + Frame.Type] = type;
    frames[frame + Frame.Table] = -1;
    this.height = sp;
    this.unreachable = false;
    return type < 0 ? this.pushTypes(sp, this.parametersOf(type)) : sp;
  }

  private growFrames(): void {
    const grown = new Int32Array(2 * this.frames.length);
    grown.set(this.frames);
    this.frames = grown;
  }

  /** Checks that exactly the frame's results are on the stack. */
  private checkResults(sp: number, type: BlockType, at: number): void {
    if (type > 0) sp = this.pop(sp, type, at);
    else if (type < 0) sp = this.popTypes(sp, this.resultsOf(type), at);
    if (sp !== this.height) this.invalid('type mismatch: operands remain at the end of the block', at);
  }

  private elseArm(sp: number, at: number): number {
    const { frames, frame } = this;
    if (frames[frame + Frame.Kind] !== FrameKind.If) this.malformed('misplaced ELSE opcode', at);
    const type = frames[frame + Frame.Type]!;
    this.checkResults(sp, type, at);
    frames[frame + Frame.Kind] = FrameKind.Else;
    this.unreachable = false;
    return type < 0 ? this.pushTypes(this.height, this.parametersOf(type)) : this.height;
  }

  /** Closes the current frame; the caller sees by a negative `frame` that it was the function's. */
  private closeFrame(sp: number, at: number): number {
    const { frames } = this;
    const frame = this.frame;
    const type = frames[frame + Frame.Type]!;
    this.checkResults(sp, type, at);
    if (frames[frame + Frame.Kind] === FrameKind.If && type !== 0) this.checkMissingElse(type, at);
    sp = this.height;
    const outer = frame - Frame.Size;
    this.frame = outer;
    if (outer < 0) return sp;
    this.height = frames[outer + Frame.Height]!;
    this.unreachable = frames[outer + Frame.Unreachable] === 1;
    if (type === 0) return sp;
    return type > 0 ? this.push(sp, type) : this.pushTypes(sp, this.resultsOf(type));
  }

  private checkMissingElse(type: BlockType, at: number): void {
    const parameters = this.parametersOf(type);
    const results = this.resultsOf(type);
    if (
      parameters.length !== results.length ||
      parameters.some((parameter, index) => parameter !== results[index])
    ) {
      this.invalid('type mismatch: an if without else must give what it takes', at);
    }
  }

  /** Index in `frames` of the frame that the label `depth` names. */
  private frameOfLabel(depth: number, at: number): number {
    const frame = this.frame - depth * Frame.Size;
    if (frame < 0) this.invalid(`unknown label ${depth}`, at);
    return frame;
  }

  /** Types that a branch to the frame takes along. */
  private labelTypes(frame: number): readonly ValueType[] {
    const type = this.frames[frame + Frame.Type]!;
    return this.frames[frame + Frame.Kind] === FrameKind.Loop
      ? this.parametersOf(type)
      : this.resultsOf(type);
  }

  private branch(sp: number, at: number): number {
    const frame = this.frameOfLabel(this.unsigned32(), at);
    if (this.frames[frame + Frame.Type] !== 0) this.popTypes(sp, this.labelTypes(frame), at);
    return this.setUnreachable();
  }

  private branchIf(sp: number, at: number): number {
    const frame = this.frameOfLabel(this.unsigned32(), at);
    sp = this.pop(sp, ValueType.I32, at);
    if (this.frames[frame + Frame.Type] === 0) return sp;
    const types = this.labelTypes(frame);
    return this.pushTypes(this.popTypes(sp, types, at), types);
  }

  private branchTable(sp: number, at: number): number {
    const start = this.offset;
    const count = this.unsigned32();
    if (count > this.end - this.offset) this.malformed('length out of bounds', start);
    if (count > this.module.limits.maximumBranchTableTargets) {
      const limit = this.module.limits.maximumBranchTableTargets;
      this.unsupported(`a br_table of ${count} targets; the limit is ${limit}`, start);
    }
    sp = this.pop(sp, ValueType.I32, at);
    const { frames } = this;
    let checked: readonly ValueType[] | undefined;
    for (let index = 0; index <= count; index++) {
      const frame = this.frameOfLabel(this.unsigned32(), at);
      // Each target is checked once, and so are runs of targets with one and the same type.
      if (frames[frame + Frame.Table] === at) continue;
      frames[frame + Frame.Table] = at;
      const types = this.labelTypes(frame);
      if (types === checked) continue;
      if (checked !== undefined && types.length !== checked.length) {
        this.invalid('type mismatch: targets of br_table take different numbers of operands', at);
      }
      this.popTypes(sp, types, at);
      checked = types;
    }
    return this.setUnreachable();
  }

  returnFromFunction(sp: number, at: number): number {
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

  private select(sp: number, at: number): number {
    sp = this.pop(sp, ValueType.I32, at);
    const second = this.peek(sp, at);
    sp = this.drop(sp);
    const first = this.peek(sp, at);
    sp = this.drop(sp);
    if ((first !== BOTTOM && first < ValueType.V128) || (second !== BOTTOM && second < ValueType.V128)) {
      this.invalid('type mismatch: select without a type takes numbers and vectors only', at);
    }
    if (first !== second && first !== BOTTOM && second !== BOTTOM) this.mismatch(first, second, at);
    return this.push(sp, first === BOTTOM ? second : first);
  }

  private noteCall(type: FunctionType): void {
    this.makesCalls = true;
    if (mentionsVector(type)) this.hasVectors = true;
  }

  private globalAccess(sp: number, operator: number, at: number): number {
    const index = this.unsigned32();
    const global = this.module.globals[index];
    if (global === undefined) return this.invalid(`unknown global ${index}`, at);
    if (global.value === ValueType.V128) this.hasVectors = true;
    if (operator === Operator.GlobalGet) return this.push(sp, global.value);
    if (!global.mutable) this.invalid('immutable global', at);
    return this.pop(sp, global.value, at);
  }

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

  private localAccess(operator: number, sp: number, at: number): number {
    const type = this.locals.typeAt(this, this.unsigned32(), at);
    if (operator === Operator.LocalGet) return this.push(sp, type);
    sp = this.pop(sp, type, at);
    return operator === Operator.LocalSet ? sp : this.push(sp, type);
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

  /** The operators of the body, whose locals are read. */
  private validateOperators(): void {
    const { end } = this;
    let sp = 0;
    while (this.frame >= 0) {
      if (this.offset >= end) this.malformed('unexpected end of section or function', end);
      sp = this.validateSlice(sp, this.slices.endOf(this.offset, end));
    }
    if (this.offset !== end) this.malformed('operators remaining after end of function', this.offset);
  }

  /**
   * Operators up to `sliceEnd`, or to the end of the function. The commonest ones, in their commonest form, are done right here:
   * immediates of a byte, operands that match exactly. Everything else leaves by one call. It is kept this small on purpose: in a
   * fresh process the time that the host's optimiser takes for it counts for more than what a few calls cost later.
   */
  private validateSlice(sp: number, sliceEnd: number): number {
    const { bytes, signatures } = this;
    const localTypes = this.locals.types;
    const shortLocals = Math.min(this.locals.listed, 0x80);
    const memory = this.module.memories[0];
    const address = memory === undefined ? -1 : this.addressType(memory);
    let { operands, offset, height, highest } = this;
    while (offset < sliceEnd) {
      const at = offset;
      if (sp > highest) highest = sp;
      const operator = bytes[offset++]!;
      switch (operator as Operator) {
        case Operator.LocalGet: {
          const index = bytes[offset]!;
          if (!(index < shortLocals)) break;
          offset++;
          operands[sp++] = localTypes[index]!;
          continue;
        }
        case Operator.LocalSet: {
          const index = bytes[offset]!;
          if (!(index < shortLocals && sp > height && operands[sp - 1] === localTypes[index])) break;
          offset++;
          sp--;
          continue;
        }
        case Operator.LocalTee: {
          const index = bytes[offset]!;
          if (!(index < shortLocals && sp > height && operands[sp - 1] === localTypes[index])) break;
          offset++;
          continue;
        }
        case Operator.I32Const:
        case Operator.I64Const: {
          // No longer than the body, whose last byte is an `end`.
          let last = offset;
          while (bytes[last]! > 0x7f) last++;
          if (last - offset > 3) break;
          offset = last + 1;
          operands[sp++] = signatures[operator]!;
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
          const access = memoryAccesses[operator]!;
          const length = shortMemargLength(bytes, offset, access);
          if (length === 0) break;
          const type = access & MemoryAccess.ValueTypeMask;
          if (access & MemoryAccess.Store) {
            if (sp - 1 <= height || operands[sp - 2] !== address || operands[sp - 1] !== type) break;
            sp -= 2;
          } else {
            if (sp <= height || operands[sp - 1] !== address) break;
            operands[sp - 1] = type;
          }
          offset += length;
          continue;
        }
        default: {
          // Numeric operators of one or two operands; constants have none and go the general way.
          const signature = signatures[operator]!;
          const second = signature >>> 16;
          if (second === 0) {
            if (signature < 0x100 || sp <= height || operands[sp - 1] !== signature >>> 8) break;
          } else {
            if (sp - 1 <= height || operands[sp - 1] !== second) break;
            if (operands[sp - 2] !== ((signature >>> 8) & 0xff)) break;
            sp--;
          }
          operands[sp - 1] = signature & 0xff;
          continue;
        }
      }
      this.offset = offset;
      this.highest = highest;
      sp = this.validateOperator(operator, sp, at);
      if (this.frame < 0) return sp;
      ({ offset, operands, height } = this);
    }
    this.offset = offset;
    this.highest = highest;
    return sp;
  }

  /** One operator in full generality; its opcode byte is read. */
  private validateOperator(operator: number, sp: number, at: number): number {
    switch (operator as Operator) {
      case Operator.Block:
        return this.openFrame(FrameKind.Block, sp, at);
      case Operator.Loop:
        return this.openFrame(FrameKind.Loop, sp, at);
      case Operator.If:
        return this.openFrame(FrameKind.If, sp, at);
      case Operator.Else:
        return this.elseArm(sp, at);
      case Operator.End:
        return this.closeFrame(sp, at);
      case Operator.BrIf:
        return this.branchIf(sp, at);
      case Operator.Br:
        return this.branch(sp, at);
      case Operator.Call:
        return this.call(this.readFunctionType(at), sp, at);
      case Operator.GlobalGet:
      case Operator.GlobalSet:
        return this.globalAccess(sp, operator, at);
      case Operator.LocalGet:
      case Operator.LocalSet:
      case Operator.LocalTee:
        return this.localAccess(operator, sp, at);
      case Operator.Drop:
        this.peek(sp, at);
        return this.drop(sp);
      case Operator.Select:
        return this.select(sp, at);
      case Operator.Return:
        return this.returnFromFunction(sp, at);
      case Operator.Unreachable:
        return this.setUnreachable();
      case Operator.Nop:
        return sp;
      case Operator.BrTable:
        return this.branchTable(sp, at);
      case Operator.I32Const:
        this.offset = afterSigned32(this.bytes, this.offset, this.end);
        return this.push(sp, ValueType.I32);
      case Operator.I64Const:
        this.offset = afterSigned64(this.bytes, this.offset, this.end);
        return this.push(sp, ValueType.I64);
      case Operator.F32Const:
        this.offset += 4;
        return this.push(sp, ValueType.F32);
      case Operator.F64Const:
        this.offset += 8;
        return this.push(sp, ValueType.F64);
    }
    if (memoryAccesses[operator] !== 0) return this.memoryAccess(operator, sp, at);
    const signature = this.signatures[operator]!;
    if (signature !== 0) return this.applySignature(signature, sp, at);
    return validateRareOperator(this, operator, sp, at);
  }
}

/**
 * Bytes of a memarg that names memory 0 and has at most two bytes of offset, the usual kind; 0 for any other, and for
 * an alignment that is not allowed.
 */
function shortMemargLength(bytes: Uint8Array, offset: number, access: number): number {
  if (!(bytes[offset]! <= (access & MemoryAccess.AlignmentMask) >> MemoryAccess.AlignmentShift)) return 0;
  if (bytes[offset + 1]! < 0x80) return 2;
  return bytes[offset + 2]! < 0x80 ? 3 : 0;
}
