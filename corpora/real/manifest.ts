import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';

/** One module of the corpus of real modules; the meaning of each member is in `manifest.schema.json`. */
export interface ManifestModule {
  readonly name: string;
  readonly tier: Tier;
  readonly package: string;
  readonly version: string;
  readonly path: string;
  readonly extract?: { readonly encoding: 'base64'; readonly occurrence: number };
  readonly bytes: number;
  readonly sha256: string;
  readonly toolchain: string;
  readonly licence: string;
  readonly description: string;
}

export interface Manifest {
  readonly schemaVersion: 1;
  readonly modules: readonly ManifestModule[];
}

/** `small` modules come with wasm-dyno; `large` ones out of its development dependencies. */
export type Tier = 'small' | 'large';

/** The manifest and its schema lie in the package's `real/`, this file in its `dist/real/`. */
export const MANIFEST_URL = new URL('../../real/manifest.json', import.meta.url);
const SCHEMA_URL = new URL('manifest.schema.json', MANIFEST_URL);

/** The manifest that comes with wasm-dyno. */
export function readManifest(): Manifest {
  return parseManifest(readFileSync(MANIFEST_URL, 'utf8'));
}

/** Reads a manifest from its text. Throws an Error that says where it breaks the schema. */
export function parseManifest(text: string): Manifest {
  const manifest: unknown = JSON.parse(text);
  const ajv = new Ajv2020({ allErrors: false });
  const check = ajv.compile<Manifest>(JSON.parse(readFileSync(SCHEMA_URL, 'utf8')) as object);
  if (!check(manifest)) {
    throw new Error(
      `the corpus manifest is broken: ${ajv.errorsText(check.errors, { dataVar: 'manifest' })}`,
    );
  }
  const names = new Set<string>();
  for (const { name } of manifest.modules) {
    if (names.has(name)) throw new Error(`the corpus manifest is broken: two modules are named "${name}"`);
    names.add(name);
  }
  return manifest;
}
