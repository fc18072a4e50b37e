// Who vouches for a profile: canonical JSON, what is signed, and verifying it before anything is charged by it.
export { canonicalJson } from './canonical-json.js';
export { fieldChecks } from './field-checks.js';
export { publicKeyOf } from './public-key.js';
export {
  SIGNATURE_FIELD,
  SIGNATURE_KIND,
  signatureShapeProblem,
  type ProfileProvenance,
  type ProfileSignature,
  type SignatureHead,
  type SignedProfile,
} from './profile-signature.js';
export type { SignatureDemand } from './signed-content.js';
export { verifiedSignature, type VerifiedSignature } from './verified-profiles.js';
export { verifyProfile } from './verify-profile.js';
