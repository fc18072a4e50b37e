import type { Module } from '@wasm-dyno/engine';

const FUNCTION_NAMES = 1;

/** Names of functions by index: from the name section, else what they are exported as. */
export function functionNames(module: Module): ReadonlyMap<number, string> {
  const names = new Map<number, string>();
  for (const { name, kind, index } of module.parsed.exports) if (kind === 'function') names.set(index, name);
  const [section] = module.customSections('name');
  if (section !== undefined) for (const [index, name] of sectionNames(section)) names.set(index, name);
  return names;
}

/** What a name section says of functions, as far as it makes sense: it is only for people (specification, appendix 7.4.1). */
function sectionNames(section: Uint8Array): Map<number, string> {
  const names = new Map<number, string>();
  const reader = new Reader(section);
  try {
    while (!reader.isAtEnd) {
      const id = reader.byte();
      const content = reader.bytes();
      if (id === FUNCTION_NAMES) readMap(new Reader(content), names);
    }
  } catch (error) {
    if (!(error instanceof NoSense)) throw error;
  }
  return names;
}

function readMap(reader: Reader, names: Map<number, string>): void {
  const text = new TextDecoder();
  for (let count = reader.number(); count > 0; count--)
    names.set(reader.number(), text.decode(reader.bytes()));
}

class NoSense extends Error {
  override readonly name = 'NoSense';
}

class Reader {
  private offset = 0;

  constructor(private readonly source: Uint8Array) {}

  get isAtEnd(): boolean {
    return this.offset >= this.source.length;
  }

  byte(): number {
    const byte = this.source[this.offset++];
    if (byte === undefined) throw new NoSense();
    return byte;
  }

  number(): number {
    let value = 0;
    for (let place = 1; place < 2 ** 35; place *= 0x80) {
      const byte = this.byte();
      value += (byte & 0x7f) * place;
      if (byte < 0x80) return value;
    }
    throw new NoSense();
  }

  bytes(): Uint8Array {
    const length = this.number();
    const end = this.offset + length;
    if (end > this.source.length) throw new NoSense();
    const bytes = this.source.subarray(this.offset, end);
    this.offset = end;
    return bytes;
  }
}
