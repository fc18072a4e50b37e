/** A WebAssembly module of the engine's own, as the build packs it: see `build/lz4.mjs`. */
export interface PackedModule {
  readonly byteLength: number;
  /** A block of the LZ4 format, in base64. */
  readonly block: string;
}

const LEAST_MATCH = 4;

/** The module's bytes. This runs once: it has the host move what is longer than some bytes. */
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
    const length = lengthFrom(token & 15) + LEAST_MATCH;
    const behind = end + length;
    // What is copied may be what is being written.
    if (from + length <= end) bytes.copyWithin(end, from, from + length);
    else while (end < behind) bytes[end++] = bytes[from++]!;
    end = behind;
  }
}

function bytesOf(binary: string): Uint8Array {
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
}

declare function atob(text: string): string;
