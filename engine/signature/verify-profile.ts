import type { HardwareProfile } from '../fuel/hardware-profile.js';
import { jsonOfProfile } from '../fuel/profile-check.js';
import { bytesOfBase64 } from './base64.js';
import { brokenSignature, signedContent, type SignatureDemand } from './signed-content.js';
import { markVerified } from './verified-profiles.js';

/** What of WebCrypto is used here. */
interface VerifyingCrypto {
  importKey(
    format: 'raw',
    key: Uint8Array,
    algorithm: { name: 'Ed25519' },
    extractable: boolean,
    usages: readonly ['verify'],
  ): Promise<object>;
  verify(
    algorithm: { name: 'Ed25519' },
    key: object,
    signature: Uint8Array,
    data: Uint8Array,
  ): Promise<boolean>;
}

/**
 * Verifies a profile's signature by WebCrypto, for `new Engine({ profile, requireSignature })`. `@wasm-dyno/engine/node` does it at once
 * while loading.
 *
 * @param profile parsed JSON, or its text
 * @returns the profile, in a copy that cannot be changed
 * @throws ProfileError (`signature`) naming what was changed, or whose signature is missing; ProfileError for what is no profile;
 * TypeError for bad keys, or on a host without Ed25519
 */
export async function verifyProfile(profile: unknown, demand: SignatureDemand): Promise<HardwareProfile> {
  const { source } = demand;
  const signed = signedContent(
    typeof profile === 'string' ? jsonOfProfile(profile, source) : profile,
    demand,
  );
  const subtle = (globalThis as unknown as { crypto?: { subtle?: VerifyingCrypto } }).crypto?.subtle;
  if (subtle === undefined)
    throw new TypeError('this host has no WebCrypto to verify signatures with (browsers: over HTTPS alone)');
  const { publicKey, value } = signed.signature;
  let holds: boolean;
  try {
    const algorithm = { name: 'Ed25519' } as const;
    const key = await subtle.importKey('raw', bytesOfBase64(publicKey)!, algorithm, false, ['verify']);
    holds = await subtle.verify(algorithm, key, bytesOfBase64(value)!, signed.bytes);
  } catch (error) {
    if ((error as Error).name !== 'NotSupportedError') throw brokenSignature(signed, source);
    throw new TypeError("this host's WebCrypto has no Ed25519; verify where it has", { cause: error });
  }
  if (!holds) throw brokenSignature(signed, source);
  return markVerified(signed, source);
}
