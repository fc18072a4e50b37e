import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { BUNDLE_KIND, MAXIMUM_BUNDLE_BYTES } from '../fuel/profile-bundle.js';
import {
  MAXIMUM_PROFILE_BYTES,
  ProfileError,
  jsonOfProfile,
  tooLong,
  type ProfileProblem,
} from '../fuel/profile-check.js';

/** The file's text, or why there is none. Only a regular file of bounded size is read: a device or a pipe may have no end. */
export function readProfileText(path: string): string | ProfileProblem {
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
    if (status.size <= MAXIMUM_PROFILE_BYTES) return decoded(readWhole(file, MAXIMUM_PROFILE_BYTES));
    const most = status.size <= MAXIMUM_BUNDLE_BYTES && beginsAsBundle(file) ? MAXIMUM_BUNDLE_BYTES : 0;
    return most === 0 ? tooLong(status.size) : decoded(readWhole(file, most), most);
  } catch (error) {
    return unreadable(error);
  } finally {
    closeSync(file);
  }
}

const BUNDLE_HEAD_BYTES = 256;

/** Bundles alone may be longer than a profile, and tell at once what they are. */
function beginsAsBundle(file: number): boolean {
  const head = Buffer.alloc(BUNDLE_HEAD_BYTES);
  return head.toString('latin1', 0, readSync(file, head, 0, head.length, 0)).includes(BUNDLE_KIND);
}

/** All bytes, but no more than one above the limit: a file may grow, and `/proc` gives no sizes. */
function readWhole(file: number, most: number): Uint8Array {
  const chunks: Uint8Array[] = [];
  for (let total = 0; total <= most;) {
    const chunk = new Uint8Array(65_536);
    const length = readSync(file, chunk);
    if (length === 0) break;
    chunks.push(chunk.subarray(0, length));
    total += length;
  }
  return Buffer.concat(chunks);
}

function decoded(bytes: Uint8Array, most = MAXIMUM_PROFILE_BYTES): string | ProfileProblem {
  if (bytes.length > most) return tooLong(bytes.length);
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

/** What was read as JSON. @throws ProfileError where it was not read, or is none */
export function parsedText(text: string | ProfileProblem, source: string): unknown {
  if (typeof text !== 'string') throw new ProfileError([text], source);
  return jsonOfProfile(text, source, text.length > MAXIMUM_PROFILE_BYTES ? MAXIMUM_BUNDLE_BYTES : undefined);
}
