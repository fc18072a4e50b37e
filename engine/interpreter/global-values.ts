import { RegisterFile, registerFileOf, type ValueType } from '../types/value-type.js';
import type { GlobalCell, GlobalStorage } from '../runtime/engine-parts.js';
import type { RawValue } from '../runtime/value.js';

/** Words of a global: enough for a vector. */
const WORDS = 4;

/**
 * The values of all globals of a store on the interpreter: four words each, i32 and f32 in the first, i64 and f64 in the first two;
 * references in an ordinary array.
 */
export class GlobalValues implements GlobalStorage {
  words = new Int32Array(WORDS * 64);
  readonly references: unknown[] = [];

  /** Index in `words` of a new global's first word; a quarter of it indexes `references`. */
  allocate(): number {
    const slot = WORDS * this.references.length;
    if (slot >= this.words.length) {
      const larger = new Int32Array(this.words.length * 2);
      larger.set(this.words);
      this.words = larger;
    }
    this.references.push(null);
    return slot;
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
