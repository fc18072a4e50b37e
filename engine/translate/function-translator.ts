import { Operator, OperatorPrefix } from '../binary/operator.js';
import { functionTypeAt, type ParsedModule } from '../binary/parsed-module.js';
import type { FunctionType } from '../types/function-type.js';
import { RegisterFile, registerFileOf } from '../types/value-type.js';
import { LabelKind } from './control-stack.js';
import { Ir } from './ir.js';
import { OPERATOR_WORDS, type TranslationOptions } from './ir-writer.js';
import { OperatorTranslator } from './operator-translator.js';
import { operatorShape, Shape } from './operator-table.js';
import type { CodeArena, TranslatedFunction } from './translated-function.js';

export type { TranslationOptions };

/** Fuel for the zero-filling of one local, in bytes: a register slot, or two for a vector. */
const LOCAL_BYTES = 8;
const VECTOR_LOCAL_BYTES = 16;
/** Locals of a group that the loop zeroes, four an operator; more are filled at once outside it. */
const MOST_ZEROED_IN_LOOP = 40;

/**
 * Translates one valid function body to register IR in a single forward pass. Nothing is checked again: the body must
 * have passed validation. Reused for function after function; it never calls user code, so one per engine is enough.
 */
export class FunctionTranslator extends OperatorTranslator {
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
      this.emitZeros(file, count, size);
      count += size;
    }
    this.localCount = count;
    this.blockFuel += Math.floor(zeroedBytes / this.options.bytesPerFuel);
  }

  private emitZeros(file: RegisterFile, first: number, count: number): void {
    if (file > RegisterFile.Word64 || count > MOST_ZEROED_IN_LOOP) {
      this.emit4(Ir.ZeroRare, first, count, file);
      return;
    }
    const ir = file === RegisterFile.Word32 ? Ir.Zero32 : Ir.Zero64;
    for (; count > 0; first += 4, count -= 4) this.emit3(ir, first, Math.min(count, 4));
  }

  private reserveLocals(count: number): void {
    if (count <= this.localFile.length) return;
    const larger = new Uint8Array(Math.max(count, this.localFile.length * 2));
    larger.set(this.localFile);
    this.localFile = larger;
  }

  // The body

  /**
   * The operators that make up most of any body and emit nothing, or next to nothing, are handled right here, with the offset and the
   * block's fuel in locals; all others in methods of their own.
   */
  private translateBody(end: number): void {
    const { bytes, stack, localFile } = this;
    let { offset } = this;
    let fuel = 0;
    while (offset < end) {
      const operator = bytes[offset++]!;
      switch (operator) {
        case Operator.LocalGet: {
          let local = bytes[offset++]!;
          if (local > 0x7f) {
            this.offset = offset - 1;
            local = this.unsigned();
            offset = this.offset;
          }
          fuel++;
          stack.pushLocal(local, localFile[local]!);
          continue;
        }
        case Operator.I32Const: {
          const byte = bytes[offset]!;
          fuel++;
          if (byte < 0x80) {
            offset++;
            stack.pushConstant32((byte << 25) >> 25);
          } else {
            this.offset = offset;
            stack.pushConstant32(this.signed32());
            offset = this.offset;
          }
          continue;
        }
        case Operator.LocalSet:
        case Operator.LocalTee: {
          let local = bytes[offset++]!;
          if (local > 0x7f) {
            this.offset = offset - 1;
            local = this.unsigned();
            offset = this.offset;
          }
          fuel++;
          this.ensure(OPERATOR_WORDS);
          this.setLocal(local, stack.pop());
          if (operator === Operator.LocalTee) stack.pushLocal(local, localFile[local]!);
          continue;
        }
      }
      this.offset = offset;
      this.blockFuel += fuel;
      fuel = 0;
      this.ensure(OPERATOR_WORDS);
      switch (operatorShape[operator] as Shape) {
        case Shape.Binary:
          this.translateBinary(operator);
          break;
        case Shape.Load:
          this.translateLoad(operator);
          break;
        case Shape.Store:
          this.translateStore(operator);
          break;
        case Shape.Unary:
          this.translateUnary(operator);
          break;
        case Shape.Reinterpret:
          this.blockFuel++; // same raw bits, same register file: nothing to run
          break;
        default:
          if (operator < OperatorPrefix.Miscellaneous) this.translateSpecial(operator);
          else this.translatePrefixed(operator);
      }
      offset = this.offset;
    }
  }

  private translatePrefixed(prefix: number): void {
    const operator = this.unsigned();
    if (prefix === OperatorPrefix.Vector) {
      this.translateVector(OperatorPrefix.VectorBase + operator);
    } else if (operatorShape[OperatorPrefix.MiscellaneousBase + operator] === Shape.Unary) {
      this.translateUnary(OperatorPrefix.MiscellaneousBase + operator);
    } else {
      this.blockFuel++;
      this.translateRareSpecial(OperatorPrefix.MiscellaneousBase + operator);
    }
  }

  private translateSpecial(operator: number): void {
    const { stack } = this;
    switch (operator) {
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
}
