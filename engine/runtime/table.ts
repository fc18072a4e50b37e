import { counted } from '../counted.js';
import { limitsArgument, objectArgument, sizeArgument, wordArgument } from '../arguments.js';
import { LinkError, Trap } from '../errors.js';
import type { AddressType, TableType } from '../types/external-type.js';
import { isReferenceType, type ValueType } from '../types/value-type.js';
import type { ExecutorName } from './engine-parts.js';
import type { Func } from './func.js';
import type { Store } from './store.js';
import { shareFor, type Share } from './store-holdings.js';
import { checkValueFor } from './value.js';

/** What a table is made with. */
export interface TableOptions {
  readonly element: ValueType;
  readonly limits: { readonly minimum: number; readonly maximum?: number | undefined };
  readonly addressType?: AddressType | undefined;
}

/** A missing value is the null reference; undefined is an external reference like any other. */
function givenOrNull(values: [value?: unknown]): unknown {
  return values.length === 0 ? null : values[0];
}

/** From so many elements on an array is made at its full length: growing there would take up to half as much again. */
const LARGE = 65_536;

function filled(count: number, value: unknown): unknown[] {
  if (count >= LARGE) return new Array<unknown>(count).fill(value);
  const elements: unknown[] = [];
  for (let i = 0; i < count; i++) elements.push(value);
  return elements;
}

/** Elements that a table of the type begins with. @throws LinkError when they exceed the limit. */
export function initialElements({ limits }: TableType, maximumElements: number): number {
  const { minimum } = limits;
  if (minimum > maximumElements) {
    throw new LinkError(
      `table of ${counted(minimum, 'elements')} exceeds the limit of ${counted(maximumElements, 'elements')} (limit maximumTableElements)`,
    );
  }
  return minimum;
}

/** What is to be told of elements that are written. */
export interface ElementsMirror {
  readonly descriptor: number;
  note(index: number, func: Func): void;
  forget(index: number, count: number): void;
  forgetAll(): void;
}

/** A table (spec 4.2.7): references that the host's garbage collector sees. */
export class Table {
  readonly kind = 'table';
  /** What no other object has, a Proxy of a table neither. */
  readonly #isTable = true;
  /** @internal The interpreter's own; `get` and `size` tell them of every table. */
  readonly elements: unknown[];
  /** Are its addresses 64 bits wide? */
  readonly wide: boolean;

  /** @internal What the interpreter's loop knows of its elements. */
  mirror: ElementsMirror | undefined = undefined;

  private readonly share: Share;

  /**
   * @internal use Table.create
   * @throws LinkError when the store's limits forbid the initial size; TypeError when the value is not of the element type.
   */
  constructor(
    /** The store that the table is part of: it serves no other. */
    readonly store: Store,
    protected readonly declaredType: TableType,
    ...initial: [value?: unknown]
  ) {
    const value = givenOrNull(initial);
    this.wide = declaredType.addressType === 'i64';
    const minimum = initialElements(declaredType, store.limits.maximumTableElements);
    checkValueFor(store, declaredType.element, value);
    this.share = shareFor(this, store.execution.holdings, 'tableElements', minimum);
    this.elements = filled(minimum, value);
  }

  /** @internal Whether a value is a table. */
  static is(value: unknown): value is Table {
    return typeof value === 'object' && value !== null && #isTable in value;
  }

  /**
   * A new table for imports of `store`, of nulls unless a value is given.
   * @throws LinkError when it exceeds the store's limits; TypeError, RangeError for options that are no table's, and for a value that
   * is not of the element type.
   */
  static create(store: Store, options: TableOptions, ...initial: [value?: unknown]): Table {
    const { element, limits, addressType = 'i32' } = options;
    objectArgument(store, 'the store of a table');
    wordArgument(addressType, ['i32', 'i64'], 'the address type of a table');
    if (typeof element !== 'number' || !isReferenceType(element)) {
      throw new TypeError('the element type of a table is a reference type');
    }
    const { minimum, maximum } = limitsArgument(limits, 'a table');
    const type: TableType = { kind: 'table', element, limits: { minimum, maximum }, addressType };
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

  /** What the table is indexed by. */
  get addressType(): AddressType {
    return this.declaredType.addressType;
  }

  /** Elements of the table now. */
  get size(): number {
    return this.elements.length;
  }

  /** Elements that the table may have, as far as its limits tell. */
  get maximumSize(): number {
    const { maximumTableElements } = this.store.limits;
    return Math.min(this.declaredType.limits.maximum ?? maximumTableElements, maximumTableElements);
  }

  /** @throws Trap `table-out-of-bounds`; TypeError, RangeError for what is no index */
  get(index: number): unknown {
    this.checkIndex(index);
    return this.elements[index];
  }

  /**
   * @throws Trap `table-out-of-bounds`; TypeError when the value is not of the table's element type, or a function of another store.
   */
  set(index: number, value: unknown): void {
    this.checkIndex(index);
    checkValueFor(this.store, this.elementType, value);
    this.elements[index] = value;
    this.changed(index, 1);
  }

  /** @internal To be called when elements have been written. */
  changed(index: number, count: number): void {
    this.mirror?.forget(index, count);
  }

  protected checkIndex(index: number): void {
    // Numbers below zero are out of bounds like those above the end.
    if (typeof index === 'number' && !(index >= 0 && index < this.size))
      throw new Trap('table-out-of-bounds');
    sizeArgument(index, 'the index of an element');
  }

  /** Could the table grow by `count` elements as far as its limits and its store's tell? */
  canGrow(count: number): boolean {
    return (
      this.size + count <= this.maximumSize &&
      count <= this.store.execution.holdings.remaining('tableElements')
    );
  }

  /**
   * Grows by `count` elements of `value`; returns the size before, or -1 if that is not possible.
   * @throws TypeError when the value is not of the table's element type, or a function of another store; TypeError, RangeError for
   * what is no number of elements
   */
  grow(count: number, ...initial: [value?: unknown]): number {
    const value = givenOrNull(initial);
    checkValueFor(this.store, this.elementType, value);
    const before = this.size;
    if (!this.canGrow(sizeArgument(count, 'the elements to grow a table by'))) return -1;
    for (let i = 0; i < count; i++) this.elements.push(value);
    this.mirror?.forgetAll();
    if (this.store.execution.holdings.take('tableElements', count)) this.share.add(count);
    return before;
  }

  /** `funcref` or `externref`. */
  get elementType(): ValueType {
    return this.declaredType.element;
  }
}
