// WASI as compiled C and Go programs see it: npm run test:toolchains. Needs clang with wasi-libc, and Go 1.24 or later.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { runCli } from './run-cli.js';

const source = (name: string) => fileURLToPath(new URL(`../programs/${name}`, import.meta.url));

const COMPILERS = {
  C: (to: string) => ['clang', '--target=wasm32-wasi', '-O1', '-Wall', '-o', to, source('wasi-files.c')],
  Go: (to: string) => ['go', 'build', '-o', to, source('wasi-files.go')],
} as const;

describe('WASI programs compiled from C and Go', () => {
  let folder: string;

  before(() => {
    folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'wasm-dyno-toolchains-')));
  });

  after(() => fs.rmSync(folder, { recursive: true }));

  for (const [language, commandFor] of Object.entries(COMPILERS)) {
    it(`${language}: folders, times, names, links, on both executors`, async function () {
      this.timeout(600_000);
      const program = path.join(folder, `${language}.wasm`);
      const [command, ...rest] = commandFor(program);
      const environment = { ...process.env, GOOS: 'wasip1', GOARCH: 'wasm', GO111MODULE: 'off' };
      const compiled = spawnSync(command, rest, { encoding: 'utf8', env: environment });
      assert.equal(compiled.status, 0, `${command}: ${compiled.error?.message ?? compiled.stderr}`);
      for (const executor of ['interpreter', 'host']) {
        const work = path.join(folder, `${language}-${executor}`);
        fs.mkdirSync(work);
        const options = [
          '--profile',
          'none',
          '--executor',
          executor,
          '--dir',
          `${work}::/`,
          '--env',
          'PWD=/',
        ];
        const { code, stdout, stderr } = await runCli([program, ...options]);
        assert.deepEqual([stdout, stderr, code], ['fine\n', '', 0], executor);
        assert.deepEqual(fs.readdirSync(work), []);
      }
    });
  }
});
