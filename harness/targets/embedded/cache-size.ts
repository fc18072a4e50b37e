import { readdirSync, readFileSync } from 'node:fs';

const FALLBACK_BYTES = 32 * 1024 * 1024;
const FOLDER = '/sys/devices/system/cpu/cpu0/cache';

/**
 * Bytes of the last-level cache: what the harness says (`WASM_DYNO_LLC_BYTES`), else what Linux says, else 32 MiB, which
 * is more than most machines have, so that the `memory` regime leaves the caches all the same.
 */
export function lastLevelCacheBytes(): number {
  const given = Number(process.env['WASM_DYNO_LLC_BYTES']);
  if (Number.isSafeInteger(given) && given > 0) return given;
  return largestOf('Unified') ?? FALLBACK_BYTES;
}

function largestOf(kind: string): number | undefined {
  try {
    const sizes = readdirSync(FOLDER)
      .filter((name) => /^index\d+$/.test(name))
      .filter((name) => readFileSync(`${FOLDER}/${name}/type`, 'utf8').trim() === kind)
      .map((name) => bytesOf(readFileSync(`${FOLDER}/${name}/size`, 'utf8').trim()));
    return sizes.length > 0 ? Math.max(...sizes) : undefined;
  } catch {
    return undefined;
  }
}

function bytesOf(size: string): number {
  const scale = size.endsWith('K') ? 1024 : size.endsWith('M') ? 1024 * 1024 : 1;
  return Number.parseInt(size, 10) * scale;
}
