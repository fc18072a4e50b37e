import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import {
  Engine,
  parseProfile,
  ProfileError,
  publicKeyOf,
  verifiedSignature,
  verifyProfile,
  type HardwareProfile,
  type ProfileProvenance,
} from '@wasm-dyno/engine';
import { loadProfile, verifyProfileNow } from '@wasm-dyno/engine/node';
import { newKey, signatureOf, signedProfile, signingKey } from 'wasm-dyno';
import { profileExample } from '../profile/profile-example.js';

const PROVENANCE: ProfileProvenance = {
  signedBy: 'somebody',
  signedAt: '2026-02-01T00:00:00Z',
  commit: 'ab'.repeat(20),
  runSha256: 'cd'.repeat(32),
};

const keyPair = newKey();
const key = signingKey(undefined, { WASM_DYNO_SIGNING_KEY: keyPair.privatePem });
const publicKeys = [keyPair.publicKey];
const signed = () => signedProfile(profileExample(), key, PROVENANCE);

type Json = null | boolean | number | string | Json[] | { [name: string]: Json };
type Place = readonly (string | number)[];

/** Places of all values that are neither lists nor objects. */
function leaves(value: Json, at: Place = []): Place[] {
  if (typeof value !== 'object' || value === null) return [at];
  const entries: [string | number, Json][] = Array.isArray(value)
    ? value.map((item, i) => [i, item])
    : Object.entries(value);
  return entries.flatMap(([name, item]) => leaves(item, [...at, name]));
}

function replaced(value: Json, [first, ...rest]: Place, by: (old: Json) => Json): Json {
  if (first === undefined) return by(value);
  if (Array.isArray(value)) return value.map((item, i) => (i === first ? replaced(item, rest, by) : item));
  const object = value as { [name: string]: Json };
  return { ...object, [first]: replaced(object[first]!, rest, by) };
}

const nameOf = (place: Place) =>
  place.map((part, i) => (typeof part === 'number' ? `[${part}]` : i === 0 ? part : `.${part}`)).join('');

const other = (value: Json): Json => {
  if (typeof value === 'number') return value + 1;
  if (typeof value === 'boolean') return !value;
  return value === null ? 'something' : `${String(value)}x`;
};

const isRefusal = (error: unknown): error is ProfileError =>
  error instanceof ProfileError && error.problems[0]?.kind === 'signature';

describe('a signed profile', () => {
  let folder: string;
  before(() => (folder = mkdtempSync(join(tmpdir(), 'wasm-dyno-signature-'))));
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('is verified by WebCrypto and by Node alike, and then cannot be changed', async () => {
    for (const verified of [
      await verifyProfile(signed(), { publicKeys }),
      await verifyProfile(JSON.stringify(signed()), { publicKeys }),
      verifyProfileNow(signed(), { publicKeys }),
    ]) {
      assert.deepEqual(verifiedSignature(verified), { publicKey: keyPair.publicKey, provenance: PROVENANCE });
      assert.throws(() => Object.assign(verified.engine, { name: 'another' }), TypeError);
    }
  });

  it('is refused by the name of the field, whichever was changed', () => {
    const whole = JSON.parse(JSON.stringify(signed())) as Json;
    const places = leaves(whole);
    assert.ok(places.length > 100);
    for (const place of places) {
      const tampered = replaced(whole, place, other);
      const name = nameOf(place);
      assert.throws(
        () => verifyProfileNow(tampered, { publicKeys }),
        (error: unknown) =>
          isRefusal(error) && (/^signature\.(fieldChecks|value)$/.test(name) || error.message.includes(name)),
        name,
      );
    }
  });

  it('is refused whatever is changed in it, by WebCrypto too', async () => {
    const whole = JSON.parse(JSON.stringify(signed())) as Json;
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...leaves(whole)), fc.jsonValue(), async (place, value) => {
        const tampered = replaced(whole, place, () => value as Json);
        if (JSON.stringify(tampered) === JSON.stringify(whole)) return;
        await assert.rejects(verifyProfile(tampered, { publicKeys }), isRefusal);
      }),
      { numRuns: 100 },
    );
  });

  it('is refused with a field more or fewer, by the name of what holds it', () => {
    const fewer: Partial<HardwareProfile> = { ...signed() };
    delete (fewer as { warnings?: unknown }).warnings;
    const more = { ...signed(), machine: { ...signed().machine, serial: 1 } };
    assert.throws(() => verifyProfileNow(fewer, { publicKeys }), isRefusal);
    assert.throws(
      () => verifyProfileNow(more, { publicKeys }),
      (error: unknown) => isRefusal(error) && /machine/.test(error.message),
    );
  });

  it('is refused without a signature, or by a key that is not asked for', () => {
    const stranger = newKey().publicKey;
    assert.throws(() => verifyProfileNow(profileExample(), { publicKeys }), /it is not signed/);
    assert.throws(() => verifyProfileNow(signed(), { publicKeys: [stranger] }), /none of the required ones/);
    assert.throws(() => verifyProfileNow(signed(), { publicKeys: [] }), /names no key/);
    assert.throws(() => verifyProfileNow(signed(), { publicKeys: ['no key'] }), /a public key is none/);
  });

  it('is charged by where the engine demands a signature, and its unverified like is not', () => {
    const verified = verifyProfileNow(signed(), { publicKeys });
    const demand = (profile: HardwareProfile) =>
      new Engine({ profile, requireSignature: publicKeys, profileCheck: 'warn' });
    assert.ok(
      demand(verified)
        .costs.explain()
        .some(({ layer }) => layer === 'profile'),
    );
    assert.throws(() => demand(parseProfile(signed())), /its signature was not verified/);
    const stranger = [newKey().publicKey];
    assert.throws(
      () => new Engine({ profile: verified, requireSignature: stranger }),
      /none of the required/,
    );
  });

  it('is loaded from a file, with its signature in it or beside it', () => {
    const load = (path: string) => loadProfile({ path, requireSignature: publicKeys, profileCheck: 'warn' });
    const inline = join(folder, 'inline.json');
    writeFileSync(inline, JSON.stringify(signed()));
    assert.notEqual(verifiedSignature(load(inline).profile!), undefined);
    const bare = join(folder, 'bare.json');
    writeFileSync(bare, JSON.stringify(profileExample()));
    assert.throws(() => load(bare), /it is not signed/);
    writeFileSync(`${bare}.sig`, JSON.stringify(signatureOf(profileExample(), key, PROVENANCE)));
    assert.notEqual(verifiedSignature(load(bare).profile!), undefined);
    writeFileSync(bare, JSON.stringify({ ...profileExample(), seed: 43 }));
    assert.throws(() => load(bare), /seed is not as it was signed/);
    assert.throws(() => load(join(folder, 'missing.json')), ProfileError);
  });

  it('takes public keys as PEM text, as DER and bare, and repeats no private one', () => {
    const { publicKey, privatePem } = newKey();
    const der = Buffer.concat([
      Buffer.from('302a300506032b6570032100', 'hex'),
      Buffer.from(publicKey, 'base64'),
    ]).toString('base64');
    for (const form of [publicKey, der, `-----BEGIN PUBLIC KEY-----\n${der}\n-----END PUBLIC KEY-----\n`])
      assert.equal(publicKeyOf(form), publicKey);
    const secret = privatePem.split('\n')[1]!;
    assert.throws(
      () => publicKeyOf(privatePem),
      (error: unknown) => error instanceof TypeError && !error.message.includes(secret),
    );
  });
});
