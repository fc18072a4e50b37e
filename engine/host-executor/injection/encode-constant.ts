import { Operator } from '../../binary/operator.js';
import type { ConstantExpression } from '../../binary/constant-operation.js';
import type { ByteWriter } from '../../binary/byte-writer.js';

const MAXIMUM_OPERATION_BYTES = 24;

const ARITHMETIC = {
  'i32.add': Operator.I32Add,
  'i32.sub': Operator.I32Sub,
  'i32.mul': Operator.I32Mul,
  'i64.add': Operator.I64Add,
  'i64.sub': Operator.I64Sub,
  'i64.mul': Operator.I64Mul,
} as const;

/** Writes a constant expression and its `end`, with the indices of globals as `moveGlobal` gives them. */
export function encodeConstant(
  out: ByteWriter,
  expression: ConstantExpression,
  moveGlobal: (globalIndex: number) => number,
): void {
  for (const operation of expression) {
    out.reserve(MAXIMUM_OPERATION_BYTES);
    switch (operation.kind) {
      case 'i32.const':
        out.byte(Operator.I32Const);
        out.signed(operation.value | 0);
        break;
      case 'i64.const':
        out.byte(Operator.I64Const);
        out.signedBigInt(BigInt.asIntN(64, operation.value));
        break;
      case 'f32.const':
        out.byte(Operator.F32Const);
        for (let shift = 0; shift < 32; shift += 8) out.byte((operation.bits >>> shift) & 0xff);
        break;
      case 'f64.const':
        out.byte(Operator.F64Const);
        for (let shift = 0n; shift < 64n; shift += 8n) out.byte(Number((operation.bits >> shift) & 0xffn));
        break;
      case 'v128.const':
        out.byte(0xfd);
        out.byte(Operator.V128Const - 0x200);
        out.bytes(operation.bytes);
        break;
      case 'ref.null':
        out.byte(Operator.RefNull);
        out.byte(operation.type);
        break;
      case 'ref.func':
        out.byte(Operator.RefFunc);
        out.unsigned32(operation.functionIndex);
        break;
      case 'global.get':
        out.byte(Operator.GlobalGet);
        out.unsigned32(moveGlobal(operation.globalIndex));
        break;
      default:
        out.byte(ARITHMETIC[operation.kind]);
    }
  }
  out.reserve(1);
  out.byte(Operator.End);
}
