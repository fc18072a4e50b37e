import { moduleWeight, type SectionEntries } from './schedule.js';
import { SectionCode } from '../binary/section-code.js';

const HEADER_BYTES = 8;
/** A LEB128 number of 32 bits has five bytes at most. */
const MOST_SHIFT = 28;

/** Reads what it can: what makes no sense ends it, and is parsing's to tell. */
class Headers {
  offset = HEADER_BYTES;

  constructor(private readonly bytes: Uint8Array) {}

  get isAtEnd(): boolean {
    return this.offset >= this.bytes.length;
  }

  byte(): number {
    return this.bytes[this.offset++] ?? 0;
  }

  number(): number {
    let value = 0;
    for (let shift = 0; shift <= MOST_SHIFT; shift += 7) {
      const byte = this.byte();
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) break;
    }
    return value;
  }
}

/**
 * Bytes that parsing a module is charged for, which need not be one: its own, or as many as the entries of its sections count as. Only the
 * sections' headers are looked at; a section has no more entries than bytes, whatever it says.
 */
export function weighModule(bytes: Uint8Array): number {
  const headers = new Headers(bytes);
  const entries: Record<keyof SectionEntries, number> = { types: 0, functions: 0, elements: 0, others: 0 };
  while (!headers.isAtEnd) {
    const id = headers.byte();
    const length = headers.number();
    const start = headers.offset;
    const room = Math.min(length, bytes.length - start);
    if (id === SectionCode.Custom) entries.others++;
    else {
      const kind = KIND_OF_SECTION[id];
      if (kind !== undefined) entries[kind] += Math.min(headers.number(), room);
    }
    headers.offset = start + length;
  }
  return moduleWeight(bytes.length, entries);
}

/** Sections whose entries count, by their code; bodies are counted with the functions that they are of. */
const KIND_OF_SECTION: Readonly<Record<number, keyof SectionEntries>> = {
  [SectionCode.Type]: 'types',
  [SectionCode.Import]: 'others',
  [SectionCode.Function]: 'functions',
  [SectionCode.Table]: 'others',
  [SectionCode.Memory]: 'others',
  [SectionCode.Global]: 'others',
  [SectionCode.Export]: 'others',
  [SectionCode.Element]: 'elements',
  [SectionCode.Data]: 'others',
};
