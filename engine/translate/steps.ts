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
  /** (label): decides how a br_table goes there. */
  ChooseTarget,
  SkipUnreachable,
  BeginFunction,
  EmitZeros,
  EndFunction,
  End,
}
