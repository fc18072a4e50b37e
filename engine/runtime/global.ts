import { objectArgument } from '../arguments.js';
import type { GlobalType } from '../types/external-type.js';
import { isValueType } from '../types/value-type.js';
import type { GlobalCell } from './engine-parts.js';
import type { Store } from './store.js';
import { bitsOfValue, checkValueFor, valueOfBits, type RawValue, type Value } from './value.js';

/** A global (spec 4.2.9). */
export class Global {
  readonly kind = 'global';
  /** What no other object has, a Proxy of a global neither. */
  readonly #isGlobal = true;

  /** @internal use Global.create */
  constructor(
    readonly store: Store,
    readonly type: GlobalType,
    /** @internal */
    readonly cell: GlobalCell,
  ) {}

  /** @internal Whether a value is a global. */
  static is(value: unknown): value is Global {
    return typeof value === 'object' && value !== null && #isGlobal in value;
  }

  /** A new global. @throws TypeError when the value does not fit the type, or is a function of another store. */
  static create(store: Store, type: Omit<GlobalType, 'kind'>, value: Value): Global {
    objectArgument(store, 'the store of a global');
    const globalType: GlobalType = { kind: 'global', value: type.value, mutable: Boolean(type.mutable) };
    if (!isValueType(type.value)) throw new TypeError('the type of a global is a value type');
    checkValueFor(store, type.value, value);
    const bits = bitsOfValue(type.value, value);
    return new Global(store, globalType, store.execution.newGlobal(globalType, bits));
  }

  /** The value as raw bits (exact for NaNs), references as they are. */
  get raw(): RawValue {
    return this.cell.raw;
  }

  /** What the global holds now: a number, a bigint (i64), 16 bytes (v128), a Func or null, or any value (externref). */
  get value(): Value {
    return valueOfBits(this.type.value, this.cell.raw);
  }

  /** @throws TypeError when the global is immutable, the value does not fit its type, or is a function of another store. */
  set value(value: Value) {
    if (!this.type.mutable) throw new TypeError('this global is immutable');
    checkValueFor(this.store, this.type.value, value);
    this.cell.raw = bitsOfValue(this.type.value, value);
  }
}
