import { UNPACKER_BYTES } from './unpacker-bytes.js';
import type { HostWebAssembly } from './web-assembly.js';

/** A WebAssembly module of the engine's own, as the build packs it: see `build/lz4.mjs`. */
export interface PackedModule {
  readonly byteLength: number;
  /** A block of the LZ4 format, in digits of base 85. */
  readonly block: string;
}

interface Unpacker {
  readonly memory: { readonly buffer: ArrayBuffer };
  /** Unpacks so many characters at the memory's beginning into its second page; see `unpack.wat`. */
  unpack(characters: number): void;
}

/** Where the unpacker writes. */
const UNPACKED_AT = 65_536;

/** The module's bytes. This runs once for each: so the host's WebAssembly does it, which needs no time to become quick. */
export function unpackModule(
  { block, byteLength }: PackedModule,
  { Instance, Module }: HostWebAssembly,
): Uint8Array {
  const { exports } = new Instance(new Module(bytesOf(atob(UNPACKER_BYTES))));
  const { memory, unpack } = exports as unknown as Unpacker;
  new TextEncoder().encodeInto(block, new Uint8Array(memory.buffer));
  unpack(block.length);
  return new Uint8Array(memory.buffer, UNPACKED_AT, byteLength);
}

function bytesOf(binary: string): Uint8Array {
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
}

declare function atob(text: string): string;
