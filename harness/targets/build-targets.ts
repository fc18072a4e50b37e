import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { makeFolder } from '../run-directory/make-folder.js';
import {
  GO_RUNNERS,
  goRunnerPath,
  RUST_RUNNERS,
  runnerPath,
  runnersFolder,
  type GoRunner,
  type RustRunner,
} from './engine-targets.js';
import { targetsSourceFolder } from './source-folder.js';

/** What became of a target that was to be built. */
export interface BuildOutcome {
  readonly name: string;
  readonly state: 'built' | 'left out' | 'failed';
  readonly detail: string;
}

/** How a target is built. */
interface Recipe {
  readonly toolchain: Toolchain;
  /** The program that comes of it. */
  readonly program: string;
  readonly words: readonly string[];
  readonly folder: string;
}

interface Toolchain {
  readonly command: string;
  readonly versionWords: readonly string[];
  readonly mend: string;
}

const CARGO: Toolchain = {
  command: 'cargo',
  versionWords: ['--version'],
  mend: 'cargo is missing: install Rust 1.95 or newer (rustup.rs)',
};
const GO: Toolchain = {
  command: 'go',
  versionWords: ['version'],
  mend: 'go is missing: install Go 1.25 or newer (go.dev)',
};

const RECIPES: ReadonlyMap<string, () => Recipe> = new Map([
  ...Object.entries(RUST_RUNNERS).map(([name, runner]): [string, () => Recipe] => [
    name,
    () => cargoRecipe(runner),
  ]),
  ...Object.entries(GO_RUNNERS).map(([name, runner]): [string, () => Recipe] => [
    name,
    () => goRecipe(runner),
  ]),
]);

/** The targets that have to be built: their sources come with the package. */
export const BUILDABLE_TARGETS: readonly string[] = [...RECIPES.keys()];

/** Builds targets as far as the toolchains at hand allow; what the compilers say goes to standard error. */
export function buildTargets(names: readonly string[] = BUILDABLE_TARGETS): BuildOutcome[] {
  return [...RECIPES].map(([name, recipe]): BuildOutcome => {
    if (!names.includes(name)) return { name, state: 'left out', detail: 'not asked for' };
    const { folder, program, toolchain, words } = recipe();
    if (!isThere(toolchain)) return { name, state: 'left out', detail: toolchain.mend };
    return build(name, toolchain.command, words, folder, program);
  });
}

function cargoRecipe(runner: RustRunner): Recipe {
  const words = ['build', '--locked', '--profile', runner.profile, '--package', runner.crate];
  return {
    toolchain: CARGO,
    program: runnerPath(runner),
    words: [...words, '--target-dir', runnersFolder()],
    folder: fileURLToPath(targetsSourceFolder()),
  };
}

function goRecipe(runner: GoRunner): Recipe {
  const program = goRunnerPath(runner);
  return {
    toolchain: GO,
    program,
    words: ['build', '-mod=readonly', '-trimpath', '-o', program, '.'],
    folder: fileURLToPath(new URL(`${runner.folder}/`, targetsSourceFolder())),
  };
}

function isThere({ command, versionWords }: Toolchain): boolean {
  return spawnSync(command, versionWords, { stdio: 'ignore' }).status === 0;
}

function build(
  name: string,
  command: string,
  words: readonly string[],
  folder: string,
  program: string,
): BuildOutcome {
  const begin = Date.now();
  makeFolder(path.dirname(program));
  // Standard output is for the results.
  const { status, error } = spawnSync(command, words, { cwd: folder, stdio: ['ignore', 2, 2] });
  if (status === 0) {
    const seconds = ((Date.now() - begin) / 1000).toFixed(0);
    return { name, state: 'built', detail: `${program} (${seconds} s)` };
  }
  return { name, state: 'failed', detail: error?.message ?? `${command} ended with exit code ${status}` };
}
