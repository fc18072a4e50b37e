import { Operator, OperatorPrefix } from '../binary/operator.js';
import { vectorResultFile, NO_REGISTER_FILE } from '../binary/vector-operator.js';
import { Trap } from '../errors.js';
import { Ir, LANE_SHIFT, OPERATOR_MASK } from '../translate/ir.js';
import type { Instance } from '../runtime/instance.js';
import type { Memory } from '../runtime/memory.js';
import type { RegisterFiles } from './register-files.js';
import { executeVectorLoad, executeVectorStore, vectorAccessBytes } from './vector/index.js';

const TWO_TO_32 = 4294967296;

/** Byte offset of an access of `bytes` bytes, or a trap. The numbers are exact below 2^53, far above any memory's size. */
function checked(memory: Memory, address: number, bytes: number): number {
  if (address + bytes > memory.byteLength) throw new Trap('memory-out-of-bounds');
  memory.requireBytes();
  return address;
}

/**
 * An access of the interpreter's loop that is not aligned, lies above 2 GiB or is out of bounds.
 * `register` is the absolute slot of the loaded or stored value, `base` the address operand.
 */
export function slowAccess(
  ir: number,
  memory: Memory,
  files: RegisterFiles,
  register: number,
  base: number,
  offset: number,
): void {
  access(OPERATOR_OF_IR[ir]!, memory, files, register, (base >>> 0) + offset);
}

/** For each access of the loop, the WebAssembly operator with the same effect on registers. */
const OPERATOR_OF_IR: Readonly<Record<number, Operator>> = {
  [Ir.Load32]: Operator.I32Load,
  [Ir.Load64]: Operator.I64Load,
  [Ir.I32Load8S]: Operator.I32Load8S,
  [Ir.I32Load8U]: Operator.I32Load8U,
  [Ir.I32Load16S]: Operator.I32Load16S,
  [Ir.I32Load16U]: Operator.I32Load16U,
  [Ir.I64Load8S]: Operator.I64Load8S,
  [Ir.I64Load8U]: Operator.I64Load8U,
  [Ir.I64Load16S]: Operator.I64Load16S,
  [Ir.I64Load16U]: Operator.I64Load16U,
  [Ir.I64Load32S]: Operator.I64Load32S,
  [Ir.I64Load32U]: Operator.I64Load32U,
  [Ir.Store32]: Operator.I32Store,
  [Ir.Store64]: Operator.I64Store,
  [Ir.Store8]: Operator.I32Store8,
  [Ir.Store16]: Operator.I32Store16,
  [Ir.I64Store8]: Operator.I64Store8,
  [Ir.I64Store16]: Operator.I64Store16,
  [Ir.I64Store32]: Operator.I64Store32,
};

function writeLow(halves: Int32Array, register: number, low: number, high: number): void {
  halves[2 * register] = low;
  halves[2 * register + 1] = high;
}

function access(
  operator: number,
  memory: Memory,
  files: RegisterFiles,
  register: number,
  address: number,
): void {
  const { i32, halves } = files;
  const { view } = memory;
  switch (operator) {
    case Operator.I32Load:
    case Operator.F32Load:
      i32[register] = view.getInt32(checked(memory, address, 4), true);
      break;
    case Operator.I64Load:
    case Operator.F64Load:
      checked(memory, address, 8);
      writeLow(halves, register, view.getInt32(address, true), view.getInt32(address + 4, true));
      break;
    case Operator.I32Load8S:
      i32[register] = view.getInt8(checked(memory, address, 1));
      break;
    case Operator.I32Load8U:
      i32[register] = view.getUint8(checked(memory, address, 1));
      break;
    case Operator.I32Load16S:
      i32[register] = view.getInt16(checked(memory, address, 2), true);
      break;
    case Operator.I32Load16U:
      i32[register] = view.getUint16(checked(memory, address, 2), true);
      break;
    case Operator.I64Load8S: {
      const low = view.getInt8(checked(memory, address, 1));
      writeLow(halves, register, low, low >> 31);
      break;
    }
    case Operator.I64Load8U:
      writeLow(halves, register, view.getUint8(checked(memory, address, 1)), 0);
      break;
    case Operator.I64Load16S: {
      const low = view.getInt16(checked(memory, address, 2), true);
      writeLow(halves, register, low, low >> 31);
      break;
    }
    case Operator.I64Load16U:
      writeLow(halves, register, view.getUint16(checked(memory, address, 2), true), 0);
      break;
    case Operator.I64Load32S: {
      const low = view.getInt32(checked(memory, address, 4), true);
      writeLow(halves, register, low, low >> 31);
      break;
    }
    case Operator.I64Load32U:
      writeLow(halves, register, view.getInt32(checked(memory, address, 4), true), 0);
      break;
    case Operator.I32Store:
    case Operator.F32Store:
      view.setInt32(checked(memory, address, 4), i32[register]!, true);
      break;
    case Operator.I64Store:
    case Operator.F64Store:
      checked(memory, address, 8);
      view.setInt32(address, halves[2 * register]!, true);
      view.setInt32(address + 4, halves[2 * register + 1]!, true);
      break;
    case Operator.I32Store8:
      view.setInt8(checked(memory, address, 1), i32[register]!);
      break;
    case Operator.I32Store16:
      view.setInt16(checked(memory, address, 2), i32[register]!, true);
      break;
    case Operator.I64Store8:
      view.setInt8(checked(memory, address, 1), halves[2 * register]!);
      break;
    case Operator.I64Store16:
      view.setInt16(checked(memory, address, 2), halves[2 * register]!, true);
      break;
    default:
      view.setInt32(checked(memory, address, 4), halves[2 * register]!, true);
  }
}

/** Executes `[MemoryAccess, operator, d or value, a, lane, memory index, offset low, offset high]`. */
export function executeMemoryAccess(
  instance: Instance,
  files: RegisterFiles,
  code: Int32Array,
  pc: number,
  fp: number,
): void {
  const operator = code[pc + 1]! & OPERATOR_MASK;
  const lane = code[pc + 1]! >> LANE_SHIFT;
  const register = fp + code[pc + 2]!;
  const a = fp + code[pc + 3]!;
  const memory = instance.memories[code[pc + 4]!]!;
  const offset = (code[pc + 6]! >>> 0) * TWO_TO_32 + (code[pc + 5]! >>> 0);
  const base =
    memory.addressType === 'i64'
      ? (files.halves[2 * a + 1]! >>> 0) * TWO_TO_32 + (files.halves[2 * a]! >>> 0)
      : files.i32[a]! >>> 0;
  if (operator < OperatorPrefix.VectorBase) {
    access(operator, memory, files, register, base + offset);
    return;
  }
  files.ensureVectors();
  const address = checked(memory, base + offset, vectorAccessBytes(operator));
  if (vectorResultFile(operator) === NO_REGISTER_FILE) {
    executeVectorStore(files, operator, register, memory.view, address, lane);
  } else {
    executeVectorLoad(files, operator, register, memory.view, address, lane, register);
  }
}
