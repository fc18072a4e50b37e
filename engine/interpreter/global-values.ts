import { RegisterFile, registerFileOf, type ValueType } from '../types/value-type.js';
import type { GlobalCell, GlobalStorage } from '../runtime/engine-parts.js';
import { type Extent, LOOP_HEAP, loopView } from './loop-memory.js';
import type { RawValue } from '../runtime/value.js';

/** Words of a global: enough for a vector. */
const WORDS = 4;
/** Room for the first globals of a store. */
const FIRST_WORDS = 64;

/**
 * The values of all globals of a store on the interpreter: four words each, i32 and f32 in the first, i64 and f64 in the first two;
 * references in an ordinary array.
 */
export class GlobalValues implements GlobalStorage {
  words = new Int32Array(0);
  /** Where they are in the loop's memory; -1 if elsewhere. */
  address = 0;
  private extent: Extent | undefined;
  readonly references: unknown[] = [];

  /** Index in `words` of a new global's first word; a quarter of it indexes `references`. */
  allocate(): number {
    const slot = WORDS * this.references.length;
    if (slot >= this.words.length) {
      const { words, extent } = this;
      this.moveTo(Math.max(2 * words.length, FIRST_WORDS));
      this.words.set(words);
      if (extent !== undefined) LOOP_HEAP.release(extent);
    }
    this.references.push(null);
    return slot;
  }

  /** Makes room for so many words, zeroed. */
  private moveTo(length: number): void {
    this.extent = LOOP_HEAP.take(4 * length);
    if (this.extent === undefined) {
      this.address = -1;
      this.words = new Int32Array(length);
      return;
    }
    LOOP_HEAP.holdBy(this, this.extent);
    this.address = this.extent.address;
    this.words = loopView(Int32Array, 4, this.address, length).fill(0);
  }
}

/** One global's place among them. */
export class GlobalSlot implements GlobalCell {
  /** Index of the first word. */
  readonly index: number;

  constructor(
    private readonly values: GlobalValues,
    private readonly type: ValueType,
  ) {
    this.index = values.allocate();
  }

  get raw(): RawValue {
    const { words, references } = this.values;
    const file = registerFileOf(this.type);
    if (file === RegisterFile.Reference) return references[this.index / WORDS] as RawValue;
    const count = file === RegisterFile.Word32 ? 1 : file === RegisterFile.Word64 ? 2 : 4;
    let bits = 0n;
    for (let i = count - 1; i >= 0; i--) bits = (bits << 32n) | BigInt(words[this.index + i]! >>> 0);
    return bits;
  }

  set raw(raw: RawValue) {
    const { words, references } = this.values;
    if (registerFileOf(this.type) === RegisterFile.Reference) {
      references[this.index / WORDS] = raw;
      return;
    }
    const bits = raw as bigint;
    for (let i = 0; i < WORDS; i++) words[this.index + i] = Number(BigInt.asIntN(32, bits >> BigInt(32 * i)));
  }
}
