import { readFileSync } from 'node:fs';

let version: string | undefined;

/** Version of the wasm-dyno package that this code is part of. */
export function packageVersion(): string {
  version ??= versionAbove(new URL('.', import.meta.url));
  return version;
}

/** The nearest package.json upwards: the sources lie one folder higher than the built files. */
function versionAbove(folder: URL): string {
  for (const up of ['../', '../../']) {
    try {
      const manifest = JSON.parse(readFileSync(new URL(`${up}package.json`, folder), 'utf8')) as {
        name?: string;
        version?: string;
      };
      if (manifest.name === 'wasm-dyno' && manifest.version !== undefined) return manifest.version;
    } catch {
      // Not there: one higher.
    }
  }
  throw new Error('the package.json of wasm-dyno is missing');
}
