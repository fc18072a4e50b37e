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
  /** Of the sections that are decoded while parsing: all but code, data and custom ones. */
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

type Counted = Exclude<keyof SectionEntries, 'sections' | 'customs' | 'declarationBytes'>;

/** What the vector that a section begins with counts (spec 5.5), by the section's code; bodies are counted with their functions. */
const COUNTED: Readonly<Record<number, Counted>> = {
  [SectionCode.Type]: 'types',
  [SectionCode.Import]: 'imports',
  [SectionCode.Function]: 'functions',
  [SectionCode.Table]: 'tables',
  [SectionCode.Memory]: 'memories',
  [SectionCode.Global]: 'globals',
  [SectionCode.Export]: 'exports',
  [SectionCode.Element]: 'elements',
  [SectionCode.Data]: 'data',
};

/**
 * Counts the entries of a module's sections by their headers alone: parsing is charged by these counts before it begins. Whatever the
 * bytes are, it takes time by the number of sections, and ends where they cannot be followed further. A vector counts as no more entries
 * than its section has bytes.
 */
export function sectionEntries(bytes: Uint8Array): SectionEntries {
  const entries = {
    ...{ sections: 0, declarationBytes: 0, customs: 0, types: 0, imports: 0, functions: 0 },
    ...{ tables: 0, memories: 0, globals: 0, exports: 0, elements: 0, data: 0 },
  };
  let offset = HEADER_BYTES;
  while (offset < bytes.length) {
    entries.sections++;
    const id = bytes[offset]!;
    const [length, begin] = unsigned32(bytes, offset + 1);
    const end = Math.min(begin + length, bytes.length);
    if (id === SectionCode.Custom) entries.customs++;
    else if (id !== SectionCode.Code && id !== SectionCode.Data) entries.declarationBytes += end - offset;
    const counted = COUNTED[id];
    if (counted !== undefined) entries[counted] += Math.min(unsigned32(bytes, begin)[0], end - begin);
    offset = end;
  }
  return entries;
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
  for (let shift = 0; shift < 35 && at < bytes.length; shift += 7) {
    const byte = bytes[at++]!;
    value += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) break;
  }
  return [value, at];
}
