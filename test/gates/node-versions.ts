import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** What gates and benches run on beside their own Node, by major version. Exact, so that they judge the same today and tomorrow. */
export const NODE_VERSIONS: Readonly<Record<string, string>> = {
  22: '22.23.5',
  24: '24.22.3',
  26: '26.12.1',
};

const cache = fileURLToPath(new URL('../../.cache/node/', import.meta.url));

/** The npm package that holds Node's binary for this machine. */
export function nodePackageName(): string {
  return `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
}

/** Where the binary of a version is, or would be. */
function folderOf(version: string): string {
  return path.join(cache, `${nodePackageName()}-${version}`);
}

/** Path of the binary of a major version; undefined where it has not been downloaded yet. */
export function downloadedNode(major: string): string | undefined {
  const version = NODE_VERSIONS[major];
  if (version === undefined) return undefined;
  const file = path.join(folderOf(version), 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  return existsSync(file) ? file : undefined;
}

/** The folder with the binary of a version, downloaded at the first use. */
export function installedNode(version: string): string {
  const target = folderOf(version);
  if (!existsSync(target)) {
    mkdirSync(cache, { recursive: true });
    // Beside it, then renamed: what is there is whole.
    const scratch = mkdtempSync(path.join(cache, 'download-'));
    try {
      const name = `${nodePackageName()}@${version}`;
      execFileSync('npm', ['pack', '--silent', '--pack-destination', scratch, name], { encoding: 'utf8' });
      const tarball = readdirSync(scratch).find((file) => file.endsWith('.tgz'))!;
      execFileSync('tar', ['-xzf', path.join(scratch, tarball), '-C', scratch]);
      renameSync(path.join(scratch, 'package'), target);
    } catch (error) {
      // Another process may have put the same one there meanwhile.
      if (!existsSync(target)) throw error;
    } finally {
      rmSync(scratch, { recursive: true, force: true });
    }
  }
  return path.join(target, 'bin');
}
