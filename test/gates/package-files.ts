import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** Folders of the packages, each at the top level. */
export const PACKAGES = ['engine', 'corpora', 'reports', 'harness'] as const;
export type PackageFolder = (typeof PACKAGES)[number];

/** What `npm pack` would put into a package, of the `dist/` that is there. */
export interface PackedPackage {
  readonly paths: Set<string>;
  /** Files that git knows, by path, which are others while the package is packed: an end in between would leave them so. */
  readonly changed: readonly string[];
}

export function packedPackage(folder: PackageFolder): PackedPackage {
  const texts = (option: string) =>
    execFileSync(process.execPath, [join(ROOT, 'build/package-texts.mjs'), option, folder]);
  const before = new Map(
    committedFiles(folder).map((file) => [file, readFileSync(join(ROOT, file), 'utf8')]),
  );
  texts('--write');
  try {
    const output = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
      cwd: join(ROOT, folder),
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const [packed] = JSON.parse(output) as [{ files: { path: string }[] }];
    const changed = [...before].filter(([file, text]) => readFileSync(join(ROOT, file), 'utf8') !== text);
    return { paths: new Set(packed.files.map(({ path }) => path)), changed: changed.map(([file]) => file) };
  } finally {
    texts('--remove');
  }
}

/** Files of a folder that git knows and that are there, by path. */
function committedFiles(folder: string): string[] {
  const listed = execFileSync('git', ['ls-files', '-z', folder], { cwd: ROOT, encoding: 'utf8' });
  return listed.split('\0').filter((file) => file !== '' && existsSync(join(ROOT, file)));
}
