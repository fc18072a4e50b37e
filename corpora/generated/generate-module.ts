import type { Family } from './family.js';
import { FunctionBuilder } from './function-builder.js';
import { ModuleBuilder } from './module-builder.js';
import { Random } from '../random.js';

/** The smallest body that every family can write, and the largest of the default sweep. */
const SMALLEST_BODY_BYTES = 16;
export const LARGEST_BODY_BYTES = 65_536;

/** Body sizes from `smallest` to `largest` bytes: the powers of two and what lies halfway between them. */
export function sizeSweep(smallest = SMALLEST_BODY_BYTES, largest = LARGEST_BODY_BYTES): number[] {
  const sizes: number[] = [];
  for (let power = SMALLEST_BODY_BYTES; power <= largest; power *= 2) {
    for (const size of [power, 1.5 * power]) if (size >= smallest && size <= largest) sizes.push(size);
  }
  return sizes;
}

/** Functions of one size in the default sweep: about 8 KiB together, at least 2 and at most 64. */
export function functionsOfSize(bodyBytes: number): number {
  return Math.min(64, Math.max(2, Math.round(8192 / bodyBytes)));
}

/**
 * A module with the family's functions of each size, every one exported as `<family>_<body bytes>_<number>`. A function
 * depends on the seed, the family, its size and its number alone: other sizes and counts leave its bytes as they are.
 */
export function generateModule(
  family: Family,
  seed: number,
  sizes: readonly number[] = sizeSweep(),
  functionCount: (bodyBytes: number) => number = functionsOfSize,
): Uint8Array {
  const module = new ModuleBuilder();
  const writeBody = family.prepare(module, new Random(seed, family.name));
  for (const size of sizes) {
    if (!(Number.isSafeInteger(size) && size >= SMALLEST_BODY_BYTES)) {
      throw new RangeError(`body sizes are whole numbers from ${SMALLEST_BODY_BYTES} bytes on, not ${size}`);
    }
    for (let number = 0; number < functionCount(size); number++) {
      const name = `${family.name}_${size}_${number}`;
      const body = new FunctionBuilder(family.parameters.length);
      writeBody(body, new Random(seed, name), size);
      const functionIndex = module.declareFunction(family.parameters, [family.result]);
      module.defineFunction(functionIndex, body);
      module.exportFunction(name, functionIndex);
    }
  }
  return module.toBytes();
}
