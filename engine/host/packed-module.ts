/** A WebAssembly module of the engine's own, as the build packs it: see `build/lz4.mjs`. */
export interface PackedModule {
  readonly byteLength: number;
  /** A block of the LZ4 format, in base64. */
  readonly block: string;
}

const LEAST_MATCH = 4;

/** The module's bytes. Byte by byte, because this runs once, where every other way is slower. */
export function unpackModule({ block, byteLength }: PackedModule): Uint8Array {
  const packed = bytesOf(atob(block));
  const bytes = new Uint8Array(byteLength);
  let at = 0;
  let end = 0;
  /** A length whose first four bits are known. */
  const lengthFrom = (bits: number): number => {
    let length = bits;
    if (bits < 15) return length;
    for (;;) {
      const more = packed[at++]!;
      length += more;
      if (more < 255) return length;
    }
  };
  for (;;) {
    const token = packed[at++]!;
    for (let left = lengthFrom(token >> 4); left > 0; left--) bytes[end++] = packed[at++]!;
    if (at >= packed.length) return bytes;
    let from = end - (packed[at]! | (packed[at + 1]! << 8));
    at += 2;
    for (let left = lengthFrom(token & 15) + LEAST_MATCH; left > 0; left--) bytes[end++] = bytes[from++]!;
  }
}

function bytesOf(binary: string): Uint8Array {
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
}

declare function atob(text: string): string;
