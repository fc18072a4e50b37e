/**
 * `npm run other-node -- VERSION COMMAND...`: runs a command under another major version of Node. Its binary comes out of the npm
 * registry, for tests only: into `.cache/`, never into anyone's install.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const EXIT_FAILED = 1;
const EXIT_USAGE = 2;

/** What the gate runs on. Exact, so that it judges the same today and tomorrow. */
const VERSIONS: Readonly<Record<string, string>> = { 22: '22.23.5', 24: '24.22.3', 26: '26.12.1' };

const cache = fileURLToPath(new URL('../../.cache/node/', import.meta.url));

process.exitCode = main(process.argv.slice(2));

function main([major = '', command, ...values]: readonly string[]): number {
  const version = Object.hasOwn(VERSIONS, major) ? VERSIONS[major] : undefined;
  if (version === undefined || command === undefined) {
    console.error(`usage: npm run other-node -- ${Object.keys(VERSIONS).join('|')} COMMAND...`);
    return EXIT_USAGE;
  }
  let folder: string;
  try {
    folder = installed(version);
  } catch (error) {
    const [reason] = (error as Error).message.split('\n');
    console.error(
      `Node ${version} cannot be had as ${packageName()}: ${reason}; try again with the npm registry in reach`,
    );
    return EXIT_FAILED;
  }
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    PATH: `${folder}${path.delimiter}${process.env['PATH'] ?? ''}`,
  };
  // Left by npm for its children, these lead back to the Node that this runs on.
  delete env['NODE'];
  delete env['npm_node_execpath'];
  const { error, signal, status } = spawnSync(command, values, { stdio: 'inherit', env });
  if (error !== undefined) console.error(`${command} cannot be run: ${error.message}`);
  if (signal !== null) console.error(`${command} was ended by ${signal}`);
  return status ?? EXIT_FAILED;
}

function packageName(): string {
  return `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
}

/** The folder with the binary of a version, downloaded at the first use. */
function installed(version: string): string {
  const target = path.join(cache, `${packageName()}-${version}`);
  if (!existsSync(target)) {
    mkdirSync(cache, { recursive: true });
    // Beside it, then renamed: what is there is whole.
    const scratch = mkdtempSync(path.join(cache, 'download-'));
    try {
      const name = `${packageName()}@${version}`;
      execFileSync('npm', ['pack', '--silent', '--pack-destination', scratch, name], { encoding: 'utf8' });
      const tarball = readdirSync(scratch).find((file) => file.endsWith('.tgz'))!;
      execFileSync('tar', ['-xzf', path.join(scratch, tarball), '-C', scratch]);
      renameSync(path.join(scratch, 'package'), target);
    } finally {
      rmSync(scratch, { recursive: true, force: true });
    }
  }
  return path.join(target, 'bin');
}
