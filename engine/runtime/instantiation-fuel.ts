import type { ConstantExpression } from '../binary/constant-operation.js';
import type { ElementSegment } from '../binary/element-segments.js';
import { definedFunctionCount, type ParsedModule } from '../binary/parsed-module.js';
import {
  bytesFuel,
  CONSTANT_OPERATOR_FUEL,
  ENTITY_FUEL,
  FUNCTION_FUEL,
  GLOBAL_FUEL,
  importedTypeFuel,
  INSTANCE_FUEL,
  MEMORY_FUEL,
  namesFuel,
  TABLE_ELEMENT_FUEL,
  TABLE_FUEL,
} from '../fuel/schedule.js';

/**
 * Fuel of making an instance, the start function apart: what it consists of, the names and types of its imports and exports, the initial sizes of its memories and tables, the bytes and
 * elements of its segments, the operators of its constant expressions. All of it is known before anything is made.
 */
export function instantiationFuel(module: ParsedModule, bytesPerFuel: number): bigint {
  const { data, elements, exports, globalInitializers, imports, memories, tables } = module;
  const entities = imports.length + exports.length + elements.length + data.length;
  let fuel = INSTANCE_FUEL + FUNCTION_FUEL * definedFunctionCount(module) + ENTITY_FUEL * entities;
  fuel += namesFuel(nameLengths(module), bytesPerFuel);
  for (const { type } of imports) if (type.kind === 'function') fuel += importedTypeFuel(type.type);
  for (const { limits, pageSizeLog2 } of memories.slice(module.importedMemoryCount)) {
    fuel += MEMORY_FUEL + bytesFuel(limits.minimum * 2 ** pageSizeLog2, bytesPerFuel);
  }
  for (const { limits } of tables.slice(module.importedTableCount)) {
    fuel += TABLE_FUEL + TABLE_ELEMENT_FUEL * limits.minimum;
  }
  for (const initializer of globalInitializers) fuel += GLOBAL_FUEL + expressionFuel(initializer);
  for (const segment of elements) fuel += elementsFuel(segment);
  for (let index = 0; index < data.length; index++) {
    if (!data.isActive(index)) continue;
    const offset = data.computedOffset(index);
    fuel += offset === undefined ? CONSTANT_OPERATOR_FUEL : expressionFuel(offset);
    fuel += bytesFuel(data.bytesLengthOf(index), bytesPerFuel);
  }
  return BigInt(fuel);
}

function nameLengths({ exports, imports }: ParsedModule): number[] {
  const lengths = exports.map(({ name }) => name.length);
  for (const { module, name } of imports) lengths.push(module.length, name.length);
  return lengths;
}

function expressionFuel(expression: ConstantExpression): number {
  return CONSTANT_OPERATOR_FUEL * expression.length;
}

/** The values of every segment are made, whether or not they go into a table at once. */
function elementsFuel({ asExpressions, items, offset }: ElementSegment): number {
  const perItem = TABLE_ELEMENT_FUEL + (asExpressions ? CONSTANT_OPERATOR_FUEL : 0);
  return perItem * items.length + (offset === undefined ? 0 : expressionFuel(offset));
}
