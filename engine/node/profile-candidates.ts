import { existsSync } from 'node:fs';
import { PROFILE_KIND, type HardwareProfile } from '../fuel/hardware-profile.js';
import { isBundle, profilesOfBundle } from '../fuel/profile-bundle.js';
import { ProfileError } from '../fuel/profile-check.js';
import type { ProfileCandidate } from '../fuel/profile-match.js';
import { profileFilesOf } from './profile-files.js';
import { parsedText, readProfileText } from './profile-text.js';
import { verifyProfileNow } from './verify-profile.js';

/** What stands behind a profile's path in that of its detached signature. */
export const SIGNATURE_EXTENSION = '.sig';

/**
 * The profiles to choose among: of a folder those in its files and run directories, of a bundle all, of a profile itself. Whose signature is demanded and
 * does not hold is a candidate with that as its reason.
 *
 * @param text of the file; undefined for a folder
 * @throws ProfileError for a file that is neither, TypeError for bad keys
 */
export function profileCandidates(
  text: string | undefined,
  path: string,
  requireSignature: readonly string[] | undefined,
  named: string,
): ProfileCandidate[] {
  if (text === undefined) return ofFolder(path, requireSignature);
  const value = parsedText(text, named);
  if (!isBundle(value)) return [candidate(path, value, path, requireSignature)];
  return profilesOfBundle(value, named).map((profile, i) =>
    candidate(`${path} profiles[${i}]`, profile, undefined, requireSignature),
  );
}

function ofFolder(folder: string, requireSignature: readonly string[] | undefined): ProfileCandidate[] {
  return profileFilesOf(folder).flatMap((path) => {
    const value = attempt(() => parsedText(readProfileText(path), path));
    if (value instanceof ProfileError) return [{ source: path, profile: value }];
    if (isBundle(value)) {
      const profiles = attempt(() => profilesOfBundle(value, path));
      if (profiles instanceof ProfileError) return [{ source: path, profile: profiles }];
      return profiles.map((profile, i) =>
        candidate(`${path} profiles[${i}]`, profile, undefined, requireSignature),
      );
    }
    return isMeantAsProfile(value) ? [candidate(path, value, path, requireSignature)] : [];
  });
}

/** Run directories hold other JSON too. */
function isMeantAsProfile(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === PROFILE_KIND;
}

function candidate(
  source: string,
  value: unknown,
  path: string | undefined,
  requireSignature: readonly string[] | undefined,
): ProfileCandidate {
  if (requireSignature === undefined) return { source, profile: value };
  return { source, profile: attempt(() => verifiedProfile(value, path, requireSignature, source)) };
}

/** @param path of the file, beside which a detached signature may lie @throws ProfileError, TypeError */
export function verifiedProfile(
  profile: unknown,
  path: string | undefined,
  publicKeys: readonly string[],
  source: string,
): HardwareProfile {
  const detached = `${path}${SIGNATURE_EXTENSION}`;
  const signature =
    path !== undefined && existsSync(detached) ? parsedText(readProfileText(detached), detached) : undefined;
  return verifyProfileNow(profile, { publicKeys, signature, source });
}

function attempt<Value>(read: () => Value): Value | ProfileError {
  try {
    return read();
  } catch (error) {
    if (error instanceof ProfileError) return error;
    throw error;
  }
}
