import { Immediate, IMMEDIATES } from './generated/tables';
import { afterLeb128, decodeUnsigned32 } from './leb128';

/** Address behind the immediates, at `p`, of an operator of a valid body. */
export function skipImmediates(operator: i32, p: usize): usize {
  switch (<i32>load<u8>(operator, IMMEDIATES)) {
    case Immediate.Integer: return afterLeb128(p);
    case Immediate.TwoIntegers: return afterLeb128(afterLeb128(p));
    case Immediate.BranchTable: {
      let count = decodeUnsigned32(p);
      p = afterLeb128(p);
      for (; <i32>count >= 0; count--) p = afterLeb128(p);
      return p;
    }
    case Immediate.ValueTypes: {
      let count = decodeUnsigned32(p);
      p = afterLeb128(p);
      for (; count > 0; count--) p = afterLeb128(p);
      return p;
    }
    case Immediate.Memarg:
    case Immediate.MemargLane: {
      const flags = decodeUnsigned32(p);
      p = afterLeb128(p);
      if (flags & 0x40) p = afterLeb128(p);
      p = afterLeb128(p);
      return <i32>load<u8>(operator, IMMEDIATES) == Immediate.MemargLane ? p + 1 : p;
    }
    case Immediate.Lane: return p + 1;
    case Immediate.Bytes4: return p + 4;
    case Immediate.Bytes8: return p + 8;
    case Immediate.Bytes16: return p + 16;
  }
  return p;
}
