import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** Folders of the packages, each at the top level. */
export const PACKAGES = ['engine', 'corpora', 'reports', 'harness'] as const;
export type PackageFolder = (typeof PACKAGES)[number];

/** What `npm pack` would put into a package, of the `dist/` that is there. */
export interface PackedPackage {
  readonly paths: Set<string>;
  readonly readme: string;
}

export function packedPackage(folder: PackageFolder): PackedPackage {
  const texts = (option: string) =>
    execFileSync(process.execPath, [join(ROOT, 'build/package-texts.mjs'), option, folder]);
  texts('--write');
  try {
    const output = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
      cwd: join(ROOT, folder),
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const [packed] = JSON.parse(output) as [{ files: { path: string }[] }];
    const readme = readFileSync(join(ROOT, folder, 'README.md'), 'utf8');
    return { paths: new Set(packed.files.map(({ path }) => path)), readme };
  } finally {
    texts('--remove');
  }
}
