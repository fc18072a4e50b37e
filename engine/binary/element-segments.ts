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

/** Room for what a few segments name. */
const FEW_WORDS = 64;

function grown<Words extends Int32Array | Uint32Array>(words: Words, needed: number): Words {
  const room = Math.max(needed, 2 * words.length, FEW_WORDS);
  const larger = new (words.constructor as new (length: number) => Words)(room);
  larger.set(words);
  return larger;
}

/**
 * The element segments of a module, in typed arrays: a segment of three bytes would be a hundred times as large as an object. Function indices
 * come first, one by one, then the segment that names them: a typed array for each would take longer than all else of a short segment.
 */
export class ElementSegments implements Iterable<ElementSegment> {
  /** Segments added so far. */
  length = 0;
  private words = new Int32Array(0);
  /** Those of all segments, and room for more. */
  functions = new Uint32Array(0);
  private functionCount = 0;
  /** Where those of the segment begin that is added next. */
  private firstFunction = 0;
  /** Offsets that are more than an i32 constant, by segment. */
  private readonly offsets = new Map<number, ConstantExpression>();
  /** Items of the segments that are more than functions. */
  private readonly expressions = new Map<number, readonly ConstantExpression[]>();

  /** Notes a function of the segment that is added next. */
  addFunction(index: number): void {
    if (this.functionCount === this.functions.length)
      this.functions = grown(this.functions, this.functionCount + 1);
    this.functions[this.functionCount++] = index;
  }

  /** Room in `functions`, from the index on that it gives, for so many of the segment that is added next. */
  roomForFunctions(count: number): number {
    const start = this.functionCount;
    this.functionCount += count;
    if (this.functionCount > this.functions.length)
      this.functions = grown(this.functions, this.functionCount);
    return start;
  }

  /** Takes the functions back that were noted for the segment that is added next. */
  takeFunctions(): Uint32Array {
    const taken = this.functions.slice(this.firstFunction, this.functionCount);
    this.functionCount = this.firstFunction;
    return taken;
  }

  /**
   * @param offset of an active segment in its table: the value of a plain i32 constant, or another expression
   * @param expressions the items, unless they are the functions that were noted
   */
  add(
    mode: ElementSegment['mode'],
    type: ValueType,
    tableIndex: number,
    offset: number | ConstantExpression | undefined,
    expressions: readonly ConstantExpression[] | undefined,
  ): void {
    const index = this.length++;
    const at = index * Word.Count;
    if (at + Word.Count > this.words.length) this.words = grown(this.words, at + Word.Count);
    const { words } = this;
    words[at + Word.Kind] = (tableIndex << 3) | (MODES.indexOf(mode) << 1) | TYPES.indexOf(type);
    if (typeof offset === 'number') words[at + Word.Offset] = offset;
    else if (offset !== undefined) this.offsets.set(index, offset);
    if (expressions === undefined) {
      words[at + Word.ItemsOffset] = this.firstFunction;
      words[at + Word.ItemsLength] = this.functionCount - this.firstFunction;
      this.firstFunction = this.functionCount;
    } else {
      words[at + Word.ItemsOffset] = NO_FUNCTIONS;
      if (expressions.length > 0) this.expressions.set(index, expressions);
    }
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
    if (start === NO_FUNCTIONS) return this.expressions.get(index) ?? [];
    return this.functions.subarray(start, start + this.words[at + Word.ItemsLength]!);
  }

  *[Symbol.iterator](): Generator<ElementSegment> {
    for (let index = 0; index < this.length; index++) yield this.get(index);
  }
}

/** Instead of an offset: items in the form of expressions. */
const NO_FUNCTIONS = -1;
