/**
 * `npm run check:package`: packs the package, installs it into an empty folder without development dependencies, and uses it there:
 * every entry is imported, the command line runs, and the default corpus is that of this checkout.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

import { loadPrograms, loadRealCorpus } from 'wasm-dyno/corpora';
import { ROOT } from './package-files.js';

const folder = mkdtempSync(join(tmpdir(), 'wasm-dyno-package-'));
const run = (command: string, words: readonly string[], cwd = folder): string =>
  execFileSync(command, words, { cwd, encoding: 'utf8' });

try {
  const [{ filename }] = JSON.parse(run('npm', ['pack', '--json', '--pack-destination', folder], ROOT)) as [
    { filename: string },
  ];
  writeFileSync(
    join(folder, 'package.json'),
    JSON.stringify({ name: 'user', private: true, type: 'module' }),
  );
  run('npm', ['install', '--omit=dev', '--no-audit', '--no-fund', '--prefer-offline', `./${filename}`]);
  const installed = join(folder, 'node_modules', 'wasm-dyno');
  const description = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8')) as {
    exports: Record<string, string | object>;
  };
  const entries = Object.entries(description.exports).map(([entry, target]) => ({
    name: `wasm-dyno${entry.slice(1)}`,
    json: typeof target === 'string',
  }));
  const program = `
    const entries = ${JSON.stringify(entries)};
    for (const { name, json } of entries) await import(name, json ? { with: { type: 'json' } } : {});
    const { loadRealCorpus, loadPrograms } = await import('wasm-dyno/corpora');
    const { digest, modules } = loadRealCorpus({ tiers: ['small'] });
    console.log(JSON.stringify({ digest, modules: modules.length, programs: loadPrograms().programs.length }));
  `;
  writeFileSync(join(folder, 'use.mjs'), program);
  const used = JSON.parse(run(process.execPath, ['--no-warnings', 'use.mjs'])) as object;
  const { digest, modules } = loadRealCorpus({ tiers: ['small'] });
  const programs = loadPrograms().programs.length;
  assert.deepEqual(used, { digest, modules: modules.length, programs }, 'corpus and programs of the install');
  assert.match(run(join(folder, 'node_modules', '.bin', 'wasm-dyno'), ['--help']), /calibrate/);
  assertNoSourceMaps(join(installed, 'dist'));
  const { length } = readdirSync(join(folder, 'node_modules'));
  process.stdout.write(
    `installed ${filename} beside ${length - 1} folders; corpus ${digest.slice(0, 16)}, ${programs} programs\n`,
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function assertNoSourceMaps(dist: string): void {
  for (const file of readdirSync(dist, { recursive: true, encoding: 'utf8' })) {
    if (!file.endsWith('.js')) continue;
    const text = readFileSync(join(dist, file), 'utf8');
    assert.ok(
      !/^\/\/# sourceMappingURL/m.test(text),
      `${pathToFileURL(join(dist, file)).href} names a source map`,
    );
  }
}
