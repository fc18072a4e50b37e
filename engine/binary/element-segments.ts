import { ValueType } from '../types/value-type.js';
import type { ConstantExpression, ConstantOperation } from './constant-operation.js';

export interface ElementSegment {
  readonly mode: 'active' | 'passive' | 'declarative';
  readonly type: ValueType;
  /** A word for each item: a function's index, NULL_ITEM, or from GLOBAL_ITEM on a global's index above that. */
  readonly items: Uint32Array;
  /** Whether they are more than functions: one of them is none, or none is there and they were written as expressions. */
  readonly asExpressions: boolean;
  /** For `active` segments. */
  readonly tableIndex: number;
  readonly offset: ConstantExpression | undefined;
}

/** What is noted of a segment, in words. */
const enum Word {
  /** The table's index, above a bit for items that are more than functions, two of mode and one of type. */
  Kind,
  /** The offset in the table, where it is a plain i32 constant. */
  Offset,
  /** Where its items begin among those of all segments. */
  ItemsOffset,
  ItemsLength,
  Count,
}

const MODES: readonly ElementSegment['mode'][] = ['active', 'passive', 'declarative'];
const TYPES: readonly ValueType[] = [ValueType.FuncRef, ValueType.ExternRef];
/** Set in the kind of a segment whose items are read as expressions. */
const WITH_EXPRESSIONS = 1 << 3;
const TABLE_SHIFT = 4;

// Items are a function's index, or in its place a null, or a global's index with the highest bit set: modules are shorter than 2^30 bytes.
export const NULL_ITEM = 0xffff_ffff;
export const GLOBAL_ITEM = 0x8000_0000;

/** The item that an expression is: no other operations leave a reference. */
function itemOf(operation: ConstantOperation): number {
  if (operation.kind === 'ref.func') return operation.functionIndex;
  return operation.kind === 'global.get' ? GLOBAL_ITEM + operation.globalIndex : NULL_ITEM;
}

const NO_WORDS = new Int32Array(0);
const NO_ITEMS = new Uint32Array(0);

/**
 * The element segments of a module, in typed arrays: a segment of three bytes would be a hundred times as large as an object. Items come
 * first, one by one, then the segment that has them: a typed array for each would take longer than all else of a short segment.
 */
export class ElementSegments implements Iterable<ElementSegment> {
  // Segments added so far.
  length = 0;
  private readonly words: Int32Array;
  // Those of all segments, and room for more.
  items = NO_ITEMS;
  private itemCount = 0;
  // Where those of the segment begin that is added next.
  private firstItem = 0;
  // The highest index of a global that is an item; -1 if none is.
  highestGlobal = -1;
  // Offsets that are more than an i32 constant, by segment.
  private readonly offsets = new Map<number, ConstantExpression>();

  // `capacity` segments;
  // `itemBytes`: how many bytes say which their items are.
  constructor(
    capacity: number,
    private readonly itemBytes: number,
  ) {
    this.words = capacity === 0 ? NO_WORDS : new Int32Array(capacity * Word.Count);
  }

  // Notes an item of the segment that is added next: a function's index, or NULL_ITEM.
  addItem(item: number): void {
    const place = this.roomForItems(1);
    this.items[place] = item;
  }

  // Notes an item that is written as any valid expression.
  addExpression([operation]: ConstantExpression): void {
    const item = itemOf(operation!);
    if (item !== NULL_ITEM && item >= GLOBAL_ITEM)
      this.highestGlobal = Math.max(this.highestGlobal, item - GLOBAL_ITEM);
    this.addItem(item);
  }

  // Room in `items`, from the index on that it gives, for so many of the segment that is added next.
  roomForItems(count: number): number {
    const start = this.itemCount;
    this.itemCount += count;
    if (this.itemCount > this.items.length) this.grow();
    return start;
  }

  // Seldom twice: an item takes four bytes, or few less.
  private grow(): void {
    const { itemBytes, itemCount, items } = this;
    const larger = new Uint32Array(Math.max(itemCount, 2 * items.length, itemBytes >> 2));
    larger.set(items);
    this.items = larger;
  }

  // `offset`: of an active segment in its table: the value of a plain i32 constant, or another expression.
  // `asExpressions`: whether the items, which were noted, are more than functions.
  add(
    mode: ElementSegment['mode'],
    type: ValueType,
    tableIndex: number,
    offset: number | ConstantExpression | undefined,
    asExpressions: boolean,
  ): void {
    const index = this.length++;
    const at = index * Word.Count;
    const { words } = this;
    words[at + Word.Kind] =
      (tableIndex << TABLE_SHIFT) |
      (asExpressions ? WITH_EXPRESSIONS : 0) |
      (MODES.indexOf(mode) << 1) |
      TYPES.indexOf(type);
    if (typeof offset === 'number') words[at + Word.Offset] = offset;
    else if (offset !== undefined) this.offsets.set(index, offset);
    words[at + Word.ItemsOffset] = this.firstItem;
    words[at + Word.ItemsLength] = this.itemCount - this.firstItem;
    this.firstItem = this.itemCount;
  }

  // Its element type, or undefined if there is no such segment.
  typeOf(index: number): ValueType | undefined {
    return index < this.length ? TYPES[this.words[index * Word.Count + Word.Kind]! & 1] : undefined;
  }

  // The segment at `index`, made for the occasion.
  get(index: number): ElementSegment {
    const { words } = this;
    const at = index * Word.Count;
    const kind = words[at + Word.Kind]!;
    const mode = MODES[(kind >> 1) & 3]!;
    const start = words[at + Word.ItemsOffset]!;
    return {
      mode,
      type: TYPES[kind & 1]!,
      items: this.items.subarray(start, start + words[at + Word.ItemsLength]!),
      asExpressions: (kind & WITH_EXPRESSIONS) !== 0,
      tableIndex: kind >>> TABLE_SHIFT,
      offset:
        mode === 'active'
          ? (this.offsets.get(index) ?? [{ kind: 'i32.const', value: words[at + Word.Offset]! }])
          : undefined,
    };
  }

  // Offsets that are more than an i32 constant.
  computedOffsets(): Iterable<ConstantExpression> {
    return this.offsets.values();
  }

  *[Symbol.iterator](): Generator<ElementSegment> {
    for (let index = 0; index < this.length; index++) yield this.get(index);
  }
}
