import { decodeUnsigned32 } from '../binary/leb128.js';
import { Operator, OperatorPrefix } from '../binary/operator.js';
import { skipImmediates } from '../binary/operator-immediate.js';
import { carriedFuel } from '../fuel/schedule.js';
import type { FunctionType } from '../types/function-type.js';
import { RegisterFile, registerFileOf } from '../types/value-type.js';
import { ControlStack, LabelKind, LabelWord, NO_PATCH } from './control-stack.js';
import { backIr, COUNT_MINUS_BACK } from './fusion.js';
import { Ir } from './ir.js';
import { OPERATOR_WORDS } from './ir-writer.js';
import { Entry } from './operand-stack.js';
import { Subroutine } from './steps.js';
import { MOST_MOVED_SINGLY, ValueWriter } from './value-writer.js';

/** eq ne lt_s lt_u gt_s gt_u le_s le_u ge_s ge_u, negated. */
export const NEGATED_COMPARISON = [1, 0, 8, 9, 6, 7, 4, 5, 2, 3];
/** In ControlStack.stub, while a br_table is translated: no stub needed; stub still to be made. */
const DIRECT = -1;
const STUB_WANTED = -2;

/**
 * A conditional branch that carries more values than this has them put into their slots first, and leaves its moves to the next such
 * branch to the same label: as many branches as values would else be translated to the square of the body's size.
 */
const FEW_VALUES = 4;

/** Translates labels and branches: what decides where basic blocks begin and end. */
export class ControlTranslator extends ValueWriter {
  protected readonly control = new ControlStack();
  protected resultCount = 0;
  private tableStamp = 0;
  /** Whether code falls through to here. */
  protected reachable = true;

  constructor() {
    super();
    this.steps[Subroutine.MoveToLabel] = this.moveToLabel;
    this.steps[Subroutine.EmitReturn] = this.emitReturn;
    this.steps[Subroutine.EmitConditionalBranch] = this.emitConditionalBranch;
    this.steps[Subroutine.EmitBranch] = this.emitBranch;
    this.steps[Subroutine.BranchIfWithValues] = this.branchIfWithValues;
    this.steps[Subroutine.EmitTargets] = this.emitTargets;
    this.steps[Subroutine.ChooseTarget] = this.chooseTarget;
    this.steps[Subroutine.SkipUnreachable] = this.skipUnreachable;
  }

  // Branches

  /** Fills or queues the branch field at `field` for the label `label`. */
  protected linkBranch(label: number, field: number): void {
    const { words } = this.control;
    const target = words[label + LabelWord.Target]!;
    words[label + LabelWord.Targeted] = 1;
    if (words[label] === LabelKind.Loop) {
      this.code[field] = target - field;
    } else {
      this.code[field] = target;
      words[label + LabelWord.Target] = field;
    }
  }

  /** Number of values a branch to the label carries. */
  protected labelArity(label: number): number {
    const blockType = this.control.words[label + LabelWord.BlockType]!;
    if (blockType === -1) return 0;
    return this.control.words[label] === LabelKind.Loop
      ? this.parameterCount(blockType)
      : this.resultCountOf(blockType);
  }

  /** Can a branch go to the label as it is, its values being where the label wants them? */
  protected isDirect(label: number): boolean {
    if (label === 0) return false;
    const { stack } = this;
    const arity = this.labelArity(label);
    if (arity === 0) return true;
    const first = stack.height - arity;
    if (first !== this.control.words[label + LabelWord.Height]) return false;
    // So many are put into their slots before anybody asks.
    if (arity > MOST_MOVED_SINGLY) return true;
    for (let at = first; at < stack.height; at++) if (stack.kind(at) !== Entry.Temporary) return false;
    return true;
  }

  /** Moves the top values to where the label wants them. Ascending order never overwrites a value still to be moved. */
  protected moveToLabel(label: number, arity: number): void {
    const { stack } = this;
    const first = stack.height - arity;
    const destination = this.slot(this.control.words[label + LabelWord.Height]!);
    if (arity > MOST_MOVED_SINGLY) {
      this.moveRun(destination, arity);
      return;
    }
    for (let i = 0; i < arity; i++) {
      this.ensure(OPERATOR_WORDS);
      this.emitMove(destination + i, first + i);
    }
  }

  /** Emits everything an unconditional branch to `label` does, except ending the block. */
  private emitBranch(label: number): void {
    if (label === 0) {
      this.call(Subroutine.EmitReturn, 0, 0);
      return;
    }
    const arity = this.labelArity(label);
    const { words } = this.control;
    const top = this.stack.height - 1;
    if (arity === 1 && this.isLastResult(top))
      this.code[this.resultField] = this.slot(words[label + LabelWord.Height]!);
    else if (arity > 0) this.call(Subroutine.MoveToLabel, label, arity);
    if (words[label] === LabelKind.Loop) this.emitBack(label);
    else {
      this.emit2(Ir.Branch, 0);
      this.linkBranch(label, this.position - 1);
    }
  }

  /** A branch to a loop's head: with the conditional branch that may stand there, and the count that may stand here, in one operator. */
  private emitBack(label: number): void {
    const { code } = this;
    const head = this.control.words[label + LabelWord.Target]!;
    const back = head < this.position ? backIr[code[head]!]! : 0;
    if (back === 0) {
      this.emit2(Ir.Branch, 0);
      this.linkBranch(label, this.position - 1);
      return;
    }
    // [I32AddImm, d, a, imm], not a word behind it, so not a label either.
    const start = this.position - 4;
    if (this.resultIr === Ir.I32AddImm && this.resultField === start + 1) {
      const [d, a, immediate] = [code[start + 1]!, code[start + 2]!, code[start + 3]!];
      code[start] = back + COUNT_MINUS_BACK;
      code[start + 2] = d;
      code[start + 3] = a;
      this.emit(immediate);
      this.linkBranch(label, start + 1);
      return;
    }
    this.emit2(back, 0);
    this.linkBranch(label, this.position - 1);
  }

  protected emitReturn(): void {
    const { stack, resultCount } = this;
    const top = stack.height - 1;
    if (resultCount === 1) {
      const file = stack.file(top);
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

  /**
   * Emits the operator of a conditional branch on the popped condition `at`, negated if `negation` is 1, up to its branch
   * field, whose position is returned; the caller adds the fuel word. An i32 comparison just emitted becomes the branch itself.
   */
  private emitConditionalBranch(at: number, negation: number): number {
    const negate = negation !== 0;
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
      if (ir === Ir.I32AndImm) {
        code[field - 1] = negate ? Ir.BranchIfBitsZero : Ir.BranchIfBitsNonZero;
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

  // Labels

  protected translateBlock(operator: number): void {
    const { stack } = this;
    const blockType = this.blockType();
    const parameters = this.parameterCount(blockType);
    this.placeTop(parameters);
    const kind = operator === Operator.Block ? LabelKind.Block : LabelKind.Loop;
    const label = this.control.push(kind, stack.height - parameters, blockType);
    if (operator === Operator.Block) return;
    this.blockFuel += this.operatorCosts[Operator.Loop]!;
    this.startBlock(true);
    this.control.words[label + LabelWord.Target] = this.position;
  }

  protected translateIf(): void {
    this.blockFuel += this.operatorCosts[Operator.If]!;
    const { stack, control } = this;
    const blockType = this.blockType();
    const parameters = this.parameterCount(blockType);
    const condition = stack.pop();
    this.placeTop(parameters);
    const field = this.call(Subroutine.EmitConditionalBranch, condition, 1) as number;
    this.splitBlock();
    const label = control.push(LabelKind.If, stack.height - parameters, blockType);
    this.code[field] = NO_PATCH;
    control.words[label + LabelWord.ElsePatch] = field;
  }

  protected translateElse(): void {
    const { control, stack } = this;
    const label = control.end - LabelWord.Count;
    if (this.reachable) {
      this.call(Subroutine.EmitBranch, label, 0);
      this.closeBlock();
    }
    const blockType = control.words[label + LabelWord.BlockType]!;
    stack.truncate(control.words[label + LabelWord.Height]!);
    if (blockType >= 0) {
      for (const parameter of this.module.types[blockType]!.parameters)
        stack.pushTemporary(registerFileOf(parameter));
    }
    this.startBlock(false);
    const elsePatch = control.words[label + LabelWord.ElsePatch]!;
    if (elsePatch !== NO_PATCH) this.code[elsePatch] = this.position - elsePatch;
    control.words[label + LabelWord.ElsePatch] = NO_PATCH;
    control.words[label] = LabelKind.Else;
    this.reachable = true;
  }

  /** `end` of the innermost label; leaves `reachable` true if the code after it is, or the body is over. */
  protected translateEnd(): void {
    const { control, stack, reachable } = this;
    const { words } = control;
    const label = control.end - LabelWord.Count;
    control.end = label;
    if (label === 0) {
      if (reachable) {
        this.call(Subroutine.EmitReturn, 0, 0);
        this.closeBlock();
      }
      this.reachable = true;
      return;
    }
    const kind = words[label] as LabelKind;
    const height = words[label + LabelWord.Height]!;
    const patch = words[label + LabelWord.Target]!;
    const elsePatch = words[label + LabelWord.ElsePatch]!;
    const joins =
      kind >= LabelKind.If || (kind === LabelKind.Block && words[label + LabelWord.Targeted] !== 0);
    if (!joins || (!reachable && patch === NO_PATCH && elsePatch === NO_PATCH)) {
      // Nothing joins here: what falls through, values and basic block, simply goes on.
      if (!reachable && stack.height > height) stack.truncate(height);
      return;
    }
    const blockType = words[label + LabelWord.BlockType]!;
    if (reachable && blockType !== -1) {
      this.call(Subroutine.MoveToLabel, label, this.resultCountOf(blockType));
    }
    if (stack.height > height) stack.truncate(height);
    this.startBlock(reachable);
    if (patch !== NO_PATCH) this.patchTo(patch, this.position);
    if (elsePatch !== NO_PATCH) this.code[elsePatch] = this.position - elsePatch;
    this.reachable = true;
    if (blockType === -1) return;
    if (blockType >= 0) this.pushResults(this.module.types[blockType]!);
    else stack.pushTemporary(registerFileOf(-1 - blockType));
  }

  protected translateBranch(): void {
    const label = this.control.label(this.unsigned());
    this.blockFuel += this.operatorCosts[Operator.Br]! + carriedFuel(this.labelArity(label));
    this.call(Subroutine.EmitBranch, label, 0);
    this.leaveUnreachable();
  }

  protected translateBranchIf(): void {
    const label = this.control.label(this.unsigned());
    const condition = this.stack.pop();
    if (label !== 0 && this.control.words[label + LabelWord.BlockType] === -1) {
      this.blockFuel += this.operatorCosts[Operator.BrIf]!;
      this.emitDirectBranch(condition, label);
    } else {
      this.call(Subroutine.BranchIfWithValues, condition, label);
    }
  }

  private branchIfWithValues(condition: number, label: number): void {
    const { control, stack } = this;
    const arity = this.labelArity(label);
    this.blockFuel += this.operatorCosts[Operator.BrIf]! + carriedFuel(arity);
    const first = stack.height - arity;
    if (arity > FEW_VALUES) {
      this.placeTop(arity);
      this.ensure(OPERATOR_WORDS);
    }
    if (this.isDirect(label)) {
      this.emitDirectBranch(condition, label);
      return;
    }
    if (control.words[label + LabelWord.StubStamp] === -1 - first) {
      const field = this.call(Subroutine.EmitConditionalBranch, condition, 0) as number;
      this.code[field] = control.words[label + LabelWord.Stub]! - field;
      this.splitBlock();
      return;
    }
    const skip = this.call(Subroutine.EmitConditionalBranch, condition, 1) as number;
    this.emit(0); // moves and branch are free: the taken edge pays at its target
    this.closeBlock();
    this.resultEnd = -1;
    if (arity > FEW_VALUES) {
      control.words[label + LabelWord.Stub] = this.position;
      control.words[label + LabelWord.StubStamp] = -1 - first;
    }
    this.emitBranchKeeping(label);
    this.ensure(OPERATOR_WORDS);
    this.emit(0);
    this.openBlock();
    this.code[skip] = this.position - skip;
  }

  /** A conditional branch whose values, if any, are where the label wants them. */
  private emitDirectBranch(condition: number, label: number): void {
    this.linkBranch(label, this.call(Subroutine.EmitConditionalBranch, condition, 0) as number);
    this.splitBlock();
  }

  /** A branch whose values stay on the stack, for the path that does not take it. */
  protected emitBranchKeeping(label: number): void {
    if (label === 0) {
      this.call(Subroutine.EmitReturn, 0, 0);
      return;
    }
    this.call(Subroutine.MoveToLabel, label, this.labelArity(label));
    this.emit2(Ir.Branch, 0);
    this.linkBranch(label, this.position - 1);
  }

  protected translateBranchTable(): void {
    const count = this.unsigned();
    this.blockFuel += this.operatorCosts[Operator.BrTable]! + carriedFuel(this.firstTargetArity());
    const index = this.popRegister();
    // All labels take as many values as the first.
    const arity = this.labelArity(this.control.label(decodeUnsigned32(this.bytes, this.offset)));
    if (arity > MOST_MOVED_SINGLY) this.placeTop(arity);
    this.ensure(count + OPERATOR_WORDS);
    this.emit3(Ir.BranchTable, index, count);
    this.tableStamp = this.position;
    const first = this.position;
    const targetsAt = this.offset;
    const needsStubs = this.call(Subroutine.EmitTargets, count, 0) as boolean;
    if (needsStubs) this.emitBranchStubs(targetsAt, first, count);
    this.leaveUnreachable();
  }

  /** Values that a br_table, whose targets come next, carries: as many to each of them. */
  private firstTargetArity(): number {
    const { offset } = this;
    const arity = this.labelArity(this.control.label(this.unsigned()));
    this.offset = offset;
    return arity;
  }

  /** The branch fields of a br_table; returns whether some of them need stubs. */
  private emitTargets(count: number): boolean {
    const { control, code, position } = this;
    const { words } = control;
    let needsStubs = false;
    for (let i = 0; i <= count; i++) {
      const label = control.label(this.unsigned());
      if (words[label + LabelWord.StubStamp] !== this.tableStamp)
        this.call(Subroutine.ChooseTarget, label, 0);
      code[position + i] = 0;
      if (words[label + LabelWord.Stub] === DIRECT) this.linkBranch(label, position + i);
      else needsStubs = true;
    }
    this.position = position + count + 1;
    return needsStubs;
  }

  /** Decides, once for a table and a label, whether the table's branches go there directly. */
  private chooseTarget(label: number): void {
    const { words } = this.control;
    words[label + LabelWord.StubStamp] = this.tableStamp;
    words[label + LabelWord.Stub] = this.isDirect(label) ? DIRECT : STUB_WANTED;
  }

  /** One stub for each label whose values must be moved: a free block that moves them and branches on. */
  protected emitBranchStubs(targetsAt: number, first: number, count: number): void {
    const { control } = this;
    this.offset = targetsAt;
    for (let i = 0; i <= count; i++) {
      const label = control.label(this.unsigned());
      if (control.words[label + LabelWord.Stub] === DIRECT) continue;
      if (control.words[label + LabelWord.Stub] === STUB_WANTED) {
        this.ensure(OPERATOR_WORDS);
        this.emit(0);
        control.words[label + LabelWord.Stub] = this.position;
        this.resultEnd = -1;
        this.emitBranchKeeping(label);
        this.ensure(OPERATOR_WORDS);
      }
      this.code[first + i] = control.words[label + LabelWord.Stub]! - (first + i);
    }
  }

  protected pushResults(type: FunctionType): void {
    const { results } = type;
    for (let i = 0; i < results.length; i++) this.stack.pushTemporary(registerFileOf(results[i]!));
  }

  // Unreachable code

  /** After an operator that never falls through: ends its basic block, and skips to where code is reachable again. */
  protected leaveUnreachable(): void {
    this.reachable = false;
    this.call(Subroutine.SkipUnreachable, 0, 0);
  }

  private skipUnreachable(): void {
    this.closeBlock();
    this.stack.truncate(this.control.words[this.control.end - LabelWord.Count + LabelWord.Height]!);
    const { bytes } = this;
    let nesting = 0;
    for (;;) {
      let operator = bytes[this.offset++]!;
      if (operator >= OperatorPrefix.Miscellaneous) {
        const base =
          operator === OperatorPrefix.Vector ? OperatorPrefix.VectorBase : OperatorPrefix.MiscellaneousBase;
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
          this.call(Operator.Else, 0, 0);
          return;
        case Operator.End:
          if (nesting > 0) {
            nesting--;
            continue;
          }
          this.ensure(OPERATOR_WORDS);
          this.call(Operator.End, 0, 0);
          if (this.reachable) return;
          continue;
      }
      this.offset = skipImmediates(bytes, operator, this.offset);
    }
  }
}
