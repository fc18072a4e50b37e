import { afterLeb128, decodeUnsigned32 } from './leb128.js';
import { Operator, OPERATOR_SPACE, OperatorPrefix } from './operator.js';
import { memoryAccesses, MemoryAccess } from './operator-signature.js';

/** What follows an operator's opcode in the binary format (spec 5.4). */
export const enum Immediate {
  /** No operator has this number. */
  Unknown = 0,
  None = 1,
  /** One LEB128 integer: an index, a label, an i32 or i64 constant, a block type or a heap type. */
  Integer = 2,
  /** Two LEB128 integers, for example the type and table of `call_indirect`. */
  TwoIntegers = 3,
  /** A vector of labels and a default label. */
  BranchTable = 4,
  /** A vector of value types. */
  ValueTypes = 5,
  /** Alignment and flags, a memory index if bit 6 of them is set, and an offset. */
  Memarg = 6,
  /** A memarg and a lane index of one byte. */
  MemargLane = 7,
  /** A lane index of one byte. */
  Lane = 8,
  Bytes4 = 9,
  Bytes8 = 10,
  /** The 16 bytes of `v128.const` or the 16 lane indices of `i8x16.shuffle`. */
  Bytes16 = 11,
}

/** An `Immediate` per operator. */
export const operatorImmediates = new Uint8Array(OPERATOR_SPACE);

function immediate(kind: Immediate, ...ranges: readonly (readonly [first: number, last: number])[]): void {
  for (const [first, last] of ranges) operatorImmediates.fill(kind, first, last + 1);
}

immediate(
  Immediate.None,
  [Operator.Unreachable, Operator.Nop],
  [Operator.Else, Operator.Else],
  [Operator.End, Operator.End],
  [Operator.Return, Operator.Return],
  [Operator.Drop, Operator.Select],
  [Operator.I32Eqz, Operator.I64Extend32S],
  [Operator.RefIsNull, Operator.RefIsNull],
  [Operator.I32TruncSatF32S, Operator.I64TruncSatF64U],
  [Operator.I64Add128, Operator.I64MulWideU],
  [Operator.I8x16Swizzle, Operator.F64x2Splat],
  [Operator.I8x16Eq, Operator.V128AnyTrue],
  [Operator.F32x4DemoteF64x2Zero, Operator.I16x8MaxU],
  [Operator.I16x8AvgrU, Operator.I32x4Neg],
  [Operator.I32x4AllTrue, Operator.I32x4Bitmask],
  [Operator.I32x4ExtendLowI16x8S, Operator.I32x4Add],
  [Operator.I32x4Sub, Operator.I32x4Sub],
  [Operator.I32x4Mul, Operator.I32x4DotI16x8S],
  [Operator.I32x4ExtmulLowI16x8S, Operator.I64x2Neg],
  [Operator.I64x2AllTrue, Operator.I64x2Bitmask],
  [Operator.I64x2ExtendLowI32x4S, Operator.I64x2Add],
  [Operator.I64x2Sub, Operator.I64x2Sub],
  [Operator.I64x2Mul, Operator.F32x4Neg],
  [Operator.F32x4Sqrt, Operator.F64x2Neg],
  [Operator.F64x2Sqrt, Operator.I32x4RelaxedDotI8x16I7x16AddS],
);
immediate(
  Immediate.Integer,
  [Operator.Block, Operator.If],
  [Operator.Br, Operator.BrIf],
  [Operator.Call, Operator.Call],
  [Operator.ReturnCall, Operator.ReturnCall],
  [Operator.LocalGet, Operator.TableSet],
  [Operator.MemorySize, Operator.I64Const],
  [Operator.RefNull, Operator.RefNull],
  [Operator.RefFunc, Operator.RefFunc],
  [Operator.DataDrop, Operator.DataDrop],
  [Operator.MemoryFill, Operator.MemoryFill],
  [Operator.ElemDrop, Operator.ElemDrop],
  [Operator.TableGrow, Operator.TableFill],
);
immediate(
  Immediate.TwoIntegers,
  [Operator.CallIndirect, Operator.CallIndirect],
  [Operator.ReturnCallIndirect, Operator.ReturnCallIndirect],
  [Operator.MemoryInit, Operator.MemoryInit],
  [Operator.MemoryCopy, Operator.MemoryCopy],
  [Operator.TableInit, Operator.TableInit],
  [Operator.TableCopy, Operator.TableCopy],
);
immediate(Immediate.BranchTable, [Operator.BrTable, Operator.BrTable]);
immediate(Immediate.ValueTypes, [Operator.SelectTyped, Operator.SelectTyped]);
immediate(Immediate.Bytes4, [Operator.F32Const, Operator.F32Const]);
immediate(Immediate.Bytes8, [Operator.F64Const, Operator.F64Const]);
immediate(Immediate.Bytes16, [Operator.V128Const, Operator.I8x16Shuffle]);
immediate(Immediate.Lane, [Operator.I8x16ExtractLaneS, Operator.F64x2ReplaceLane]);
memoryAccesses.forEach((access, operator) => {
  if (access === 0) return;
  operatorImmediates[operator] = access & MemoryAccess.Lane ? Immediate.MemargLane : Immediate.Memarg;
});

/** The operator whose opcode is at `offset` of a valid body. */
export function decodeOperator(bytes: Uint8Array, offset: number): number {
  const byte = bytes[offset]!;
  if (byte === OperatorPrefix.Vector) return OperatorPrefix.VectorBase + decodeUnsigned32(bytes, offset + 1);
  if (byte === OperatorPrefix.Miscellaneous) {
    return OperatorPrefix.MiscellaneousBase + decodeUnsigned32(bytes, offset + 1);
  }
  return byte;
}

/** Offset behind the opcode at `offset` of a valid body: where the operator's immediates begin. */
export function afterOpcode(bytes: Uint8Array, offset: number): number {
  const byte = bytes[offset]!;
  const prefixed = byte === OperatorPrefix.Vector || byte === OperatorPrefix.Miscellaneous;
  return prefixed ? afterLeb128(bytes, offset + 1) : offset + 1;
}

/** Offset behind the memarg at `offset` of a valid body. */
export function afterMemarg(bytes: Uint8Array, offset: number): number {
  const flags = decodeUnsigned32(bytes, offset);
  offset = afterLeb128(bytes, offset);
  if (flags & 0x40) offset = afterLeb128(bytes, offset);
  return afterLeb128(bytes, offset);
}

/** Offset behind the immediates of `operator` that begin at `offset` of a valid body. */
export function skipImmediates(bytes: Uint8Array, operator: number, offset: number): number {
  switch (operatorImmediates[operator]! as Immediate) {
    case Immediate.Integer:
      return afterLeb128(bytes, offset);
    case Immediate.TwoIntegers:
      return afterLeb128(bytes, afterLeb128(bytes, offset));
    case Immediate.BranchTable: {
      const count = decodeUnsigned32(bytes, offset);
      offset = afterLeb128(bytes, offset);
      for (let index = 0; index <= count; index++) offset = afterLeb128(bytes, offset);
      return offset;
    }
    case Immediate.ValueTypes: {
      const count = decodeUnsigned32(bytes, offset);
      offset = afterLeb128(bytes, offset);
      for (let index = 0; index < count; index++) offset = afterLeb128(bytes, offset);
      return offset;
    }
    case Immediate.Memarg:
      return afterMemarg(bytes, offset);
    case Immediate.MemargLane:
      return afterMemarg(bytes, offset) + 1;
    case Immediate.Lane:
      return offset + 1;
    case Immediate.Bytes4:
      return offset + 4;
    case Immediate.Bytes8:
      return offset + 8;
    case Immediate.Bytes16:
      return offset + 16;
    default:
      return offset;
  }
}
