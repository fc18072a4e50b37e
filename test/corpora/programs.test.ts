import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import { runInNewContext } from 'node:vm';

import { loadPrograms, loadRealCorpus } from '@wasm-dyno/corpora';

import {
  bodiesInOrbit,
  counting,
  DATABASE_TEXTS,
  goSource,
  lz4Frame,
  sourceTextUtf8,
} from '../../corpora/dist/programs/inputs.js';
import {
  exportedFunctionNames,
  instantiateOnHost,
  isValidOnHost,
  type HostFunction,
} from './host-webassembly.js';

/** A dependency of the corpora's, not of the tests' own. */
const GOFMT: string = '@wasm-fmt/gofmt';
const MODULES =
  'xxhash as-sha256 as-sha256-simd es-module-lexer source-map md4w lz4 gofmt rollup quickjs sqlite'.split(
    ' ',
  );

describe('programs', () => {
  const { programs, skipped } = loadPrograms();
  const named = (name: string) => programs.find((program) => program.name === name)!;

  it('are twelve and more, of seven toolchains; most come from packages that are always installed', () => {
    assert.deepEqual(skipped, []);
    assert.ok(programs.length >= 12);
    assert.ok(new Set(programs.map(({ origin }) => origin.toolchain)).size >= 7);
    assert.ok(loadPrograms({ tiers: ['small'] }).programs.length >= 10);
  });

  it('are their module and one function more', () => {
    const modules = loadRealCorpus({ check: 'parse', modules: MODULES }).modules;
    for (const { bytes, origin, export: added } of programs) {
      assert.ok(isValidOnHost(bytes));
      const source = modules.find(
        (module) => module.origin.kind === 'package' && module.origin.path === origin.path,
      )!;
      assert.deepEqual(exportedFunctionNames(bytes), [...exportedFunctionNames(source.bytes), added]);
    }
  });

  it('answer what they should on the host, call after call, and need nothing of it but zeros', () => {
    for (const { name, bytes, export: exported, results } of programs) {
      let asked = 0;
      const answer = (): number => {
        asked++;
        return 0;
      };
      const imports = new Proxy({}, { get: () => new Proxy({}, { get: () => answer }) });
      const run = instantiateOnHost(bytes, imports)[exported] as HostFunction;
      for (let call = 0; call < 3; call++) assert.equal(String(run()), results[0], name);
      // SQLite and QuickJS ask for the time and the environment once; a mapping that is found is told of.
      assert.ok(asked <= 12, `${name} asks ${asked} times`);
    }
  });

  it('hash as the platform does', () => {
    const firstWord = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest().readInt32LE(0);
    assert.equal(named('sha256').results[0], String(firstWord(counting(512))));
    const blocks = [0, 1, 2, 3].map((i) => firstWord(counting(256).subarray(64 * i, 64 * i + 64)));
    assert.equal(named('sha256-simd').results[0], String(blocks.reduce((a, b) => a ^ b)));
  });

  it('decompress what was put in, and allocate what is asked for', () => {
    assert.equal(named('lz4').results[0], String(checksum(lz4Frame().bytes)));
    const sizes = Array.from({ length: 100 }, (_, i) => (Math.imul(i + 1, -1_640_531_535) >>> 22) + 8);
    assert.equal(named('allocator').results[0], String(sizes.reduce((a, b) => a + b)));
  });

  it('parse and format as their packages say', async () => {
    const { format } = (await import(GOFMT)) as { format: (source: string) => string };
    const formatted = format(new TextDecoder().decode(goSource()));
    assert.ok(formatted.includes('func (b byAmount) Len() int           { return len(b) }'));
    assert.equal(named('gofmt').results[0], String(checksum(new TextEncoder().encode(formatted))));
    const bindings = createRequire(import.meta.url)('@rollup/wasm-node/dist/wasm-node/bindings_wasm.js') as {
      parse: (code: string, ...options: boolean[]) => Uint8Array;
    };
    const tree = bindings.parse(new TextDecoder().decode(sourceTextUtf8()), false, false, false);
    assert.equal(named('rollup-parser').results[0], String(tree.length));
  });

  it('interpret SQL and JavaScript as others do', async () => {
    const energy = runInNewContext(bodiesInOrbit) as number;
    assert.ok(Number.isFinite(energy) && energy > 0);
    assert.equal(named('quickjs').results[0], String(foldedBits(energy)));
    const initialize = createRequire(import.meta.url)('sql.js') as () => Promise<{
      Database: new () => { exec: (sql: string) => { values: [string, number][] }[] };
    }>;
    const database = new (await initialize()).Database();
    const [, schema, rows, query] = DATABASE_TEXTS;
    for (const text of [schema, rows]) database.exec(text);
    const { values } = database.exec(query)[0]!;
    assert.ok(values.length > 50);
    assert.equal(
      named('sqlite').results[0],
      String(foldedBits(values.reduce((sum, [, weight]) => 0.5 * sum + weight, 0))),
    );
  });
});

/** As the driver computes it: whole words, each rotated in. */
function checksum(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let sum = 0;
  for (let i = 0; i + 4 <= bytes.length; i += 4) sum = ((sum << 5) | (sum >>> 27)) ^ view.getInt32(i, true);
  return sum;
}

function foldedBits(value: number): number {
  const [low, high] = new Int32Array(Float64Array.of(value).buffer);
  return low! ^ high!;
}
