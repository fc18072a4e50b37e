import { base64OfBytes, bytesOfBase64 } from './base64.js';

/** What stands before the 32 bytes of an Ed25519 key in its DER form (RFC 8410, section 4). */
const DER_PREFIX = [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];
const KEY_BYTES = 32;

/**
 * An Ed25519 public key as its 32 bytes in base64: out of that, of base64 of its DER form, or of PEM text (`-----BEGIN PUBLIC KEY-----`, as
 * `openssl pkey -pubout` writes it).
 *
 * @throws TypeError for what is no such key. A private key is not repeated in the message.
 */
export function publicKeyOf(text: string): string {
  const mend = 'give an Ed25519 public key: 32 bytes in base64, or PEM text';
  if (typeof text !== 'string') throw new TypeError(`a public key is of type ${typeof text}; ${mend}`);
  if (/PRIVATE KEY/.test(text)) throw new TypeError(`a public key is a private one; ${mend}`);
  const bytes = bytesOfBase64(text.replace(/-----(BEGIN|END) PUBLIC KEY-----/g, '').replace(/\s+/g, ''));
  const isDer = bytes?.length === DER_PREFIX.length + KEY_BYTES && DER_PREFIX.every((b, i) => bytes[i] === b);
  const key = isDer ? bytes!.subarray(DER_PREFIX.length) : bytes;
  if (key?.length !== KEY_BYTES) throw new TypeError(`a public key is none; ${mend}`);
  return base64OfBytes(key);
}

/** The keys that an option lists. @throws TypeError for a list without keys, or with what is none */
export function publicKeysOf(option: string, keys: readonly string[]): string[] {
  if (!Array.isArray(keys) || keys.length === 0)
    throw new TypeError(`${option} names no key; give a list of Ed25519 public keys, or leave it out`);
  return keys.map(publicKeyOf);
}
