import type { Random } from '@wasm-dyno/corpora';
import { bytesOfBits, edgeF32Bits, edgeF64Bits, edgeI32, edgeI64 } from '../edge-values.js';
import { WebAssembly } from '../host-web-assembly.js';
import { signed, unsigned } from '../../encoded-integers.js';
import {
  concatenate,
  readCode,
  readModule,
  Section,
  sectionContent,
  setSection,
  writeCode,
  writeModule,
} from '../module-binary.js';
import { operatorOf, SCALAR_OPERATORS, VECTOR_OPERATORS, type PlainOperator } from '../operators.js';

const ATTEMPTS = 8;

/** Bytes changed, inserted, taken out or cut off anywhere: mostly no module any more. */
export function mutateBytes(bytes: Uint8Array, random: Random): Uint8Array {
  let mutated: Uint8Array = bytes.slice();
  for (let count = random.integer(1, 3); count > 0 && mutated.length > 9; count--) {
    const at = random.integer(8, mutated.length - 1);
    switch (random.integer(0, 6)) {
      case 0:
        mutated = mutated.slice(0, at);
        break;
      case 1:
        mutated = concatenate([
          mutated.subarray(0, at),
          Uint8Array.of(random.integer(0, 255)),
          mutated.subarray(at),
        ]);
        break;
      case 2:
        mutated = concatenate([mutated.subarray(0, at), mutated.subarray(at + 1)]);
        break;
      case 3:
        mutated[at]! ^= 1 << random.integer(0, 7);
        break;
      case 4:
        mutated[at] = random.pick([0, 1, 0x7f, 0x80, 0xff, 0x40, 0x0b, 0x41, 0x20, 0xfc, 0xfd]);
        break;
      case 5:
        mutated[at] = random.integer(0, 255);
        break;
      default:
        mutated[at] = (mutated[at]! + random.pick([1, -1])) & 0xff;
    }
  }
  return mutated;
}

const BY_SHAPE = new Map<string, PlainOperator[]>();
for (const operator of [...SCALAR_OPERATORS, ...VECTOR_OPERATORS]) {
  const shape = shapeOf(operator);
  BY_SHAPE.set(shape, [...(BY_SHAPE.get(shape) ?? []), operator]);
}

/** Operators that may stand in for each other without changing what is valid. */
function shapeOf({ parameters, result, lanes }: PlainOperator): string {
  return `${parameters}>${result} ${lanes}`;
}

/** A few operators changed. Mostly still a module; else the last attempt is given, for validity to be compared. */
export function mutateOperators(bytes: Uint8Array, random: Random): Uint8Array {
  let mutated = bytes;
  for (let count = random.integer(1, 4); count > 0; count--) {
    const from = mutated;
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      mutated = mutateOneOperator(from, random);
      if (WebAssembly.validate(mutated)) break;
    }
    if (!WebAssembly.validate(mutated)) return mutated;
  }
  return mutated;
}

function mutateOneOperator(bytes: Uint8Array, random: Random): Uint8Array {
  const module = readModule(bytes);
  const content = sectionContent(module, Section.Code);
  if (content === undefined) return bytes;
  const all = readCode(content);
  if (all.length === 0) return bytes;
  const { operators } = random.pick(all);
  const at = random.integer(0, operators.length - 1);
  switch (random.integer(0, 7)) {
    case 0:
      operators.splice(at, 1);
      break;
    case 1:
      operators.splice(at, 0, operators[random.integer(0, operators.length - 1)]!);
      break;
    default:
      changeNear(operators, at, random);
  }
  setSection(module, Section.Code, writeCode(all));
  return writeModule(module);
}

/** Changes the first operator from `at` on that has a variant. */
function changeNear(operators: Uint8Array[], at: number, random: Random): void {
  for (let index = at; index < operators.length; index++) {
    const changed = variantOf(operators[index]!, random);
    if (changed === undefined) continue;
    operators[index] = Uint8Array.from(changed);
    return;
  }
}

function variantOf(operator: Uint8Array, random: Random): number[] | undefined {
  const opcode = operator[0]!;
  switch (opcode) {
    case 0x41:
      return [opcode, ...signed(edgeI32(random))];
    case 0x42:
      return [opcode, ...signed(edgeI64(random))];
    case 0x43:
      return [opcode, ...bytesOfBits(BigInt(edgeF32Bits(random)), 4)];
    case 0x44:
      return [opcode, ...bytesOfBits(edgeF64Bits(random), 8)];
    case 0x0c:
    case 0x0d:
      return [opcode, random.integer(0, 3)];
    case 0x20:
    case 0x21:
    case 0x22:
      return [random.pick([0x20, 0x21, 0x22, opcode, opcode]), ...unsigned(random.integer(0, 8))];
    case 0x02:
    case 0x03:
      return [opcode === 0x02 ? 0x03 : 0x02, ...operator.subarray(1)];
  }
  const plain = operatorOf(operator);
  if (plain === undefined) return undefined;
  const other = random.pick(BY_SHAPE.get(shapeOf(plain))!);
  return [...other.opcode, ...operator.subarray(plain.opcode.length)];
}
