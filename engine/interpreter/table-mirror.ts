import type { Func } from '../runtime/func.js';
import type { Table } from '../runtime/table.js';
import { TableField } from './loop-layout.js';
import { type Extent, LOOP_HEAP, LOOP_WORDS } from './loop-memory.js';

/** Elements of the largest table that is mirrored. */
const MOST_ELEMENTS = 2 ** 18;

/**
 * Which elements of a table are functions that the loop in WebAssembly can enter: an address per element, in a place that the table's
 * descriptor tells. It is filled as elements are called, and forgets what is written over.
 */
export class TableMirror {
  /** Address of the descriptor. */
  readonly descriptor: number;
  private elements: Extent | undefined;

  private constructor(
    private readonly table: Table,
    descriptor: Extent,
  ) {
    this.descriptor = descriptor.address;
    LOOP_HEAP.holdBy(this, descriptor);
    this.describe(0, 0);
  }

  static make(table: Table): TableMirror | undefined {
    const descriptor = LOOP_HEAP.take(TableField.Bytes);
    return descriptor === undefined ? undefined : new TableMirror(table, descriptor);
  }

  private describe(elements: number, length: number): void {
    LOOP_WORDS[(this.descriptor + TableField.Elements) / 4] = elements;
    LOOP_WORDS[(this.descriptor + TableField.Length) / 4] = length;
  }

  /** Notes that the element is a function of this record. */
  note(index: number, func: Func): void {
    this.elements ??= this.newElements();
    if (this.elements !== undefined) LOOP_WORDS[this.elements.address / 4 + index] = func.record;
  }

  private newElements(): Extent | undefined {
    const { size } = this.table;
    if (size > MOST_ELEMENTS) return undefined;
    const extent = LOOP_HEAP.take(4 * size);
    if (extent === undefined) return undefined;
    LOOP_HEAP.holdBy(this, extent);
    LOOP_WORDS.fill(0, extent.address / 4, extent.address / 4 + size);
    this.describe(extent.address, size);
    return extent;
  }

  /** Forgets elements that are written. */
  forget(index: number, count: number): void {
    if (this.elements === undefined) return;
    const at = this.elements.address / 4 + index;
    // Of one, which tables are written by mostly, 'fill' takes longer than the operator.
    if (count === 1) LOOP_WORDS[at] = 0;
    else LOOP_WORDS.fill(0, at, at + count);
  }

  /** Forgets all, because the table has another size now. */
  forgetAll(): void {
    if (this.elements === undefined) return;
    this.describe(0, 0);
    LOOP_HEAP.release(this.elements);
    this.elements = undefined;
  }
}
