import { keepChecked, ProfileError, parseProfile } from '../fuel/profile-check.js';
import type { HardwareProfile } from '../fuel/hardware-profile.js';
import { publicKeysOf } from './public-key.js';
import type { ProfileProvenance, SignatureHead } from './profile-signature.js';
import type { SignedContent } from './signed-content.js';

/** Whose signature a profile was found to bear. */
export interface VerifiedSignature {
  readonly publicKey: string;
  readonly provenance: ProfileProvenance;
}

const verified = new WeakMap<HardwareProfile, VerifiedSignature>();

/**
 * Notes that a signature was verified, for the profile that is returned: a copy that nobody can change any more, so that what was verified
 * is what is charged by.
 *
 * @throws ProfileError when what was signed is no profile
 */
export function markVerified({ text, signature }: SignedContent, source?: string): HardwareProfile {
  // Out of the very text that was verified: an object may read otherwise the next time.
  const signed = JSON.parse(text) as { readonly signature: SignatureHead };
  const copy = { ...signed, signature: { ...signed.signature, value: signature.value } };
  const profile = keepChecked(parseProfile(copy, source));
  verified.set(profile, verifiedOf(copy.signature));
  return profile;
}

function verifiedOf({ publicKey, provenance }: SignatureHead): VerifiedSignature {
  return Object.freeze({ publicKey, provenance: Object.freeze({ ...provenance }) });
}

/** Whose signature this very object was verified by; undefined: by none. */
export function verifiedSignature(profile: HardwareProfile): VerifiedSignature | undefined {
  return verified.get(profile);
}

/**
 * Has a profile verified by one of the keys before.
 *
 * @throws ProfileError (`signature`) where it was not; TypeError for a bad list of keys
 */
export function demandVerified(profile: HardwareProfile, requireSignature: readonly string[]): void {
  const keys = publicKeysOf('requireSignature', requireSignature);
  const signature = verifiedSignature(profile);
  if (signature !== undefined && keys.includes(signature.publicKey)) return;
  const message =
    signature === undefined
      ? 'requireSignature is set and its signature was not verified; take it from verifyProfile, or from loadProfile with requireSignature'
      : `it is signed by the key ${signature.publicKey}, which is none of the required ones`;
  throw new ProfileError([{ kind: 'signature', field: 'signature', message }]);
}
