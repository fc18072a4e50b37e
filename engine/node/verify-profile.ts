import { createPublicKey, verify } from 'node:crypto';
import type { HardwareProfile } from '../fuel/hardware-profile.js';
import { brokenSignature, signedContent, type SignatureDemand } from '../signature/signed-content.js';
import { markVerified } from '../signature/verified-profiles.js';

/** As `verifyProfile` of the engine, at once. @throws ProfileError, TypeError */
export function verifyProfileNow(profile: unknown, demand: SignatureDemand): HardwareProfile {
  const signed = signedContent(profile, demand);
  const { publicKey, value } = signed.signature;
  if (!holds(signed.bytes, publicKey, value)) throw brokenSignature(signed, demand.source);
  return markVerified(signed, demand.source);
}

function holds(bytes: Uint8Array, publicKey: string, signature: string): boolean {
  try {
    const x = Buffer.from(publicKey, 'base64').toString('base64url');
    const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
    return verify(null, bytes, key, Buffer.from(signature, 'base64'));
  } catch {
    return false;
  }
}
