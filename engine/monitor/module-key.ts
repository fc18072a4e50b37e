import type { CompilationMode } from '../runtime/config.js';

/** A module, as far as monitors have to tell it from others, and know when its functions are compiled: by first calls, unless told. */
export interface WatchedModule {
  readonly parsed: { readonly bytes: Uint8Array };
  readonly engine?: { readonly compilationMode: CompilationMode };
}

/** Bytes that are looked at. */
const LOOKS = 512;
const FNV_PRIME = 0x01000193;

const KEYS = new WeakMap<WatchedModule, number>();

/**
 * A 32-bit number of the module's length and of bytes spread over it: the same in every process, in a microsecond. Modules that differ in a
 * few bytes may have one, and are one witness then.
 */
export function moduleKey(module: WatchedModule): number {
  const known = KEYS.get(module);
  if (known !== undefined) return known;
  const { bytes } = module.parsed;
  const step = Math.max(1, bytes.length / LOOKS);
  let key = bytes.length;
  for (let at = 0; at < bytes.length; at += step)
    key = Math.imul(key ^ bytes[Math.floor(at)]!, FNV_PRIME) >>> 0;
  KEYS.set(module, key);
  return key;
}
