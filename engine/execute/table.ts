import { LinkError, Trap } from '../errors.js';
import type { AddressType, TableType } from '../types/external-type.js';
import { ValueType } from '../types/value-type.js';
import type { Func } from '../runtime/func.js';
import type { ExecutorName } from '../runtime/execution.js';
import type { Store } from '../runtime/store.js';
import type { RegisterFiles } from './register-files.js';

const TWO_TO_32 = 4294967296;

export interface TableOptions {
  readonly element: ValueType;
  readonly limits: { readonly minimum: number; readonly maximum?: number | undefined };
  readonly addressType?: AddressType;
}

/** A missing value is the null reference; undefined is an external reference like any other. */
function givenOrNull(values: [value?: unknown]): unknown {
  return values.length === 0 ? null : values[0];
}

/** Elements that a table of the type begins with. @throws LinkError when they exceed the limit. */
export function initialElements({ limits }: TableType, maximumElements: number): number {
  const { minimum } = limits;
  if (minimum > maximumElements) {
    throw new LinkError(`table of ${minimum} elements exceeds the limit of ${maximumElements} elements`);
  }
  return minimum;
}

/** A table (spec 4.2.7): references that the host's garbage collector sees. */
export class Table {
  readonly kind = 'table';
  /** @internal The interpreter's own; `get` and `size` tell them of every table. */
  readonly elements: unknown[] = [];
  /** Are its addresses 64 bits wide? */
  readonly wide: boolean;

  constructor(
    protected readonly declaredType: TableType,
    protected readonly maximumElements: number,
    ...initial: [value?: unknown]
  ) {
    const value = givenOrNull(initial);
    this.wide = declaredType.addressType === 'i64';
    const minimum = initialElements(declaredType, maximumElements);
    for (let i = 0; i < minimum; i++) this.elements.push(value);
  }

  /** A new table for imports of `store`. @throws LinkError when it exceeds the store's limits. */
  static create(store: Store, options: TableOptions, ...initial: [value?: unknown]): Table {
    const { element, limits, addressType = 'i32' } = options;
    const type: TableType = {
      kind: 'table',
      element,
      limits: { minimum: limits.minimum, maximum: limits.maximum },
      addressType,
    };
    return store.execution.newTable(type, ...initial);
  }

  /** The executor whose stores can use the table. */
  get executor(): ExecutorName {
    return 'interpreter';
  }

  /** The table's type now: the minimum is the present size, as import matching demands. */
  get type(): TableType {
    const { declaredType } = this;
    return { ...declaredType, limits: { minimum: this.size, maximum: declaredType.limits.maximum } };
  }

  get addressType(): AddressType {
    return this.declaredType.addressType;
  }

  get size(): number {
    return this.elements.length;
  }

  /** @throws Trap `table-out-of-bounds` */
  get(index: number): unknown {
    if (!(index >= 0 && index < this.elements.length)) throw new Trap('table-out-of-bounds');
    return this.elements[index];
  }

  /** @throws Trap `table-out-of-bounds`; TypeError when the value is not of the table's element type. */
  set(index: number, value: unknown): void {
    if (!(index >= 0 && index < this.elements.length)) throw new Trap('table-out-of-bounds');
    if (this.elementType === ValueType.FuncRef && value !== null && (value as Func).kind !== 'function') {
      throw new TypeError('a table of functions takes functions and null');
    }
    this.elements[index] = value;
  }

  canGrow(count: number): boolean {
    const { maximum } = this.declaredType.limits;
    const size = this.size + count;
    return size <= this.maximumElements && (maximum === undefined || size <= maximum);
  }

  /** Grows by `count` elements of `value`; returns the size before, or -1 if that is not possible. */
  grow(count: number, ...initial: [value?: unknown]): number {
    const value = givenOrNull(initial);
    const before = this.size;
    if (!this.canGrow(count)) return -1;
    for (let i = 0; i < count; i++) this.elements.push(value);
    return before;
  }

  /**
   * The function that `call_indirect` with type id `typeId` calls, the element index being in `register`.
   * @throws Trap as spec 4.6.10 demands
   */
  callee(files: RegisterFiles, register: number, typeId: number): Func {
    const index = this.wide
      ? (files.halves[2 * register + 1]! >>> 0) * TWO_TO_32 + (files.halves[2 * register]! >>> 0)
      : files.i32[register]! >>> 0;
    const { elements } = this;
    if (index >= elements.length) throw new Trap('undefined-element');
    const element = elements[index] as Func | null;
    if (element === null) throw new Trap('uninitialized-element');
    if (element.type.id !== typeId) throw new Trap('indirect-call-type-mismatch');
    return element;
  }

  get elementType(): ValueType {
    return this.declaredType.element;
  }
}
