import { Operator, OperatorPrefix } from '../../binary/operator.js';

/** What the injector does about an operator of one byte. */
export const enum OperatorAction {
  /** No immediate, cannot trap. */
  Plain,
  /** The same, and costs no fuel. */
  Free,
  /** No immediate, may trap. */
  PlainTrap,
  /** One integer as immediate, cannot trap. */
  Integer,
  /** One integer as immediate, may trap. */
  IntegerTrap,
  MemoryAccess,
  Bytes4,
  Bytes8,
  ValueTypes,
  Global,
  Truncation,
  MemoryGrow,
  Miscellaneous,
  Vector,
  Block,
  Loop,
  If,
  Else,
  End,
  Branch,
  BranchIf,
  BranchTable,
  /** `return` and `unreachable`. */
  Leave,
  Call,
  CallIndirect,
  ReturnCall,
  ReturnCallIndirect,
}

/** An `OperatorAction` per first opcode byte. */
export const operatorActions = new Uint8Array(256);
for (const [action, first, last] of [
  [OperatorAction.Leave, Operator.Unreachable, Operator.Unreachable],
  [OperatorAction.Free, Operator.Nop, Operator.Nop],
  [OperatorAction.Free, Operator.Drop, Operator.Drop],
  [OperatorAction.Block, Operator.Block, Operator.Block],
  [OperatorAction.Loop, Operator.Loop, Operator.Loop],
  [OperatorAction.If, Operator.If, Operator.If],
  [OperatorAction.Else, Operator.Else, Operator.Else],
  [OperatorAction.End, Operator.End, Operator.End],
  [OperatorAction.Branch, Operator.Br, Operator.Br],
  [OperatorAction.BranchIf, Operator.BrIf, Operator.BrIf],
  [OperatorAction.BranchTable, Operator.BrTable, Operator.BrTable],
  [OperatorAction.Leave, Operator.Return, Operator.Return],
  [OperatorAction.Call, Operator.Call, Operator.Call],
  [OperatorAction.CallIndirect, Operator.CallIndirect, Operator.CallIndirect],
  [OperatorAction.ReturnCall, Operator.ReturnCall, Operator.ReturnCall],
  [OperatorAction.ReturnCallIndirect, Operator.ReturnCallIndirect, Operator.ReturnCallIndirect],
  [OperatorAction.ValueTypes, Operator.SelectTyped, Operator.SelectTyped],
  [OperatorAction.Integer, Operator.LocalGet, Operator.LocalTee],
  [OperatorAction.Global, Operator.GlobalGet, Operator.GlobalSet],
  [OperatorAction.IntegerTrap, Operator.TableGet, Operator.TableSet],
  [OperatorAction.MemoryAccess, Operator.I32Load, Operator.I64Store32],
  [OperatorAction.Integer, Operator.MemorySize, Operator.MemorySize],
  [OperatorAction.MemoryGrow, Operator.MemoryGrow, Operator.MemoryGrow],
  [OperatorAction.Integer, Operator.I32Const, Operator.I64Const],
  [OperatorAction.Bytes4, Operator.F32Const, Operator.F32Const],
  [OperatorAction.Bytes8, Operator.F64Const, Operator.F64Const],
  [OperatorAction.PlainTrap, Operator.I32DivS, Operator.I32RemU],
  [OperatorAction.PlainTrap, Operator.I64DivS, Operator.I64RemU],
  [OperatorAction.Truncation, Operator.I32TruncF32S, Operator.I32TruncF64U],
  [OperatorAction.Truncation, Operator.I64TruncF32S, Operator.I64TruncF64U],
  [OperatorAction.Integer, Operator.RefNull, Operator.RefNull],
  [OperatorAction.Integer, Operator.RefFunc, Operator.RefFunc],
  [OperatorAction.Miscellaneous, OperatorPrefix.Miscellaneous, OperatorPrefix.Miscellaneous],
  [OperatorAction.Vector, OperatorPrefix.Vector, OperatorPrefix.Vector],
] as const) {
  operatorActions.fill(action, first, last + 1);
}
