/**
 * `npm run check:release`: packs every package, looks at the tarballs as their users' tools will, installs them into empty folders
 * without development dependencies, and uses them there. Prints and bounds what each package weighs.
 */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { loadPrograms, loadRealCorpus } from '@wasm-dyno/corpora';
import { ENGINE_VERSION } from '@wasm-dyno/engine';
import { rollOut } from './roll-out.js';
import { PACKAGES, ROOT, type PackageFolder } from './package-files.js';
import { programsOf, README_ANSWER } from './readme-programs.js';

/** Bytes that a package may have unpacked, and packages that come with it, those of this project included. */
const BOUNDS: Readonly<Record<PackageFolder, { readonly bytes: number; readonly packages: number }>> = {
  engine: { bytes: 1_000_000, packages: 0 },
  corpora: { bytes: 300_000, packages: 20 },
  // A third of it is the library that draws pictures: in the package, so that no forty packages come with it.
  reports: { bytes: 1_500_000, packages: 20 },
  // Seven hundred kilobytes are the pictures of docs/reports.md, and nearly six hundred the pages.
  harness: { bytes: 2_250_000, packages: 55 },
};

interface Packed {
  readonly folder: PackageFolder;
  readonly name: string;
  readonly file: string;
  readonly packedBytes: number;
  readonly unpackedBytes: number;
}

const scratch = mkdtempSync(join(tmpdir(), 'wasm-dyno-release-'));
const run = (cwd: string, command: string, ...words: string[]): string =>
  execFileSync(command, words, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });

try {
  const packages = PACKAGES.map(pack);
  for (const { file } of packages) lookAt(file);
  const rows = packages.map((packed) => ({ ...packed, dependencies: installedWith(packed, packages) }));
  for (const { name, packedBytes, unpackedBytes, dependencies } of rows) {
    console.log(
      `${name.padEnd(20)} ${kilobytes(packedBytes)} packed  ${kilobytes(unpackedBytes)} unpacked  ${String(dependencies).padStart(3)} packages come with it`,
    );
  }
  for (const { folder, name, unpackedBytes, dependencies } of rows) {
    assert.ok(unpackedBytes < BOUNDS[folder].bytes, `${name} has ${unpackedBytes} bytes unpacked`);
    assert.ok(dependencies <= BOUNDS[folder].packages, `${name} brings ${dependencies} packages along`);
  }
  useEngine();
  useAll();
  console.log('installed into empty folders: the engine alone, and all of it');
  console.log(rollOut(join(scratch, 'harness')));
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

function pack(folder: PackageFolder): Packed {
  const output = run(join(ROOT, folder), 'npm', 'pack', '--json', '--silent', '--pack-destination', scratch);
  const [packed] = JSON.parse(output.slice(output.indexOf('[\n'))) as [
    { filename: string; name: string; size: number; unpackedSize: number },
  ];
  return {
    folder,
    name: packed.name,
    file: join(scratch, packed.filename),
    packedBytes: packed.size,
    unpackedBytes: packed.unpackedSize,
  };
}

/** As linters of packages see it: entries, formats, types. */
function lookAt(tarball: string): void {
  const program = (name: string, ...words: string[]): void => {
    run(ROOT, join(ROOT, 'node_modules', '.bin', name), ...words);
  };
  program('publint', 'run', tarball, '--strict');
  program('attw', tarball, '--profile', 'esm-only', '--format', 'ascii', '--quiet');
}

/** Installs a package with the neighbours it needs into an empty folder; how many packages came with it. */
function installedWith({ folder, file }: Packed, packages: readonly Packed[]): number {
  const home = join(scratch, folder);
  mkdirSync(home);
  writeFileSync(join(home, 'package.json'), JSON.stringify({ name: 'user', private: true, type: 'module' }));
  const needed = folder === 'harness' || folder === 'corpora' ? packages.map((one) => one.file) : [file];
  const wanted = folder === 'corpora' ? needed.filter((one) => /engine|corpora/.test(one)) : needed;
  run(
    home,
    'npm',
    'install',
    '--omit=dev',
    '--no-audit',
    '--no-fund',
    '--prefer-offline',
    '--silent',
    ...wanted,
  );
  const { packages: installed } = JSON.parse(readFileSync(join(home, 'package-lock.json'), 'utf8')) as {
    packages: object;
  };
  return Object.keys(installed).filter((path) => path.startsWith('node_modules/')).length - 1;
}

/** The README's program as it stands, and every other entry of the engine. */
function useEngine(): void {
  const home = join(scratch, 'engine');
  writeFileSync(join(home, 'readme.mjs'), programsOf('README.md')[0]!);
  assert.match(run(home, process.execPath, 'readme.mjs'), README_ANSWER);
  writeFileSync(
    join(home, 'use.mjs'),
    `
    import '@wasm-dyno/engine/phases';
    import '@wasm-dyno/engine/operators';
    import '@wasm-dyno/engine/node';
    import { Wasi } from '@wasm-dyno/engine/wasi';
    console.log(typeof Wasi);
  `,
  );
  assert.equal(run(home, process.execPath, 'use.mjs'), 'function\n');
  assert.deepEqual(readdirSync(join(home, 'node_modules', '@wasm-dyno')), ['engine']);
}

function useAll(): void {
  const home = join(scratch, 'harness');
  const entries = PACKAGES.flatMap((folder) => entriesOf(folder));
  writeFileSync(
    join(home, 'use.mjs'),
    `
    for (const name of ${JSON.stringify(entries)}) await import(name, name.endsWith('.json') ? { with: { type: 'json' } } : {});
    const { loadRealCorpus, loadPrograms } = await import('@wasm-dyno/corpora');
    const { digest, modules } = loadRealCorpus({ tiers: ['small'] });
    console.log(JSON.stringify({ digest, modules: modules.length, programs: loadPrograms().programs.length }));
  `,
  );
  const used = JSON.parse(run(home, process.execPath, '--no-warnings', 'use.mjs')) as object;
  const { digest, modules } = loadRealCorpus({ tiers: ['small'] });
  const programs = loadPrograms({ tiers: ['small'] }).programs.length;
  assert.deepEqual(used, { digest, modules: modules.length, programs }, 'corpus and programs of the install');

  const program = join(home, 'node_modules', '.bin', 'wasm-dyno');
  assert.equal(run(home, program, '--version').trim(), ENGINE_VERSION);
  assert.match(run(home, program, '--help'), /calibrate/);
  const words = ['calibrate', '--effort', 'smoke', '--corpus', 'generated', '--force', '--quiet'];
  const { status } = spawnSync(program, [...words, '--out', 'smoke'], { cwd: home, stdio: 'inherit' });
  // 3: measured, on a machine so busy that no unit of fuel was found.
  assert.ok(status === 0 || status === 3, `calibrate --effort smoke ended with exit code ${status}`);
  assert.match(run(home, program, 'report', 'smoke', '--format', 'markdown'), /memset/);
}

function entriesOf(folder: PackageFolder): string[] {
  const { name, exports } = JSON.parse(readFileSync(join(ROOT, folder, 'package.json'), 'utf8')) as {
    name: string;
    exports: object;
  };
  return Object.keys(exports)
    .map((entry) => `${name}${entry.slice(1)}`)
    .flatMap((entry) =>
      entry.includes('*') ? ['run', 'profile', 'summary'].map((file) => entry.replace('*', file)) : [entry],
    );
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1000).toFixed(0).padStart(5)} kB`;
}
