import { Operator } from '../binary/operator.js';
import { Trap } from '../errors.js';
import { DEFAULT_EXECUTION_COSTS } from '../fuel/execution-costs.js';
import { bytesFuel } from '../fuel/schedule.js';
import type { Instance } from '../runtime/instance.js';
import type { CallStack } from './call-stack.js';
import { readAddress, writeAddress } from './other-operators.js';

/** Charges for `bytes` bytes, far below 2^53; false if the fuel does not suffice. */
function paid(stack: CallStack, instance: Instance, bytes: number, step: string): boolean {
  const { consumeFuel, bytesPerFuel, execution = DEFAULT_EXECUTION_COSTS } = instance.module.engine.metering;
  const cost = step === 'memory.grow' ? execution.growthBytes : execution.bulkBytes;
  if (!consumeFuel || stack.charge(cost * bytesFuel(bytes, bytesPerFuel), step)) return true;
  stack.requiredStep = `${step} of ${bytes.toLocaleString('en')} bytes`;
  return false;
}

/** Charges for `count` elements of a table; false if the fuel does not suffice. */
function paidElements(stack: CallStack, instance: Instance, count: number, step: string): boolean {
  const { consumeFuel, execution = DEFAULT_EXECUTION_COSTS } = instance.module.engine.metering;
  if (!consumeFuel || stack.charge(count * execution.tableElements, step)) return true;
  stack.requiredStep = `${step} of ${count.toLocaleString('en')} elements`;
  return false;
}

/** Copies elements, within a table too; `copyWithin` of an array asks for every element whether it is there. */
function copyElements(
  destination: unknown[],
  to: number,
  source: readonly unknown[],
  from: number,
  length: number,
): void {
  if (to <= from) for (let i = 0; i < length; i++) destination[to + i] = source[from + i];
  else for (let i = length - 1; i >= 0; i--) destination[to + i] = source[from + i];
}

function checkMemory(address: number, length: number, size: number): void {
  if (address + length > size) throw new Trap('memory-out-of-bounds');
}

function checkTable(index: number, length: number, size: number): void {
  if (index + length > size) throw new Trap('table-out-of-bounds');
}

/**
 * Executes `[Bulk, operator, a, b, c, x, y]`: bounds first, then the charge by size, then the work. Returns false, with nothing
 * done or charged, if the fuel does not suffice.
 */
export function executeBulk(
  stack: CallStack,
  instance: Instance,
  code: Int32Array,
  pc: number,
  fp: number,
): boolean {
  const operator = code[pc + 1]!;
  const a = fp + code[pc + 2]!;
  const b = fp + code[pc + 3]!;
  const c = fp + code[pc + 4]!;
  const x = code[pc + 5]!;
  const y = code[pc + 6]!;
  const { files } = stack;
  switch (operator) {
    case Operator.MemoryGrow: {
      const memory = instance.memories[x]!;
      const pages = readAddress(files, b, memory.addressType);
      memory.requireBytes();
      if (!memory.canGrow(pages)) {
        writeFailure(stack, a, memory.addressType);
        return true;
      }
      if (!paid(stack, instance, pages * memory.pageBytes, 'memory.grow')) return false;
      const before = memory.grow(pages);
      if (before < 0) writeFailure(stack, a, memory.addressType);
      else writeAddress(files, a, memory.addressType, before);
      return true;
    }
    case Operator.MemoryFill: {
      const memory = instance.memories[x]!;
      const address = readAddress(files, a, memory.addressType);
      const length = readAddress(files, c, memory.addressType);
      checkMemory(address, length, memory.byteLength);
      memory.requireBytes();
      if (!paid(stack, instance, length, 'memory.fill')) return false;
      memory.u8.fill(files.i32[b]!, address, address + length);
      return true;
    }
    case Operator.MemoryCopy: {
      const destination = instance.memories[x]!;
      const source = instance.memories[y]!;
      const to = readAddress(files, a, destination.addressType);
      const from = readAddress(files, b, source.addressType);
      const narrow = destination.addressType === 'i32' || source.addressType === 'i32';
      const length = readAddress(files, c, narrow ? 'i32' : 'i64');
      checkMemory(to, length, destination.byteLength);
      checkMemory(from, length, source.byteLength);
      destination.requireBytes();
      source.requireBytes();
      if (!paid(stack, instance, length, 'memory.copy')) return false;
      if (destination === source) destination.u8.copyWithin(to, from, from + length);
      else destination.u8.set(source.u8.subarray(from, from + length), to);
      return true;
    }
    case Operator.MemoryInit: {
      const memory = instance.memories[x]!;
      const segment = instance.dataBytes(y);
      const to = readAddress(files, a, memory.addressType);
      const from = files.i32[b]! >>> 0;
      const length = files.i32[c]! >>> 0;
      checkMemory(from, length, segment.length);
      checkMemory(to, length, memory.byteLength);
      memory.requireBytes();
      if (!paid(stack, instance, length, 'memory.init')) return false;
      memory.u8.set(segment.subarray(from, from + length), to);
      return true;
    }
    case Operator.DataDrop:
      instance.dropData(x);
      return true;
    case Operator.TableGrow: {
      const table = instance.tables[x]!;
      const count = readAddress(files, b, table.addressType);
      if (!table.canGrow(count)) {
        writeFailure(stack, a, table.addressType);
        return true;
      }
      if (!paidElements(stack, instance, count, 'table.grow')) return false;
      writeAddress(files, a, table.addressType, table.grow(count, files.reference(c)));
      return true;
    }
    case Operator.TableFill: {
      const table = instance.tables[x]!;
      const index = readAddress(files, a, table.addressType);
      const length = readAddress(files, c, table.addressType);
      checkTable(index, length, table.size);
      if (!paidElements(stack, instance, length, 'table.fill')) return false;
      table.elements.fill(files.reference(b), index, index + length);
      table.changed(index, length);
      return true;
    }
    case Operator.TableCopy: {
      const destination = instance.tables[x]!;
      const source = instance.tables[y]!;
      const to = readAddress(files, a, destination.addressType);
      const from = readAddress(files, b, source.addressType);
      const narrow = destination.addressType === 'i32' || source.addressType === 'i32';
      const length = readAddress(files, c, narrow ? 'i32' : 'i64');
      checkTable(to, length, destination.size);
      checkTable(from, length, source.size);
      if (!paidElements(stack, instance, length, 'table.copy')) return false;
      copyElements(destination.elements, to, source.elements, from, length);
      destination.changed(to, length);
      return true;
    }
    case Operator.TableInit: {
      const table = instance.tables[x]!;
      const segment = instance.elementSegments[y]!;
      const to = readAddress(files, a, table.addressType);
      const from = files.i32[b]! >>> 0;
      const length = files.i32[c]! >>> 0;
      checkTable(from, length, segment.length);
      checkTable(to, length, table.size);
      if (!paidElements(stack, instance, length, 'table.init')) return false;
      for (let i = 0; i < length; i++) table.elements[to + i] = segment[from + i];
      table.changed(to, length);
      return true;
    }
    case Operator.ElemDrop:
      instance.dropElements(x);
      return true;
    default:
      throw new TypeError(`operator 0x${operator.toString(16)} is not a bulk operator`);
  }
}

/** -1 in the address type: the growth was refused. */
function writeFailure(stack: CallStack, register: number, addressType: 'i32' | 'i64'): void {
  const { files } = stack;
  if (addressType === 'i32') {
    files.i32[register] = -1;
  } else {
    files.halves[2 * register] = -1;
    files.halves[2 * register + 1] = -1;
  }
}
