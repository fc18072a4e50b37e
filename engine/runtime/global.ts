import type { GlobalType } from '../types/external-type.js';
import type { GlobalCell } from './execution.js';
import type { Store } from './store.js';
import { bitsOfValue, checkReference, valueOfBits, type RawValue, type Value } from './value.js';

/** A global (spec 4.2.9). */
export class Global {
  readonly kind = 'global';

  /** @internal use Global.create */
  constructor(
    readonly store: Store,
    readonly type: GlobalType,
    /** @internal */
    readonly cell: GlobalCell,
  ) {}

  /** A new global. @throws TypeError when the value does not fit the type. */
  static create(store: Store, type: Omit<GlobalType, 'kind'>, value: Value): Global {
    const globalType: GlobalType = { kind: 'global', value: type.value, mutable: type.mutable };
    const bits = bitsOfValue(type.value, value);
    return new Global(store, globalType, store.execution.newGlobal(globalType, bits));
  }

  /** The value as raw bits (exact for NaNs), references as they are. */
  get raw(): RawValue {
    return this.cell.raw;
  }

  get value(): Value {
    return valueOfBits(this.type.value, this.cell.raw);
  }

  /** @throws TypeError when the global is immutable or the value does not fit its type. */
  set value(value: Value) {
    if (!this.type.mutable) throw new TypeError('this global is immutable');
    checkReference(this.store, this.type.value, value);
    this.cell.raw = bitsOfValue(this.type.value, value);
  }
}
