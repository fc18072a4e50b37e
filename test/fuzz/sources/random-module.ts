import { Random } from '@wasm-dyno/corpora';
import { bytesOfBits, edgeF32Bits, edgeF64Bits, edgeI32, edgeI64, edgeV128Bits } from '../edge-values.js';
import { HOST_FEATURES } from '../host-features.js';
import { signed, sized, unsigned } from '../../encoded-integers.js';
import { ExternKind, moduleOf, name, section, Section } from '../module-binary.js';
import { TYPE_CODES, type TypeLetter } from '../operators.js';
import {
  randomType,
  randomTypes,
  TypeList,
  type GlobalShape,
  type ModuleShape,
  type Signature,
} from './module-shape.js';
import { RandomBody } from './random-body.js';

/** The global that guards against endless recursion: the caller sets it before each call. */
export const GUARD_EXPORT = 'guard';

const TABLE_ELEMENTS = 10;

/**
 * A module of our own making. A random subset of value types and facilities each time, so that small modules concentrate
 * on few things.
 */
export function randomModule(seed: number): Uint8Array {
  const random = new Random(seed, 'random module');
  const letters = pickLetters(random);
  const types = new TypeList();
  const signature = (parameters: TypeLetter[], results: TypeLetter[]): Signature => ({ parameters, results });

  // What crosses to the host has no vectors and is small.
  const hostLetters = letters.replace('v', '');
  const importCount = random.chance(0.5) ? random.integer(1, 2) : 0;
  const definedCount = random.integer(1, 5);
  const functions: number[] = [];
  for (let i = 0; i < importCount; i++) {
    functions.push(
      types.indexOf(signature(randomTypes(random, 3, hostLetters), randomTypes(random, 2, hostLetters))),
    );
  }
  for (let i = 0; i < definedCount; i++) {
    const most = random.chance(0.1) ? 9 : 3;
    functions.push(
      types.indexOf(signature(randomTypes(random, most, letters), randomTypes(random, most, letters))),
    );
  }
  const globals: GlobalShape[] = [{ type: 'i', mutable: true }];
  for (let i = random.integer(0, 5); i > 0; i--) {
    globals.push({ type: randomType(random, letters), mutable: random.chance(0.8) });
  }
  const hasMemory = random.chance(0.7);
  const memoryPages = hasMemory && random.chance(0.9) ? random.integer(1, 2) : 0;
  const hasTables = random.chance(0.5);
  const functionIndices = functions.map((_, index) => index);
  const declaredFunctions = functionIndices.filter(() => random.chance(0.7));
  const shape: ModuleShape = {
    types: types.signatures,
    functions,
    importedFunctions: importCount,
    guarded: random.chance(0.75),
    globals,
    hasMemory,
    hasPages: memoryPages > 0,
    hasTables,
    dataSegments: hasMemory ? random.integer(0, 3) : 0,
    elementSegments: hasTables ? random.integer(1, 3) : 0,
    declaredFunctions: hasTables || random.chance(0.5) ? declaredFunctions : [],
  };
  const size = random.pick([12, 25, 50, 100, 220]);
  const bodies: number[][] = [];
  for (let index = importCount; index < functions.length; index++) {
    bodies.push(new RandomBody(random, shape, types, index, letters, size).write());
  }
  return assemble(random, shape, types, bodies, memoryPages);
}

function pickLetters(random: Random): string {
  let letters = 'i';
  if (random.chance(0.6)) letters += 'I';
  if (random.chance(0.4)) letters += 'f';
  if (random.chance(0.4)) letters += 'F';
  if (random.chance(0.35)) letters += 'v';
  if (random.chance(0.25)) letters += 'r';
  if (random.chance(0.2)) letters += 'e';
  return letters;
}

function assemble(
  random: Random,
  shape: ModuleShape,
  types: TypeList,
  bodies: readonly number[][],
  memoryPages: number,
): Uint8Array {
  const { functions, importedFunctions, globals } = shape;
  const typeList = (list: readonly TypeLetter[]) => sized(list.map((type) => TYPE_CODES[type]));
  const exported: number[][] = [];
  functions.forEach((_, index) => {
    if (index >= importedFunctions)
      exported.push([...name(`f${index}`), ExternKind.Function, ...unsigned(index)]);
  });
  exported.push([...name(GUARD_EXPORT), ExternKind.Global, 0]);
  const dataItems = dataSegments(random, shape);
  const needsDeclaration = shape.declaredFunctions.length > 0;
  const elements = shape.hasTables ? elementSegments(random, shape) : [];
  if (needsDeclaration)
    elements.push([
      3,
      0,
      ...unsigned(shape.declaredFunctions.length),
      ...shape.declaredFunctions.flatMap((index) => unsigned(index)),
    ]);
  const limits = (minimum: number, room: number) => [1, ...unsigned(minimum), ...unsigned(minimum + room)];
  return moduleOf(
    section(
      Section.Type,
      types.signatures.map(({ parameters, results }) => [
        0x60,
        ...typeList(parameters),
        ...typeList(results),
      ]),
    ),
    section(
      Section.Import,
      functions
        .slice(0, importedFunctions)
        .map((type, index) => [
          ...name('host'),
          ...name(`h${index}`),
          ExternKind.Function,
          ...unsigned(type),
        ]),
    ),
    section(
      Section.Function,
      functions.slice(importedFunctions).map((type) => unsigned(type)),
    ),
    section(
      Section.Table,
      shape.hasTables
        ? [
            [TYPE_CODES.r, ...limits(TABLE_ELEMENTS, random.integer(0, 20))],
            [TYPE_CODES.e, ...limits(random.integer(0, TABLE_ELEMENTS), random.integer(0, 20))],
          ]
        : [],
    ),
    section(Section.Memory, shape.hasMemory ? [limits(memoryPages, random.integer(0, 3))] : []),
    section(
      Section.Global,
      globals.map(({ type, mutable }) => [
        TYPE_CODES[type],
        mutable ? 1 : 0,
        ...initializer(random, type, shape),
        0x0b,
      ]),
    ),
    section(Section.Export, exported),
    section(Section.Element, elements),
    dataItems.length > 0 ? [Section.DataCount, ...sized(unsigned(dataItems.length))] : [],
    section(Section.Code, bodies),
    section(Section.Data, dataItems),
  );
}

function initializer(random: Random, type: TypeLetter, shape: ModuleShape): number[] {
  switch (type) {
    case 'i':
      return !HOST_FEATURES.extendedConst || random.chance(0.7)
        ? [0x41, ...signed(edgeI32(random))]
        : [
            0x41,
            ...signed(edgeI32(random)),
            0x41,
            ...signed(edgeI32(random)),
            random.pick([0x6a, 0x6b, 0x6c]),
          ];
    case 'I':
      return !HOST_FEATURES.extendedConst || random.chance(0.7)
        ? [0x42, ...signed(edgeI64(random))]
        : [
            0x42,
            ...signed(edgeI64(random)),
            0x42,
            ...signed(edgeI64(random)),
            random.pick([0x7c, 0x7d, 0x7e]),
          ];
    case 'f':
      return [0x43, ...bytesOfBits(BigInt(edgeF32Bits(random)), 4)];
    case 'F':
      return [0x44, ...bytesOfBits(edgeF64Bits(random), 8)];
    case 'v':
      return [0xfd, 0x0c, ...bytesOfBits(edgeV128Bits(random), 16)];
    case 'r':
      return shape.declaredFunctions.length > 0 && random.chance(0.5)
        ? [0xd2, ...unsigned(random.pick(shape.declaredFunctions))]
        : [0xd0, TYPE_CODES.r];
    case 'e':
      return [0xd0, TYPE_CODES.e];
  }
}

function dataSegments(random: Random, shape: ModuleShape): number[][] {
  return Array.from({ length: shape.dataSegments }, () => {
    const bytes = Array.from({ length: random.integer(0, 40) }, () => random.integer(0, 255));
    // Most fit; one that does not makes instantiation trap, with the earlier ones written.
    if (random.chance(0.5)) return [1, ...sized(bytes)];
    return [0, 0x41, ...signed(random.chance(0.97) ? random.integer(0, 300) : 65530), 0x0b, ...sized(bytes)];
  });
}

/** The first fills most of table 0; the others are active or passive, of indices or of expressions. */
function elementSegments(random: Random, shape: ModuleShape): number[][] {
  const someFunction = () => random.integer(0, shape.functions.length - 1);
  return Array.from({ length: shape.elementSegments }, (_, segment) => {
    const count = segment === 0 ? random.integer(4, TABLE_ELEMENTS) : random.integer(0, 4);
    const indices = Array.from({ length: count }, someFunction);
    const offset = [0x41, ...signed(segment === 0 ? 0 : random.integer(0, 6)), 0x0b];
    const vector = [...unsigned(count), ...indices.flatMap((index) => unsigned(index))];
    const expressions = indices.flatMap((index) =>
      random.chance(0.3) ? [0xd0, TYPE_CODES.r, 0x0b] : [0xd2, ...unsigned(index), 0x0b],
    );
    switch (segment === 0 ? random.pick([0, 4]) : random.pick([0, 1, 4, 5])) {
      case 1:
        return [1, 0, ...vector];
      case 4:
        return [4, ...offset, ...unsigned(count), ...expressions];
      case 5:
        return [5, TYPE_CODES.r, ...unsigned(count), ...expressions];
      default:
        return [0, ...offset, ...vector];
    }
  });
}
