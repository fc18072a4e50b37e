import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { ManifestModule } from './manifest.js';

const require = createRequire(import.meta.url);

/** What a package's `package.json` says of it, as far as the corpora need it. */
export interface InstalledPackage {
  readonly folder: string;
  readonly version: string;
  readonly licence: string | undefined;
}

/**
 * The installed package that Node's resolution finds from here, or undefined. It looks for the folder and not for an entry
 * point, because a package may keep its `package.json` out of its exports.
 */
export function findPackage(
  name: string,
  searchFolders: readonly string[] = require.resolve.paths(name) ?? [],
): InstalledPackage | undefined {
  const folder = searchFolders
    .map((search) => join(search, name))
    .find((found) => existsSync(join(found, 'package.json')));
  if (folder === undefined) return undefined;
  const description = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Record<
    string,
    unknown
  >;
  return {
    folder,
    version: String(description['version']),
    licence: typeof description['license'] === 'string' ? description['license'] : undefined,
  };
}

/** The bytes of a module in an installed package. Throws an Error naming the file when there is none. */
export function readPackageModule(
  folder: string,
  { path, extract }: Pick<ManifestModule, 'path' | 'extract'>,
): Uint8Array {
  const file = readFileSync(join(folder, path));
  return extract === undefined ? file : base64Module(file.toString('latin1'), extract.occurrence, path);
}

/** Base64 of a module's magic number and version is `AGFzbQEAAAA`. */
function base64Module(text: string, occurrence: number, path: string): Uint8Array {
  const literals = text.match(/AGFzbQEAAAA[A-Za-z0-9+/]*={0,2}/g) ?? [];
  const literal = literals[occurrence];
  if (literal === undefined)
    throw new Error(
      `${path} holds ${literals.length} ${literals.length === 1 ? 'module' : 'modules'} in base64, not ${occurrence + 1}`,
    );
  return Buffer.from(literal, 'base64');
}
