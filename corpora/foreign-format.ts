/** What is not a core module in binary form, but something people take for one. */
export interface ForeignFormat {
  /** What it is and what to do, for example `is compressed with gzip: ...`. */
  readonly reason: string;
  /** Where it shows. */
  readonly offset: number;
}

interface KnownFormat extends ForeignFormat {
  readonly signature: readonly number[];
}

const FORMATS: readonly KnownFormat[] = [
  {
    // The binary format of components has the magic number of modules, and layer 1 in place of 0 (component model, Binary.md).
    signature: [0x00, 0x61, 0x73, 0x6d, -1, -1, 0x01, 0x00],
    reason:
      'is a component, not a core module: take the core modules out of it first (wasm-tools component unbundle)',
    offset: 4,
  },
  compressed([0x1f, 0x8b], 'gzip', 'gunzip'),
  compressed([0x28, 0xb5, 0x2f, 0xfd], 'Zstandard', 'unzstd'),
  compressed([0x42, 0x5a, 0x68], 'bzip2', 'bunzip2'),
  compressed([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00], 'xz', 'unxz'),
  { signature: [0x50, 0x4b, 0x03, 0x04], reason: 'is a zip archive: unpack it first (unzip)', offset: 0 },
  {
    signature: [0x7f, 0x45, 0x4c, 0x46],
    reason: 'is a native program (ELF): compile it for a wasm target instead',
    offset: 0,
  },
];

const TEXT: ForeignFormat = {
  reason: 'seems to be a module in text form: give its name the ending .wat',
  offset: 0,
};

/** Recognises by their first bytes formats that no engine takes for a module. */
export function foreignFormat(bytes: Uint8Array): ForeignFormat | undefined {
  const known = FORMATS.find(({ signature }) =>
    signature.every((byte, position) => byte < 0 || bytes[position] === byte),
  );
  if (known !== undefined) return known;
  return /^\uFEFF?\s*(?:\(|;;)/.test(new TextDecoder().decode(bytes.subarray(0, 64))) ? TEXT : undefined;
}

function compressed(signature: readonly number[], name: string, program: string): KnownFormat {
  return { signature, reason: `is compressed with ${name}: unpack it first (${program})`, offset: 0 };
}
