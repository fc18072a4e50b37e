import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

import { RUST_RUNNERS, runnerPath, runnersFolder, type RustRunner } from './engine-targets.js';
import { targetsSourceFolder } from './source-folder.js';

/** What became of a target that was to be built. */
export interface BuildOutcome {
  readonly name: string;
  readonly state: 'built' | 'left out' | 'failed';
  readonly detail: string;
}

/** The targets that have to be built: their sources come with the package. */
export const BUILDABLE_TARGETS = Object.keys(RUST_RUNNERS) as readonly (keyof typeof RUST_RUNNERS)[];

/** Builds targets as far as the toolchain at hand allows; what the compiler says goes to standard error. */
export function buildTargets(names: readonly string[] = BUILDABLE_TARGETS): BuildOutcome[] {
  const cargo = cargoVersion();
  return BUILDABLE_TARGETS.map((name): BuildOutcome => {
    if (!names.includes(name)) return { name, state: 'left out', detail: 'not asked for' };
    if (cargo === undefined)
      return { name, state: 'left out', detail: 'cargo is missing: install Rust 1.95 or newer (rustup.rs)' };
    return build(name, RUST_RUNNERS[name]);
  });
}

function cargoVersion(): string | undefined {
  const { status, stdout } = spawnSync('cargo', ['--version'], { encoding: 'utf8' });
  return status === 0 ? stdout.trim() : undefined;
}

function build(name: string, runner: RustRunner): BuildOutcome {
  const begin = Date.now();
  const words = ['build', '--locked', '--profile', runner.profile, '--package', runner.crate];
  const { status, error } = spawnSync('cargo', [...words, '--target-dir', runnersFolder()], {
    cwd: fileURLToPath(targetsSourceFolder()),
    // Standard output is for the results.
    stdio: ['ignore', 2, 2],
  });
  if (status === 0) {
    const seconds = ((Date.now() - begin) / 1000).toFixed(0);
    return { name, state: 'built', detail: `${runnerPath(runner)} (${seconds} s)` };
  }
  return { name, state: 'failed', detail: error?.message ?? `cargo ended with exit code ${status}` };
}
