import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHash } from 'node:crypto';
import {
  loadCorpus,
  loadPrograms,
  loadRealCorpus,
  ModuleBuilder,
  parseManifest,
  readManifest,
} from '@wasm-dyno/corpora';
import type { Manifest, ManifestModule } from '@wasm-dyno/corpora';
import { isValidOnHost } from './host-webassembly.js';

describe('corpus of real modules', () => {
  it('has a manifest with at least six toolchains in each install, and sizes from a few KB to 10 MB', () => {
    const { modules } = readManifest();
    assert.ok(new Set(modules.map(({ toolchain }) => toolchain)).size >= 9);
    assert.ok(modules.some(({ bytes }) => bytes < 8_000));
    assert.ok(modules.some(({ bytes }) => bytes > 10_000_000));
    const small = modules.filter(({ tier }) => tier === 'small');
    assert.ok(new Set(small.map(({ toolchain }) => toolchain)).size >= 6);
  });

  it('an npm install has the modules of a checkout: small ones are exact dependencies, large ones for development', () => {
    const description = JSON.parse(
      readFileSync(new URL('../../corpora/package.json', import.meta.url), 'utf8'),
    ) as Record<'dependencies' | 'devDependencies', Record<string, string>>;
    for (const { name, tier, package: packageName, version } of readManifest().modules) {
      const kind = tier === 'small' ? 'dependencies' : 'devDependencies';
      assert.equal(description[kind][packageName], version, `${name} in ${kind}`);
    }
    // What measuring programs runs without a checkout comes from the same tier.
    const { programs } = loadPrograms({ tiers: ['small'] });
    const small = readManifest().modules.filter(({ tier }) => tier === 'small');
    for (const { origin } of programs) assert.ok(small.some((entry) => entry.package === origin.package));
  });

  it('loads every small module exactly as the manifest names it', async () => {
    const corpus = await loadCorpus('real', { real: { tiers: ['small'] } });
    assert.deepEqual(corpus.skipped, []);
    for (const entry of readManifest().modules.filter(({ tier }) => tier === 'small')) {
      const module =
        corpus.modules.find(({ name }) => name === entry.name) ?? assert.fail(`${entry.name} is missing`);
      assert.equal(module.sha256, entry.sha256);
      assert.equal(module.bytes.length, entry.bytes);
      assert.ok(module.functions.length > 0);
      assert.deepEqual(module.origin, {
        kind: 'package',
        package: entry.package,
        version: entry.version,
        path: entry.path,
        toolchain: entry.toolchain,
        licence: entry.licence,
      });
    }
  });

  it('loads the large modules out of the development dependencies, all of them valid', () => {
    const corpus = loadRealCorpus();
    assert.deepEqual(corpus.skipped, []);
    assert.equal(corpus.modules.length, readManifest().modules.length);
    for (const { bytes, name, functions, bodyBytes } of corpus.modules) {
      assert.ok(isValidOnHost(bytes), `${name} is not valid for V8`);
      assert.equal(
        functions.reduce((sum, each) => sum + each.bodyBytes, 0),
        bodyBytes,
      );
    }
  }).timeout(600_000);

  it('loads the modules that are asked for and refuses unknown ones', () => {
    assert.deepEqual(
      loadRealCorpus({ modules: ['xxhash'] }).modules.map(({ name }) => name),
      ['xxhash'],
    );
    assert.throws(
      () => loadRealCorpus({ modules: ['nothing'] }),
      /unknown real module "nothing"; the manifest has /,
    );
  });

  describe('when packages are not as the manifest says', () => {
    let folder: string;
    const builder = new ModuleBuilder();
    builder.addFunction([], [], () => undefined);
    const bytes = builder.toBytes();
    const entry: ManifestModule = {
      name: 'sample',
      tier: 'small',
      package: '@sample/package',
      version: '1.2.3',
      path: 'sample.wasm',
      bytes: bytes.length,
      sha256: createHash('sha256').update(bytes).digest('hex'),
      toolchain: 'hand-written',
      licence: 'MIT',
      description: 'one empty function',
    };
    const load = (changes: Partial<ManifestModule> = {}) => {
      const manifest: Manifest = { schemaVersion: 1, modules: [{ ...entry, ...changes }] };
      return loadRealCorpus({ manifest, searchFolders: [join(folder, 'node_modules')] });
    };
    const install = (version: string, files: Readonly<Record<string, string | Uint8Array>>) => {
      const home = join(folder, 'node_modules', '@sample', 'package');
      mkdirSync(home, { recursive: true });
      writeFileSync(
        join(home, 'package.json'),
        JSON.stringify({ name: '@sample/package', version, exports: {} }),
      );
      for (const [name, content] of Object.entries(files)) writeFileSync(join(home, name), content);
    };
    beforeEach(() => {
      folder = mkdtempSync(join(tmpdir(), 'wasm-dyno-corpora-'));
    });
    afterEach(() => rmSync(folder, { recursive: true }));

    it('loads what is as it should be', () => {
      install('1.2.3', { 'sample.wasm': bytes });
      const corpus = load();
      assert.deepEqual(corpus.skipped, []);
      assert.deepEqual(corpus.modules[0]?.functions, [{ index: 0, bodyBytes: 2 }]);
    });

    it('takes a module out of base64', () => {
      const text = `const wasm = "${Buffer.from(bytes).toString('base64')}"; // and more`;
      install('1.2.3', { 'sample.js': text });
      assert.equal(
        load({ path: 'sample.js', extract: { encoding: 'base64', occurrence: 0 } }).modules.length,
        1,
      );
      const corpus = load({ path: 'sample.js', extract: { encoding: 'base64', occurrence: 1 } });
      assert.match(corpus.skipped[0]!.reason, /sample\.js holds 1 module in base64, not 2/);
    });

    it('names a missing package and the mend', () => {
      const { modules, skipped } = load();
      assert.deepEqual(modules, []);
      assert.deepEqual(skipped, [
        {
          name: 'sample',
          reason:
            'package @sample/package@1.2.3 is not installed: npm install --save-dev --save-exact @sample/package@1.2.3',
        },
      ]);
    });

    it('names a missing file', () => {
      install('1.2.3', {});
      assert.match(
        load().skipped[0]!.reason,
        /cannot be read from package @sample\/package@1\.2\.3 .*ENOENT.*npm install/,
      );
    });

    it('refuses other bytes of the same version', () => {
      install('1.2.3', { 'sample.wasm': bytes.slice(0, -1) });
      assert.match(
        load().skipped[0]!.reason,
        /sample\.wasm in package @sample\/package@1\.2\.3 has SHA-256 [0-9a-f]{64}, not /,
      );
    });

    it('names the version that is installed instead', () => {
      install('2.0.0', { 'sample.wasm': bytes.slice(0, -1) });
      assert.match(
        load().skipped[0]!.reason,
        /those of @sample\/package@1\.2\.3, installed is @sample\/package@2\.0\.0/,
      );
    });

    it('skips what is as the manifest says but no valid module, with the offset', () => {
      const broken = bytes.slice(0, -1);
      install('1.2.3', { 'sample.wasm': broken });
      const [skipped] = load({ sha256: createHash('sha256').update(broken).digest('hex') }).skipped;
      assert.equal(skipped?.name, 'sample');
      assert.equal(typeof skipped?.offset, 'number');
    });
  });

  it('refuses a manifest that breaks its schema, saying where', () => {
    const entry = readManifest().modules[0]!;
    const text = (changes: object) =>
      JSON.stringify({ schemaVersion: 1, modules: [{ ...entry, ...changes }] });
    assert.equal(parseManifest(text({})).modules.length, 1);
    assert.throws(
      () => parseManifest(text({ sha256: 'abc' })),
      /manifest\/modules\/0\/sha256 must match pattern/,
    );
    assert.throws(() => parseManifest(text({ path: '../../etc/passwd' })), /modules\/0\/path/);
    assert.throws(() => parseManifest(text({ tier: 'huge' })), /modules\/0\/tier/);
    assert.throws(() => parseManifest(text({ surplus: 1 })), /additional properties/);
    const twice = JSON.stringify({ schemaVersion: 1, modules: [entry, entry] });
    assert.throws(() => parseManifest(twice), /two modules are named/);
  });
});
