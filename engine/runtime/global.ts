import type { GlobalType } from '../types/external-type.js';
import { RegisterFile, registerFileOf } from '../types/value-type.js';
import type { Store } from './store.js';
import { bitsOfValue, checkReference, valueOfBits, type RawValue, type Value } from './value.js';

/** Words of a global: enough for a vector. */
const WORDS = 4;

/**
 * The values of all globals of a store: four words each, i32 and f32 in the first, i64 and f64 in the first two;
 * references in an ordinary array.
 */
export class GlobalValues {
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

/** A global (spec 4.2.9). */
export class Global {
  readonly kind = 'global';
  /** Index of the first word in the store's GlobalValues. */
  readonly slot: number;

  constructor(
    readonly store: Store,
    readonly type: GlobalType,
    initial: RawValue,
  ) {
    this.slot = store.globals.allocate();
    this.write(initial);
  }

  /** A new global. @throws TypeError when the value does not fit the type. */
  static create(store: Store, type: Omit<GlobalType, 'kind'>, value: Value): Global {
    return new Global(store, { kind: 'global', ...type }, bitsOfValue(type.value, value));
  }

  private write(raw: RawValue): void {
    const { words, references } = this.store.globals;
    if (registerFileOf(this.type.value) === RegisterFile.Reference) {
      references[this.slot / WORDS] = raw;
      return;
    }
    const bits = raw as bigint;
    for (let i = 0; i < WORDS; i++) words[this.slot + i] = Number(BigInt.asIntN(32, bits >> BigInt(32 * i)));
  }

  /** The value as raw bits (exact for NaNs), references as they are. */
  get raw(): RawValue {
    const { words, references } = this.store.globals;
    const file = registerFileOf(this.type.value);
    if (file === RegisterFile.Reference) return references[this.slot / WORDS] as RawValue;
    const count = file === RegisterFile.Word32 ? 1 : file === RegisterFile.Word64 ? 2 : 4;
    let bits = 0n;
    for (let i = count - 1; i >= 0; i--) bits = (bits << 32n) | BigInt(words[this.slot + i]! >>> 0);
    return bits;
  }

  get value(): Value {
    return valueOfBits(this.type.value, this.raw);
  }

  /** @throws TypeError when the global is immutable or the value does not fit its type. */
  set value(value: Value) {
    if (!this.type.mutable) throw new TypeError('this global is immutable');
    checkReference(this.store, this.type.value, value);
    this.write(bitsOfValue(this.type.value, value));
  }
}
