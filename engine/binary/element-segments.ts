import { ValueType } from '../types/value-type.js';
import type { ConstantExpression, ConstantOperation } from './constant-operation.js';

export interface ElementSegment {
  readonly mode: 'active' | 'passive' | 'declarative';
  readonly type: ValueType;
  /** Items: function indices when all are `ref.func` (the common form), else constant expressions. */
  readonly items: Uint32Array | readonly ConstantExpression[];
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
const GLOBAL_ITEM = 0x8000_0000;

const NULLS: readonly ConstantExpression[] = TYPES.map((type) => Object.freeze([{ kind: 'ref.null', type }]));

/** The item that an expression is: no other operations leave a reference. */
function itemOf(operation: ConstantOperation): number {
  if (operation.kind === 'ref.func') return operation.functionIndex;
  return operation.kind === 'global.get' ? GLOBAL_ITEM + operation.globalIndex : NULL_ITEM;
}

function expressionOf(item: number, type: ValueType): ConstantExpression {
  if (item === NULL_ITEM) return NULLS[TYPES.indexOf(type)]!;
  if (item >= GLOBAL_ITEM) return [{ kind: 'global.get', globalIndex: item - GLOBAL_ITEM }];
  return [{ kind: 'ref.func', functionIndex: item }];
}

/** One object for all items alike: hosts are told of every item, and making an object for each takes longer than reading it did. */
function expressionsOf(items: Uint32Array, type: ValueType): readonly ConstantExpression[] {
  const functions: ConstantExpression[] = [];
  const globals: ConstantExpression[] = [];
  const expressions: ConstantExpression[] = [];
  for (let i = 0; i < items.length; i++) {
    const item = items[i]!;
    if (item === NULL_ITEM) expressions.push(expressionOf(item, type));
    else if (item < GLOBAL_ITEM) expressions.push((functions[item] ??= expressionOf(item, type)));
    else expressions.push((globals[item - GLOBAL_ITEM] ??= expressionOf(item, type)));
  }
  return expressions;
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
  // Offsets that are more than an i32 constant, by segment.
  private readonly offsets = new Map<number, ConstantExpression>();
  // Items of the segments that are more than functions, once somebody has asked.
  private readonly expressions = new Map<number, readonly ConstantExpression[]>();

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
    this.addItem(itemOf(operation!));
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
    return {
      mode,
      type: TYPES[kind & 1]!,
      items: this.itemsOf(index),
      tableIndex: kind >>> TABLE_SHIFT,
      offset:
        mode === 'active'
          ? (this.offsets.get(index) ?? [{ kind: 'i32.const', value: words[at + Word.Offset]! }])
          : undefined,
    };
  }

  private itemsOf(index: number): ElementSegment['items'] {
    const at = index * Word.Count;
    const start = this.words[at + Word.ItemsOffset]!;
    const items = this.items.subarray(start, start + this.words[at + Word.ItemsLength]!);
    const kind = this.words[at + Word.Kind]!;
    if ((kind & WITH_EXPRESSIONS) === 0) return items;
    if (items.length === 0) return [];
    let expressions = this.expressions.get(index);
    if (expressions === undefined) {
      expressions = expressionsOf(items, TYPES[kind & 1]!);
      this.expressions.set(index, expressions);
    }
    return expressions;
  }

  *[Symbol.iterator](): Generator<ElementSegment> {
    for (let index = 0; index < this.length; index++) yield this.get(index);
  }
}
