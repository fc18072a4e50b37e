import { counted } from '../counted.js';
import { afterSigned32, afterSigned33, afterSigned64, decodeSigned33 } from '../binary/leb128.js';
import { Operator } from '../binary/operator.js';
import { memoryAccesses, MemoryAccess, operatorSignatures } from '../binary/operator-signature.js';
import { functionTypeAt, type ParsedModule } from '../binary/parsed-module.js';
import { Slices } from '../binary/slices.js';
import { allowedOperators, switchedOff } from '../binary/required-feature.js';
import { valueTypeOfCode } from '../binary/type-reader.js';
import { DEFAULT_FEATURES, type Features } from '../features.js';
import { JOINS_OF_A_CONDITION, valuesOfOperator } from '../fuel/schedule.js';
import type { FunctionType } from '../types/function-type.js';
import { frameCost } from '../types/frame-cost.js';
import { ValueType } from '../types/value-type.js';
import { BodyValidator, BOTTOM, SPARE_OPERANDS } from './body-validator.js';
import { LocalTypes } from './local-types.js';
import { validateRareOperator } from './rare-operators.js';

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

/** Those of operators that are done with when their types are checked. */
function plainSignatures(signatures: Int32Array): Int32Array {
  return signatures.map((signature, operator) => (valuesOfOperator[operator] === 0 ? signature : 0));
}

/**
 * The validation algorithm of the specification's appendix A.3 over one function body at a time. An instance is
 * scratch space that is used again for the next function; it never calls anything outside the engine.
 *
 * The main loop keeps offset and stack height in locals; methods take the height `sp` and return the new one, and
 * leave the offset behind what they read in `offset`. `at` is always the offset of the operator, for messages.
 */
export class FunctionValidator extends BodyValidator {
  private readonly locals = new LocalTypes();
  /** The operand stack at its highest so far. */
  private highest = 0;
  private frames = new Int32Array(16 * Frame.Size);
  /** Index of the current frame in `frames`. */
  private frame = 0;
  /** Index of the last frame that the nesting limit allows. */
  private deepestFrame = 0;
  /** Operator signatures, 0 where a feature is switched off. */
  private signatures = allowedSignatures(DEFAULT_FEATURES);
  private plainSignatures = plainSignatures(this.signatures);
  private readonly slices = new Slices();

  /**
   * Throws MalformedModuleError, ValidationError or UnsupportedModuleError when the body is at fault, and BeyondMostValues before
   * lists of many values make it look at more than `mostValues`.
   */
  validate(module: ParsedModule, functionIndex: number, mostValues = Infinity): void {
    const type = functionTypeAt(module, functionIndex);
    this.beginBody(module, functionIndex);
    this.values = 0;
    this.mostValues = mostValues;
    this.joins = 0;
    this.dear = 0;
    this.count(type.parameters.length, 1);
    this.count(type.results.length, 1);
    this.offset = this.locals.read(module, type, this.offset, this.end);
    if (this.bytes[this.end - 1] !== Operator.End) this.malformed('END opcode expected', this.end - 1);
    this.openFunctionFrame(type, module.functionTypeIndices[functionIndex]!);
    this.highest = 0;
    this.makesCalls = false;
    this.hasVectors = this.locals.hasVectors;
    this.validateOperators();
    this.noteFrame(type, functionIndex);
  }

  private noteFrame(type: FunctionType, functionIndex: number): void {
    const { hasVectors, highest, makesCalls, module } = this;
    const definedIndex = functionIndex - module.importedFunctionCount;
    module.makesCalls[definedIndex] = makesCalls ? 1 : 0;
    module.joins[definedIndex] = this.joins;
    module.dear[definedIndex] = this.dear;
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
      this.plainSignatures = plainSignatures(this.signatures);
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

  // Control

  private parametersOf(type: BlockType): readonly ValueType[] {
    return type < 0 ? this.module.types[~type]!.parameters : NO_TYPES;
  }

  private resultsOf(type: BlockType): readonly ValueType[] {
    if (type < 0) return this.module.types[~type]!.results;
    return type === 0 ? NO_TYPES : SINGLE_TYPES[type]!;
  }

  private openFrame(kind: FrameKind, sp: number, at: number): number {
    if (kind !== FrameKind.Block) this.joins += kind === FrameKind.If ? JOINS_OF_A_CONDITION : 1;
    if (kind === FrameKind.If) sp = this.pop(sp, ValueType.I32, at);
    let type: BlockType = 0;
    if (this.bytes[this.offset] === EMPTY_BLOCK_TYPE && this.offset < this.end) this.offset++;
    else type = this.readBlockType(at);
    if (type < 0) {
      const parameters = this.parametersOf(type);
      // Taken off and put back, by each arm.
      this.count(parameters.length, kind === FrameKind.If ? 4 : 2);
      sp = this.popTypes(sp, parameters, at);
    }
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
    else if (type < 0) {
      const results = this.resultsOf(type);
      this.count(results.length, 2);
      sp = this.popTypes(sp, results, at);
    }
    if (sp !== this.height) this.invalid('type mismatch: operands remain at the end of the block', at);
  }

  private elseArm(sp: number, at: number): number {
    const { frames, frame } = this;
    if (frames[frame + Frame.Kind] !== FrameKind.If) this.malformed('misplaced ELSE opcode', at);
    const type = frames[frame + Frame.Type]!;
    this.joins++;
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
    // The function's end joins nothing: it returns.
    if (outer < 0) return sp;
    this.joins++;
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
    this.joins++;
    const frame = this.frameOfLabel(this.unsigned32(), at);
    if (this.frames[frame + Frame.Type] !== 0) {
      const types = this.labelTypes(frame);
      this.count(types.length, 2);
      this.popTypes(sp, types, at);
    }
    return this.setUnreachable();
  }

  private branchIf(sp: number, at: number): number {
    this.joins += JOINS_OF_A_CONDITION;
    const frame = this.frameOfLabel(this.unsigned32(), at);
    sp = this.pop(sp, ValueType.I32, at);
    if (this.frames[frame + Frame.Type] === 0) return sp;
    const types = this.labelTypes(frame);
    this.count(types.length, 2);
    return this.pushTypes(this.popTypes(sp, types, at), types);
  }

  private branchTable(sp: number, at: number): number {
    const start = this.offset;
    const count = this.unsigned32();
    if (count > this.end - this.offset) this.malformed('length out of bounds', start);
    if (count > this.module.limits.maximumBranchTableTargets) {
      const limit = this.module.limits.maximumBranchTableTargets;
      this.unsupported(`a br_table of ${counted(count, 'targets')}; the limit is ${limit}`, start);
    }
    this.joins++;
    sp = this.pop(sp, ValueType.I32, at);
    const { frames } = this;
    let checked: readonly ValueType[] | undefined;
    for (let index = 0; index <= count; index++) {
      const frame = this.frameOfLabel(this.unsigned32(), at);
      // Each target is checked once, and so are runs of targets with one and the same type.
      if (frames[frame + Frame.Table] === at) continue;
      frames[frame + Frame.Table] = at;
      this.joins++;
      const types = this.labelTypes(frame);
      this.count(types.length, 2);
      if (types === checked) continue;
      if (checked !== undefined && types.length !== checked.length) {
        this.invalid('type mismatch: targets of br_table take different numbers of operands', at);
      }
      this.popTypes(sp, types, at);
      checked = types;
    }
    return this.setUnreachable();
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

  private globalAccess(sp: number, operator: number, at: number): number {
    const index = this.unsigned32();
    const global = this.module.globals[index];
    if (global === undefined) return this.invalid(`unknown global ${index}`, at);
    if (global.value === ValueType.V128) this.hasVectors = true;
    if (operator === Operator.GlobalGet) return this.push(sp, global.value);
    if (!global.mutable) this.invalid('immutable global', at);
    return this.pop(sp, global.value, at);
  }

  private localAccess(operator: number, sp: number, at: number): number {
    const index = this.unsigned32();
    const type = this.locals.typeAt(index) ?? this.invalid(`unknown local ${index}`, at);
    if (operator === Operator.LocalGet) return this.push(sp, type);
    sp = this.pop(sp, type, at);
    return operator === Operator.LocalSet ? sp : this.push(sp, type);
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
    const { bytes, plainSignatures: signatures } = this;
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
    this.dear += valuesOfOperator[operator]!;
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
