import { createHash } from 'node:crypto';

/** SHA-256 in lower-case hexadecimal. */
export function sha256(bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/**
 * What tells two corpora apart: SHA-256 over a line `name <tab> sha256` per module, sorted by name in code-unit order.
 * The order of loading, paths and time play no part.
 */
export function corpusDigest(modules: readonly { readonly name: string; readonly sha256: string }[]): string {
  const lines = modules.map((module) => `${module.name}\t${module.sha256}\n`);
  return sha256(lines.sort().join(''));
}
