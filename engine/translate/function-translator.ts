import { Operator, OperatorPrefix } from '../binary/operator.js';
import { functionTypeAt, type ParsedModule } from '../binary/parsed-module.js';
import { Slices } from '../binary/slices.js';
import { DEFAULT_EXECUTION_COSTS } from '../fuel/execution-costs.js';
import { localsFuel } from '../fuel/schedule.js';
import { RegisterFile, registerFileOf, type ValueType } from '../types/value-type.js';
import { LabelKind } from './control-stack.js';
import { fusionOffer, fusionWish, irOfImmediateStore, irWithAddition } from './fusion.js';
import { Ir } from './ir.js';
import type { Metering } from '../fuel/metering.js';
import { OPERATOR_WORDS } from './ir-writer.js';
import { Entry, EntryWord } from './operand-stack.js';
import { OperatorTranslator } from './operator-translator.js';
import { immediateIr, operatorIr, operatorShape, resultFile, Shape } from './operator-table.js';
import { Subroutine, type Step } from './steps.js';
import { CodeArena, type TranslatedFunction } from './translated-function.js';

/** Locals of a group that the loop zeroes, four an operator; more are filled at once outside it. */
const MOST_ZEROED_IN_LOOP = 40;

/** From the first to the last slot that was included. */
class SlotRange {
  first = 0;
  /** Behind the last; 0 if there is none. */
  end = 0;

  clear(): void {
    this.end = 0;
  }

  /** Slots come in ascending order. */
  include(first: number, count: number): void {
    if (this.end === 0) this.first = first;
    this.end = first + count;
  }
}

/**
 * Translates one valid function body to register IR in a single forward pass. Nothing is checked again: the body must
 * have passed validation. Reused for function after function; it never calls user code, so one per engine is enough.
 */
export class FunctionTranslator extends OperatorTranslator {
  private readonly slices = new Slices();

  // Of the function being translated.
  private functionIndex = 0;
  /** Its declared vectors and references, which count as more. */
  private rareLocals = 0;
  private readonly vectors = new SlotRange();
  private readonly references = new SlotRange();
  /** Offset behind the body. */
  private bodyEnd = 0;
  private translated: TranslatedFunction | undefined;

  constructor() {
    super();
    this.fillSteps();
  }

  translate(
    module: ParsedModule,
    functionIndex: number,
    arena: CodeArena,
    options: Metering,
  ): TranslatedFunction {
    this.module = module;
    this.functionIndex = functionIndex;
    this.arena = arena;
    this.options = options;
    this.operatorCosts = (options.execution ?? DEFAULT_EXECUTION_COSTS).operators;
    this.resultEnd = -1;
    this.resultField = 0;
    this.reachable = true;
    this.control.end = 0;
    // What runs once for a function is not worth being optimised in here.
    this.call(Subroutine.BeginFunction, 0, 0);
    this.call(Subroutine.OpenBody, functionIndex, 0);
    const { slices, bodyEnd } = this;
    while (this.offset < bodyEnd) this.translateSlice(slices.endOf(this.offset, bodyEnd));
    this.call(Subroutine.EndFunction, 0, 0);
    return this.translated!;
  }

  private beginFunction(): void {
    const { module, functionIndex } = this;
    const definedIndex = functionIndex - module.importedFunctionCount;
    const bodyBytes = module.bodyLengths[definedIndex]!;
    this.bytes = module.bytes;
    this.offset = module.bodyOffsets[definedIndex]!;
    this.bodyEnd = this.offset + bodyBytes;
    this.resultCount = functionTypeAt(module, functionIndex).results.length;
    this.beginCode(bodyBytes);
    this.emit(0);
    this.openBlock();
  }

  private endFunction(): void {
    const { arena, code, start, position } = this;
    const frameSlots = Math.max(this.localCount + this.stack.maximumHeight, this.resultCount);
    this.translated = arena.store(code, start, position, frameSlots);
    this.giveBackScratch();
    this.stack.giveBack();
  }

  // Locals

  /** The locals, their fuel, and the function's label. */
  private openBody(functionIndex: number): void {
    this.rareLocals = 0;
    this.vectors.clear();
    this.references.clear();
    const { parameters } = functionTypeAt(this.module, functionIndex);
    const count = parameters.length;
    if (count > this.localFile.length) this.growLocals(count);
    for (let i = 0; i < count; i++) this.localFile[i] = registerFileOf(parameters[i]!);
    this.localCount = count;
    for (let groups = this.unsigned(); groups > 0; groups--) {
      const size = this.unsigned();
      if (size > 0) this.call(Subroutine.AddLocals, size, this.bytes[this.offset]!);
      this.offset++;
    }
    this.zeroRest();
    const declared = this.localCount - count;
    if (declared > 0) this.blockFuel += localsFuel(declared, this.rareLocals, this.options.bytesPerFuel);
    this.stack.reset(this.localCount);
    this.control.push(LabelKind.Function, 0, this.module.functionTypeIndices[functionIndex]!);
  }

  private addLocals(size: number, type: ValueType): void {
    const first = this.localCount;
    const file = registerFileOf(type);
    if (first + size > this.localFile.length) this.growLocals(first + size);
    this.localFile.fill(file, first, first + size);
    this.localCount = first + size;
    if (file === RegisterFile.Vector) {
      this.rareLocals += size;
      this.vectors.include(first, size);
    } else if (file === RegisterFile.Reference) {
      this.rareLocals += size;
      this.references.include(first, size);
    } else {
      this.ensure(OPERATOR_WORDS);
      this.emitZeros(file, first, size);
    }
  }

  /**
   * Vectors, and references, of all groups at once: each takes leaving the loop. What lies between them is other locals, which
   * are in other files.
   */
  private zeroRest(): void {
    this.ensure(OPERATOR_WORDS);
    this.zeroRange(RegisterFile.Vector, this.vectors);
    this.zeroRange(RegisterFile.Reference, this.references);
  }

  private zeroRange(file: RegisterFile, { first, end }: SlotRange): void {
    if (end > 0) this.emit4(Ir.ZeroRare, first, end - first, file);
  }

  private emitZeros(file: RegisterFile, first: number, count: number): void {
    if (count > MOST_ZEROED_IN_LOOP) {
      this.emit4(Ir.ZeroRare, first, count, file);
      return;
    }
    const ir = file === RegisterFile.Word32 ? Ir.Zero32 : Ir.Zero64;
    for (; count > 0; first += 4, count -= 4) this.emit3(ir, first, Math.min(count, 4));
  }

  private growLocals(count: number): void {
    const larger = new Uint8Array(Math.max(count, this.localFile.length * 2));
    larger.set(this.localFile);
    this.localFile = larger;
  }

  // The body

  /**
   * The operators up to `end`. The commonest ones, in their commonest forms, are translated right here, with the whole state in
   * local variables: operands that are in registers, immediates of one byte or two. Everything else leaves by one call at the bottom
   * of the loop, to a step that does its operator in full generality: one call site, so that a form that is first seen late does
   * not throw the optimised loop away.
   */
  private translateSlice(end: number): void {
    const { bytes, stack, steps, localFile, localCount, operatorCosts } = this;
    const plainMemory = this.module.memories[0]?.addressType === 'i32';
    let { offset, position, code, resultField, resultEnd, resultIr } = this;
    let { entries, height, maximumHeight, settledHeight } = stack;
    const { topmost } = stack;
    let codeLimit = code.length - OPERATOR_WORDS;
    let fuel = 0;
    while (offset < end) {
      const operator = bytes[offset++]!;
      const shape = operatorShape[operator]! as Shape;
      plain: if (shape >= Shape.LocalGet) {
        // Reads an integer of up to four bytes, and names what it stands for.
        let next = offset;
        let byte = bytes[next++]!;
        let value = byte & 0x7f;
        let shift = 0;
        while (byte > 0x7f) {
          if (shift === 21) break plain;
          byte = bytes[next++]!;
          shift += 7;
          value |= (byte & 0x7f) << shift;
        }
        if (shape === Shape.LocalSet || shape === Shape.LocalTee) {
          // Values that name the local must be saved first.
          if (topmost[value]! >= 0 || position > codeLimit) break plain;
          const at = EntryWord.Count * (height - 1);
          const word = entries[at]!;
          const kind = word & 3;
          if (word >= RegisterFile.Vector << 2 || kind === Entry.Constant64) break plain;
          let source = localCount + height - 1;
          if (kind === Entry.Temporary && resultEnd === position && code[resultField] === source) {
            code[resultField] = value;
            resultEnd = -1;
          } else {
            let ir = word < RegisterFile.Word64 << 2 ? Ir.Copy32 : Ir.Copy64;
            if (kind !== Entry.Temporary) {
              source = entries[at + EntryWord.Value]!;
              if (kind === Entry.Local) topmost[source] = entries[at + EntryWord.Below]!;
              else ir = Ir.Const32;
            }
            code[position] = ir;
            code[position + 1] = value;
            code[position + 2] = source;
            position += 3;
          }
          height--;
          if (height < settledHeight) settledHeight = height;
        }
        offset = next;
        fuel += operatorCosts[operator]!;
        if (shape === Shape.LocalSet) continue;
        const at = EntryWord.Count * height;
        if (shape >= Shape.I32Const) {
          value = (value << (25 - shift)) >> (25 - shift);
          entries[at] =
            shape === Shape.I32Const
              ? Entry.Constant32 | (RegisterFile.Word32 << 2)
              : Entry.Constant64 | (RegisterFile.Word64 << 2);
          entries[at + EntryWord.Value] = value;
          entries[at + EntryWord.High] = value >> 31;
        } else {
          entries[at] = Entry.Local | (localFile[value]! << 2);
          entries[at + EntryWord.Value] = value;
          entries[at + EntryWord.Below] = topmost[value]!;
          topmost[value] = height;
        }
        height++;
        if (height <= maximumHeight) continue;
        maximumHeight = height;
        if (at + 2 * EntryWord.Count <= entries.length) continue;
        stack.grow();
        ({ entries } = stack);
        continue;
      } else if (shape !== Shape.Special && shape <= Shape.Store) {
        // [ir, result or stored value, first operand, second operand or offset]
        let ir = operatorIr[operator]!;
        if (ir === 0 || position > codeLimit) break plain;
        const top = EntryWord.Count * (height - 1);
        const first = shape >= Shape.Binary ? top - EntryWord.Count : top;
        const firstKind = entries[first]! & 3;
        if (firstKind >= Entry.Constant32) break plain;
        if (resultEnd === position && (fusionOffer[resultIr]! & fusionWish[operator]!) !== 0) {
          // To what a register holds is added what the last operator, a multiplication or a shift, made.
          if (operator !== Operator.I32Add || (entries[top]! & 3) !== Entry.Temporary) break plain;
          if (code[resultField] !== localCount + height - 1) break plain;
          height--;
          let operand = localCount + height - 1;
          code[resultField] = operand;
          if (firstKind === Entry.Local) {
            operand = entries[first + EntryWord.Value]!;
            topmost[operand] = entries[first + EntryWord.Below]!;
          }
          resultIr = irWithAddition[resultIr]!;
          code[resultField - 1] = resultIr;
          code[position++] = operand;
          resultEnd = position;
          entries[first] = RegisterFile.Word32 << 2;
          if (height < settledHeight) settledHeight = height;
          fuel += operatorCosts[operator]!;
          continue;
        }
        let next = offset;
        let last = 0;
        if ((shape & 1) === 0) {
          last = bytes[offset + 1]!;
          next = offset + 2;
          if (!plainMemory || bytes[offset]! > 0x3f) break plain;
          if (last > 0x7f) {
            const byte = bytes[next++]!;
            if (byte > 0x7f) break plain;
            last = (last & 0x7f) | (byte << 7);
          }
        }
        let slot = localCount + height - 1;
        let destination = slot;
        let words = shape === Shape.Unary ? 3 : 4;
        if (first !== top) {
          const kind = entries[top]! & 3;
          if (kind !== Entry.Temporary) {
            let value = entries[top + EntryWord.Value]!;
            if (kind === Entry.Local) {
              topmost[value] = entries[top + EntryWord.Below]!;
              slot = value;
            } else if (
              shape === Shape.Binary &&
              (kind === Entry.Constant32 || immediateIr[operator]! !== 0 || operator === Operator.I64Sub)
            ) {
              ir = immediateIr[operator]!;
              if (ir === 0) {
                if (operator !== Operator.I32Sub) break plain;
                ir = Ir.I32AddImm;
                value = -value | 0;
              }
              slot = value;
              if (kind === Entry.Constant64) {
                if (ir >= Ir.I64ShlImm) slot = value & 63;
                else {
                  code[position + 4] = entries[top + EntryWord.High]!;
                  words = 5;
                }
              }
            } else if (kind === Entry.Constant32 && irOfImmediateStore[ir]! !== 0) {
              ir = irOfImmediateStore[ir]!;
              slot = value;
            } else {
              code[position] = kind === Entry.Constant32 ? Ir.Const32 : Ir.Const64;
              code[position + 1] = slot;
              code[position + 2] = value;
              code[position + 3] = entries[top + EntryWord.High]!;
              position += kind === Entry.Constant32 ? 3 : 4;
            }
          }
          destination--;
          height--;
        }
        let a = destination;
        if (firstKind === Entry.Local) {
          a = entries[first + EntryWord.Value]!;
          topmost[a] = entries[first + EntryWord.Below]!;
        }
        code[position] = ir;
        code[position + 2] = a;
        if (shape === Shape.Store) {
          code[position + 1] = slot;
          code[position + 3] = last;
          position += 4;
          height--;
        } else {
          code[position + 1] = destination;
          code[position + 3] = shape === Shape.Binary ? slot : last;
          resultField = position + 1;
          position += words;
          resultEnd = position;
          resultIr = ir;
          entries[first] = resultFile[operator]! << 2;
        }
        if (height < settledHeight) settledHeight = height;
        offset = next;
        fuel += operatorCosts[operator]!;
        continue;
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
      this.ensure(OPERATOR_WORDS);
      const step = steps[operator]!;
      step.call(this, operator, 0);
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
      this.blockFuel += this.operatorCosts[OperatorPrefix.MiscellaneousBase + operator]!;
      this.translateRareSpecial(OperatorPrefix.MiscellaneousBase + operator);
    }
  }

  private translateLocal(operator: number): void {
    const local = this.unsigned();
    this.blockFuel += this.operatorCosts[operator]!;
    if (operator !== Operator.LocalGet) this.setLocal(local, this.stack.pop());
    if (operator !== Operator.LocalSet) this.stack.pushLocal(local, this.localFile[local]!);
  }

  private translateConstant32(operator: number): void {
    this.blockFuel += this.operatorCosts[operator]!;
    this.stack.pushConstant32(operator === Operator.I32Const ? this.signed32() : this.word());
  }

  private translateF64Const(): void {
    this.blockFuel += this.operatorCosts[Operator.F64Const]!;
    const low = this.word();
    this.stack.pushConstant64(low, this.word());
  }

  private translateReturn(): void {
    this.emitReturn();
    this.leaveUnreachable();
  }

  private translateUnreachable(): void {
    this.emit(Ir.Unreachable);
    this.leaveUnreachable();
  }

  private translateDrop(): void {
    this.stack.pop();
  }

  private translateNop(): void {
    // Costs nothing and does nothing.
  }

  /** Same raw bits, same register file: nothing to run. */
  private translateReinterpret(operator: number): void {
    this.blockFuel += this.operatorCosts[operator]!;
  }

  private translateOther(operator: number): void {
    this.blockFuel += this.operatorCosts[operator]!;
    this.translateRareSpecial(operator);
  }

  /** One method per opcode, or few opcodes: operators that are seldom seen leave the code of the others alone. */
  private fillSteps(): void {
    const { steps } = this;
    const byShape: Partial<Record<Shape, Step>> = {
      [Shape.Unary]: this.translateUnary,
      [Shape.Binary]: this.translateBinary,
      [Shape.Load]: this.translateLoad,
      [Shape.Store]: this.translateStore,
      [Shape.Reinterpret]: this.translateReinterpret,
      [Shape.LocalGet]: this.translateLocal,
      [Shape.LocalSet]: this.translateLocal,
      [Shape.LocalTee]: this.translateLocal,
      [Shape.I32Const]: this.translateConstant32,
      [Shape.I64Const]: this.translateI64Const,
    };
    for (let operator = 0; operator < 0x100; operator++) {
      steps[operator] = byShape[operatorShape[operator]! as Shape] ?? this.translateOther;
    }
    steps[Operator.F32Const] = this.translateConstant32;
    steps[Operator.F64Const] = this.translateF64Const;
    steps[Operator.Nop] = this.translateNop;
    steps[Operator.Drop] = this.translateDrop;
    steps[Operator.Block] = this.translateBlock;
    steps[Operator.Loop] = this.translateBlock;
    steps[Operator.If] = this.translateIf;
    steps[Operator.Else] = this.translateElse;
    steps[Operator.End] = this.translateEnd;
    steps[Operator.Br] = this.translateBranch;
    steps[Operator.BrIf] = this.translateBranchIf;
    steps[Operator.BrTable] = this.translateBranchTable;
    steps[Operator.Return] = this.translateReturn;
    steps[Operator.Unreachable] = this.translateUnreachable;
    steps[Operator.Call] = this.translateCall;
    steps[Operator.GlobalGet] = this.translateGlobalGet;
    steps[Operator.GlobalSet] = this.translateGlobalSet;
    steps[OperatorPrefix.Miscellaneous] = this.translatePrefixed;
    steps[OperatorPrefix.Vector] = this.translatePrefixed;
    steps[Subroutine.AddLocals] = this.addLocals;
    steps[Subroutine.BeginFunction] = this.beginFunction;
    steps[Subroutine.OpenBody] = this.openBody;
    steps[Subroutine.EndFunction] = this.endFunction;
  }
}
