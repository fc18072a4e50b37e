import { stat } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { build } from 'esbuild';

export interface LoadedFile {
  /** Relative to the `dist/` of the entry's package, or the name of another package. */
  readonly name: string;
  /** Whether it lies in the `dist/` of the entry's package. */
  readonly isOwn: boolean;
  readonly bytes: number;
}

/** The files that importing an entry loads at once: those that static imports reach. */
export async function loadedFiles(entry: string): Promise<LoadedFile[]> {
  const entryFile = fileURLToPath(import.meta.resolve(entry));
  const { metafile } = await build({
    entryPoints: [entryFile],
    bundle: true,
    write: false,
    metafile: true,
    splitting: true,
    outdir: 'nowhere',
    packages: 'external',
    format: 'esm',
    logLevel: 'error',
  });
  const names = new Set<string>();
  const visit = (name: string): void => {
    if (names.has(name)) return;
    names.add(name);
    for (const { path: imported, kind, external } of metafile.inputs[name]?.imports ?? []) {
      if (kind === 'import-statement') {
        if (external === true) names.add(imported);
        else visit(imported);
      }
    }
  };
  visit(path.relative(process.cwd(), entryFile));
  const dist = path.dirname(entryFile);
  return Promise.all(
    [...names].map(async (name) => {
      if (metafile.inputs[name] === undefined) return { name, isOwn: false, bytes: 0 };
      const file = path.resolve(name);
      const below = path.relative(dist, file);
      return { name: below, isOwn: !below.startsWith('..'), bytes: (await stat(file)).size };
    }),
  );
}
