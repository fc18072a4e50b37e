import { createWriteStream } from 'node:fs';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

import { systemReason } from '@wasm-dyno/engine/node/regular-file';
import { baseName, fileKind, FILES_OF_RUN, KNOWN_NAMES, type AskedFile } from './asked-file.js';
import { QueryRefused } from './query-refused.js';

/** At once from one server. */
const SIDE_BY_SIDE = 4;

/** Whether the user named an address and no path. */
export function isAddress(given: string): boolean {
  return /^[a-z][a-z0-9+.-]+:\/\//i.test(given);
}

/**
 * Fetches a file, or of an address that ends in no file's name what a run directory may have, into a folder. Whole files: they are small,
 * and are read more than once.
 *
 * @throws QueryRefused naming the address, without what may be secret in it
 */
export async function fetchedFiles(address: string, folder: string): Promise<AskedFile[]> {
  const url = httpAddress(address);
  if (/\.(csv|parquet|json)$/.test(url.pathname)) {
    if (fileKind(baseName(url.pathname)) === undefined)
      throw new QueryRefused(`${shown(url)}: its name does not tell what it holds; known are ${KNOWN_NAMES}`);
    const file = await fetchedFile(url, folder);
    if (file === undefined) throw new QueryRefused(`${shown(url)}: there is no such file (404)`);
    return [file];
  }
  if (!url.pathname.endsWith('/')) url.pathname += '/';
  const waiting = FILES_OF_RUN.map((name) => {
    const one = new URL(url);
    one.pathname += name;
    return one;
  });
  const found: AskedFile[] = [];
  const fetchNext = async (): Promise<void> => {
    for (let one = waiting.shift(); one !== undefined; one = waiting.shift()) {
      const file = await fetchedFile(one, folder);
      if (file !== undefined) found.push(file);
    }
  };
  await Promise.all(Array.from({ length: SIDE_BY_SIDE }, fetchNext));
  if (found.length === 0)
    throw new QueryRefused(`${shown(url)}: has no file of a run; looked for ${FILES_OF_RUN.join(', ')}`);
  return found.sort((a, b) => (a.source < b.source ? -1 : 1));
}

function httpAddress(address: string): URL {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return url;
  const mend = 'copy what lies there, or give https addresses (an object store signs them)';
  throw new QueryRefused(`${visible(address)}: only http and https are fetched; ${mend}`);
}

let fetched = 0;

/** @returns undefined where the server has no such file */
async function fetchedFile(url: URL, folder: string): Promise<AskedFile | undefined> {
  const kind = fileKind(baseName(url.pathname))!;
  const file = path.join(folder, `${++fetched}-${baseName(decodeURI(url.pathname))}`);
  try {
    const response = await fetch(url);
    if (response.status === 404) {
      await response.body?.cancel();
      return undefined;
    }
    if (!response.ok || response.body === null) throw new Error(`the server answers ${response.status}`);
    await pipeline(Readable.fromWeb(response.body), createWriteStream(file));
  } catch (error) {
    throw new QueryRefused(`${shown(url)}: cannot be fetched: ${reason(error)}`);
  }
  return { ...kind, path: file, source: shown(url) };
}

/** Without names, words of passage, and the signatures that stand behind a question mark. */
function shown({ protocol, host, pathname }: URL): string {
  return `${protocol}//${host}${pathname}`;
}

function visible(address: string): string {
  return address.replace(/\?.*$/s, '').replace(/\/\/[^/@]*@/, '//');
}

function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.cause instanceof Error) return systemReason(error.cause);
  return 'code' in error ? systemReason(error) : error.message;
}
