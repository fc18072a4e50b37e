import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { newKey, provenanceOf } from 'wasm-dyno';
import { environment, PROGRAM } from '../cli/command-line.js';
import { profileExample } from './profile-example.js';

const VARIABLES = ['GITHUB_SHA', 'CI_COMMIT_SHA', 'GIT_COMMIT'] as const;
const COMMIT = '0123456789abcdef0123456789abcdef01234567';

describe('where a signed profile comes from', () => {
  let folder: string;
  before(() => (folder = mkdtempSync(join(tmpdir(), 'wasm-dyno-provenance-'))));
  after(() => rmSync(folder, { recursive: true, force: true }));

  it("takes the build's commit, and a variable that is none is refused by its name", async () => {
    for (const variable of VARIABLES) {
      const commitBy = async (value: string, commit?: string) =>
        (await provenanceOf({ directory: folder, commit, environment: { [variable]: value } })).commit;
      assert.equal(await commitBy(COMMIT), COMMIT);
      assert.equal(await commitBy(''), null);
      assert.equal(await commitBy('main', 'abcdef0'), 'abcdef0');
      for (const value of ['main', 'abcdef', COMMIT.toUpperCase(), `${COMMIT}\n`, 'a'.repeat(65)])
        await assert.rejects(commitBy(value), ({ message }: Error) => message.startsWith(`${variable} is "`));
    }
  });

  it('is a usage error of one line, before anything is written', () => {
    const file = join(folder, 'profile.json');
    const text = JSON.stringify(profileExample());
    writeFileSync(file, text);
    for (const value of ['refs/heads/main', 'two\nlines']) {
      const told = Object.fromEntries(VARIABLES.map((name) => [name, '']));
      const { status, stderr } = spawnSync(process.execPath, [PROGRAM, 'profile', 'sign', file], {
        env: {
          ...environment(folder),
          ...told,
          GIT_COMMIT: value,
          WASM_DYNO_SIGNING_KEY: newKey().privatePem,
        },
        encoding: 'utf8',
      });
      assert.equal(status, 2, stderr);
      assert.match(stderr, /^wasm-dyno: GIT_COMMIT is ".*"; give 7 to 64 hexadecimal digits, .*--commit\n/);
      assert.equal(readFileSync(file, 'utf8'), text);
    }
  });
});
