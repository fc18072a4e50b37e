import { Operator, OPERATOR_SPACE, OperatorPrefix } from '../../binary/operator.js';
import type { RegisterFiles } from '../register-files.js';
import { copyVector } from './lanes.js';

/** Vector operators that access memory (spec 4.6, memory instructions). The caller has checked that the whole access lies inside the memory. */

const WIDTHS: readonly (readonly [Operator, number])[] = [
  [Operator.V128Load, 16],
  [Operator.V128Load8x8S, 8],
  [Operator.V128Load8x8U, 8],
  [Operator.V128Load16x4S, 8],
  [Operator.V128Load16x4U, 8],
  [Operator.V128Load32x2S, 8],
  [Operator.V128Load32x2U, 8],
  [Operator.V128Load8Splat, 1],
  [Operator.V128Load16Splat, 2],
  [Operator.V128Load32Splat, 4],
  [Operator.V128Load64Splat, 8],
  [Operator.V128Store, 16],
  [Operator.V128Load8Lane, 1],
  [Operator.V128Load16Lane, 2],
  [Operator.V128Load32Lane, 4],
  [Operator.V128Load64Lane, 8],
  [Operator.V128Store8Lane, 1],
  [Operator.V128Store16Lane, 2],
  [Operator.V128Store32Lane, 4],
  [Operator.V128Store64Lane, 8],
  [Operator.V128Load32Zero, 4],
  [Operator.V128Load64Zero, 8],
];

const widths = new Uint8Array(OPERATOR_SPACE - OperatorPrefix.VectorBase);
for (const [operator, bytes] of WIDTHS) widths[operator - OperatorPrefix.VectorBase] = bytes;

/** Bytes of memory that a vector operator (0x200 + n) reads or writes; 0 when it accesses none. */
export function vectorAccessBytes(operator: Operator): number {
  return widths[operator - OperatorPrefix.VectorBase];
}

/** Sets the four words of vector register `d`. */
function setWords(words: Int32Array, d: number, w0: number, w1: number, w2: number, w3: number): void {
  words[4 * d] = w0;
  words[4 * d + 1] = w1;
  words[4 * d + 2] = w2;
  words[4 * d + 3] = w3;
}

/**
 * Executes a vector load: `d` gets what lies at `address`, a byte offset in `memory`. For the lane loads, `lane` is the lane
 * replaced and `source` the slot of the vector whose other lanes are kept, which may be `d`; the other loads use neither.
 */
export function executeVectorLoad(
  files: RegisterFiles,
  operator: Operator,
  d: number,
  memory: DataView,
  address: number,
  lane: number,
  source: number,
): void {
  const vectors = files.vectors;
  const words = vectors.i32;
  switch (operator) {
    case Operator.V128Load:
      for (let i = 0; i < 4; i++) words[4 * d + i] = memory.getInt32(address + 4 * i, true);
      break;
    case Operator.V128Load8x8S:
      for (let i = 0; i < 8; i++) vectors.i16[8 * d + i] = memory.getInt8(address + i);
      break;
    case Operator.V128Load8x8U:
      for (let i = 0; i < 8; i++) vectors.i16[8 * d + i] = memory.getUint8(address + i);
      break;
    case Operator.V128Load16x4S:
      for (let i = 0; i < 4; i++) words[4 * d + i] = memory.getInt16(address + 2 * i, true);
      break;
    case Operator.V128Load16x4U:
      for (let i = 0; i < 4; i++) words[4 * d + i] = memory.getUint16(address + 2 * i, true);
      break;
    case Operator.V128Load32x2S: {
      const low = memory.getInt32(address, true);
      const high = memory.getInt32(address + 4, true);
      setWords(words, d, low, low >> 31, high, high >> 31);
      break;
    }
    case Operator.V128Load32x2U:
      setWords(words, d, memory.getInt32(address, true), 0, memory.getInt32(address + 4, true), 0);
      break;
    case Operator.V128Load8Splat: {
      const word = Math.imul(memory.getUint8(address), 0x01010101);
      setWords(words, d, word, word, word, word);
      break;
    }
    case Operator.V128Load16Splat: {
      const word = Math.imul(memory.getUint16(address, true), 0x00010001);
      setWords(words, d, word, word, word, word);
      break;
    }
    case Operator.V128Load32Splat: {
      const word = memory.getInt32(address, true);
      setWords(words, d, word, word, word, word);
      break;
    }
    case Operator.V128Load64Splat: {
      const low = memory.getInt32(address, true);
      const high = memory.getInt32(address + 4, true);
      setWords(words, d, low, high, low, high);
      break;
    }
    case Operator.V128Load32Zero:
      setWords(words, d, memory.getInt32(address, true), 0, 0, 0);
      break;
    case Operator.V128Load64Zero:
      setWords(words, d, memory.getInt32(address, true), memory.getInt32(address + 4, true), 0, 0);
      break;
    case Operator.V128Load8Lane:
      copyVector(files, d, source);
      vectors.i8[16 * d + lane] = memory.getInt8(address);
      break;
    case Operator.V128Load16Lane:
      copyVector(files, d, source);
      vectors.i16[8 * d + lane] = memory.getInt16(address, true);
      break;
    case Operator.V128Load32Lane:
      copyVector(files, d, source);
      words[4 * d + lane] = memory.getInt32(address, true);
      break;
    case Operator.V128Load64Lane:
      copyVector(files, d, source);
      words[4 * d + 2 * lane] = memory.getInt32(address, true);
      words[4 * d + 2 * lane + 1] = memory.getInt32(address + 4, true);
      break;
    default:
      throw new TypeError('not a vector load');
  }
}

/** Executes a vector store of slot `a`, or of its lane `lane`, to `address`, a byte offset in `memory`. */
export function executeVectorStore(
  files: RegisterFiles,
  operator: Operator,
  a: number,
  memory: DataView,
  address: number,
  lane: number,
): void {
  const vectors = files.vectors;
  const words = vectors.i32;
  switch (operator) {
    case Operator.V128Store:
      for (let i = 0; i < 4; i++) memory.setInt32(address + 4 * i, words[4 * a + i], true);
      break;
    case Operator.V128Store8Lane:
      memory.setInt8(address, vectors.i8[16 * a + lane]);
      break;
    case Operator.V128Store16Lane:
      memory.setInt16(address, vectors.i16[8 * a + lane], true);
      break;
    case Operator.V128Store32Lane:
      memory.setInt32(address, words[4 * a + lane], true);
      break;
    case Operator.V128Store64Lane:
      memory.setInt32(address, words[4 * a + 2 * lane], true);
      memory.setInt32(address + 4, words[4 * a + 2 * lane + 1], true);
      break;
    default:
      throw new TypeError('not a vector store');
  }
}
