import { ValueType } from '../types/value-type.js';
import type { ConstantExpression } from './constant-operation.js';

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
  /** The table's index, above two bits of mode and one of type. */
  Kind,
  /** The offset in the table, where it is a plain i32 constant. */
  Offset,
  /** Where its function indices begin among those of all segments. */
  ItemsOffset,
  ItemsLength,
  Count,
}

const MODES: readonly ElementSegment['mode'][] = ['active', 'passive', 'declarative'];
const TYPES: readonly ValueType[] = [ValueType.FuncRef, ValueType.ExternRef];

function grown<Words extends Int32Array | Uint32Array>(words: Words, needed: number): Words {
  const larger = new (words.constructor as new (length: number) => Words)(Math.max(needed, 2 * words.length));
  larger.set(words);
  return larger;
}

/** The element segments of a module, in typed arrays: a segment of three bytes would be a hundred times as large as an object. */
export class ElementSegments implements Iterable<ElementSegment> {
  /** Segments added so far. */
  length = 0;
  private words = new Int32Array(0);
  private functions = new Uint32Array(0);
  private functionCount = 0;
  /** Offsets that are more than an i32 constant, by segment. */
  private readonly offsets = new Map<number, ConstantExpression>();
  /** Items of the segments that are more than functions. */
  private readonly expressions = new Map<number, readonly ConstantExpression[]>();

  add({ items, mode, offset, tableIndex, type }: ElementSegment): void {
    const index = this.length++;
    const at = index * Word.Count;
    if (at + Word.Count > this.words.length) this.words = grown(this.words, 16 * Word.Count);
    const { words } = this;
    words[at + Word.Kind] = (tableIndex << 3) | (MODES.indexOf(mode) << 1) | TYPES.indexOf(type);
    if (offset !== undefined) {
      const [first] = offset;
      if (offset.length === 1 && first!.kind === 'i32.const') words[at + Word.Offset] = first!.value;
      else this.offsets.set(index, offset);
    }
    words[at + Word.ItemsLength] = items.length;
    words[at + Word.ItemsOffset] = this.functionCount;
    if (items instanceof Uint32Array) this.addFunctions(items);
    else if (items.length > 0) this.expressions.set(index, items);
    else words[at + Word.ItemsOffset] = NO_FUNCTIONS;
  }

  private addFunctions(indices: Uint32Array): void {
    const end = this.functionCount + indices.length;
    if (end > this.functions.length) this.functions = grown(this.functions, end);
    this.functions.set(indices, this.functionCount);
    this.functionCount = end;
  }

  /** Its element type, or undefined if there is no such segment. */
  typeOf(index: number): ValueType | undefined {
    return index < this.length ? TYPES[this.words[index * Word.Count + Word.Kind]! & 1] : undefined;
  }

  /** The segment at `index`, made for the occasion. */
  get(index: number): ElementSegment {
    const { words } = this;
    const at = index * Word.Count;
    const kind = words[at + Word.Kind]!;
    const mode = MODES[(kind >> 1) & 3]!;
    return {
      mode,
      type: TYPES[kind & 1]!,
      items: this.itemsOf(index),
      tableIndex: kind >>> 3,
      offset:
        mode === 'active'
          ? (this.offsets.get(index) ?? [{ kind: 'i32.const', value: words[at + Word.Offset]! }])
          : undefined,
    };
  }

  private itemsOf(index: number): ElementSegment['items'] {
    const at = index * Word.Count;
    const start = this.words[at + Word.ItemsOffset]!;
    if (start === NO_FUNCTIONS) return [];
    return (
      this.expressions.get(index) ??
      this.functions.subarray(start, start + this.words[at + Word.ItemsLength]!)
    );
  }

  *[Symbol.iterator](): Generator<ElementSegment> {
    for (let index = 0; index < this.length; index++) yield this.get(index);
  }
}

/** Instead of an offset: no items, in the form of expressions. */
const NO_FUNCTIONS = -1;
