import { accessSync, constants, existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

import { ENGINE_VERSION } from '@wasm-dyno/engine';

import type { TargetCommand } from './client.js';
import { targetsSourceFolder } from './source-folder.js';
import { V8_VARIANTS } from './v8-variants.js';

/** A target for an engine that people run, beside the embedded one. */
export interface EngineTarget {
  readonly name: string;
  /** What the user is told about it. */
  readonly about: string;
  /** How to get it when it is not there; undefined when it is. */
  missing(): string | undefined;
  command(): Omit<TargetCommand, 'name'>;
}

/** A Rust runner: a member of the Cargo workspace in `harness/targets/`. */
export interface RustRunner {
  readonly crate: string;
  readonly profile: 'interpreter' | 'release';
}

/** A runner in Go: a module in a folder of its own below `harness/targets/`. */
export interface GoRunner {
  readonly folder: string;
}

export const GO_RUNNERS = { wazero: { folder: 'wazero' } } as const satisfies Record<string, GoRunner>;

/** Every engine's own recommendation: Wasmi is built with link-time optimisation, Wasmtime as cargo does by default. */
export const RUST_RUNNERS = {
  wasmi: { crate: 'wasm-dyno-target-wasmi', profile: 'interpreter' },
  wasmtime: { crate: 'wasm-dyno-target-wasmtime', profile: 'release' },
} as const satisfies Record<string, RustRunner>;

/**
 * Cargo's own `CARGO_TARGET_DIR`, else `target` beside the workspace, else, where the package was installed for all users, one in the user's
 * cache folder (XDG base directory specification).
 */
export function runnersFolder(): string {
  const { CARGO_TARGET_DIR: folder, XDG_CACHE_HOME: cache } = process.env;
  if (folder) return resolve(folder);
  const beside = fileURLToPath(new URL('target', targetsSourceFolder()));
  if (existsSync(beside) || isWritable(dirname(beside))) return beside;
  return join(cache || join(homedir(), '.cache'), 'wasm-dyno', `targets-${ENGINE_VERSION}`);
}

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** Where `wasm-dyno target build` leaves a runner. */
export function runnerPath({ crate, profile }: RustRunner): string {
  const suffix = process.platform === 'win32' ? '.exe' : '';
  return join(runnersFolder(), profile, `${crate}${suffix}`);
}

/** As {@link runnerPath}, of a runner in Go. */
export function goRunnerPath({ folder }: GoRunner): string {
  const suffix = process.platform === 'win32' ? '.exe' : '';
  return join(runnersFolder(), 'go', `wasm-dyno-target-${folder}${suffix}`);
}

/** What it is built by: several targets may have one runner. */
function runnerName(runner: RustRunner): string {
  const found = Object.entries(RUST_RUNNERS).find(([, known]) => known.crate === runner.crate);
  return found?.[0] ?? runner.crate;
}

function rustTarget(
  name: string,
  about: string,
  runner: RustRunner,
  ...flags: readonly string[]
): EngineTarget {
  return {
    name,
    about,
    missing: () =>
      existsSync(runnerPath(runner))
        ? undefined
        : `${name} is not built: wasm-dyno target build ${runnerName(runner)} (needs cargo)`,
    command: () => ({ command: runnerPath(runner), arguments: flags }),
  };
}

function goTarget(name: string, about: string, runner: GoRunner, ...flags: readonly string[]): EngineTarget {
  return {
    name,
    about,
    missing: () =>
      existsSync(goRunnerPath(runner))
        ? undefined
        : `${name} is not built: wasm-dyno target build ${runner.folder} (needs go)`,
    command: () => ({ command: goRunnerPath(runner), arguments: flags }),
  };
}

/** The targets that come with the package, but for the embedded engine. */
export const ENGINE_TARGETS: readonly EngineTarget[] = [
  rustTarget('wasmi', 'Wasmi, an interpreter in Rust; fuel metering on', RUST_RUNNERS.wasmi),
  rustTarget('wasmi-without-fuel', 'Wasmi with fuel metering off', RUST_RUNNERS.wasmi, '--fuel=off'),
  rustTarget('wasmtime', 'Wasmtime with Cranelift; fuel metering on', RUST_RUNNERS.wasmtime),
  rustTarget(
    'wasmtime-winch',
    'Wasmtime with Winch; fuel metering on',
    RUST_RUNNERS.wasmtime,
    '--strategy=winch',
  ),
  goTarget('wazero', 'wazero, a compiler in Go; a module is compiled as a whole', GO_RUNNERS.wazero),
  goTarget('wazero-interpreter', 'wazero interpreting', GO_RUNNERS.wazero, '--engine=interpreter'),
  ...V8_VARIANTS.map(({ name, about, flags }) => ({
    name,
    about,
    missing: () => undefined,
    command: () => ({
      command: process.execPath,
      arguments: ['--expose-gc', ...flags, fileURLToPath(new URL('./v8/main.js', import.meta.url)), name],
    }),
  })),
];
