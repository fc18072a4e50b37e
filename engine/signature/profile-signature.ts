import type { HardwareProfile } from '../fuel/hardware-profile.js';
import { enumShape, nullable, objectShape, stringShape, type ShapeProblem } from '../fuel/profile-shape.js';

/** What `kind` says in every signature. */
export const SIGNATURE_KIND = 'wasm-dyno-profile-signature';

/** The member of a profile that holds its signature. */
export const SIGNATURE_FIELD = 'signature';

/** Where a profile comes from, as whoever signed it says. */
export interface ProfileProvenance {
  /** Who. */
  readonly signedBy: string;
  /** When, UTC. */
  readonly signedAt: string;
  /** Of the source that was measured; null where nobody told. */
  readonly commit: string | null;
  /** Of the run behind the profile: SHA-256 over what `sha256sum run.json measurements.csv` prints; null without a run. */
  readonly runSha256: string | null;
}

/** What is signed beside the profile. */
export interface SignatureHead {
  readonly kind: typeof SIGNATURE_KIND;
  readonly algorithm: 'Ed25519';
  readonly canonicalization: 'RFC 8785';
  /** 32 bytes in base64. */
  readonly publicKey: string;
  readonly provenance: ProfileProvenance;
  /** Four bytes for each field, in base64, to name those that were changed. */
  readonly fieldChecks: string;
}

/**
 * A signature over the canonical JSON of the profile with this as its `signature`, less `value`. It stands there, or in a file beside the
 * profile.
 */
export interface ProfileSignature extends SignatureHead {
  /** 64 bytes in base64. */
  readonly value: string;
}

/** A profile that carries its signature. */
export type SignedProfile = HardwareProfile & { readonly [SIGNATURE_FIELD]: ProfileSignature };

const hexadecimal = (digits: string, form: string) =>
  stringShape({ pattern: new RegExp(`^[0-9a-f]{${digits}}$`), form });
const base64 = (pattern: RegExp, form: string) => stringShape({ pattern, form });

const signatureShape = objectShape({
  kind: enumShape(SIGNATURE_KIND),
  algorithm: enumShape('Ed25519'),
  canonicalization: enumShape('RFC 8785'),
  publicKey: base64(/^[A-Za-z0-9+/]{43}=$/, '32 bytes in base64'),
  provenance: objectShape({
    signedBy: stringShape({ nonEmpty: true }),
    signedAt: stringShape({
      pattern: /^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?Z$/,
      form: 'a UTC time such as 2026-01-31T12:00:00Z',
    }),
    commit: nullable(hexadecimal('7,64', '7 to 64 hexadecimal digits')),
    runSha256: nullable(hexadecimal('64', '64 hexadecimal digits')),
  }),
  fieldChecks: base64(/^[A-Za-z0-9+/]*={0,2}$/, 'bytes in base64'),
  value: base64(/^[A-Za-z0-9+/]{86}==$/, '64 bytes in base64'),
});

/** Where and why `value` is no signature; undefined when it is one. `at`: where it stands. */
export function signatureShapeProblem(value: unknown, at = SIGNATURE_FIELD): ShapeProblem | undefined {
  return signatureShape(value, at);
}
