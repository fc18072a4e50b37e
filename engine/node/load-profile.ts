import { readFileSync } from 'node:fs';
import { ENGINE_NAME, ENGINE_VERSION } from '../version.js';
import type { HardwareProfile } from '../fuel/hardware-profile.js';
import {
  ProfileError,
  applyProfilePolicy,
  type ProfileCheckPolicy,
  type ProfileProblem,
} from '../fuel/profile-check.js';
import { machineIdentity } from './machine-identity.js';

/** The environment variable that names a profile when no path is given. */
export const PROFILE_VARIABLE = 'WASM_DYNO_PROFILE';

export interface LoadProfileOptions {
  /** Path of the profile; without it {@link PROFILE_VARIABLE} is asked. */
  readonly path?: string;
  /** The environment; `process.env` unless told. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** What to do about a profile with problems; `strict` unless told. */
  readonly policy?: ProfileCheckPolicy;
}

export interface LoadedProfile {
  /** To hand to `new Engine({ profile })`; undefined: default costs are charged, and a notice says so. */
  readonly profile: HardwareProfile | undefined;
  /** Where the path came from. */
  readonly source: 'path' | 'environment' | 'none';
  readonly path: string | undefined;
  readonly problems: readonly ProfileProblem[];
  /** Lines for the user, none when all is well. */
  readonly notices: readonly string[];
}

/**
 * Finds, reads and checks the hardware profile of this machine: the explicit path, else `WASM_DYNO_PROFILE`, else none.
 *
 * @throws ProfileError under the `strict` policy when the file cannot be read or the profile has any problem.
 */
export function loadProfile(options: LoadProfileOptions = {}): LoadedProfile {
  const { environment = process.env, policy = 'strict' } = options;
  const variable = environment[PROFILE_VARIABLE];
  const source = options.path !== undefined ? 'path' : variable ? 'environment' : 'none';
  const path = options.path ?? (variable || undefined);
  if (path === undefined) {
    const notice = `no hardware profile: default costs are charged; make one with wasm-dyno calibrate and name it in ${PROFILE_VARIABLE}`;
    return { profile: undefined, source, path, problems: [], notices: [notice] };
  }
  const named = source === 'environment' ? `${path} (from ${PROFILE_VARIABLE})` : path;
  const text = readProfileFile(path);
  if (typeof text !== 'string') {
    if (policy === 'strict') throw new ProfileError([text], named);
    const notices = [`profile ${named}: ${text.message}; default costs are charged`];
    return { profile: undefined, source, path, problems: [text], notices };
  }
  const context = { engineName: ENGINE_NAME, engineVersion: ENGINE_VERSION, machine: machineIdentity() };
  return { source, path, ...applyProfilePolicy(text, context, policy, named) };
}

function readProfileFile(path: string): string | ProfileProblem {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    const reasons: Readonly<Record<string, string>> = {
      ENOENT: 'there is no such file; make one with wasm-dyno calibrate, or correct the path',
      EACCES: 'it may not be read; give read permission',
      EPERM: 'it may not be read; give read permission',
      EISDIR: 'it is a folder; name the profile.json inside',
    };
    return { kind: 'unreadable', message: reasons[code] ?? `it cannot be read (${code}); correct the path` };
  }
}
