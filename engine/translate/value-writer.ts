import { RegisterFile } from '../types/value-type.js';
import type { Operator } from '../binary/operator.js';
import { Ir } from './ir.js';
import { IrWriter, OPERATOR_WORDS } from './ir-writer.js';
import { Entry, EntryWord, OperandStack } from './operand-stack.js';
import { Subroutine, type Step } from './steps.js';

/** More values than this are moved by one operator. */
export const MOST_MOVED_SINGLY = 16;

/** Brings symbolic operands into registers, and results to where they are wanted. */
export class ValueWriter extends IrWriter {
  protected readonly stack = new OperandStack();
  /**
   * What is called through a table, by opcode byte and by `Subroutine`. V8 inlines a method into all that call it and compiles it
   * with each of them; what is called here it cannot tell at the call, so that it is compiled once, and only when it is hot: a
   * third less time for the optimiser in a fresh process, for some nanoseconds a call ever after.
   */
  protected readonly steps = new Array<Step>(Subroutine.TableLength);
  protected localFile = new Uint8Array(64);
  protected localCount = 0;
  /** The last emitted operator, if it put its result into the slot of the operand stack's top. */
  protected resultField = 0;
  protected resultEnd = -1;
  protected resultIr = 0;

  constructor() {
    super();
    this.steps[Subroutine.EmitMove] = this.emitMove;
    this.steps[Subroutine.SettleTop] = this.settleTop;
  }

  protected call(subroutine: Subroutine | Operator, a: number, b: number): unknown {
    const step = this.steps[subroutine]!;
    return step.call(this, a, b);
  }

  /** Register of the operand-stack position `height`. */
  protected slot(height: number): number {
    return this.localCount + height;
  }

  /** The last operator emitted wrote its destination at `field`: push its result and remember where it may be redirected. */
  protected pushResult(file: RegisterFile, field: number, ir: number): void {
    this.code[field] = this.localCount + this.stack.height;
    this.stack.pushTemporary(file);
    this.resultField = field;
    this.resultEnd = this.position;
    this.resultIr = ir;
  }

  /** Can the operator that produced the entry at `at` write somewhere else instead? */
  protected isLastResult(at: number): boolean {
    return (
      this.resultEnd === this.position &&
      this.stack.kind(at) === Entry.Temporary &&
      this.code[this.resultField] === this.slot(at)
    );
  }

  protected emitCopy(file: RegisterFile, destination: number, source: number): void {
    if (file === RegisterFile.Word32) this.emit3(Ir.Copy32, destination, source);
    else if (file === RegisterFile.Word64) this.emit3(Ir.Copy64, destination, source);
    else this.emit4(Ir.CopyRare, destination, source, file);
  }

  /** Puts the value of the entry at `at` into register `destination`. */
  protected emitMove(destination: number, at: number): void {
    const { code, position } = this;
    const { entries } = this.stack;
    const word = entries[EntryWord.Count * at]!;
    const kind = (word & 3) as Entry;
    let value = entries[EntryWord.Count * at + EntryWord.Value]!;
    let ir = Ir.Const32;
    let last = 0;
    if (kind < Entry.Constant32) {
      if (kind === Entry.Temporary) value = this.localCount + at;
      if (value === destination) return;
      last = word >> 2;
      ir = last === RegisterFile.Word32 ? Ir.Copy32 : last === RegisterFile.Word64 ? Ir.Copy64 : Ir.CopyRare;
    } else if (kind === Entry.Constant64) {
      last = entries[EntryWord.Count * at + EntryWord.High]!;
      ir = Ir.Const64;
    }
    code[position] = ir;
    code[position + 1] = destination;
    code[position + 2] = value;
    if (ir === Ir.Const64 || ir === Ir.CopyRare) {
      code[position + 3] = last;
      this.position = position + 4;
    } else {
      this.position = position + 3;
    }
  }

  /** A register that holds the popped entry at `at`; constants are put into the entry's own slot. */
  protected register(at: number): number {
    const { entries } = this.stack;
    const kind = (entries[EntryWord.Count * at]! & 3) as Entry;
    if (kind === Entry.Local) return entries[EntryWord.Count * at + EntryWord.Value]!;
    const slot = this.localCount + at;
    if (kind !== Entry.Temporary) this.call(Subroutine.EmitMove, slot, at);
    return slot;
  }

  protected popRegister(): number {
    return this.register(this.stack.pop());
  }

  protected readonly saveLocal = (at: number, local: number): void => {
    this.ensure(OPERATOR_WORDS);
    this.emitCopy(this.stack.file(at), this.slot(at), local);
  };

  /** Puts the top `count` entries into their own slots. */
  protected placeTop(count: number): void {
    if (count > 0 || this.stack.settledHeight < this.stack.height) this.call(Subroutine.SettleTop, count, 0);
  }

  private settleTop(count: number): void {
    const { stack } = this;
    stack.settleLocals(this.saveLocal);
    for (let at = stack.height - count; at < stack.height; at++) {
      if (stack.kind(at) === Entry.Temporary) continue;
      this.ensure(OPERATOR_WORDS);
      this.emitMove(this.slot(at), at);
      stack.settle(at);
    }
  }

  /** Writes the popped entry at `at` to a local; values that still name the local are saved first. */
  protected setLocal(local: number, at: number): void {
    const { stack } = this;
    if (stack.topmostOfLocal(local) < 0) {
      if (this.isLastResult(at)) {
        this.code[this.resultField] = local;
        this.resultEnd = -1;
        return;
      }
    } else if (stack.kind(at) === Entry.Local && stack.value(at) === local) {
      return;
    } else {
      for (let named = stack.takeEntryOfLocal(local); named >= 0; named = stack.takeEntryOfLocal(local)) {
        this.ensure(OPERATOR_WORDS);
        this.emitCopy(stack.file(named), this.slot(named), local);
      }
    }
    this.emitMove(local, at);
  }

  /**
   * Moves the top `count` values, many, to the slots from `destination` on, which are no higher than their own, by one operator: code must not grow by
   * as much as a branch moves, because a branch is two bytes. The values are put into their own slots first, once for all branches that take them.
   */
  protected moveRun(destination: number, count: number): void {
    this.placeTop(count);
    const { stack } = this;
    const first = stack.height - count;
    const source = this.slot(first);
    if (source === destination) return;
    let fileBits = 0;
    for (let at = first; at < stack.height; at++) fileBits |= 1 << stack.file(at);
    this.ensure(OPERATOR_WORDS);
    this.emit5(Ir.CopyRun, destination, source, count, fileBits);
  }

  /** Moves the top `count` values to registers 0 and up, where locals live: those still named are saved first. */
  protected moveToSlots(count: number): void {
    if (count > MOST_MOVED_SINGLY) {
      this.moveRun(0, count);
      return;
    }
    const { stack } = this;
    const first = stack.height - count;
    for (let at = first; at < stack.height; at++) {
      this.ensure(OPERATOR_WORDS);
      if (stack.kind(at) === Entry.Local) this.emitCopy(stack.file(at), this.slot(at), stack.value(at));
    }
    for (let i = 0; i < count; i++) {
      this.ensure(OPERATOR_WORDS);
      const at = first + i;
      if (stack.kind(at) === Entry.Local) this.emitCopy(stack.file(at), i, this.slot(at));
      else this.emitMove(i, at);
    }
  }
}
