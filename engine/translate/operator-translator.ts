import { afterLeb128, decodeSigned64High, decodeSigned64Low } from '../binary/leb128.js';
import { Operator } from '../binary/operator.js';
import { Immediate } from '../binary/operator-immediate.js';
import { functionTypeAt } from '../binary/parsed-module.js';
import {
  NO_REGISTER_FILE,
  vectorImmediate,
  vectorOperandCount,
  vectorResultFile,
} from '../binary/vector-operator.js';
import { callValuesFuel, IMPORT_CALL, tailCallValuesFuel } from '../fuel/schedule.js';
import type { FunctionType } from '../types/function-type.js';
import { RegisterFile, registerFileOf } from '../types/value-type.js';
import { ControlTranslator } from './control-translator.js';
import { fusionOffer, fusionWish, irAtSum, irOfImmediateStore, irWithAddition } from './fusion.js';
import { Ir, LANE_SHIFT } from './ir.js';
import { MOVE_WORDS, OPERATOR_WORDS } from './ir-writer.js';
import { Entry, EntryWord } from './operand-stack.js';
import { Subroutine } from './steps.js';
import { immediateIr, operatorIr, resultFile, swappedOperator } from './operator-table.js';

/** So many moves, and a call, fit the room that every operator finds. */
const FEW_ARGUMENTS = 8;

/** Translates every operator that is not control: arithmetic, memory, vectors, calls, references, bulk. */
export class OperatorTranslator extends ControlTranslator {
  constructor() {
    super();
    this.steps[Subroutine.PlaceArguments] = this.placeArguments;
    this.steps[Subroutine.FuseAddition] = this.fuseAddition;
  }

  // Plain operators

  protected translateUnary(operator: number): void {
    this.blockFuel += this.operatorCosts[operator]!;
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

  protected translateBinary(operator: number): void {
    this.blockFuel += this.operatorCosts[operator]!;
    if (
      (fusionWish[operator]! & fusionOffer[this.resultIr]!) !== 0 &&
      this.call(Subroutine.FuseAddition, 0, 0)
    ) {
      return;
    }
    const { stack } = this;
    let right = stack.pop();
    let left = stack.pop();
    let kind = stack.kind(right);
    if (kind < Entry.Constant32 && swappedOperator[operator] !== 0 && stack.kind(left) >= Entry.Constant32) {
      const swapped = right;
      right = left;
      left = swapped;
      operator = swappedOperator[operator]!;
      kind = stack.kind(right);
    }
    if (kind === Entry.Constant32 && this.translateImmediate32(operator, left, stack.value(right))) return;
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

  /** An addition to what the last operator, a multiplication or a shift, made: the two become one. */
  private fuseAddition(): boolean {
    const { stack, code } = this;
    const { resultField: field, resultIr: maker } = this;
    // The last result is on top, or beneath something that emits nothing.
    let other = stack.height - 2;
    if (!this.isLastResult(other + 1)) {
      if (!this.isLastResult(other)) return false;
      other++;
    }
    let ir: Ir = irWithAddition[maker]!;
    let operand: number;
    if (stack.kind(other) < Entry.Constant32) {
      operand = this.register(other);
    } else {
      if (ir !== Ir.I32ShlAdd) return false;
      ir = Ir.I32ShlAddImm;
      operand = stack.value(other);
    }
    stack.pop();
    stack.pop();
    code[field - 1] = ir;
    this.emit(operand);
    this.pushResult(ir === Ir.F64MulAdd ? RegisterFile.Word64 : RegisterFile.Word32, field, ir);
    return true;
  }

  /** An access at what the last operator, an addition of an immediate, made: the two become one. */
  private fuseSum(ir: Ir, address: number, first: number): boolean {
    if (this.resultIr !== Ir.I32AddImm || irAtSum[ir] === 0 || !this.isLastResult(address)) return false;
    const { code, resultField: field } = this;
    code[field - 1] = irAtSum[ir]!;
    code[field] = first;
    this.emit(this.offsetLow);
    return true;
  }

  protected translateImmediate32(operator: number, left: number, value: number): boolean {
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

  protected translateImmediate64(operator: number, left: number, right: number): boolean {
    const { stack } = this;
    let low = stack.value(right);
    let high = stack.high(right);
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

  protected translateSelect(): void {
    const { stack } = this;
    const condition = stack.pop();
    const otherwise = stack.pop();
    const then = stack.pop();
    const file = stack.file(then);
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

  protected translateGlobalGet(): void {
    this.blockFuel += this.operatorCosts[Operator.GlobalGet]!;
    const index = this.unsigned();
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

  protected translateGlobalSet(): void {
    this.blockFuel += this.operatorCosts[Operator.GlobalSet]!;
    const index = this.unsigned();
    const file = registerFileOf(this.module.globals[index]!.value);
    const a = this.popRegister();
    if (file === RegisterFile.Word32) this.emit3(Ir.GlobalSet32, index, a);
    else if (file === RegisterFile.Word64) this.emit3(Ir.GlobalSet64, index, a);
    else this.emitOtherFields(Operator.GlobalSet, a, 0, index, file);
  }

  protected addressFile(addressType: 'i32' | 'i64'): RegisterFile {
    return addressType === 'i64' ? RegisterFile.Word64 : RegisterFile.Word32;
  }

  /** [Other, operator, d, a, b, imm, x] with d left open. */
  protected emitOtherFields(operator: number, a: number, b: number, imm: number, x: number): void {
    this.emit4(Ir.Other, operator, 0, a);
    this.emit3(b, imm, x);
  }

  protected emitOther(operator: number, file: RegisterFile | undefined, operands: number, imm: number): void {
    const b = operands > 1 ? this.popRegister() : 0;
    const a = operands > 0 ? this.popRegister() : 0;
    this.emitOtherFields(operator, a, b, imm, 0);
    if (file !== undefined) this.pushResult(file, this.position - 5, Ir.Other);
  }

  protected emitBulk(operator: number, a: number, b: number, c: number, x: number, y: number): void {
    this.emit4(Ir.Bulk, operator, a, b);
    this.emit3(c, x, y);
  }

  protected emitBulkOfThree(operator: number, x: number, y: number): void {
    const c = this.popRegister();
    const b = this.popRegister();
    const a = this.popRegister();
    this.emitBulk(operator, a, b, c, x, y);
  }

  /** i64.add128, i64.sub128: four operands; i64.mul_wide_s, _u: two. Two results. */
  protected translateWide(operator: number): void {
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

  /** Is the access one for the loop: memory 0, 32-bit addresses, an offset that stays positive as an i32? */
  protected isPlainAccess(): boolean {
    return (
      this.memoryIndex === 0 &&
      this.offsetLow >= 0 &&
      this.offsetHigh === 0 &&
      this.module.memories[0]!.addressType === 'i32'
    );
  }

  protected emitMemoryAccess(operator: number, value: number, address: number, lane: number): void {
    this.emit4(Ir.MemoryAccess, operator | (lane << LANE_SHIFT), value, address);
    this.emit3(this.memoryIndex, this.offsetLow, this.offsetHigh);
  }

  protected translateLoad(operator: number): void {
    this.blockFuel += this.operatorCosts[operator]!;
    this.readMemoryArgument();
    const at = this.stack.pop();
    const file = resultFile[operator]!;
    const ir = operatorIr[operator]!;
    const plain = this.isPlainAccess();
    if (plain && this.fuseSum(ir, at, 0)) {
      this.pushResult(file, this.position - 4, irAtSum[ir]!);
      return;
    }
    const address = this.register(at);
    if (plain) {
      this.emit4(ir, 0, address, this.offsetLow);
      this.pushResult(file, this.position - 3, ir);
    } else {
      this.emitMemoryAccess(operator, 0, address, 0);
      this.pushResult(file, this.position - 5, Ir.MemoryAccess);
    }
  }

  protected translateStore(operator: number): void {
    this.blockFuel += this.operatorCosts[operator]!;
    this.readMemoryArgument();
    const { stack } = this;
    const valueAt = stack.pop();
    const addressAt = stack.pop();
    const kind = stack.kind(valueAt);
    const ir = operatorIr[operator]!;
    const plain = this.isPlainAccess();
    if (plain && kind === Entry.Constant32 && irOfImmediateStore[ir] !== 0) {
      this.emit4(irOfImmediateStore[ir]!, stack.value(valueAt), this.register(addressAt), this.offsetLow);
      return;
    }
    if (plain && kind === Entry.Local && this.fuseSum(ir, addressAt, stack.value(valueAt))) return;
    const value = this.register(valueAt);
    const address = this.register(addressAt);
    if (plain) this.emit4(ir, value, address, this.offsetLow);
    else this.emitMemoryAccess(operator, value, address, 0);
  }

  protected translateVector(operator: number): void {
    this.blockFuel += this.operatorCosts[operator]!;
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
        this.emitMemoryAccess(operator, slot, address, lane);
        stack.pushTemporary(RegisterFile.Vector);
      } else {
        this.emitMemoryAccess(operator, 0, address, lane);
        this.pushResult(RegisterFile.Vector, this.position - 5, Ir.MemoryAccess);
      }
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
    this.emit3(Ir.Vector, operator | (lane << LANE_SHIFT), 0);
    const field = this.position - 1;
    if (operands > 0) this.emit(a);
    if (operands > 1) this.emit(b);
    if (operands > 2) this.emit(c);
    if (bytesAt >= 0) {
      const after = this.offset;
      this.offset = bytesAt;
      for (let i = 0; i < 4; i++) this.emit(this.word());
      this.offset = after;
    }
    this.pushResult(vectorResultFile(operator) as RegisterFile, field, Ir.Vector);
  }

  // Calls

  /** Puts a call's arguments into consecutive slots and pops them; returns the first slot. Leaves room for the call itself. */
  private placeArguments(count: number): number {
    const { stack, localCount } = this;
    if (count > FEW_ARGUMENTS) this.ensure(OPERATOR_WORDS + MOVE_WORDS * count);
    const { entries } = stack;
    for (let i = 0; i < count; i++) {
      const at = stack.pop();
      if ((entries[EntryWord.Count * at]! & 3) !== Entry.Temporary) {
        this.emitMove(localCount + at, at);
      }
    }
    return localCount + stack.height;
  }

  protected translateCall(): void {
    const functionIndex = this.unsigned();
    const type = functionTypeAt(this.module, functionIndex);
    const isImport = functionIndex < this.module.importedFunctionCount;
    this.blockFuel += this.operatorCosts[isImport ? IMPORT_CALL : Operator.Call]! + callValuesFuel(type);
    const first = this.call(Subroutine.PlaceArguments, type.parameters.length, 0) as number;
    this.emit3(isImport ? Ir.CallImport : Ir.Call, functionIndex, first);
    const { results } = type;
    if (results.length === 1) this.stack.pushTemporary(registerFileOf(results[0]!));
    else if (results.length > 1) this.pushResults(type);
  }

  protected translateCallIndirect(): void {
    const type = this.module.types[this.unsigned()]!;
    this.blockFuel += callValuesFuel(type);
    const table = this.unsigned();
    const element = this.popRegister();
    const first = this.call(Subroutine.PlaceArguments, type.parameters.length, 0) as number;
    this.emit5(Ir.CallIndirect, first, element, type.id, table);
    this.pushResults(type);
  }

  /** Arguments of a tail call go to slots 0 and up. An operand that must survive the moves is kept in `element`. */
  protected placeTailArguments(type: FunctionType): void {
    this.blockFuel += tailCallValuesFuel(type);
    this.moveToSlots(type.parameters.length);
    this.ensure(OPERATOR_WORDS);
  }

  protected translateReturnCall(functionIndex: number): void {
    if (functionIndex < this.module.importedFunctionCount)
      this.blockFuel += this.operatorCosts[IMPORT_CALL]! - this.operatorCosts[Operator.ReturnCall]!;
    this.placeTailArguments(functionTypeAt(this.module, functionIndex));
    this.emit3(Ir.ReturnCall, functionIndex, 0);
    this.emit(Ir.Return);
    this.leaveUnreachable();
  }

  protected translateReturnCallIndirect(): void {
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
    this.leaveUnreachable();
  }

  protected translateI64Const(): void {
    this.blockFuel += this.operatorCosts[Operator.I64Const]!;
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

  protected translateRareSpecial(operator: number): void {
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
        this.pushResult(
          this.addressFile(this.module.memories[memory]!.addressType),
          this.position - 5,
          Ir.Bulk,
        );
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
}
