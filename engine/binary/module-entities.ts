import { afterLeb128, decodeUnsigned32 } from './leb128.js';
import { Operator } from './operator.js';
import {
  afterOpcode,
  decodeOperator,
  Immediate,
  operatorImmediates,
  skipImmediates,
} from './operator-immediate.js';
import { SectionCode } from './section-code.js';

/** What a module's sections say that they hold, before anything of them is decoded. */
export interface ModuleEntities {
  readonly sections: number;
  readonly types: number;
  readonly functions: number;
  readonly imports: number;
  readonly exports: number;
  readonly globals: number;
  /** Data and element segments. */
  readonly segments: number;
  /**
   * What is decoded while parsing: sections but for code, data and custom ones; of these the names, and of data segments the offsets that are
   * more than a constant.
   */
  readonly declarationBytes: number;
}

/** The entries of a module's sections, by the section's kind; custom sections by themselves. */
export interface SectionEntries {
  readonly sections: number;
  readonly declarationBytes: number;
  readonly customs: number;
  readonly types: number;
  readonly imports: number;
  readonly functions: number;
  readonly tables: number;
  readonly memories: number;
  readonly globals: number;
  readonly exports: number;
  readonly elements: number;
  readonly data: number;
}

const HEADER_BYTES = 8;

/**
 * Counts the entries of a module's sections by their headers alone: parsing is charged by these counts before it begins. Whatever the
 * bytes are, it takes time by the number of sections, and ends where they cannot be followed further. A vector counts as no more entries
 * than its section has bytes.
 */
export function sectionEntries(bytes: Uint8Array): SectionEntries {
  // By section code: a number in an array is added to in a tenth of the time that a name in an object takes.
  const counts = new Array<number>(SectionCode.Data + 1).fill(0);
  let [sections, declarationBytes, customs, offset] = [0, 0, 0, HEADER_BYTES];
  while (offset < bytes.length) {
    sections++;
    const id = bytes[offset]!;
    const [length, begin] = unsigned32(bytes, offset + 1);
    const end = Math.min(begin + length, bytes.length);
    const [number, first] = unsigned32(bytes, begin);
    if (id === SectionCode.Custom) {
      customs++;
      declarationBytes += Math.max(0, Math.min(first + number, end) - begin);
    } else if (id === SectionCode.Data) {
      declarationBytes += computedOffsetBytes(bytes, number, first, end);
    } else if (id !== SectionCode.Code) declarationBytes += end - offset;
    if (id < counts.length) counts[id]! += Math.min(number, end - begin);
    offset = end;
  }
  return {
    sections,
    declarationBytes,
    customs,
    types: counts[SectionCode.Type]!,
    imports: counts[SectionCode.Import]!,
    functions: counts[SectionCode.Function]!,
    tables: counts[SectionCode.Table]!,
    memories: counts[SectionCode.Memory]!,
    globals: counts[SectionCode.Global]!,
    exports: counts[SectionCode.Export]!,
    elements: counts[SectionCode.Element]!,
    data: counts[SectionCode.Data]!,
  };
}

/** What of a module's entries has a price of its own. */
export function entitiesOf(entries: SectionEntries): ModuleEntities {
  const { sections, types, functions, imports, exports, globals, elements, data, declarationBytes } = entries;
  return {
    sections,
    types,
    functions,
    imports,
    exports,
    globals,
    segments: elements + data,
    declarationBytes,
  };
}

/** What a module declares, or bytes that are none. */
export function moduleEntities(bytes: Uint8Array): ModuleEntities {
  return entitiesOf(sectionEntries(bytes));
}

/** A number in LEB128 of at most five bytes, and where it ends; what is cut off reads as what is there. */
function unsigned32(bytes: Uint8Array, offset: number): [value: number, end: number] {
  let value = 0;
  let at = offset;
  // Powers of 128 as they come: to raise to a power takes longer than all else of a section.
  for (let scale = 1; scale < 2 ** 35 && at < bytes.length; scale *= 128) {
    const byte = bytes[at++]!;
    value += (byte & 0x7f) * scale;
    if (byte < 0x80) break;
  }
  return [value, at];
}

/** Bytes of the offsets of data segments that are more than a constant, as far as the section makes sense. */
function computedOffsetBytes(bytes: Uint8Array, segments: number, first: number, end: number): number {
  let sum = 0;
  let at = first;
  for (; segments > 0 && at < end; segments--) {
    const kind = bytes[at++]!;
    if (kind > 2) break;
    if (kind === 2) at = afterLeb128(bytes, at);
    if (kind !== 1) {
      const start = at;
      const isConstant = bytes[at] === Operator.I32Const || bytes[at] === Operator.I64Const;
      if (isConstant) at = afterLeb128(bytes, at + 1);
      if (!isConstant || bytes[at] !== Operator.End) {
        at = endOfExpression(bytes, at, end);
        sum += Math.max(0, Math.min(at + 1, end) - start);
        if (bytes[at] !== Operator.End) break;
      }
      at++;
    }
    at = afterLeb128(bytes, at) + decodeUnsigned32(bytes, at);
  }
  return sum;
}

/** Where the expression's `end` stands, or what is no operator of an expression. */
function endOfExpression(bytes: Uint8Array, offset: number, end: number): number {
  while (offset < end) {
    // All that a valid expression is made of, but for its rarest constants.
    const byte = bytes[offset]!;
    if (byte === Operator.End) return offset;
    const kind = operatorImmediates[byte]! as Immediate;
    if (kind === Immediate.None) {
      offset++;
      continue;
    }
    if (kind === Immediate.Integer) {
      offset = afterLeb128(bytes, offset + 1);
      continue;
    }
    const operator = decodeOperator(bytes, offset);
    const immediate = (operatorImmediates[operator] ?? Immediate.Unknown) as Immediate;
    // Lists would be gone through without being counted.
    if (
      immediate === Immediate.Unknown ||
      immediate === Immediate.BranchTable ||
      immediate === Immediate.ValueTypes
    )
      return offset;
    offset = skipImmediates(bytes, operator, afterOpcode(bytes, offset));
  }
  return end;
}
