// Profiles with somebody's word on them: keys, what is vouched for, signatures.
export { KeyError, newKey, PUBLIC_KEY_VARIABLE, publicHalf, publicKeys, signingKey } from './signing-key.js';
export { CommitError, provenanceOf, runDigest, type ProvenanceOptions } from './provenance.js';
export { signatureOf, signedProfile } from './sign-profile.js';
