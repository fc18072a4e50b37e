import { sized, unsigned } from '../encoded-integers.js';
/**
 * Reads and writes the binary format as far as mutating, exporting everything and minimising need it: sections as raw
 * content, function bodies as lists of operators. Shares no code with the engine. Throws RangeError for what it cannot read.
 */

export const enum Section {
  Custom = 0,
  Type = 1,
  Import = 2,
  Function = 3,
  Table = 4,
  Memory = 5,
  Global = 6,
  Export = 7,
  Start = 8,
  Element = 9,
  Code = 10,
  Data = 11,
  DataCount = 12,
}

/** Kinds of imports and exports, by their byte. */
export const enum ExternKind {
  Function = 0,
  Table = 1,
  Memory = 2,
  Global = 3,
}

export interface FunctionCode {
  /** Local declarations, count included. */
  locals: Uint8Array;
  /** One entry per operator with its immediates, the closing `end` included. */
  operators: Uint8Array[];
}

export interface ModuleBinary {
  sections: { id: number; content: Uint8Array }[];
}

const PREAMBLE = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];

export function name(text: string): number[] {
  return sized(new TextEncoder().encode(text));
}

/** A section with a vector of items. */
export function section(id: Section, items: readonly (readonly number[])[]): number[] {
  return items.length === 0 ? [] : [id, ...sized([...unsigned(items.length), ...items.flat()])];
}

export function moduleOf(...sections: readonly (readonly number[])[]): Uint8Array {
  return Uint8Array.from([...PREAMBLE, ...sections.flat()]);
}

export class Reader {
  offset = 0;
  constructor(readonly bytes: Uint8Array) {}

  get atEnd(): boolean {
    return this.offset >= this.bytes.length;
  }

  byte(): number {
    const value = this.bytes[this.offset++];
    if (value === undefined) throw new RangeError('unexpected end');
    return value;
  }

  unsigned(): number {
    let value = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      const byte = this.byte();
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
    throw new RangeError('integer too long');
  }

  take(count: number): Uint8Array {
    if (this.offset + count > this.bytes.length) throw new RangeError('unexpected end');
    this.offset += count;
    return this.bytes.subarray(this.offset - count, this.offset);
  }

  skipIntegers(count: number): void {
    while (count-- > 0) this.unsigned();
  }
}

export function readModule(bytes: Uint8Array): ModuleBinary {
  const reader = new Reader(bytes);
  if (PREAMBLE.some((byte) => reader.byte() !== byte)) throw new RangeError('no module');
  const sections: ModuleBinary['sections'] = [];
  while (!reader.atEnd) {
    const id = reader.byte();
    sections.push({ id, content: reader.take(reader.unsigned()) });
  }
  return { sections };
}

export function writeModule(module: ModuleBinary): Uint8Array {
  const parts = module.sections.flatMap(({ id, content }) => [
    Uint8Array.from([id, ...unsigned(content.length)]),
    content,
  ]);
  return concatenate([Uint8Array.from(PREAMBLE), ...parts]);
}

export function concatenate(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

export function sectionContent(module: ModuleBinary, id: Section): Uint8Array | undefined {
  return module.sections.find((section) => section.id === id)?.content;
}

/** Replaces a section's content or puts in the section where the order of sections (spec 5.5.2) wants it. */
export function setSection(module: ModuleBinary, id: Section, content: Uint8Array): void {
  const at = module.sections.findIndex((section) => section.id === id);
  if (at >= 0) {
    module.sections[at] = { id, content };
    return;
  }
  const next = module.sections.findIndex(
    (section) => section.id !== Section.Custom && rank(section.id) > rank(id),
  );
  module.sections.splice(next < 0 ? module.sections.length : next, 0, { id, content });
}

function rank(id: number): number {
  return id === Section.DataCount ? Section.Element + 0.5 : id;
}

export function readCode(content: Uint8Array): FunctionCode[] {
  const reader = new Reader(content);
  return Array.from({ length: reader.unsigned() }, () => readBody(reader.take(reader.unsigned())));
}

export function writeCode(functions: readonly FunctionCode[]): Uint8Array {
  const parts = functions.flatMap(({ locals, operators }) => {
    const body = concatenate([locals, ...operators]);
    return [Uint8Array.from(unsigned(body.length)), body];
  });
  return concatenate([Uint8Array.from(unsigned(functions.length)), ...parts]);
}

function readBody(bytes: Uint8Array): FunctionCode {
  const reader = new Reader(bytes);
  for (let groups = reader.unsigned(); groups > 0; groups--) reader.skipIntegers(2);
  const locals = bytes.subarray(0, reader.offset);
  const operators: Uint8Array[] = [];
  while (!reader.atEnd) {
    const start = reader.offset;
    skipOperator(reader);
    operators.push(bytes.subarray(start, reader.offset));
  }
  return { locals, operators };
}

function skipOperator(reader: Reader): void {
  const opcode = reader.byte();
  switch (opcode) {
    case 0x02: // block, loop, if: block type
    case 0x03:
    case 0x04:
    case 0x0c: // br, br_if
    case 0x0d:
    case 0x10: // calls
    case 0x12:
    case 0xd0: // ref.null, ref.func
    case 0xd2:
    case 0x3f: // memory.size, memory.grow
    case 0x40:
    case 0x41: // i32.const, i64.const
    case 0x42:
      reader.skipIntegers(1);
      return;
    case 0x0e:
      reader.skipIntegers(reader.unsigned() + 1);
      return;
    case 0x11:
    case 0x13:
      reader.skipIntegers(2);
      return;
    case 0x1c:
      reader.skipIntegers(reader.unsigned());
      return;
    case 0x43:
      reader.take(4);
      return;
    case 0x44:
      reader.take(8);
      return;
    case 0xfc:
      skipMiscellaneous(reader);
      return;
    case 0xfd:
      skipVector(reader);
      return;
  }
  if (opcode >= 0x20 && opcode <= 0x26) reader.skipIntegers(1);
  else if (opcode >= 0x28 && opcode <= 0x3e) reader.skipIntegers(2);
}

function skipMiscellaneous(reader: Reader): void {
  const code = reader.unsigned();
  if (code < 8) return;
  reader.skipIntegers([8, 10, 12, 14].includes(code) ? 2 : 1);
}

function skipVector(reader: Reader): void {
  const code = reader.unsigned();
  if (code <= 0x0b || code === 0x5c || code === 0x5d) reader.skipIntegers(2);
  else if (code === 0x0c || code === 0x0d) reader.take(16);
  else if (code >= 0x15 && code <= 0x22) reader.take(1);
  else if (code >= 0x54 && code <= 0x5b) {
    reader.skipIntegers(2);
    reader.take(1);
  }
}

/** How many of each kind the import section brings in. */
export function importCounts(module: ModuleBinary): Record<ExternKind, number> {
  const counts = {
    [ExternKind.Function]: 0,
    [ExternKind.Table]: 0,
    [ExternKind.Memory]: 0,
    [ExternKind.Global]: 0,
  };
  const content = sectionContent(module, Section.Import);
  if (content === undefined) return counts;
  const reader = new Reader(content);
  for (let left = reader.unsigned(); left > 0; left--) {
    reader.take(reader.unsigned());
    reader.take(reader.unsigned());
    const kind = reader.byte() as ExternKind;
    if (!(kind in counts)) throw new RangeError(`unknown import kind ${kind}`);
    counts[kind]++;
    if (kind === ExternKind.Function) reader.unsigned();
    else if (kind === ExternKind.Global) reader.take(2);
    else {
      if (kind === ExternKind.Table) reader.byte();
      skipLimits(reader);
    }
  }
  return counts;
}

function skipLimits(reader: Reader): void {
  const flags = reader.byte();
  reader.skipIntegers((flags & 1) === 0 ? 1 : 2);
}

/** Items of a section that is a vector; 0 when it is missing. */
export function itemCount(module: ModuleBinary, id: Section): number {
  const content = sectionContent(module, id);
  return content === undefined ? 0 : new Reader(content).unsigned();
}
