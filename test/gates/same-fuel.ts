/**
 * `npm run same-fuel -- VERSION...`: whether what modules of the adversarial and the real corpus are charged for loading, first calls and calls is
 * the same on this Node and on other major versions. That it is the same in every mode and on both executors of one Node is a test's.
 */
import { spawn } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { installedNode, NODE_VERSIONS } from './node-versions.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const EXIT_FAILED = 1;
const EXIT_USAGE = 2;

function linesOn(node: string): Promise<string[]> {
  return new Promise((resolve, reject) => {
    const child = spawn(node, ['--import', './register.mjs', 'test/core/charges-worker.ts'], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (piece: string) => (text += piece));
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve(text.trimEnd().split('\n'));
      else reject(new Error(`${node} ended with ${code}`));
    });
  });
}

async function main(majors: readonly string[]): Promise<number> {
  if (majors.length === 0 || majors.some((major) => !Object.hasOwn(NODE_VERSIONS, major))) {
    console.error(`usage: npm run same-fuel -- ${Object.keys(NODE_VERSIONS).join('|')}...`);
    return EXIT_USAGE;
  }
  const nodes = majors.map((major) => path.join(installedNode(NODE_VERSIONS[major]!), 'node'));
  const [own, ...others] = await Promise.all([process.execPath, ...nodes].map(linesOn));
  for (const [i, lines] of others.entries()) {
    const different = own!.findIndex((line, place) => line !== lines[place]);
    if (different >= 0 || lines.length !== own!.length) {
      console.error(`${process.version}: ${own![different]}\nNode ${majors[i]}: ${lines[different]}`);
      return EXIT_FAILED;
    }
  }
  const charges = own!.reduce((sum, line) => sum + line.split(' ').length - 1, 0);
  console.log(
    `${own!.length} modules, ${charges} charges: the same on ${process.version} and Node ${majors.join(', ')}`,
  );
  return 0;
}

process.exitCode = await main(process.argv.slice(2));
