import { sign, type KeyObject } from 'node:crypto';

import canonicalize from 'canonicalize';
import {
  fieldChecks,
  SIGNATURE_FIELD,
  SIGNATURE_KIND,
  type HardwareProfile,
  type ProfileProvenance,
  type ProfileSignature,
  type SignatureHead,
  type SignedProfile,
} from '@wasm-dyno/engine';
import { publicHalf } from './signing-key.js';

/** The signature of a profile with its provenance; one that it bears already is replaced. */
export function signatureOf(
  profile: HardwareProfile,
  key: KeyObject,
  provenance: ProfileProvenance,
): ProfileSignature {
  const content = withoutSignature(profile);
  const named = {
    kind: SIGNATURE_KIND,
    algorithm: 'Ed25519',
    canonicalization: 'RFC 8785',
    publicKey: publicHalf(key),
    provenance,
  } as const;
  const head: SignatureHead = {
    ...named,
    fieldChecks: fieldChecks({ ...content, [SIGNATURE_FIELD]: named }),
  };
  const text = canonicalize({ ...content, [SIGNATURE_FIELD]: head })!;
  return { ...head, value: sign(null, Buffer.from(text, 'utf8'), key).toString('base64') };
}

/** The profile with its signature in it. */
export function signedProfile(
  profile: HardwareProfile,
  key: KeyObject,
  provenance: ProfileProvenance,
): SignedProfile {
  return { ...profile, [SIGNATURE_FIELD]: signatureOf(profile, key, provenance) };
}

function withoutSignature(profile: HardwareProfile): HardwareProfile {
  const content = { ...profile };
  delete (content as { signature?: unknown }).signature;
  return content;
}
