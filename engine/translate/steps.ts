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
  EmitReturn,
  /** (entry, 1 to negate): returns the position of the branch field. */
  EmitConditionalBranch,
  /** (label) */
  EmitBranch,
  /** (condition, label): a br_if that takes values along, or returns. */
  BranchIfWithValues,
  /** (count): returns whether stubs are needed. */
  EmitTargets,
  /** (label): decides how a br_table goes there. */
  ChooseTarget,
  SkipUnreachable,
  /** (count): puts a call's arguments into consecutive slots and pops them; returns the first slot. */
  PlaceArguments,
  /** Returns whether an addition of the top two entries and the operator before became one; only then they are popped. */
  FuseAddition,
  BeginFunction,
  /** (function) */
  OpenBody,
  /** (function) */
  TranslateLocals,
  /** (count, value type) */
  AddLocals,
  EndFunction,
  End,
}
