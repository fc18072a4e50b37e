import { ProfileError } from '../fuel/profile-check.js';
import { canonicalJson } from './canonical-json.js';
import { changedFields } from './field-checks.js';
import {
  SIGNATURE_FIELD,
  signatureShapeProblem,
  type ProfileSignature,
  type SignatureHead,
} from './profile-signature.js';
import { publicKeysOf } from './public-key.js';

/** What a verifier needs: which bytes, which signature over them, by whose key. */
export interface SignedContent {
  /** What was read, without its signature. */
  readonly content: Readonly<Record<string, unknown>>;
  readonly signature: ProfileSignature;
  /** What the signature must be over: canonical JSON, */
  readonly text: string;
  /** and its UTF-8. */
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** What is demanded of a signature. */
export interface SignatureDemand {
  /** Ed25519 public keys, of which one must have signed: 32 bytes in base64, or PEM text. */
  readonly publicKeys: readonly string[];
  /** A detached signature; unless told, the profile's own counts. */
  readonly signature?: unknown;
  /** The file, or other origin, for messages. */
  readonly source?: string | undefined;
}

/**
 * Takes a signed profile apart, up to the one question that needs cryptography.
 *
 * @throws ProfileError (`signature`): no signature, a malformed one, by a key that is not asked for; TypeError for a bad list of keys
 */
export function signedContent(profile: unknown, demand: SignatureDemand): SignedContent {
  const { source } = demand;
  const keys = publicKeysOf('publicKeys', demand.publicKeys);
  if (typeof profile !== 'object' || profile === null || Array.isArray(profile))
    throw refused(source, '', 'it is no object, so no profile');
  const { [SIGNATURE_FIELD]: own, ...content } = profile as Readonly<Record<string, unknown>>;
  const found = demand.signature ?? own;
  if (found === undefined)
    throw refused(source, SIGNATURE_FIELD, 'it is not signed; sign it (wasm-dyno profile sign)');
  const problem = signatureShapeProblem(found);
  if (problem !== undefined) {
    const { field, expected, found: there } = problem;
    throw refused(source, field, `the field ${field} should be ${expected} and is ${there}; sign it anew`);
  }
  const signature = found as ProfileSignature;
  if (!keys.includes(signature.publicKey)) {
    const mend = 'have it signed by one of those, or add the key';
    const message = `it is signed by the key ${signature.publicKey}, which is none of the required ones; ${mend}`;
    throw refused(source, `${SIGNATURE_FIELD}.publicKey`, message);
  }
  const text = textToSign(content, signature, source);
  return { content, signature, text, bytes: new TextEncoder().encode(text) };
}

function textToSign(content: object, signature: ProfileSignature, source: string | undefined): string {
  const head = headOf(signature);
  try {
    return canonicalJson({ ...content, [SIGNATURE_FIELD]: head });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw refused(source, '', `it has no canonical form: ${reason}`);
  }
}

/** All of a signature but its value, what a reader does not know of included. */
function headOf(signature: ProfileSignature): SignatureHead {
  const head: Partial<ProfileSignature> & SignatureHead = { ...signature };
  delete (head as { value?: string }).value;
  return head;
}

/** The refusal of a profile whose signature does not hold: it names what was changed since. */
export function brokenSignature(
  { content, signature }: SignedContent,
  source: string | undefined,
): ProfileError {
  const { fieldChecks, ...head } = headOf(signature);
  const changed = changedFields({ ...content, [SIGNATURE_FIELD]: head }, fieldChecks);
  const [first, ...others] = changed;
  const mend = 'restore the file, or sign it anew';
  if (first === undefined) {
    const what = `${SIGNATURE_FIELD}.value or ${SIGNATURE_FIELD}.fieldChecks was changed`;
    return refused(source, SIGNATURE_FIELD, `its signature does not hold (${what}); ${mend}`);
  }
  const more = others.length === 0 ? '' : ` and ${others.length} more`;
  const name = first === '' ? 'the whole' : first;
  return refused(
    source,
    first,
    `its signature does not hold: ${name}${more} is not as it was signed; ${mend}`,
  );
}

function refused(source: string | undefined, field: string, message: string): ProfileError {
  return new ProfileError([{ kind: 'signature', field, message }], source);
}
