/** Translates an operator, given its opcode byte; or does a part of that, given what its `Subroutine` says. Called as a method. */
export type Step = (a: number, b: number) => unknown;

/** Parts that many operators share, numbered behind the opcode bytes. */
export const enum Subroutine {
  /** (register, entry): puts the entry's value into the register. */
  EmitMove = 0x100,
  /** (count): puts the top `count` entries into their own slots, and every local still named. */
  SettleTop,
  /** (label, count): moves the top `count` values to where the label wants them. */
  MoveToLabel,
  /** Returns the function's results. */
  EmitReturn,
  /** (entry, 1 to negate): returns the position of the branch field. */
  EmitConditionalBranch,
  /** (label): everything an unconditional branch does, except ending its basic block. */
  EmitBranch,
  /** (condition, label): a br_if that takes values along, or returns. */
  BranchIfWithValues,
  /** (count): returns whether stubs are needed. */
  EmitTargets,
  /** (label): decides how a br_table goes there. */
  ChooseTarget,
  /** To where code is reachable again. */
  SkipUnreachable,
  /** (count): puts a call's arguments into consecutive slots and pops them; returns the first slot. */
  PlaceArguments,
  /** Returns whether an addition of the top two entries and the operator before became one; only then they are popped. */
  FuseAddition,
  /** Where the body is, and where its code goes. */
  BeginFunction,
  /** (function): its parameters, the locals that the body declares, and its label. */
  OpenBody,
  /** (count, value type): one group of them. */
  AddLocals,
  /** Keeps the code. */
  EndFunction,
  /** How long the table is. */
  TableLength,
}
