import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

import { RUST_RUNNERS, runnerPath, runnersFolder, type RustRunner } from './engine-targets.js';
import { targetsSourceFolder } from './source-folder.js';

/** `npm run build:targets [-- wasmi wasmtime]`: builds the runners that the toolchain at hand allows, and says which it left out. */
interface Outcome {
  readonly name: string;
  readonly state: 'built' | 'left out' | 'failed';
  readonly detail: string;
}

function cargoVersion(): string | undefined {
  const { status, stdout } = spawnSync('cargo', ['--version'], { encoding: 'utf8' });
  return status === 0 ? stdout.trim() : undefined;
}

function build(name: string, runner: RustRunner): Outcome {
  const begin = Date.now();
  const { status, error } = spawnSync(
    'cargo',
    [
      'build',
      '--locked',
      '--profile',
      runner.profile,
      '--package',
      runner.crate,
      '--target-dir',
      runnersFolder(),
    ],
    { cwd: fileURLToPath(targetsSourceFolder()), stdio: ['ignore', 'inherit', 'inherit'] },
  );
  if (status === 0) {
    const seconds = ((Date.now() - begin) / 1000).toFixed(0);
    return { name, state: 'built', detail: `${runnerPath(runner)} (${seconds} s)` };
  }
  return { name, state: 'failed', detail: error?.message ?? `cargo ended with exit code ${status}` };
}

function main(wanted: readonly string[]): number {
  const names = Object.keys(RUST_RUNNERS) as (keyof typeof RUST_RUNNERS)[];
  const unknown = wanted.filter((name) => !names.includes(name as (typeof names)[number]));
  if (unknown.length > 0) {
    process.stderr.write(`no target "${unknown[0]}" to build; there are ${names.join(', ')}\n`);
    return 2;
  }
  const cargo = cargoVersion();
  const outcomes = names.map((name): Outcome => {
    if (wanted.length > 0 && !wanted.includes(name))
      return { name, state: 'left out', detail: 'not asked for' };
    if (cargo === undefined) {
      return { name, state: 'left out', detail: 'cargo is missing: install Rust 1.95 or newer (rustup.rs)' };
    }
    return build(name, RUST_RUNNERS[name]);
  });
  for (const { name, state, detail } of outcomes) {
    process.stdout.write(`${name.padEnd(10)} ${state.padEnd(9)} ${detail}\n`);
  }
  process.stdout.write(`${'v8'.padEnd(10)} ${'built'.padEnd(9)} runs in this node, ${process.versions.v8}\n`);
  return outcomes.some(({ state }) => state === 'failed') ? 1 : 0;
}

process.exitCode = main(process.argv.slice(2));
