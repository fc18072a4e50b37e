import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';

import { FileError, readRegularText } from '@wasm-dyno/engine/node/regular-file';
import { publicKeyOf } from '@wasm-dyno/engine';

/** The environment variable that holds a private key, where no file is named. */
export const SIGNING_KEY_VARIABLE = 'WASM_DYNO_SIGNING_KEY';

/** The environment variable that holds public keys, with commas or ends of line between base64 ones. */
export const PUBLIC_KEY_VARIABLE = 'WASM_DYNO_PUBLIC_KEY';

/** Keys are small. */
const LONGEST_KEY_FILE = 64 * 1024;

const MAKING = 'make one with wasm-dyno profile key';

/** A key is missing or is none. No message repeats any of it. */
export class KeyError extends Error {
  override readonly name = 'KeyError';
}

/**
 * The private key to sign with: out of the file, else out of the environment variable `WASM_DYNO_SIGNING_KEY`. PEM text, as
 * `openssl genpkey -algorithm ed25519` writes it.
 *
 * @throws KeyError, FileError
 */
export function signingKey(
  file: string | undefined,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): KeyObject {
  const held = environment[SIGNING_KEY_VARIABLE];
  if (file === undefined && !held) {
    throw new KeyError(
      `no key to sign with; name its file with --key, or put its PEM text into ${SIGNING_KEY_VARIABLE}`,
    );
  }
  const where = file ?? SIGNING_KEY_VARIABLE;
  // In a variable ends of line are often written as \n.
  const text = file === undefined ? held!.replaceAll('\\n', '\n') : readKey(file, MAKING);
  let key: KeyObject;
  try {
    key = createPrivateKey(text);
  } catch {
    throw new KeyError(`${where} holds no private key in PEM form without a password; ${MAKING}`);
  }
  if (key.asymmetricKeyType === 'ed25519') return key;
  throw new KeyError(`${where} holds a key of type ${key.asymmetricKeyType}; an Ed25519 key is needed`);
}

/** The public half of a private key, 32 bytes in base64. */
export function publicHalf(key: KeyObject): string {
  const { x } = createPublicKey(key).export({ format: 'jwk' });
  return publicKeyOf(x!);
}

/**
 * Public keys as they are named on a command line: base64 themselves, or files that hold them; without any, those of
 * the environment variable `WASM_DYNO_PUBLIC_KEY`.
 *
 * @throws KeyError, FileError
 */
export function publicKeys(
  named: readonly string[],
  environment: Readonly<Record<string, string | undefined>> = process.env,
): string[] {
  const held = environment[PUBLIC_KEY_VARIABLE];
  if (named.length > 0) return named.map((text) => asKey(text) ?? keyOfFile(text));
  if (!held)
    throw new KeyError(`no key to verify with; name one with --public-key or in ${PUBLIC_KEY_VARIABLE}`);
  const texts = held.includes('-----')
    ? [held.replaceAll('\\n', '\n')]
    : held.split(/[\s,]+/).filter(Boolean);
  return texts.map((text) => {
    const key = asKey(text);
    if (key === undefined) throw new KeyError(`${PUBLIC_KEY_VARIABLE} holds what is no Ed25519 public key`);
    return key;
  });
}

function keyOfFile(path: string): string {
  const key = asKey(readKey(path, 'name a public key, or a file that holds one'));
  if (key !== undefined) return key;
  throw new KeyError(`${path} holds no Ed25519 public key, as PEM text or base64`);
}

function readKey(path: string, mend: string): string {
  try {
    return readRegularText(path, LONGEST_KEY_FILE);
  } catch (error) {
    if (!(error instanceof FileError && error.isMissing)) throw error;
    throw new KeyError(`${path}: there is no such file; ${mend}`, { cause: error });
  }
}

function asKey(text: string): string | undefined {
  try {
    return publicKeyOf(text);
  } catch {
    return undefined;
  }
}

/** A new key: the private half as PEM text, the public one in base64. */
export function newKey(): { readonly privatePem: string; readonly publicKey: string } {
  const { privateKey } = generateKeyPairSync('ed25519');
  const privatePem = privateKey.export({ format: 'pem', type: 'pkcs8' });
  return { privatePem: privatePem.toString(), publicKey: publicHalf(privateKey) };
}
