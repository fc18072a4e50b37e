import { closeSync, constants, existsSync, fstatSync, openSync, readSync } from 'node:fs';
import { ENGINE_NAME, ENGINE_VERSION } from '../version.js';
import type { HardwareProfile, ProfilePolicyName } from '../fuel/hardware-profile.js';
import {
  MAXIMUM_PROFILE_BYTES,
  ProfileError,
  checkProfile,
  jsonOfProfile,
  parseProfile,
  tooLong,
  type ProfileCheck,
  type ProfileProblem,
} from '../fuel/profile-check.js';
import { machineIdentity } from './machine-identity.js';
import { verifyProfileNow } from './verify-profile.js';

/** The environment variable that names a profile when no path is given. */
export const PROFILE_VARIABLE = 'WASM_DYNO_PROFILE';

/** Where to find a profile, and what to do about one with problems. */
export interface LoadProfileOptions {
  /** Path of the profile; without it {@link PROFILE_VARIABLE} is asked. */
  readonly path?: string | undefined;
  /** The environment; `process.env` unless told. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** What to do about a profile with problems; `strict` unless told. */
  readonly profileCheck?: ProfileCheck | undefined;
  /** The policy of the profile that will be charged by, as told to `new Engine`; `warm` unless told. */
  readonly profilePolicy?: ProfilePolicyName | undefined;
  /**
   * Ed25519 public keys, of which one must have signed the profile: in it, or in a file beside it, `PATH.sig`. Whatever `profileCheck`
   * says, any other is refused, and a named file that cannot be read.
   */
  readonly requireSignature?: readonly string[] | undefined;
}

/** What was found. */
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
 * @throws ProfileError under `strict` when the file cannot be read or the profile has any problem.
 */
export function loadProfile(options: LoadProfileOptions = {}): LoadedProfile {
  const { environment = process.env, profileCheck = 'strict' } = options;
  const variable = environment[PROFILE_VARIABLE];
  const source = options.path !== undefined ? 'path' : variable ? 'environment' : 'none';
  const path = options.path ?? (variable || undefined);
  if (path === undefined) {
    const notice = `no hardware profile: default costs are charged; make one with wasm-dyno calibrate and name it in ${PROFILE_VARIABLE}`;
    return { profile: undefined, source, path, problems: [], notices: [notice] };
  }
  const named = source === 'environment' ? `${path} (from ${PROFILE_VARIABLE})` : path;
  const text = readProfileText(path);
  if (typeof text !== 'string') {
    // Where a signature is demanded, a file that somebody removed is no way to the default costs.
    if (profileCheck === 'strict' || options.requireSignature !== undefined)
      throw new ProfileError([text], named);
    const notices = [`profile ${named}: ${text.message}; default costs are charged`];
    return { profile: undefined, source, path, problems: [text], notices };
  }
  const context = {
    engineName: ENGINE_NAME,
    engineVersion: ENGINE_VERSION,
    machine: machineIdentity(),
    profilePolicy: options.profilePolicy,
  };
  const { requireSignature } = options;
  const profile = requireSignature === undefined ? text : verified(text, path, requireSignature, named);
  return { source, path, ...checkProfile(profile, context, profileCheck, named) };
}

/** What stands behind a profile's path in that of its detached signature. */
export const SIGNATURE_EXTENSION = '.sig';

/** @throws ProfileError, TypeError */
function verified(text: string, path: string, publicKeys: readonly string[], named: string): HardwareProfile {
  const detached = `${path}${SIGNATURE_EXTENSION}`;
  const signature = existsSync(detached) ? parseJson(readProfileText(detached), detached) : undefined;
  return verifyProfileNow(parseJson(text, named), { publicKeys, signature, source: named });
}

function parseJson(text: string | ProfileProblem, source: string): unknown {
  if (typeof text !== 'string') throw new ProfileError([text], source);
  return jsonOfProfile(text, source);
}

/**
 * Reads a profile of any engine and machine, without holding it against this one.
 *
 * @throws ProfileError naming the file, the place in it and the mend when it cannot be read.
 */
export function readProfile(path: string): HardwareProfile {
  const text = readProfileText(path);
  if (typeof text !== 'string') throw new ProfileError([text], path);
  return parseProfile(text, path);
}

/** The file's text, or why there is none. Only a regular file of bounded size is read: a device or a pipe may have no end. */
function readProfileText(path: string): string | ProfileProblem {
  let file: number;
  try {
    // A named pipe without a writer would otherwise be waited for.
    file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  } catch (error) {
    return unreadable(error);
  }
  try {
    const status = fstatSync(file);
    if (status.isDirectory()) return { kind: 'unreadable', message: REASONS['EISDIR']! };
    if (!status.isFile())
      return { kind: 'unreadable', message: 'it is no regular file; name a profile.json' };
    if (status.size > MAXIMUM_PROFILE_BYTES) return tooLong(status.size);
    return decoded(readWhole(file));
  } catch (error) {
    return unreadable(error);
  } finally {
    closeSync(file);
  }
}

/** All bytes, but no more than one above the limit: a file may grow, and `/proc` gives no sizes. */
function readWhole(file: number): Uint8Array {
  const chunks: Uint8Array[] = [];
  for (let total = 0; total <= MAXIMUM_PROFILE_BYTES;) {
    const chunk = new Uint8Array(65_536);
    const length = readSync(file, chunk);
    if (length === 0) break;
    chunks.push(chunk.subarray(0, length));
    total += length;
  }
  return Buffer.concat(chunks);
}

function decoded(bytes: Uint8Array): string | ProfileProblem {
  if (bytes.length > MAXIMUM_PROFILE_BYTES) return tooLong(bytes.length);
  const [first, second] = bytes;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) {
    return { kind: 'unreadable', message: 'it is in UTF-16; save it as UTF-8' };
  }
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file; make one with wasm-dyno calibrate, or correct the path',
  ENOTDIR: 'there is no such file; make one with wasm-dyno calibrate, or correct the path',
  EACCES: 'it may not be read; give read permission',
  EPERM: 'it may not be read; give read permission',
  EISDIR: 'it is a folder; name the profile.json inside',
};

function unreadable(error: unknown): ProfileProblem {
  const code = (error as NodeJS.ErrnoException).code ?? String(error);
  return { kind: 'unreadable', message: REASONS[code] ?? `it cannot be read (${code}); correct the path` };
}
