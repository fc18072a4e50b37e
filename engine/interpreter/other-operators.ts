import { Operator } from '../binary/operator.js';
import { Ir } from '../translate/ir.js';
import { RegisterFile } from '../types/value-type.js';
import type { Instance } from '../runtime/instance.js';
import { executeWide } from './rare-operators.js';
import type { RegisterFiles } from './register-files.js';
import { copyVector } from './vector/index.js';

const TWO_TO_32 = 4294967296;

/** A whole non-negative number below 2^53 as an i32 or i64 register, as an address type demands. */
export function writeAddress(
  files: RegisterFiles,
  register: number,
  addressType: 'i32' | 'i64',
  value: number,
): void {
  if (addressType === 'i32') {
    files.i32[register] = value;
  } else {
    files.halves[2 * register] = value;
    files.halves[2 * register + 1] = Math.floor(value / TWO_TO_32);
  }
}

/** An unsigned i32 or i64 register as a number: exact below 2^53, and above it still above every limit. */
export function readAddress(files: RegisterFiles, register: number, addressType: 'i32' | 'i64'): number {
  if (addressType === 'i32') return files.i32[register]! >>> 0;
  return (files.halves[2 * register + 1]! >>> 0) * TWO_TO_32 + (files.halves[2 * register]! >>> 0);
}

function copy(files: RegisterFiles, file: number, d: number, a: number): void {
  if (file === RegisterFile.Vector) {
    files.ensureVectors();
    copyVector(files, d, a);
  } else {
    files.setReference(d, files.reference(a));
  }
}

/** Copies `count` slots in every register file whose bit is set in `fileBits`, to lower slots. */
function copyRun(files: RegisterFiles, fileBits: number, d: number, a: number, count: number): void {
  const end = a + count;
  if (fileBits & (1 << RegisterFile.Word32)) files.i32.copyWithin(d, a, end);
  if (fileBits & (1 << RegisterFile.Word64)) files.halves.copyWithin(2 * d, 2 * a, 2 * end);
  if (fileBits & (1 << RegisterFile.Vector)) files.ensureVectors().i32.copyWithin(4 * d, 4 * a, 4 * end);
  if (fileBits & (1 << RegisterFile.Reference)) {
    for (let i = 0; i < count; i++) files.setReference(d + i, files.reference(a + i));
  }
}

function zero(files: RegisterFiles, file: number, first: number, count: number): void {
  const end = first + count;
  if (file === RegisterFile.Word32) files.i32.fill(0, first, end);
  else if (file === RegisterFile.Word64) files.halves.fill(0, 2 * first, 2 * end);
  else if (file === RegisterFile.Vector) files.ensureVectors().i32.fill(0, 4 * first, 4 * end);
  else for (let register = first; register < end; register++) files.setReference(register, null);
}

/** Executes what the loop leaves to its default case, and returns the next program counter. */
export function executeOther(
  instance: Instance,
  files: RegisterFiles,
  code: Int32Array,
  pc: number,
  fp: number,
): number {
  switch (code[pc]) {
    case Ir.CopyRare:
      copy(files, code[pc + 3]!, fp + code[pc + 1]!, fp + code[pc + 2]!);
      return pc + 4;
    case Ir.ZeroRare:
      zero(files, code[pc + 3]!, fp + code[pc + 1]!, code[pc + 2]!);
      return pc + 4;
    case Ir.CopyRun:
      copyRun(files, code[pc + 4]!, fp + code[pc + 1]!, fp + code[pc + 2]!, code[pc + 3]!);
      return pc + 5;
    case Ir.Wide:
      executeWide(files, code, pc, fp);
      return pc + 7;
    default:
      executeReference(instance, files, code, pc, fp);
      return pc + 7;
  }
}

/** Executes `[Other, operator, d, a, b, imm, x]`. */
function executeReference(
  instance: Instance,
  files: RegisterFiles,
  code: Int32Array,
  pc: number,
  fp: number,
): void {
  const d = fp + code[pc + 2]!;
  const a = fp + code[pc + 3]!;
  const b = fp + code[pc + 4]!;
  const immediate = code[pc + 5]!;
  const file = code[pc + 6]!;
  switch (code[pc + 1]) {
    case Operator.RefNull:
      files.setReference(d, null);
      break;
    case Operator.RefIsNull:
      files.i32[d] = files.reference(a) === null ? 1 : 0;
      break;
    case Operator.RefFunc:
      files.setReference(d, instance.functionAt(immediate));
      break;
    case Operator.TableGet: {
      const table = instance.tables[immediate]!;
      files.setReference(d, table.get(readAddress(files, a, table.addressType)));
      break;
    }
    case Operator.TableSet: {
      const table = instance.tables[immediate]!;
      table.set(readAddress(files, a, table.addressType), files.reference(b));
      break;
    }
    case Operator.TableSize: {
      const table = instance.tables[immediate]!;
      writeAddress(files, d, table.addressType, table.size);
      break;
    }
    case Operator.MemorySize: {
      const memory = instance.memories[immediate]!;
      writeAddress(files, d, memory.addressType, memory.pages);
      break;
    }
    case Operator.Select:
      copy(files, file, d, files.i32[fp + immediate] !== 0 ? a : b);
      break;
    case Operator.GlobalGet: {
      const slot = instance.globalSlots[immediate]!;
      const globals = instance.globalValues;
      if (file === RegisterFile.Vector) {
        files.ensureVectors().i32.set(globals.words.subarray(slot, slot + 4), 4 * d);
      } else {
        files.setReference(d, globals.references[slot >> 2]);
      }
      break;
    }
    case Operator.GlobalSet: {
      const slot = instance.globalSlots[immediate]!;
      const globals = instance.globalValues;
      if (file === RegisterFile.Vector) globals.words.set(files.vectors.i32.subarray(4 * a, 4 * a + 4), slot);
      else globals.references[slot >> 2] = files.reference(a);
      break;
    }
    default:
      throw new TypeError(`IR operator ${code[pc]} at ${pc} has no interpretation`);
  }
}
