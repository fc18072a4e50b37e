import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';

import { loadPrograms, loadRealCorpus } from '@wasm-dyno/corpora';

import {
  exportedFunctionNames,
  instantiateOnHost,
  isValidOnHost,
  type HostFunction,
} from './host-webassembly.js';

describe('programs', () => {
  const { programs, skipped } = loadPrograms();
  const named = (name: string) => programs.find((program) => program.name === name)!;

  it('come from packages that are always installed', () => {
    assert.deepEqual(skipped, []);
    assert.ok(programs.length >= 5);
    assert.equal(new Set(programs.map(({ origin }) => origin.toolchain)).size, programs.length);
  });

  it('are their module and one function more', () => {
    const modules = loadRealCorpus({ tiers: ['small'], check: 'parse' }).modules;
    for (const { bytes, origin, export: added } of programs) {
      assert.ok(isValidOnHost(bytes));
      const source = modules.find(
        (module) => module.origin.kind === 'package' && module.origin.path === origin.path,
      )!;
      assert.deepEqual(exportedFunctionNames(bytes), [...exportedFunctionNames(source.bytes), added]);
    }
  });

  it('answer what they should on the host, call after call, and need nothing of it', () => {
    for (const { name, bytes, export: exported, results } of programs) {
      const refuse = (): never => assert.fail(`${name} calls its host`);
      const imports = new Proxy({}, { get: () => new Proxy({}, { get: () => refuse }) });
      const run = instantiateOnHost(bytes, imports)[exported] as HostFunction;
      for (let call = 0; call < 3; call++) assert.equal(String(run()), results[0], name);
    }
  });

  it('compute what others compute', () => {
    const input = Uint8Array.from({ length: 512 }, (_, i) => i & 0xff);
    const digest = createHash('sha256').update(input).digest().readInt32LE(0);
    assert.equal(named('sha256').results[0], String(digest));
  });
});
