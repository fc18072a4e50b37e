import type { ConstantExpression } from './constant-operation.js';

export interface DataSegment {
  readonly mode: 'active' | 'passive';
  readonly memoryIndex: number;
  /** Of active segments. */
  readonly offset: ConstantExpression | undefined;
  /** The bytes are `module.bytes[bytesOffset .. bytesOffset + bytesLength]`. */
  readonly bytesOffset: number;
  readonly bytesLength: number;
}

/** What is noted of a segment, in words. */
const enum Word {
  /** PASSIVE for passive segments. */
  Memory,
  /** The offset in memory, where it is a plain constant that fits 32 bits. */
  Offset,
  /** What that is: i32, i64 or computed. */
  OffsetKind,
  BytesOffset,
  BytesLength,
  Count,
}

const PASSIVE = -1;

const enum OffsetKind {
  I32,
  I64,
  /** The offset is its place in the list of expressions. */
  Computed,
}

/**
 * The data segments of a module. Some compilers write one for every literal, a hundred thousand of them: noted in a typed array, because
 * as objects they took most of parsing's time, and the collector's for long afterwards.
 */
export class DataSegments implements Iterable<DataSegment> {
  /** Segments added so far. */
  length = 0;
  private readonly words: Int32Array;
  // Offsets that are more than a constant of 32 bits, in the order of their segments.
  readonly computedOffsets: ConstantExpression[] = [];

  constructor(capacity: number) {
    this.words = new Int32Array(capacity * Word.Count);
  }

  // A segment's offset where it is more than a constant of 32 bits.
  computedOffset(index: number): ConstantExpression | undefined {
    const at = index * Word.Count;
    return this.words[at + Word.OffsetKind] === OffsetKind.Computed
      ? this.computedOffsets[this.words[at + Word.Offset]!]
      : undefined;
  }

  addPassive(bytesOffset: number, bytesLength: number): void {
    this.add(PASSIVE, 0, OffsetKind.I32, bytesOffset, bytesLength);
  }

  // `offset`: in memory, the constant's value, which fits an i32, or another expression.
  // `isWide`: whether the constant is of type i64.
  addActive(
    memoryIndex: number,
    offset: number | ConstantExpression,
    isWide: boolean,
    bytesOffset: number,
    bytesLength: number,
  ): void {
    if (typeof offset === 'number')
      this.add(memoryIndex, offset, isWide ? OffsetKind.I64 : OffsetKind.I32, bytesOffset, bytesLength);
    else {
      const place = this.computedOffsets.push(offset) - 1;
      this.add(memoryIndex, place, OffsetKind.Computed, bytesOffset, bytesLength);
    }
  }

  private add(
    memory: number,
    offset: number,
    kind: OffsetKind,
    bytesOffset: number,
    bytesLength: number,
  ): void {
    const { words } = this;
    const at = this.length++ * Word.Count;
    words[at + Word.Memory] = memory;
    words[at + Word.Offset] = offset;
    words[at + Word.OffsetKind] = kind;
    words[at + Word.BytesOffset] = bytesOffset;
    words[at + Word.BytesLength] = bytesLength;
  }

  isActive(index: number): boolean {
    return this.words[index * Word.Count + Word.Memory]! !== PASSIVE;
  }

  bytesOffsetOf(index: number): number {
    return this.words[index * Word.Count + Word.BytesOffset]! >>> 0;
  }

  bytesLengthOf(index: number): number {
    return this.words[index * Word.Count + Word.BytesLength]! >>> 0;
  }

  /** The segment at `index`, made for the occasion. */
  get(index: number): DataSegment {
    const at = index * Word.Count;
    const memory = this.words[at + Word.Memory]!;
    const place = { bytesOffset: this.bytesOffsetOf(index), bytesLength: this.bytesLengthOf(index) };
    if (memory === PASSIVE) return { mode: 'passive', memoryIndex: 0, offset: undefined, ...place };
    const value = this.words[at + Word.Offset]!;
    const isWide = this.words[at + Word.OffsetKind] === OffsetKind.I64;
    const offset: ConstantExpression = this.computedOffset(index) ?? [
      isWide ? { kind: 'i64.const', value: BigInt(value) } : { kind: 'i32.const', value },
    ];
    return { mode: 'active', memoryIndex: memory, offset, ...place };
  }

  *[Symbol.iterator](): Generator<DataSegment> {
    for (let index = 0; index < this.length; index++) yield this.get(index);
  }
}
