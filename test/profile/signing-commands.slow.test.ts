import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { HardwareProfile, ProfileSignature } from '@wasm-dyno/engine';
import { loadProfile } from '@wasm-dyno/engine/node';
import { runDigest } from 'wasm-dyno';
import { wasmDyno } from '../cli/command-line.js';
import { profileExample } from './profile-example.js';

describe('wasm-dyno profile: keys and signatures', () => {
  let folder: string;
  const at = (name: string) => join(folder, name);
  const profile = (...words: string[]) => wasmDyno(['profile', ...words], folder);
  const read = <Value>(name: string) => JSON.parse(readFileSync(at(name), 'utf8')) as Value;
  const written = (name: string, value: unknown) => {
    writeFileSync(at(name), JSON.stringify(value));
    return name;
  };
  const edited = (name: string, by: (profile: HardwareProfile) => object, out: string) =>
    written(out, by(read<HardwareProfile>(name)));
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'wasm-dyno-signing-'));
    const made = await profile('key', '--out', 'key.pem');
    assert.equal(made.code, 0, made.stderr);
    mkdirSync(at('run'));
    written('run/run.json', {});
    written('run/measurements.csv', '');
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('makes a key for its owner alone, and never prints the private half', async () => {
    assert.equal(statSync(at('key.pem')).mode & 0o777, 0o600);
    const secret = readFileSync(at('key.pem'), 'utf8').split('\n')[1]!;
    const publicKey = readFileSync(at('key.pem.pub'), 'utf8');
    const told = await profile('key', '--key', 'key.pem');
    assert.equal(told.stdout, publicKey);
    const again = await profile('key', '--out', 'key.pem');
    assert.equal(again.code, 1);
    assert.match(again.stderr, /^wasm-dyno: key\.pem: cannot be written: is there already; .*--out\n$/);
    const refused = await profile('sign', written('p.json', profileExample()), '--key', 'key.pem.pub');
    for (const { stdout, stderr } of [told, again, refused]) assert.ok(!(stdout + stderr).includes(secret));
    assert.equal(refused.code, 1);
    assert.match(refused.stderr, /holds no private key/);
  });

  it('signs inline with the provenance, and verifies', async () => {
    written('inline.json', { ...profileExample(), more: { unknown: 1 } });
    const words = ['--key', 'key.pem', '--signed-by', 'a person', '--commit', 'abcdef0', '--run', 'run'];
    const signed = await profile('sign', 'inline.json', ...words, '--json');
    assert.equal(signed.code, 0, signed.stderr);
    const { signature } = JSON.parse(signed.stdout) as { signature: ProfileSignature };
    const { signedAt, ...provenance } = signature.provenance;
    assert.ok(Math.abs(Date.parse(signedAt) - Date.now()) < 600_000);
    assert.deepEqual(provenance, {
      signedBy: 'a person',
      commit: 'abcdef0',
      runSha256: await runDigest(at('run')),
    });
    // What a reader does not know of is signed and kept too.
    assert.deepEqual(read<{ more: unknown }>('inline.json').more, { unknown: 1 });
    const verified = await profile('verify', 'inline.json', '--public-key', 'key.pem.pub', '--run', 'run');
    assert.equal(verified.code, 0, verified.stderr);
    assert.match(verified.stdout, /inline\.json: verified, signed by a person on .* of commit abcdef0, run /);
    const requireSignature = [readFileSync(at('key.pem.pub'), 'utf8').trim()];
    assert.ok(loadProfile({ path: at('inline.json'), requireSignature, profileCheck: 'warn' }).profile);
  });

  it('signs beside the profile, which stays as it is', async () => {
    const text = JSON.stringify(profileExample());
    writeFileSync(at('beside.json'), text);
    assert.equal((await profile('sign', 'beside.json', '--key', 'key.pem', '--detached')).code, 0);
    assert.equal(readFileSync(at('beside.json'), 'utf8'), text);
    const verified = await profile('verify', 'beside.json', '--public-key', 'key.pem.pub', '--json');
    assert.equal((JSON.parse(verified.stdout) as { verified: boolean }).verified, true);
    edited('beside.json', (value) => ({ ...value, seed: 43 }), 'beside.json');
    const { code, stderr } = await profile('verify', 'beside.json', '--public-key', 'key.pem.pub');
    assert.equal(code, 1);
    assert.match(
      stderr,
      /^wasm-dyno: profile beside\.json: its signature does not hold: seed is not as it was/,
    );
  });

  it('refuses another key, a changed field, another run, and no key at all, in a line each', async () => {
    written('signed.json', profileExample());
    assert.equal((await profile('sign', 'signed.json', '--key', 'key.pem')).code, 0);
    await profile('key', '--out', 'other.pem');
    edited('signed.json', (value) => ({ ...value, forced: true }), 'tampered.json');
    for (const [words, pattern] of [
      [['signed.json', '--public-key', 'other.pem.pub'], /none of the required ones/],
      [['tampered.json', '--public-key', 'key.pem.pub'], /forced is not as it was signed/],
      [['signed.json', '--public-key', 'key.pem.pub', '--run', 'run'], /the signed run is none/],
      [['signed.json', '--public-key', 'key.pem'], /holds no Ed25519 public key/],
      [['signed.json'], /no key to verify with; name one with --public-key/],
      [['none.json', '--public-key', 'key.pem.pub'], /none\.json: .*no such file/],
    ] as const) {
      const { code, stderr } = await profile('verify', ...words);
      assert.equal(code, 1, stderr);
      assert.match(stderr, pattern);
      assert.equal(stderr.trimEnd().split('\n').length, 1);
    }
    assert.match(
      (await profile('sign', 'signed.json')).stderr,
      /--key, or put its PEM text into WASM_DYNO_SIGN/,
    );
    assert.equal((await profile('sign', 'signed.json', '--key', 'key.pem', '--commit', 'HEAD')).code, 2);
  });

  it('shows machine, prices with their intervals, verdicts and the state of the signature', async () => {
    written('shown.json', profileExample());
    const unsigned = await profile('show', 'shown.json');
    assert.equal(unsigned.code, 0, unsigned.stderr);
    assert.match(unsigned.stdout, /Example CPU 3000, 8 cores/);
    assert.match(unsigned.stdout, /^signature +none$/m);
    assert.match(
      unsigned.stdout,
      /^warm +translate +byte +1623\.001 +x memset +1623 +1591 - 1655 +x memset +95\.9% +20 +ok$/m,
    );
    assert.match(unsigned.stdout, /^ +function +332 +fuel +244 +239 - 249 +ns +95\.9% +20$/m);
    assert.match(unsigned.stdout, /^unit +One fuel \(64B\) is 0\.736 ns \(0\.721 to 0\.751\), filled by /m);
    await profile('sign', 'shown.json', '--key', 'key.pem');
    assert.match((await profile('show', 'shown.json')).stdout, /^signature +not verified: it holds/m);
    const known = ['--public-key', 'key.pem.pub'];
    assert.match((await profile('show', 'shown.json', ...known)).stdout, /^signature +verified, by /m);
    edited('shown.json', (value) => ({ ...value, seed: 1 }), 'shown.json');
    assert.match((await profile('show', 'shown.json')).stdout, /^signature +BROKEN: .*seed is not/m);
    const json = JSON.parse((await profile('show', 'shown.json', '--json')).stdout) as {
      prices: unknown[];
      signature: { state: string };
    };
    assert.ok(json.prices.length >= 6);
    assert.equal(json.signature.state, 'broken');
  });

  it('lists every violation with its place, of every file', async () => {
    const { engine, ...rest } = profileExample();
    written('good.json', { engine, ...rest });
    written('bad.json', { ...rest, seed: 0.5, machine: { ...rest.machine, arch: '' } });
    const { code, stdout, stderr } = await profile('validate', 'good.json', 'bad.json', 'none.json');
    assert.equal(code, 1);
    assert.match(stdout, /^good\.json: valid$/m);
    for (const place of ['engine', 'seed', 'machine.arch'])
      assert.match(stdout, new RegExp(`^bad\\.json: ${place}: `, 'm'));
    assert.match(stdout, /^none\.json: the whole: cannot be read: no such file/m);
    assert.match(stderr, /2 of 3 profiles are not valid/);
    const json = await profile('validate', 'bad.json', '--json');
    const [validated] = JSON.parse(json.stdout) as { violations: { path: string }[] }[];
    assert.ok(validated!.violations.length >= 3);
    assert.equal((await profile('validate', 'good.json')).code, 0);
  });
});
