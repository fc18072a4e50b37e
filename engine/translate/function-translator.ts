import { afterLeb128, decodeSigned32 } from '../binary/leb128.js';
import { Operator, OperatorPrefix } from '../binary/operator.js';
import { functionTypeAt, type ParsedModule } from '../binary/parsed-module.js';
import type { FunctionType } from '../types/function-type.js';
import { RegisterFile, registerFileOf } from '../types/value-type.js';
import { LabelKind } from './control-stack.js';
import { Ir } from './ir.js';
import { OPERATOR_WORDS, type TranslationOptions } from './ir-writer.js';
import { Entry, EntryWord, NONE } from './operand-stack.js';
import { OperatorTranslator } from './operator-translator.js';
import { immediateIr, operatorIr, operatorShape, resultFile, Shape } from './operator-table.js';
import type { CodeArena, TranslatedFunction } from './translated-function.js';

export type { TranslationOptions };

/** Bytes of a body after which the main loop is entered anew. */
const SLICE_BYTES = 2048;

/** Translates one operator, whose opcode byte is read. */
type Step = (operator: number) => unknown;

/** Fuel for the zero-filling of one local, in bytes: a register slot, or two for a vector. */
const LOCAL_BYTES = 8;
const VECTOR_LOCAL_BYTES = 16;

/**
 * Translates one valid function body to register IR in a single forward pass. Nothing is checked again: the body must
 * have passed validation. Reused for function after function; it never calls user code, so one per engine is enough.
 */
export class FunctionTranslator extends OperatorTranslator {
  /** Per opcode byte: the step that translates its operator. */
  private readonly steps = this.makeSteps();

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

  // The body

  /** In slices, so that the host, which changes to optimised code at a call only, does so in the middle of a long body too. */
  private translateBody(end: number): void {
    while (this.offset < end) this.translateSlice(Math.min(end, this.offset + SLICE_BYTES));
  }

  /**
   * The operators up to `end`. The commonest ones, in their commonest forms, are translated right here, with the whole state in
   * local variables: operands that are in registers, immediates of one byte or two. Everything else leaves by one call at the bottom
   * of the loop, to a step that does its operator in full generality: one call site, so that a form that is first seen late does
   * not throw the optimised loop away.
   */
  private translateSlice(end: number): void {
    const { bytes, stack, steps, localFile, localCount } = this;
    const plainMemory = this.module.memories[0]?.addressType === 'i32';
    let { offset, position, code, resultField, resultEnd, resultIr } = this;
    let { entries, height, maximumHeight, settledHeight } = stack;
    const { topmost } = stack;
    let codeLimit = code.length - OPERATOR_WORDS;
    let fuel = 0;
    while (offset < end) {
      const operator = bytes[offset++]!;
      switch (operatorShape[operator]! as Shape) {
        case Shape.LocalGet: {
          let local = bytes[offset]!;
          if (local < 0x80) offset++;
          else {
            const next = bytes[offset + 1]!;
            if (next > 0x7f) break;
            local = (local & 0x7f) | (next << 7);
            offset += 2;
          }
          fuel++;
          const at = EntryWord.Count * height;
          entries[at] = Entry.Local | (localFile[local]! << 2);
          entries[at + EntryWord.Value] = local;
          entries[at + EntryWord.Below] = topmost[local]!;
          topmost[local] = height++;
          if (height <= maximumHeight) continue;
          maximumHeight = height;
          if (at + 2 * EntryWord.Count <= entries.length) continue;
          stack.grow();
          ({ entries } = stack);
          continue;
        }
        case Shape.I32Const:
        case Shape.I64Const: {
          let value = bytes[offset]!;
          if (value < 0x80) {
            offset++;
            value = (value << 25) >> 25;
          } else {
            const next = bytes[offset + 1]!;
            if (next < 0x80) {
              value = (((value & 0x7f) | (next << 7)) << 18) >> 18;
              offset += 2;
            } else if (operator === Operator.I32Const) {
              value = decodeSigned32(bytes, offset);
              offset = afterLeb128(bytes, offset);
            } else break;
          }
          fuel++;
          const at = EntryWord.Count * height++;
          entries[at] =
            operator === Operator.I32Const
              ? Entry.Constant32 | (RegisterFile.Word32 << 2)
              : Entry.Constant64 | (RegisterFile.Word64 << 2);
          entries[at + EntryWord.Value] = value;
          entries[at + EntryWord.High] = value >> 31;
          if (height <= maximumHeight) continue;
          maximumHeight = height;
          if (at + 2 * EntryWord.Count <= entries.length) continue;
          stack.grow();
          ({ entries } = stack);
          continue;
        }
        case Shape.LocalSet:
        case Shape.LocalTee: {
          const local = bytes[offset]!;
          // Values that name the local must be saved first.
          if (local > 0x7f || topmost[local]! >= 0 || position > codeLimit) break;
          const at = EntryWord.Count * (height - 1);
          const kind = entries[at]! & 3;
          const file = entries[at]! >> 2;
          if (file > RegisterFile.Word64 || kind === Entry.Constant64) break;
          if (kind === Entry.Temporary) {
            const slot = localCount + height - 1;
            if (resultEnd === position && code[resultField] === slot) {
              code[resultField] = local;
              resultEnd = -1;
            } else {
              code[position] = file === RegisterFile.Word32 ? Ir.Copy32 : Ir.Copy64;
              code[position + 1] = local;
              code[position + 2] = slot;
              position += 3;
            }
          } else {
            const value = entries[at + EntryWord.Value]!;
            if (kind === Entry.Constant32) code[position] = Ir.Const32;
            else {
              topmost[value] = entries[at + EntryWord.Below]!;
              code[position] = file === RegisterFile.Word32 ? Ir.Copy32 : Ir.Copy64;
            }
            code[position + 1] = local;
            code[position + 2] = value;
            position += 3;
          }
          offset++;
          fuel++;
          height--;
          if (height < settledHeight) settledHeight = height;
          if (operator === Operator.LocalSet) continue;
          entries[at] = Entry.Local | (localFile[local]! << 2);
          entries[at + EntryWord.Value] = local;
          entries[at + EntryWord.Below] = NONE;
          topmost[local] = height++;
          continue;
        }
        case Shape.Binary: {
          const rightAt = EntryWord.Count * (height - 1);
          const leftAt = rightAt - EntryWord.Count;
          const leftKind = entries[leftAt]! & 3;
          const rightKind = entries[rightAt]! & 3;
          if (leftKind >= Entry.Constant32 || position > codeLimit) break;
          let ir = operatorIr[operator]!;
          let b = localCount + height - 1;
          if (rightKind === Entry.Temporary) {
            if (ir === 0) break;
          } else if (rightKind === Entry.Local) {
            if (ir === 0) break;
            b = entries[rightAt + EntryWord.Value]!;
            topmost[b] = entries[rightAt + EntryWord.Below]!;
          } else {
            if (rightKind === Entry.Constant64) break;
            ir = immediateIr[operator]!;
            b = entries[rightAt + EntryWord.Value]!;
            if (ir === 0) {
              if (operator !== Operator.I32Sub) break;
              ir = Ir.I32AddImm;
              b = -b | 0;
            }
          }
          const slot = localCount + height - 2;
          let a = slot;
          if (leftKind === Entry.Local) {
            a = entries[leftAt + EntryWord.Value]!;
            topmost[a] = entries[leftAt + EntryWord.Below]!;
          }
          code[position] = ir;
          code[position + 1] = slot;
          code[position + 2] = a;
          code[position + 3] = b;
          resultField = position + 1;
          resultEnd = position += 4;
          resultIr = ir;
          entries[leftAt] = resultFile[operator]! << 2;
          fuel++;
          height--;
          if (height < settledHeight) settledHeight = height;
          continue;
        }
        case Shape.Unary: {
          const ir = operatorIr[operator]!;
          const at = EntryWord.Count * (height - 1);
          const kind = entries[at]! & 3;
          if (ir === 0 || kind >= Entry.Constant32 || position > codeLimit) break;
          const slot = localCount + height - 1;
          let a = slot;
          if (kind === Entry.Local) {
            a = entries[at + EntryWord.Value]!;
            topmost[a] = entries[at + EntryWord.Below]!;
          }
          code[position] = ir;
          code[position + 1] = slot;
          code[position + 2] = a;
          resultField = position + 1;
          resultEnd = position += 3;
          resultIr = ir;
          entries[at] = resultFile[operator]! << 2;
          fuel++;
          continue;
        }
        case Shape.Load: {
          const at = EntryWord.Count * (height - 1);
          const kind = entries[at]! & 3;
          if (!plainMemory || kind >= Entry.Constant32 || position > codeLimit) break;
          let immediate = bytes[offset + 1]!;
          if (immediate > 0x7f) {
            const next = bytes[offset + 2]!;
            if (next > 0x7f || bytes[offset]! > 0x3f) break;
            immediate = (immediate & 0x7f) | (next << 7);
            offset += 3;
          } else {
            if (bytes[offset]! > 0x3f) break;
            offset += 2;
          }
          const slot = localCount + height - 1;
          let a = slot;
          if (kind === Entry.Local) {
            a = entries[at + EntryWord.Value]!;
            topmost[a] = entries[at + EntryWord.Below]!;
          }
          const ir = operatorIr[operator]!;
          code[position] = ir;
          code[position + 1] = slot;
          code[position + 2] = a;
          code[position + 3] = immediate;
          resultField = position + 1;
          resultEnd = position += 4;
          resultIr = ir;
          entries[at] = resultFile[operator]! << 2;
          fuel++;
          continue;
        }
        case Shape.Store: {
          const valueAt = EntryWord.Count * (height - 1);
          const addressAt = valueAt - EntryWord.Count;
          const valueKind = entries[valueAt]! & 3;
          const addressKind = entries[addressAt]! & 3;
          if (!plainMemory || addressKind >= Entry.Constant32 || position > codeLimit) break;
          if (valueKind === Entry.Constant64) break;
          let immediate = bytes[offset + 1]!;
          if (immediate > 0x7f) {
            const next = bytes[offset + 2]!;
            if (next > 0x7f || bytes[offset]! > 0x3f) break;
            immediate = (immediate & 0x7f) | (next << 7);
            offset += 3;
          } else {
            if (bytes[offset]! > 0x3f) break;
            offset += 2;
          }
          let value = localCount + height - 1;
          if (valueKind === Entry.Local) {
            value = entries[valueAt + EntryWord.Value]!;
            topmost[value] = entries[valueAt + EntryWord.Below]!;
          } else if (valueKind === Entry.Constant32) {
            code[position] = Ir.Const32;
            code[position + 1] = value;
            code[position + 2] = entries[valueAt + EntryWord.Value]!;
            position += 3;
          }
          let address = localCount + height - 2;
          if (addressKind === Entry.Local) {
            address = entries[addressAt + EntryWord.Value]!;
            topmost[address] = entries[addressAt + EntryWord.Below]!;
          }
          code[position] = operatorIr[operator]!;
          code[position + 1] = value;
          code[position + 2] = address;
          code[position + 3] = immediate;
          position += 4;
          fuel++;
          height -= 2;
          if (height < settledHeight) settledHeight = height;
          continue;
        }
      }
      this.offset = offset;
      this.position = position;
      this.blockFuel += fuel;
      this.resultField = resultField;
      this.resultEnd = resultEnd;
      this.resultIr = resultIr;
      stack.height = height;
      stack.maximumHeight = maximumHeight;
      stack.settledHeight = settledHeight;
      fuel = 0;
      if (position > codeLimit) this.ensure(OPERATOR_WORDS);
      const step = steps[operator]!;
      step(operator);
      ({ offset, position, code, resultField, resultEnd, resultIr } = this);
      ({ entries, height, maximumHeight, settledHeight } = stack);
      codeLimit = code.length - OPERATOR_WORDS;
    }
    this.offset = offset;
    this.position = position;
    this.blockFuel += fuel;
    this.resultField = resultField;
    this.resultEnd = resultEnd;
    this.resultIr = resultIr;
    stack.height = height;
    stack.maximumHeight = maximumHeight;
    stack.settledHeight = settledHeight;
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

  private translateLocal(operator: number): void {
    const local = this.unsigned();
    this.blockFuel++;
    if (operator !== Operator.LocalGet) this.setLocal(local, this.stack.pop());
    if (operator !== Operator.LocalSet) this.stack.pushLocal(local, this.localFile[local]!);
  }

  private translateConstant32(operator: number): void {
    this.blockFuel++;
    this.stack.pushConstant32(operator === Operator.I32Const ? this.signed32() : this.word());
  }

  private translateF64Const(): void {
    this.blockFuel++;
    const low = this.word();
    this.stack.pushConstant64(low, this.word());
  }

  private translateBranch(): void {
    this.blockFuel++;
    this.emitBranch(this.control.depth - 1 - this.unsigned());
    this.closeBlock();
    this.leaveUnreachable();
  }

  /** One function per opcode: operators that are seldom seen leave the code of the others alone. */
  private makeSteps(): readonly Step[] {
    const steps = new Array<Step>(0x100).fill((operator) => {
      this.blockFuel++;
      this.translateRareSpecial(operator);
    });
    const byShape: Partial<Record<Shape, Step>> = {
      [Shape.Unary]: (operator) => this.translateUnary(operator),
      [Shape.Binary]: (operator) => this.translateBinary(operator),
      [Shape.Load]: (operator) => this.translateLoad(operator),
      [Shape.Store]: (operator) => this.translateStore(operator),
      // Same raw bits, same register file: nothing to run.
      [Shape.Reinterpret]: () => this.blockFuel++,
      [Shape.LocalGet]: (operator) => this.translateLocal(operator),
      [Shape.LocalSet]: (operator) => this.translateLocal(operator),
      [Shape.LocalTee]: (operator) => this.translateLocal(operator),
      [Shape.I32Const]: (operator) => this.translateConstant32(operator),
      [Shape.I64Const]: () => this.translateI64Const(),
    };
    for (let operator = 0; operator < 0x100; operator++) {
      steps[operator] = byShape[operatorShape[operator]! as Shape] ?? steps[operator]!;
    }
    steps[Operator.F32Const] = (operator) => this.translateConstant32(operator);
    steps[Operator.F64Const] = () => this.translateF64Const();
    steps[Operator.Nop] = () => undefined;
    steps[Operator.Drop] = () => this.stack.pop();
    steps[Operator.Block] = () => this.openLabel(LabelKind.Block);
    steps[Operator.Loop] = () => this.openLabel(LabelKind.Loop);
    steps[Operator.If] = () => this.translateIf();
    steps[Operator.Else] = () => this.translateElse(true);
    steps[Operator.End] = () => this.translateEnd(true);
    steps[Operator.Br] = () => this.translateBranch();
    steps[Operator.BrIf] = () => {
      this.blockFuel++;
      this.translateBranchIf(this.control.depth - 1 - this.unsigned());
    };
    steps[Operator.BrTable] = () => {
      this.blockFuel++;
      this.translateBranchTable();
    };
    steps[Operator.Return] = () => {
      this.emitReturn();
      this.closeBlock();
      this.leaveUnreachable();
    };
    steps[Operator.Unreachable] = () => {
      this.emit(Ir.Unreachable);
      this.closeBlock();
      this.leaveUnreachable();
    };
    steps[Operator.Call] = () => {
      this.blockFuel++;
      this.translateCall(this.unsigned());
    };
    steps[OperatorPrefix.Miscellaneous] = (prefix) => this.translatePrefixed(prefix);
    steps[OperatorPrefix.Vector] = (prefix) => this.translatePrefixed(prefix);
    return steps;
  }
}
