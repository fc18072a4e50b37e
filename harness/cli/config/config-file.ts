import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

import { lilconfig, type Loader } from 'lilconfig';

import { systemReason } from '@wasm-dyno/engine/node/regular-file';
import { CommandFailure, ExitCode } from '../exit-code.js';

export const CONFIG_FILES = [
  'wasm-dyno.config.json',
  'wasm-dyno.config.js',
  'wasm-dyno.config.mjs',
  'wasm-dyno.config.cjs',
] as const;
const PACKAGE_KEY = 'wasm-dyno';

export interface ConfigFile {
  readonly path: string;
  /** What messages call it: as seen from the current folder. */
  readonly shown: string;
  readonly content: unknown;
}

/**
 * The configuration that holds for a folder: its own, or one of the folders above it up to the nearest package.json. Further up, files may be
 * of people who have nothing to do with the project.
 * @param named a file, or `none`; looked for where it is undefined
 */
export async function readConfigFile(
  named?: string,
  folder = process.cwd(),
): Promise<ConfigFile | undefined> {
  if (named === 'none') return undefined;
  const loaders = { '.json': json, '.js': script, '.mjs': script, '.cjs': script };
  const reader = lilconfig('wasm-dyno', {
    searchPlaces: [...CONFIG_FILES, 'package.json'],
    packageProp: PACKAGE_KEY,
    stopDir: projectFolder(folder),
    loaders,
    cache: false,
  });
  if (named !== undefined && !Object.hasOwn(loaders, path.extname(named)))
    throw new CommandFailure(ExitCode.Usage, `${named}: a configuration is a .json, .js, .mjs or .cjs file`);
  for (const file of named === undefined ? searched(folder) : [path.resolve(folder, named)])
    refuseWaiting(file, folder);
  const found =
    named === undefined
      ? await reader.search(folder)
      : await reader.load(path.resolve(folder, named)).catch((error: unknown) => {
          if (!(error instanceof Error && 'syscall' in error)) throw error;
          throw new CommandFailure(
            ExitCode.Failed,
            `${named}: ${systemReason(error)}; name a configuration with --config, or none`,
          );
        });
  if (found === null) return undefined;
  const { filepath, config } = found as { filepath: string; config: unknown };
  return { path: filepath, shown: shownPath(filepath, folder), content: config ?? {} };
}

function projectFolder(folder: string): string {
  for (let at = folder; ; at = path.dirname(at)) {
    if (existsSync(path.join(at, 'package.json'))) return at;
    if (path.dirname(at) === at) return folder;
  }
}

/** All files that may be read on the way up. */
function searched(folder: string): string[] {
  const files = [...CONFIG_FILES, 'package.json'].map((name) => path.join(folder, name));
  const above = path.dirname(folder);
  return folder === projectFolder(folder) || above === folder ? files : [...files, ...searched(above)];
}

/** A pipe that nobody writes to would be waited for, for ever. */
function refuseWaiting(file: string, folder: string): void {
  const status = statSync(file, { throwIfNoEntry: false });
  if (status === undefined || status.isFile() || status.isDirectory()) return;
  throw unreadable(file, new Error('is not a regular file'), folder);
}

function shownPath(file: string, folder = process.cwd()): string {
  return path.relative(folder, file) || file;
}

const json: Loader = (file, text) => {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, '')) as unknown;
  } catch (error) {
    throw unreadable(file, error);
  }
};

const script: Loader = async (file) => {
  try {
    const module = (await import(pathToFileURL(file).href)) as { default?: unknown };
    return module.default;
  } catch (error) {
    throw unreadable(file, error);
  }
};

function unreadable(file: string, error: unknown, folder?: string): CommandFailure {
  const [reason = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
  const mend = 'mend it, or give --config none';
  return new CommandFailure(
    ExitCode.Failed,
    `${shownPath(file, folder)}: cannot be read: ${reason}; ${mend}`,
  );
}
