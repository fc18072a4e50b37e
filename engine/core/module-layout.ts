import type { ParsedModule } from '../binary/parsed-module.js';
import { mentionsVector } from '../types/frame-cost.js';
import { ValueType } from '../types/value-type.js';

/** Words of a description, in their order: `Description` in `assembly/module-description.ts`. */
const WORDS = 18;
const BYTES_PER_TYPE = 32;
const ALIGNMENT = 16;

function aligned(bytes: number): number {
  return (bytes + ALIGNMENT - 1) & -ALIGNMENT;
}

/** Bytes that a module's description takes: what the core must know to look into its functions. */
export function descriptionBytes(module: ParsedModule): number {
  let bytes =
    aligned(4 * WORDS) + aligned(BYTES_PER_TYPE * module.types.length) + aligned(typeListBytes(module));
  bytes += aligned(4 * module.functionTypeIndices.length) + aligned(4 * module.referencedFunctions.length);
  bytes += aligned(2 * module.globals.length) + aligned(2 * module.tables.length);
  return bytes + aligned(module.memories.length) + aligned(module.elements.length);
}

function typeListBytes({ types }: ParsedModule): number {
  let bytes = 0;
  for (const { parameters, results } of types) bytes += parameters.length + results.length;
  return bytes;
}

/** Writes a module's description to the core's memory, from the address `at` on, where `descriptionBytes` are free. */
export function writeDescription(module: ParsedModule, memory: ArrayBuffer, at: number): void {
  const { elements, functionTypeIndices, globals, limits, memories, referencedFunctions, tables, types } =
    module;
  const bytes = new Uint8Array(memory);
  const words = new Int32Array(memory);
  let free = at + aligned(4 * WORDS);
  const take = (count: number): number => {
    const start = free;
    free += aligned(count);
    return start;
  };
  const typesAt = take(BYTES_PER_TYPE * types.length);
  let list = take(typeListBytes(module));
  const writeList = (values: readonly ValueType[], word: number): void => {
    words[word] = values.length;
    words[word + 1] = list;
    for (const value of values) bytes[list++] = value;
  };
  types.forEach((type, i) => {
    const word = (typesAt + BYTES_PER_TYPE * i) >> 2;
    writeList(type.parameters, word);
    writeList(type.results, word + 2);
    words[word + 4] = mentionsVector(type) ? 1 : 0;
    words[word + 5] = type.id;
  });
  const functionTypesAt = take(4 * functionTypeIndices.length);
  words.set(functionTypeIndices, functionTypesAt >> 2);
  const globalsAt = take(2 * globals.length);
  globals.forEach(({ mutable, value }, i) => bytes.set([value, mutable ? 1 : 0], globalsAt + 2 * i));
  const tablesAt = take(2 * tables.length);
  tables.forEach(({ element, addressType }, i) =>
    bytes.set([element, codeOf(addressType)], tablesAt + 2 * i),
  );
  const memoriesAt = take(memories.length);
  memories.forEach(({ addressType }, i) => (bytes[memoriesAt + i] = codeOf(addressType)));
  const elementsAt = take(elements.length);
  for (let i = 0; i < elements.length; i++) bytes[elementsAt + i] = elements.typeOf(i)!;
  const referencedAt = take(4 * referencedFunctions.length);
  words.set(referencedFunctions, referencedAt >> 2);
  words.set(
    [
      ...[typesAt, types.length, functionTypesAt, functionTypeIndices.length],
      ...[globalsAt, globals.length, tablesAt, tables.length, memoriesAt, memories.length],
      ...[elementsAt, elements.length, module.dataCount ?? -1, referencedAt],
      ...[limits.maximumNesting, limits.maximumLocals, limits.maximumBranchTableTargets].map(limitWord),
      module.importedFunctionCount,
    ],
    at >> 2,
  );
}

/** The core's scratch space is far smaller than the largest. */
function limitWord(limit: number): number {
  return Math.min(limit, 0x0fff_ffff);
}

function codeOf(addressType: 'i32' | 'i64'): number {
  return addressType === 'i64' ? ValueType.I64 : ValueType.I32;
}
