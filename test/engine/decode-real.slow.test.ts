import assert from 'node:assert/strict';
import { Random } from '@wasm-dyno/corpora/random';
import { CompileError } from '@wasm-dyno/engine';
import { hostValidates, packageFile, validateWhole } from './whole-module.js';

const MODULES: [packageName: string, path: string, functions: number][] = [
  ['source-map', 'lib/mappings.wasm', 50],
  ['vscode-oniguruma', 'release/onig.wasm', 100],
  ['web-tree-sitter', 'web-tree-sitter.wasm', 100],
  ['sql.js', 'dist/sql-wasm.wasm', 1000],
  ['esbuild-wasm', 'esbuild.wasm', 4000],
];

/** Anything but success or a typed error inside the module fails the test. */
function acceptOrRefuse(bytes: Uint8Array): boolean {
  try {
    validateWhole(bytes);
    return true;
  } catch (error) {
    assert(error instanceof CompileError, String(error));
    assert(error.offset >= 0 && error.offset <= bytes.length, error.message);
    return false;
  }
}

describe('decode and validate real modules', () => {
  for (const [packageName, path, functions] of MODULES) {
    it(`${packageName}/${path}`, () => {
      const module = validateWhole(packageFile(packageName, path));
      assert(module.bodyOffsets.length >= functions, `${module.bodyOffsets.length} functions`);
    });
  }

  it('truncated at every byte of the first 4 KiB: a typed error', () => {
    const bytes = packageFile('sql.js', 'dist/sql-wasm.wasm');
    for (let length = 0; length < 4096; length++) {
      // Cut behind the header, and between sections before the functions are announced, a module is left over.
      const accepted = acceptOrRefuse(bytes.slice(0, length));
      if (accepted) assert.equal(hostValidates(bytes.slice(0, length)), true, `${length} bytes`);
    }
  });

  it('10,000 random bytes flipped: a typed error or a valid module', () => {
    const bytes = packageFile('source-map', 'lib/mappings.wasm');
    const random = new Random(20_260_119);
    let refused = 0;
    for (let flip = 0; flip < 10_000; flip++) {
      const position = random.integer(0, bytes.length - 1);
      const original = bytes[position]!;
      bytes[position] = original ^ random.integer(1, 255);
      if (!acceptOrRefuse(bytes)) refused++;
      bytes[position] = original;
    }
    assert(refused > 1000, `${refused} refused`);
  });
});
