import type { ConstantExpression } from '../binary/constant-operation.js';
import { GLOBAL_ITEM, NULL_ITEM, type ElementSegment } from '../binary/element-segments.js';
import { Trap } from '../errors.js';
import type { ImportedExterns } from '../runtime/engine-parts.js';
import { Global } from '../runtime/global.js';
import type { GlobalSlot, GlobalValues } from './global-values.js';
import { Instance, NO_ELEMENTS } from '../runtime/instance.js';
import type { Module } from '../runtime/module.js';
import { OutOfFuelError } from '../runtime/out-of-fuel-error.js';
import type { Store } from '../runtime/store.js';
import { shareFor } from '../runtime/store-holdings.js';
import type { RawValue } from '../runtime/value.js';

/** Instantiates a module whose imports have been checked (spec 4.7.2). */
export function instantiate(
  store: Store,
  globalValues: GlobalValues,
  module: Module,
  imports: ImportedExterns,
): Instance {
  const { parsed } = module;
  const { execution } = store;
  const memories = [
    ...imports.memories,
    ...parsed.memories.slice(imports.memories.length).map((type) => execution.newMemory(type)),
  ];
  const tables = [
    ...imports.tables,
    ...parsed.tables.slice(imports.tables.length).map((type) => execution.newTable(type)),
  ];
  const instance = new Instance(store, module, imports.functions, tables, memories, [...imports.globals]);
  shareFor(instance, execution.holdings, 'instances', 1);
  instance.globalValues = globalValues;
  imports.globals.forEach((global, i) => (instance.globalSlots[i] = slotOf(global)));
  parsed.globalInitializers.forEach((initializer, i) => {
    const index = imports.globals.length + i;
    const type = parsed.globals[index]!;
    const global = new Global(store, type, execution.newGlobal(type, evaluate(instance, initializer)));
    instance.globals.push(global);
    instance.globalSlots[index] = slotOf(global);
  });
  for (let i = 0; i < parsed.elements.length; i++) {
    const segment = parsed.elements.get(i);
    if (segment.mode === 'passive') instance.elementSegments[i] = elementValues(instance, segment);
    else instance.dropElements(i);
  }
  instance.fillExports();
  writeActiveElements(instance);
  writeActiveData(instance);
  if (parsed.startFunctionIndex !== undefined) start(instance, parsed.startFunctionIndex);
  return instance;
}

function slotOf(global: Global): number {
  return (global.cell as GlobalSlot).index;
}

/** Calls the start function; if it runs out of fuel, the error leads to the instance as well as to the call. */
function start(instance: Instance, functionIndex: number): void {
  try {
    const func = instance.functionAt(functionIndex);
    func.store.execution.call(func, [], 'value');
  } catch (error) {
    if (error instanceof OutOfFuelError && error.suspendedCall !== undefined) error.instance = instance;
    throw error;
  }
}

/** Value of a constant expression (spec 3.4.12), as raw bits. */
function evaluate(instance: Instance, expression: ConstantExpression): RawValue {
  const stack: RawValue[] = [];
  const binary = (bits: 32 | 64, operate: (a: bigint, b: bigint) => bigint) => {
    const b = stack.pop() as bigint;
    const a = stack.pop() as bigint;
    stack.push(BigInt.asUintN(bits, operate(a, b)));
  };
  for (const operation of expression) {
    switch (operation.kind) {
      case 'i32.const':
        stack.push(BigInt(operation.value >>> 0));
        break;
      case 'i64.const':
        stack.push(BigInt.asUintN(64, operation.value));
        break;
      case 'f32.const':
        stack.push(BigInt(operation.bits >>> 0));
        break;
      case 'f64.const':
        stack.push(BigInt.asUintN(64, operation.bits));
        break;
      case 'v128.const':
        stack.push(operation.bytes.reduceRight((bits, byte) => (bits << 8n) | BigInt(byte), 0n));
        break;
      case 'ref.null':
        stack.push(null);
        break;
      case 'ref.func':
        stack.push(instance.functionAt(operation.functionIndex));
        break;
      case 'global.get':
        stack.push(instance.globals[operation.globalIndex]!.raw);
        break;
      case 'i32.add':
      case 'i64.add':
        binary(operation.kind === 'i32.add' ? 32 : 64, (a, b) => a + b);
        break;
      case 'i32.sub':
      case 'i64.sub':
        binary(operation.kind === 'i32.sub' ? 32 : 64, (a, b) => a - b);
        break;
      case 'i32.mul':
      case 'i64.mul':
        binary(operation.kind === 'i32.mul' ? 32 : 64, (a, b) => a * b);
        break;
    }
  }
  return stack.pop();
}

function elementValues(instance: Instance, { items }: ElementSegment): readonly unknown[] {
  if (items.length === 0) return NO_ELEMENTS;
  return Array.from(items, (item) => itemValue(instance, item));
}

function itemValue(instance: Instance, item: number): RawValue {
  if (item === NULL_ITEM) return null;
  return item < GLOBAL_ITEM ? instance.functionAt(item) : instance.globals[item - GLOBAL_ITEM]!.raw;
}

/** A segment's offset: beyond 2^53 it is out of bounds either way. */
function offsetOf(instance: Instance, expression: ConstantExpression): number {
  return Number(evaluate(instance, expression) as bigint);
}

/** Active segments, and declarative ones, are dropped already. */
function writeActiveElements(instance: Instance): void {
  const segments = instance.module.parsed.elements;
  for (let i = 0; i < segments.length; i++) {
    const segment = segments.get(i);
    if (segment.mode !== 'active') continue;
    const table = instance.tables[segment.tableIndex]!;
    const { elements } = table;
    const values = elementValues(instance, segment);
    const offset = offsetOf(instance, segment.offset!);
    if (offset + values.length > elements.length) throw new Trap('table-out-of-bounds');
    for (let j = 0; j < values.length; j++) elements[offset + j] = values[j];
    table.changed(offset, values.length);
  }
}

function writeActiveData(instance: Instance): void {
  const { data } = instance.module.parsed;
  for (let index = 0; index < data.length; index++) {
    const segment = data.get(index);
    if (segment.mode !== 'active') continue;
    const memory = instance.memories[segment.memoryIndex]!;
    const bytes = instance.dataBytes(index);
    const offset = offsetOf(instance, segment.offset!);
    if (offset + bytes.length > memory.byteLength) throw new Trap('memory-out-of-bounds');
    memory.requireBytes();
    memory.u8.set(bytes, offset);
    instance.dropData(index);
  }
}
