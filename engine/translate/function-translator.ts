import { Operator, OperatorPrefix } from '../binary/operator.js';
import { functionTypeAt, type ParsedModule } from '../binary/parsed-module.js';
import {
  afterLeb128,
  decodeSigned32,
  decodeSigned64High,
  decodeSigned64Low,
  decodeUnsigned32,
} from '../binary/leb128.js';
import { Immediate, skipImmediates } from '../binary/operator-immediate.js';
import {
  NO_REGISTER_FILE,
  vectorImmediate,
  vectorOperandCount,
  vectorResultFile,
} from '../binary/vector-operator.js';
import type { FunctionType } from '../types/function-type.js';
import { RegisterFile, registerFileOf, type ValueType } from '../types/value-type.js';
import { ControlStack, LabelKind, NO_PATCH } from './control-stack.js';
import { Ir } from './ir.js';
import { Entry, OperandStack } from './operand-stack.js';
import { immediateIr, operatorIr, operatorShape, resultFile, Shape, swappedOperator } from './operator-table.js';
import type { CodeArena, TranslatedFunction } from './translated-function.js';

/** Fuel for the zero-filling of one local, in bytes: a register slot, or two for a vector. */
const LOCAL_BYTES = 8;
const VECTOR_LOCAL_BYTES = 16;
/** Words that one operator emits at most, apart from moves of whole value lists, which reserve for themselves. */
const OPERATOR_WORDS = 64;
/** eq ne lt_s lt_u gt_s gt_u le_s le_u ge_s ge_u, negated. */
const NEGATED_COMPARISON = [1, 0, 8, 9, 6, 7, 4, 5, 2, 3];

/** In ControlStack.stub, while a br_table is translated: no stub needed; stub still to be made. */
const DIRECT = -1;
const STUB_WANTED = -2;

export interface TranslationOptions {
  /** Whether blocks carry their fuel; without, every charge is zero. */
  readonly consumeFuel: boolean;
  /** Bytes zero-filled per fuel. */
  readonly bytesPerFuel: number;
}

/**
 * Translates one valid function body to register IR in a single forward pass. Nothing is checked again: the body must
 * have passed validation. Reused for function after function; it never calls user code, so one per engine is enough.
 */
export class FunctionTranslator {
  private module!: ParsedModule;
  private bytes: Uint8Array = new Uint8Array(0);
  private offset = 0;
  private code = new Int32Array(4096);
  private position = 0;
  private readonly stack = new OperandStack();
  private readonly control = new ControlStack();
  private localFile = new Uint8Array(64);
  private localCount = 0;
  private resultCount = 0;
  /** Where the open basic block's fuel word is, and what it comes to so far. */
  private blockFuelAt = 0;
  private blockFuel = 0;
  private options: TranslationOptions = { consumeFuel: true, bytesPerFuel: 64 };
  /** The last emitted operator, if it put its result into the slot of the operand stack's top. */
  private resultField = 0;
  private resultEnd = -1;
  private resultIr = 0;
  private tableStamp = 0;

  translate(
    module: ParsedModule,
    functionIndex: number,
    arena: CodeArena,
    options: TranslationOptions,
  ): TranslatedFunction {
    const definedIndex = functionIndex - module.importedFunctionCount;
    this.module = module;
    this.bytes = module.bytes;
    this.options = options;
    this.offset = module.bodyOffsets[definedIndex]!;
    const end = this.offset + module.bodyLengths[definedIndex]!;
    const type = functionTypeAt(module, functionIndex);
    this.resultCount = type.results.length;
    this.position = 0;
    this.resultEnd = -1;
    this.tableStamp = 0;
    this.control.depth = 0;
    this.emit(0);
    this.openBlock();
    this.translateLocals(type);
    this.stack.reset(this.localCount);
    this.control.push(LabelKind.Function, 0, module.functionTypeIndices[functionIndex]!);
    this.translateBody(end);
    const frameSlots = Math.max(this.localCount + this.stack.maximumHeight, this.resultCount);
    return arena.store(this.code, this.position, frameSlots);
  }

  // Locals

  private translateLocals(type: FunctionType): void {
    const parameters = type.parameters;
    let count = parameters.length;
    this.reserveLocals(count);
    for (let i = 0; i < count; i++) this.localFile[i] = registerFileOf(parameters[i]!);
    let groups = this.unsigned();
    let zeroedBytes = 0;
    while (groups-- > 0) {
      const size = this.unsigned();
      const file = registerFileOf(this.valueType());
      if (size === 0) continue;
      this.reserveLocals(count + size);
      this.localFile.fill(file, count, count + size);
      zeroedBytes += size * (file === RegisterFile.Vector ? VECTOR_LOCAL_BYTES : LOCAL_BYTES);
      this.ensure(OPERATOR_WORDS);
      if (file === RegisterFile.Word32) this.emit3(Ir.Zero32, count, size);
      else if (file === RegisterFile.Word64) this.emit3(Ir.Zero64, count, size);
      else this.emit4(Ir.ZeroRare, count, size, file);
      count += size;
    }
    this.localCount = count;
    this.blockFuel += Math.floor(zeroedBytes / this.options.bytesPerFuel);
  }

  private reserveLocals(count: number): void {
    if (count <= this.localFile.length) return;
    const larger = new Uint8Array(Math.max(count, this.localFile.length * 2));
    larger.set(this.localFile);
    this.localFile = larger;
  }

  // Reading immediates

  private unsigned(): number {
    const byte = this.bytes[this.offset]!;
    if (byte < 0x80) {
      this.offset++;
      return byte;
    }
    const value = decodeUnsigned32(this.bytes, this.offset);
    this.offset = afterLeb128(this.bytes, this.offset);
    return value;
  }

  private signed32(): number {
    const byte = this.bytes[this.offset]!;
    if (byte < 0x80) {
      this.offset++;
      return (byte << 25) >> 25;
    }
    const value = decodeSigned32(this.bytes, this.offset);
    this.offset = afterLeb128(this.bytes, this.offset);
    return value;
  }

  private valueType(): ValueType {
    return this.bytes[this.offset++]!;
  }

  /** Index into the module's types, or -1 - value type for one result, or -1 for none. */
  private blockType(): number {
    const byte = this.bytes[this.offset]!;
    if (byte === 0x40) {
      this.offset++;
      return -1;
    }
    if (byte > 0x40 && byte < 0x80) {
      this.offset++;
      return -1 - byte;
    }
    return this.signed32();
  }

  private parameterCount(blockType: number): number {
    return blockType < 0 ? 0 : this.module.types[blockType]!.parameters.length;
  }

  private resultCountOf(blockType: number): number {
    if (blockType < 0) return blockType === -1 ? 0 : 1;
    return this.module.types[blockType]!.results.length;
  }

  // Emitting

  private ensure(words: number): void {
    if (this.position + words <= this.code.length) return;
    const larger = new Int32Array(Math.max(this.code.length * 2, this.position + words));
    larger.set(this.code);
    this.code = larger;
  }

  private emit(a: number): void {
    this.code[this.position++] = a;
  }

  private emit2(a: number, b: number): void {
    const { code, position } = this;
    code[position] = a;
    code[position + 1] = b;
    this.position = position + 2;
  }

  private emit3(a: number, b: number, c: number): void {
    const { code, position } = this;
    code[position] = a;
    code[position + 1] = b;
    code[position + 2] = c;
    this.position = position + 3;
  }

  private emit4(a: number, b: number, c: number, d: number): void {
    const { code, position } = this;
    code[position] = a;
    code[position + 1] = b;
    code[position + 2] = c;
    code[position + 3] = d;
    this.position = position + 4;
  }

  private emit5(a: number, b: number, c: number, d: number, e: number): void {
    this.emit4(a, b, c, d);
    this.emit(e);
  }

  /** Register of the operand-stack position `height`. */
  private slot(height: number): number {
    return this.localCount + height;
  }

  /** The last operator emitted wrote its destination at `field`: push its result and remember where it may be redirected. */
  private pushResult(file: RegisterFile, field: number, ir: number): void {
    this.code[field] = this.localCount + this.stack.height;
    this.stack.pushTemporary(file);
    this.resultField = field;
    this.resultEnd = this.position;
    this.resultIr = ir;
  }

  /** Can the operator that produced the entry at `at` write somewhere else instead? */
  private isLastResult(at: number): boolean {
    return this.resultEnd === this.position && this.stack.kind[at] === Entry.Temporary && this.code[this.resultField] === this.slot(at);
  }

  private emitCopy(file: RegisterFile, destination: number, source: number): void {
    if (file === RegisterFile.Word32) this.emit3(Ir.Copy32, destination, source);
    else if (file === RegisterFile.Word64) this.emit3(Ir.Copy64, destination, source);
    else this.emit4(Ir.CopyRare, destination, source, file);
  }

  /** Puts the value of the entry at `at` into register `destination`. */
  private emitMove(destination: number, at: number): void {
    const { stack } = this;
    switch (stack.kind[at] as Entry) {
      case Entry.Temporary:
        if (this.slot(at) !== destination) this.emitCopy(stack.file[at]!, destination, this.slot(at));
        break;
      case Entry.Local:
        if (stack.value[at] !== destination) this.emitCopy(stack.file[at]!, destination, stack.value[at]!);
        break;
      case Entry.Constant32:
        this.emit3(Ir.Const32, destination, stack.value[at]!);
        break;
      case Entry.Constant64:
        this.emit4(Ir.Const64, destination, stack.value[at]!, stack.high[at]!);
        break;
    }
  }

  /** A register that holds the popped entry at `at`; constants are put into the entry's own slot. */
  private register(at: number): number {
    const kind = this.stack.kind[at] as Entry;
    if (kind === Entry.Temporary) return this.slot(at);
    if (kind === Entry.Local) return this.stack.value[at]!;
    this.emitMove(this.slot(at), at);
    return this.slot(at);
  }

  private popRegister(): number {
    return this.register(this.stack.pop());
  }

  private readonly saveLocal = (at: number, local: number): void => {
    this.ensure(OPERATOR_WORDS);
    this.emitCopy(this.stack.file[at]!, this.slot(at), local);
  };

  /** Puts the top `count` entries into their own slots. */
  private placeTop(count: number): void {
    const { stack } = this;
    stack.settleLocals(this.saveLocal);
    for (let at = stack.height - count; at < stack.height; at++) {
      if (stack.kind[at] === Entry.Temporary) continue;
      this.ensure(OPERATOR_WORDS);
      this.emitMove(this.slot(at), at);
      stack.settle(at);
    }
  }

  // Basic blocks

  private openBlock(): void {
    this.blockFuelAt = this.position - 1;
    this.blockFuel = 0;
  }

  private closeBlock(): void {
    this.code[this.blockFuelAt] = this.options.consumeFuel ? this.blockFuel : 0;
  }

  /** A label here: ends the basic block above, which falls through when `reachable`, and starts the next. */
  private startBlock(reachable: boolean): void {
    if (reachable) {
      this.closeBlock();
      this.emit2(Ir.ConsumeFuel, 0);
    } else {
      this.emit(0);
    }
    this.openBlock();
  }

  /** Ends the basic block at a conditional branch: the fuel word of the next is the operator's last field. */
  private splitBlock(): void {
    this.closeBlock();
    this.emit(0);
    this.openBlock();
  }

  private patchTo(field: number, target: number): void {
    const { code } = this;
    while (field !== NO_PATCH) {
      const next = code[field]!;
      code[field] = target - field;
      field = next;
    }
  }

  /** Fills or queues the branch field at `field` for the label `label`. */
  private linkBranch(label: number, field: number): void {
    const { control } = this;
    control.targeted[label] = 1;
    if (control.kind[label] === LabelKind.Loop) {
      this.code[field] = control.target[label]! - field;
    } else {
      this.code[field] = control.patch[label]!;
      control.patch[label] = field;
    }
  }

  /** Number of values a branch to the label carries. */
  private labelArity(label: number): number {
    const blockType = this.control.blockType[label]!;
    return this.control.kind[label] === LabelKind.Loop ? this.parameterCount(blockType) : this.resultCountOf(blockType);
  }

  /** Can a branch go to the label as it is, its values being where the label wants them? */
  private isDirect(label: number): boolean {
    if (label === 0) return false;
    const { stack } = this;
    const arity = this.labelArity(label);
    if (arity === 0) return true;
    const first = stack.height - arity;
    if (first !== this.control.height[label]) return false;
    for (let at = first; at < stack.height; at++) if (stack.kind[at] !== Entry.Temporary) return false;
    return true;
  }

  /** Moves the top values to where the label wants them. Ascending order never overwrites a value still to be moved. */
  private moveToLabel(label: number, arity: number): void {
    const { stack } = this;
    const first = stack.height - arity;
    const destination = this.slot(this.control.height[label]!);
    for (let i = 0; i < arity; i++) {
      this.ensure(OPERATOR_WORDS);
      this.emitMove(destination + i, first + i);
    }
  }

  /** Emits everything an unconditional branch to `label` does, except ending the block. */
  private emitBranch(label: number): void {
    if (label === 0) {
      this.emitReturn();
      return;
    }
    const arity = this.labelArity(label);
    const top = this.stack.height - 1;
    if (arity === 1 && this.isLastResult(top)) this.code[this.resultField] = this.slot(this.control.height[label]!);
    else this.moveToLabel(label, arity);
    this.emit2(Ir.Branch, 0);
    this.linkBranch(label, this.position - 1);
  }

  private emitReturn(): void {
    const { stack, resultCount } = this;
    const top = stack.height - 1;
    if (resultCount === 1) {
      const file = stack.file[top]!;
      if (file === RegisterFile.Word32) this.emit2(Ir.Return32, this.register(top));
      else if (file === RegisterFile.Word64) this.emit2(Ir.Return64, this.register(top));
      else {
        this.emitMove(0, top);
        this.emit(Ir.Return);
      }
      return;
    }
    this.moveToSlots(resultCount);
    this.emit(Ir.Return);
  }

  /** Moves the top `count` values to registers 0 and up, where locals live: those still named are saved first. */
  private moveToSlots(count: number): void {
    const { stack } = this;
    const first = stack.height - count;
    for (let at = first; at < stack.height; at++) {
      this.ensure(OPERATOR_WORDS);
      if (stack.kind[at] === Entry.Local) this.emitCopy(stack.file[at]!, this.slot(at), stack.value[at]!);
    }
    for (let i = 0; i < count; i++) {
      this.ensure(OPERATOR_WORDS);
      const at = first + i;
      if (stack.kind[at] === Entry.Local) this.emitCopy(stack.file[at]!, i, this.slot(at));
      else this.emitMove(i, at);
    }
  }

  /**
   * Emits the operator of a conditional branch on the popped condition `at`, up to its branch field, whose position is
   * returned; the caller adds the fuel word. An i32 comparison just emitted becomes the branch itself.
   */
  private emitConditionalBranch(at: number, negate: boolean): number {
    if (this.isLastResult(at)) {
      const { code, resultField: field, resultIr: ir } = this;
      if (ir >= Ir.I32Eq && ir <= Ir.I32GeUImm) {
        const immediate = ir >= Ir.I32EqImm;
        const comparison = ir - (immediate ? Ir.I32EqImm : Ir.I32Eq);
        code[field - 1] =
          (immediate ? Ir.BranchI32EqImm : Ir.BranchI32Eq) +
          (negate ? NEGATED_COMPARISON[comparison]! : comparison);
        this.resultEnd = -1;
        return field;
      }
      if (ir === Ir.I32Eqz) {
        code[field - 1] = negate ? Ir.BranchIfNonZero : Ir.BranchIfZero;
        this.resultEnd = -1;
        return field;
      }
    }
    const condition = this.register(at);
    this.emit3(negate ? Ir.BranchIfZero : Ir.BranchIfNonZero, 0, condition);
    return this.position - 2;
  }

  // The body

  private translateBody(end: number): void {
    while (this.offset < end) {
      this.ensure(OPERATOR_WORDS);
      let operator = this.bytes[this.offset++]!;
      if (operator >= OperatorPrefix.Miscellaneous) {
        const base = operator === OperatorPrefix.Vector ? OperatorPrefix.VectorBase : OperatorPrefix.MiscellaneousBase;
        operator = base + this.unsigned();
      }
      switch (operatorShape[operator] as Shape) {
        case Shape.Binary:
          this.translateBinary(operator);
          break;
        case Shape.Unary:
          this.translateUnary(operator);
          break;
        case Shape.Load:
          this.translateLoad(operator);
          break;
        case Shape.Store:
          this.translateStore(operator);
          break;
        case Shape.Reinterpret:
          this.blockFuel++; // same raw bits, same register file: nothing to run
          break;
        case Shape.Vector:
          this.translateVector(operator);
          break;
        default:
          this.translateSpecial(operator);
      }
    }
  }

  private translateSpecial(operator: number): void {
    const { stack } = this;
    switch (operator) {
      case Operator.LocalGet: {
        this.blockFuel++;
        const local = this.unsigned();
        stack.pushLocal(local, this.localFile[local]!);
        break;
      }
      case Operator.LocalSet:
        this.blockFuel++;
        this.setLocal(this.unsigned(), stack.pop());
        break;
      case Operator.LocalTee: {
        this.blockFuel++;
        const local = this.unsigned();
        this.setLocal(local, stack.pop());
        stack.pushLocal(local, this.localFile[local]!);
        break;
      }
      case Operator.I32Const:
        this.blockFuel++;
        stack.pushConstant32(this.signed32());
        break;
      case Operator.I64Const:
        this.translateI64Const();
        break;
      case Operator.F32Const:
        this.blockFuel++;
        stack.pushConstant32(this.word());
        break;
      case Operator.F64Const: {
        this.blockFuel++;
        const low = this.word();
        stack.pushConstant64(low, this.word());
        break;
      }
      case Operator.Nop:
        break;
      case Operator.Drop:
        stack.pop();
        break;
      case Operator.Block:
        this.openLabel(LabelKind.Block);
        break;
      case Operator.Loop:
        this.openLabel(LabelKind.Loop);
        break;
      case Operator.If:
        this.translateIf();
        break;
      case Operator.Else:
        this.translateElse(true);
        break;
      case Operator.End:
        this.translateEnd(true);
        break;
      case Operator.Br:
        this.blockFuel++;
        this.emitBranch(this.control.depth - 1 - this.unsigned());
        this.closeBlock();
        this.leaveUnreachable();
        break;
      case Operator.BrIf:
        this.blockFuel++;
        this.translateBranchIf(this.control.depth - 1 - this.unsigned());
        break;
      case Operator.BrTable:
        this.blockFuel++;
        this.translateBranchTable();
        break;
      case Operator.Return:
        this.emitReturn();
        this.closeBlock();
        this.leaveUnreachable();
        break;
      case Operator.Unreachable:
        this.emit(Ir.Unreachable);
        this.closeBlock();
        this.leaveUnreachable();
        break;
      case Operator.Call:
        this.blockFuel++;
        this.translateCall(this.unsigned());
        break;
      default:
        this.blockFuel++;
        this.translateRareSpecial(operator);
    }
  }

  private translateRareSpecial(operator: number): void {
    switch (operator) {
      case Operator.CallIndirect:
        this.translateCallIndirect();
        break;
      case Operator.ReturnCall:
        this.translateReturnCall(this.unsigned());
        break;
      case Operator.ReturnCallIndirect:
        this.translateReturnCallIndirect();
        break;
      case Operator.SelectTyped: {
        for (let count = this.unsigned(); count > 0; count--) this.valueType();
        this.translateSelect();
        break;
      }
      case Operator.Select:
        this.translateSelect();
        break;
      case Operator.GlobalGet:
        this.translateGlobalGet(this.unsigned());
        break;
      case Operator.GlobalSet:
        this.translateGlobalSet(this.unsigned());
        break;
      case Operator.TableGet: {
        const table = this.unsigned();
        this.emitOther(operator, RegisterFile.Reference, 1, table);
        break;
      }
      case Operator.TableSet: {
        const table = this.unsigned();
        this.emitOther(operator, undefined, 2, table);
        break;
      }
      case Operator.TableSize: {
        const table = this.unsigned();
        this.emitOther(operator, this.addressFile(this.module.tables[table]!.addressType), 0, table);
        break;
      }
      case Operator.RefNull:
        this.valueType();
        this.emitOther(operator, RegisterFile.Reference, 0, 0);
        break;
      case Operator.RefIsNull:
        this.emitOther(operator, RegisterFile.Word32, 1, 0);
        break;
      case Operator.RefFunc:
        this.emitOther(operator, RegisterFile.Reference, 0, this.unsigned());
        break;
      case Operator.MemorySize: {
        const memory = this.unsigned();
        this.emitOther(operator, this.addressFile(this.module.memories[memory]!.addressType), 0, memory);
        break;
      }
      case Operator.MemoryGrow: {
        const memory = this.unsigned();
        const delta = this.popRegister();
        this.emitBulk(operator, 0, delta, 0, memory, 0);
        this.pushResult(this.addressFile(this.module.memories[memory]!.addressType), this.position - 5, Ir.Bulk);
        break;
      }
      case Operator.TableGrow: {
        const table = this.unsigned();
        const delta = this.popRegister();
        const value = this.popRegister();
        this.emitBulk(operator, 0, delta, value, table, 0);
        this.pushResult(this.addressFile(this.module.tables[table]!.addressType), this.position - 5, Ir.Bulk);
        break;
      }
      case Operator.DataDrop:
      case Operator.ElemDrop:
        this.emitBulk(operator, 0, 0, 0, this.unsigned(), 0);
        break;
      case Operator.MemoryInit:
      case Operator.TableInit: {
        const segment = this.unsigned();
        this.emitBulkOfThree(operator, this.unsigned(), segment);
        break;
      }
      case Operator.MemoryCopy:
      case Operator.TableCopy: {
        const destination = this.unsigned();
        this.emitBulkOfThree(operator, destination, this.unsigned());
        break;
      }
      case Operator.MemoryFill:
      case Operator.TableFill:
        this.emitBulkOfThree(operator, this.unsigned(), 0);
        break;
      default:
        this.translateWide(operator);
    }
  }

  private word(): number {
    const { bytes, offset } = this;
    this.offset = offset + 4;
    return bytes[offset]! | (bytes[offset + 1]! << 8) | (bytes[offset + 2]! << 16) | (bytes[offset + 3]! << 24);
  }

  private translateI64Const(): void {
    this.blockFuel++;
    const byte = this.bytes[this.offset]!;
    if (byte < 0x80) {
      this.offset++;
      const low = (byte << 25) >> 25;
      this.stack.pushConstant64(low, low >> 31);
      return;
    }
    const { bytes, offset } = this;
    this.stack.pushConstant64(decodeSigned64Low(bytes, offset), decodeSigned64High(bytes, offset));
    this.offset = afterLeb128(bytes, offset);
  }

  /** Writes the popped entry at `at` to a local; values that still name the local are saved first. */
  private setLocal(local: number, at: number): void {
    const { stack } = this;
    if (stack.topmostOfLocal(local) < 0) {
      if (this.isLastResult(at)) {
        this.code[this.resultField] = local;
        this.resultEnd = -1;
        return;
      }
    } else if (stack.kind[at] === Entry.Local && stack.value[at] === local) {
      return;
    } else {
      for (let named = stack.takeEntryOfLocal(local); named >= 0; named = stack.takeEntryOfLocal(local)) {
        this.ensure(OPERATOR_WORDS);
        this.emitCopy(stack.file[named]!, this.slot(named), local);
      }
    }
    this.emitMove(local, at);
  }

  // Plain operators

  private translateUnary(operator: number): void {
    this.blockFuel++;
    const a = this.popRegister();
    const ir = operatorIr[operator]!;
    if (ir === 0) {
      this.emit5(Ir.Rare, operator, 0, a, 0);
      this.pushResult(resultFile[operator]!, this.position - 3, Ir.Rare);
      return;
    }
    this.emit3(ir, 0, a);
    this.pushResult(resultFile[operator]!, this.position - 2, ir);
  }

  private translateBinary(operator: number): void {
    this.blockFuel++;
    const { stack } = this;
    let right = stack.pop();
    let left = stack.pop();
    if (stack.kind[left]! >= Entry.Constant32 && swappedOperator[operator] !== 0 && stack.kind[right]! < Entry.Constant32) {
      const swapped = right;
      right = left;
      left = swapped;
      operator = swappedOperator[operator]!;
    }
    const kind = stack.kind[right] as Entry;
    if (kind === Entry.Constant32 && this.translateImmediate32(operator, left, stack.value[right]!)) return;
    if (kind === Entry.Constant64 && this.translateImmediate64(operator, left, right)) return;
    const a = this.register(left);
    const b = this.register(right);
    const ir = operatorIr[operator]!;
    if (ir === 0) {
      this.emit5(Ir.Rare, operator, 0, a, b);
      this.pushResult(resultFile[operator]!, this.position - 3, Ir.Rare);
      return;
    }
    this.emit4(ir, 0, a, b);
    this.pushResult(resultFile[operator]!, this.position - 3, ir);
  }

  private translateImmediate32(operator: number, left: number, value: number): boolean {
    let ir = immediateIr[operator]!;
    switch (operator) {
      case Operator.I32Sub:
        ir = Ir.I32AddImm;
        value = -value | 0;
        break;
      case Operator.I32Rotr:
        ir = Ir.I32RotlImm;
        value = -value & 31;
        break;
      case Operator.I32DivS:
        if (value !== 0 && value !== -1) ir = Ir.I32DivSImm;
        break;
      case Operator.I32RemS:
        if (value !== 0 && value !== -1) ir = Ir.I32RemSImm;
        break;
      case Operator.I32DivU:
        if (value !== 0) ir = Ir.I32DivUImm;
        break;
      case Operator.I32RemU:
        if (value !== 0) ir = Ir.I32RemUImm;
        break;
    }
    if (ir === 0) return false;
    const a = this.register(left);
    this.emit4(ir, 0, a, value);
    this.pushResult(RegisterFile.Word32, this.position - 3, ir);
    return true;
  }

  private translateImmediate64(operator: number, left: number, right: number): boolean {
    const { stack } = this;
    let low = stack.value[right]!;
    let high = stack.high[right]!;
    let ir: number;
    switch (operator) {
      case Operator.I64Sub:
        low = -low | 0;
        high = (~high + (low === 0 ? 1 : 0)) | 0;
        ir = Ir.I64AddImm;
        break;
      case Operator.I64Add:
        ir = Ir.I64AddImm;
        break;
      case Operator.I64And:
        ir = Ir.I64AndImm;
        break;
      case Operator.I64Shl:
      case Operator.I64ShrS:
      case Operator.I64ShrU:
      case Operator.I64Rotl: {
        const a = this.register(left);
        ir = Ir.I64ShlImm + operator - Operator.I64Shl;
        this.emit4(ir, 0, a, low & 63);
        this.pushResult(RegisterFile.Word64, this.position - 3, ir);
        return true;
      }
      default:
        return false;
    }
    const a = this.register(left);
    this.emit5(ir, 0, a, low, high);
    this.pushResult(RegisterFile.Word64, this.position - 4, ir);
    return true;
  }

  private translateSelect(): void {
    const { stack } = this;
    const condition = stack.pop();
    const otherwise = stack.pop();
    const then = stack.pop();
    const file = stack.file[then] as RegisterFile;
    const a = this.register(then);
    const b = this.register(otherwise);
    const c = this.register(condition);
    if (file <= RegisterFile.Word64) {
      const ir = file === RegisterFile.Word32 ? Ir.Select32 : Ir.Select64;
      this.emit5(ir, 0, a, b, c);
      this.pushResult(file, this.position - 4, ir);
      return;
    }
    this.emitOtherFields(Operator.Select, a, b, c, file);
    this.pushResult(file, this.position - 5, Ir.Other);
  }

  private translateGlobalGet(index: number): void {
    const file = registerFileOf(this.module.globals[index]!.value);
    if (file <= RegisterFile.Word64) {
      const ir = file === RegisterFile.Word32 ? Ir.GlobalGet32 : Ir.GlobalGet64;
      this.emit3(ir, 0, index);
      this.pushResult(file, this.position - 2, ir);
    } else {
      this.emitOtherFields(Operator.GlobalGet, 0, 0, index, file);
      this.pushResult(file, this.position - 5, Ir.Other);
    }
  }

  private translateGlobalSet(index: number): void {
    const file = registerFileOf(this.module.globals[index]!.value);
    const a = this.popRegister();
    if (file === RegisterFile.Word32) this.emit3(Ir.GlobalSet32, index, a);
    else if (file === RegisterFile.Word64) this.emit3(Ir.GlobalSet64, index, a);
    else this.emitOtherFields(Operator.GlobalSet, a, 0, index, file);
  }

  private addressFile(addressType: 'i32' | 'i64'): RegisterFile {
    return addressType === 'i64' ? RegisterFile.Word64 : RegisterFile.Word32;
  }

  /** [Other, operator, d, a, b, imm, x] with d left open. */
  private emitOtherFields(operator: number, a: number, b: number, imm: number, x: number): void {
    this.emit4(Ir.Other, operator, 0, a);
    this.emit3(b, imm, x);
  }

  private emitOther(operator: number, file: RegisterFile | undefined, operands: number, imm: number): void {
    const b = operands > 1 ? this.popRegister() : 0;
    const a = operands > 0 ? this.popRegister() : 0;
    this.emitOtherFields(operator, a, b, imm, 0);
    if (file !== undefined) this.pushResult(file, this.position - 5, Ir.Other);
  }

  private emitBulk(operator: number, a: number, b: number, c: number, x: number, y: number): void {
    this.emit4(Ir.Bulk, operator, a, b);
    this.emit3(c, x, y);
  }

  private emitBulkOfThree(operator: number, x: number, y: number): void {
    const c = this.popRegister();
    const b = this.popRegister();
    const a = this.popRegister();
    this.emitBulk(operator, a, b, c, x, y);
  }

  /** i64.add128, i64.sub128: four operands; i64.mul_wide_s, _u: two. Two results. */
  private translateWide(operator: number): void {
    const { stack } = this;
    let c = 0;
    let e = 0;
    if (operator === Operator.I64Add128 || operator === Operator.I64Sub128) {
      e = this.popRegister();
      c = this.popRegister();
    }
    const b = this.popRegister();
    const a = this.popRegister();
    this.emit4(Ir.Wide, operator, this.slot(stack.height), a);
    this.emit3(b, c, e);
    stack.pushTemporary(RegisterFile.Word64);
    stack.pushTemporary(RegisterFile.Word64);
  }

  // Memory

  private memoryIndex = 0;
  private offsetLow = 0;
  private offsetHigh = 0;

  private readMemoryArgument(): void {
    const flags = this.unsigned();
    this.memoryIndex = (flags & 0x40) !== 0 ? this.unsigned() : 0;
    const byte = this.bytes[this.offset]!;
    if (byte < 0x80) {
      this.offset++;
      this.offsetLow = byte;
      this.offsetHigh = 0;
      return;
    }
    // Read as a signed integer the bits of an unsigned one are the same, except that its top bit would be extended.
    const { bytes, offset } = this;
    this.offset = afterLeb128(bytes, offset);
    const length = this.offset - offset;
    this.offsetLow = length < 5 ? decodeUnsigned32(bytes, offset) : decodeUnsigned32(bytes, offset) | 0;
    this.offsetHigh = length < 5 ? 0 : decodeSigned64High(bytes, offset) & (length < 10 ? 2 ** (7 * length - 32) - 1 : -1);
  }

  /** Is the access one for the loop: memory 0, 32-bit addresses, an offset that stays positive as an i32? */
  private isPlainAccess(): boolean {
    return (
      this.memoryIndex === 0 &&
      this.offsetLow >= 0 &&
      this.offsetHigh === 0 &&
      this.module.memories[0]!.addressType === 'i32'
    );
  }

  private emitMemoryAccess(operator: number, value: number, address: number, lane: number): void {
    this.emit4(Ir.MemoryAccess, operator, value, address);
    this.emit4(lane, this.memoryIndex, this.offsetLow, this.offsetHigh);
  }

  private translateLoad(operator: number): void {
    this.blockFuel++;
    this.readMemoryArgument();
    const address = this.popRegister();
    const file = resultFile[operator]!;
    if (this.isPlainAccess()) {
      const ir = operatorIr[operator]!;
      this.emit4(ir, 0, address, this.offsetLow);
      this.pushResult(file, this.position - 3, ir);
    } else {
      this.emitMemoryAccess(operator, 0, address, 0);
      this.pushResult(file, this.position - 6, Ir.MemoryAccess);
    }
  }

  private translateStore(operator: number): void {
    this.blockFuel++;
    this.readMemoryArgument();
    const value = this.popRegister();
    const address = this.popRegister();
    if (this.isPlainAccess()) this.emit4(operatorIr[operator]!, value, address, this.offsetLow);
    else this.emitMemoryAccess(operator, value, address, 0);
  }

  private translateVector(operator: number): void {
    this.blockFuel++;
    const { stack } = this;
    const immediate = vectorImmediate(operator);
    if (immediate === Immediate.Memarg || immediate === Immediate.MemargLane) {
      this.readMemoryArgument();
      const lane = immediate === Immediate.MemargLane ? this.bytes[this.offset++]! : 0;
      // The value of a store, and the lanes a lane load leaves alone, are the second operand.
      const value = vectorOperandCount(operator) > 1 ? this.popRegister() : 0;
      const address = this.popRegister();
      if (vectorResultFile(operator) === NO_REGISTER_FILE) {
        this.emitMemoryAccess(operator, value, address, lane);
        return;
      }
      if (vectorOperandCount(operator) > 1) {
        const slot = this.slot(stack.height);
        if (value !== slot) this.emitCopy(RegisterFile.Vector, slot, value);
      }
      this.emitMemoryAccess(operator, 0, address, lane);
      this.code[this.position - 6] = this.slot(stack.height);
      stack.pushTemporary(RegisterFile.Vector);
      return;
    }
    let lane = 0;
    let bytesAt = -1;
    if (immediate === Immediate.Lane) lane = this.bytes[this.offset++]!;
    else if (immediate === Immediate.Bytes16) {
      bytesAt = this.offset;
      this.offset += 16;
    }
    const operands = vectorOperandCount(operator);
    const c = operands > 2 ? this.popRegister() : 0;
    const b = operands > 1 ? this.popRegister() : 0;
    const a = operands > 0 ? this.popRegister() : 0;
    this.emit4(Ir.Vector, operator, 0, a);
    this.emit3(b, c, lane);
    const field = this.position - 5;
    if (bytesAt >= 0) {
      const after = this.offset;
      this.offset = bytesAt;
      for (let i = 0; i < 4; i++) this.emit(this.word());
      this.offset = after;
    }
    this.pushResult(vectorResultFile(operator) as RegisterFile, field, Ir.Vector);
  }

  // Calls

  /** Puts a call's arguments into consecutive slots and pops them; returns the first slot. */
  private placeArguments(type: FunctionType): number {
    const count = type.parameters.length;
    const { stack } = this;
    for (let i = 0; i < count; i++) {
      const at = stack.pop();
      if (stack.kind[at] === Entry.Temporary) continue;
      this.ensure(OPERATOR_WORDS);
      this.emitMove(this.slot(at), at);
    }
    return this.slot(stack.height);
  }

  private pushResults(type: FunctionType): void {
    for (const result of type.results) this.stack.pushTemporary(registerFileOf(result));
  }

  private translateCall(functionIndex: number): void {
    const type = functionTypeAt(this.module, functionIndex);
    const first = this.placeArguments(type);
    this.ensure(OPERATOR_WORDS);
    this.emit3(functionIndex < this.module.importedFunctionCount ? Ir.CallImport : Ir.Call, functionIndex, first);
    this.pushResults(type);
  }

  private translateCallIndirect(): void {
    const type = this.module.types[this.unsigned()]!;
    const table = this.unsigned();
    const element = this.popRegister();
    const first = this.placeArguments(type);
    this.ensure(OPERATOR_WORDS);
    this.emit5(Ir.CallIndirect, first, element, type.id, table);
    this.pushResults(type);
  }

  /** Arguments of a tail call go to slots 0 and up. An operand that must survive the moves is kept in `element`. */
  private placeTailArguments(type: FunctionType): void {
    this.moveToSlots(type.parameters.length);
    this.ensure(OPERATOR_WORDS);
  }

  private translateReturnCall(functionIndex: number): void {
    this.placeTailArguments(functionTypeAt(this.module, functionIndex));
    this.emit3(Ir.ReturnCall, functionIndex, 0);
    this.emit(Ir.Return);
    this.closeBlock();
    this.leaveUnreachable();
  }

  private translateReturnCallIndirect(): void {
    const { stack } = this;
    const type = this.module.types[this.unsigned()]!;
    const table = this.unsigned();
    // The element index may live in a local that the arguments overwrite: give it its own slot.
    const at = stack.height - 1;
    this.emitMove(this.slot(at), at);
    stack.pop();
    this.placeTailArguments(type);
    this.emit5(Ir.ReturnCallIndirect, 0, this.slot(at), type.id, table);
    this.emit(Ir.Return);
    this.closeBlock();
    this.leaveUnreachable();
  }

  // Labels

  private openLabel(kind: LabelKind): void {
    const blockType = this.blockType();
    const parameters = this.parameterCount(blockType);
    this.placeTop(parameters);
    const label = this.control.push(kind, this.stack.height - parameters, blockType);
    if (kind !== LabelKind.Loop) return;
    this.ensure(OPERATOR_WORDS);
    this.startBlock(true);
    this.control.target[label] = this.position;
  }

  private translateIf(): void {
    this.blockFuel++;
    const blockType = this.blockType();
    const parameters = this.parameterCount(blockType);
    const { stack } = this;
    const condition = stack.pop();
    this.placeTop(parameters);
    this.ensure(OPERATOR_WORDS);
    const field = this.emitConditionalBranch(condition, true);
    this.splitBlock();
    const label = this.control.push(LabelKind.If, stack.height - parameters, blockType);
    this.code[field] = NO_PATCH;
    this.control.elsePatch[label] = field;
  }

  private translateElse(reachable: boolean): void {
    const { control, stack } = this;
    const label = control.depth - 1;
    if (reachable) {
      this.emitBranch(label);
      this.closeBlock();
    }
    const blockType = control.blockType[label]!;
    stack.truncate(control.height[label]!);
    if (blockType >= 0) {
      for (const parameter of this.module.types[blockType]!.parameters) stack.pushTemporary(registerFileOf(parameter));
    }
    this.startBlock(false);
    this.patchTo(control.elsePatch[label]!, this.position);
    control.elsePatch[label] = NO_PATCH;
    control.kind[label] = LabelKind.Else;
  }

  /**
   * `end` of the innermost label; `reachable` tells whether the code above falls through to it. Returns whether the
   * code after it is reachable, or the body is over.
   */
  private translateEnd(reachable: boolean): boolean {
    const { control, stack } = this;
    const label = control.depth - 1;
    control.depth = label;
    if (label === 0) {
      if (reachable) {
        this.emitReturn();
        this.closeBlock();
      }
      return true;
    }
    const height = control.height[label]!;
    const kind = control.kind[label] as LabelKind;
    const patch = control.patch[label]!;
    const elsePatch = control.elsePatch[label]!;
    const joins =
      kind === LabelKind.If || kind === LabelKind.Else || (kind === LabelKind.Block && control.targeted[label] !== 0);
    if (!joins || (!reachable && patch === NO_PATCH && elsePatch === NO_PATCH)) {
      // Nothing joins here: what falls through, values and basic block, simply goes on.
      if (!reachable) stack.truncate(height);
      return reachable;
    }
    const blockType = control.blockType[label]!;
    if (reachable) this.moveToLabel(label, this.resultCountOf(blockType));
    stack.truncate(height);
    this.ensure(OPERATOR_WORDS);
    this.startBlock(reachable);
    this.patchTo(elsePatch, this.position);
    this.patchTo(patch, this.position);
    if (blockType >= 0) this.pushResults(this.module.types[blockType]!);
    else if (blockType !== -1) stack.pushTemporary(registerFileOf(-1 - blockType));
    return true;
  }

  private translateBranchIf(label: number): void {
    const condition = this.stack.pop();
    if (this.isDirect(label)) {
      const field = this.emitConditionalBranch(condition, false);
      this.linkBranch(label, field);
      this.splitBlock();
      return;
    }
    const skip = this.emitConditionalBranch(condition, true);
    this.emit(0); // moves and branch are free: the taken edge pays at its target
    this.closeBlock();
    this.resultEnd = -1;
    this.emitBranchKeeping(label);
    this.ensure(OPERATOR_WORDS);
    this.emit(0);
    this.openBlock();
    this.code[skip] = this.position - skip;
  }

  /** A branch whose values stay on the stack, for the path that does not take it. */
  private emitBranchKeeping(label: number): void {
    if (label === 0) {
      this.emitReturn();
      return;
    }
    this.moveToLabel(label, this.labelArity(label));
    this.emit2(Ir.Branch, 0);
    this.linkBranch(label, this.position - 1);
  }

  private translateBranchTable(): void {
    const { control } = this;
    const count = this.unsigned();
    const index = this.popRegister();
    this.ensure(count + OPERATOR_WORDS);
    this.emit3(Ir.BranchTable, index, count);
    this.tableStamp = this.position;
    const first = this.position;
    const targetsAt = this.offset;
    let needsStubs = false;
    for (let i = 0; i <= count; i++) {
      const label = control.depth - 1 - this.unsigned();
      if (control.stubStamp[label] !== this.tableStamp) {
        control.stubStamp[label] = this.tableStamp;
        control.stub[label] = this.isDirect(label) ? DIRECT : STUB_WANTED;
      }
      this.emit(0);
      if (control.stub[label] === DIRECT) this.linkBranch(label, this.position - 1);
      else needsStubs = true;
    }
    this.closeBlock();
    if (needsStubs) this.emitBranchStubs(targetsAt, first, count);
    this.leaveUnreachable();
  }

  /** One stub for each label whose values must be moved: a free block that moves them and branches on. */
  private emitBranchStubs(targetsAt: number, first: number, count: number): void {
    const { control } = this;
    this.offset = targetsAt;
    for (let i = 0; i <= count; i++) {
      const label = control.depth - 1 - this.unsigned();
      if (control.stub[label] === DIRECT) continue;
      if (control.stub[label] === STUB_WANTED) {
        this.ensure(OPERATOR_WORDS);
        this.emit(0);
        control.stub[label] = this.position;
        this.resultEnd = -1;
        this.emitBranchKeeping(label);
        this.ensure(OPERATOR_WORDS);
      }
      this.code[first + i] = control.stub[label]! - (first + i);
    }
  }

  // Unreachable code

  /** After an operator that never falls through (its block is closed): skips to where code is reachable again. */
  private leaveUnreachable(): void {
    this.stack.truncate(this.control.height[this.control.depth - 1]!);
    this.skipUnreachable();
  }

  private skipUnreachable(): void {
    const { bytes } = this;
    let nesting = 0;
    for (;;) {
      let operator = bytes[this.offset++]!;
      if (operator >= OperatorPrefix.Miscellaneous) {
        const base = operator === OperatorPrefix.Vector ? OperatorPrefix.VectorBase : OperatorPrefix.MiscellaneousBase;
        operator = base + this.unsigned();
      }
      switch (operator) {
        case Operator.Block:
        case Operator.Loop:
        case Operator.If:
          nesting++;
          break;
        case Operator.Else:
          if (nesting > 0) continue;
          this.ensure(OPERATOR_WORDS);
          this.translateElse(false);
          return;
        case Operator.End:
          if (nesting > 0) {
            nesting--;
            continue;
          }
          this.ensure(OPERATOR_WORDS);
          if (this.translateEnd(false)) return;
          continue;
      }
      this.offset = skipImmediates(bytes, operator, this.offset);
    }
  }
}
