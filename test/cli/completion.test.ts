import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import { PROGRAM, wasmDyno } from './command-line.js';

const SHELLS = ['bash', 'zsh', 'fish'] as const;

/** What a shell is answered for the words so far, the last of which is being typed. */
function answers(shell: string, ...words: string[]): string[] {
  return execFileSync(process.execPath, [PROGRAM, '--get-yargs-completions', 'wasm-dyno', ...words], {
    encoding: 'utf8',
    env: { ...process.env, SHELL: shell },
  })
    .trimEnd()
    .split('\n');
}

describe('shell completion', () => {
  let folder: string;
  before(() => (folder = fs.mkdtempSync(path.join(os.tmpdir(), 'wasm-dyno-completion-'))));
  after(() => fs.rmSync(folder, { recursive: true }));

  it('has a script for each shell, that asks for answers in the form of that shell', async () => {
    for (const shell of SHELLS) {
      const { code, stdout, stderr } = await wasmDyno(['completion', shell]);
      assert.deepEqual([code, stderr], [0, '']);
      assert.ok(stdout.includes(`SHELL=${shell} wasm-dyno --get-yargs-completions`));
      const file = path.join(folder, shell);
      fs.writeFileSync(file, stdout);
      const syntax = spawnSync(shell, ['-n', file], { encoding: 'utf8' });
      // A shell that is not installed cannot be asked.
      if (syntax.error === undefined) assert.deepEqual([syntax.status, syntax.stderr], [0, ''], shell);
    }
  });

  it('tells commands, their parts, options and values, with descriptions where the shell shows them', () => {
    for (const shell of SHELLS) {
      const plain = (...words: string[]) => answers(shell, ...words).map((line) => line.split(/[\t:]/)[0]);
      assert.ok(plain('').includes('doctor') && plain('').includes('calibrate'));
      assert.deepEqual(plain('target', ''), ['list', 'build', 'check']);
      assert.ok(plain('profile', 'sign', '--').includes('--signed-by'));
      assert.deepEqual(plain('calibrate', '--effort', ''), ['smoke', 'quick', 'standard', 'thorough']);
      assert.deepEqual(plain('completion', '').slice(-3), [...SHELLS]);
      // Switches that are on by default, and they alone, have a negated form.
      const negated = plain('calibrate', '--').filter((word) => word!.startsWith('--no-'));
      assert.deepEqual(negated, ['--no-census']);
      assert.deepEqual(
        plain('run', '--').filter((word) => word!.startsWith('--no-')),
        [],
      );
    }
    assert.match(answers('fish', '').join('\n'), /^doctor\tTell what/m);
    assert.match(answers('zsh', '').join('\n'), /^doctor:Tell what/m);
  });

  it('completes in bash', () => {
    const program = path.join(folder, 'wasm-dyno');
    fs.writeFileSync(program, `#!/bin/sh\nexec "${process.execPath}" "${PROGRAM}" "$@"\n`, { mode: 0o755 });
    const script = `source <(wasm-dyno completion bash)
      COMP_WORDS=(wasm-dyno calibrate --effort qu); COMP_CWORD=3; _wasm-dyno_yargs_completions; echo "\${COMPREPLY[@]}"
      COMP_WORDS=(wasm-dyno doc); COMP_CWORD=1; _wasm-dyno_yargs_completions; echo "\${COMPREPLY[@]}"`;
    const env = {
      ...process.env,
      PATH: `${folder}${path.delimiter}${process.env['PATH']}`,
      SHELL: '/bin/zsh',
    };
    assert.equal(execFileSync('bash', ['-c', script], { encoding: 'utf8', env }), 'quick\ndoctor\n');
  });

  /** As `wasm-dyno` would be found, whatever the user's own shell is. */
  function installed(): NodeJS.ProcessEnv {
    const program = path.join(folder, 'wasm-dyno');
    fs.writeFileSync(program, `#!/bin/sh\nexec "${process.execPath}" "${PROGRAM}" "$@"\n`, { mode: 0o755 });
    return {
      ...process.env,
      PATH: `${folder}${path.delimiter}${process.env['PATH']}`,
      SHELL: '/bin/sh',
      HOME: folder,
    };
  }

  it('completes in zsh', function () {
    if (!isInstalled('zsh')) return this.skip();
    const env = installed();
    // zsh completes at a prompt alone: one is made by its own module for pseudo-terminals, and given what a person types.
    const script = `zmodload zsh/zpty
      zpty shell 'zsh -f -i'
      zpty -w shell 'PS1=; autoload -Uz compinit; compinit -u -D; source <(wasm-dyno completion zsh); echo re""ady'
      zpty -r -m shell line '*ready*'
      zpty -w -n shell $'wasm-dyno calibrate --effort qu\\t'
      zpty -r -m shell line '*quick*' && echo completed quick
      zpty -w -n shell $'\\C-u'
      zpty -w -n shell $'wasm-dyno doc\\t'
      zpty -r -m shell line '*doctor*' && echo completed doctor
      zpty -d shell`;
    const said = execFileSync('zsh', ['-f', '-c', script], { encoding: 'utf8', env, timeout: 500_000 });
    assert.equal(said, 'completed quick\ncompleted doctor\n');
  });

  it('completes in fish', function () {
    if (!isInstalled('fish')) return this.skip();
    const env = installed();
    const script = `wasm-dyno completion fish | source
      complete -C 'wasm-dyno calibrate --effort qu'; complete -C 'wasm-dyno doc'; complete -C 'wasm-dyno profile sign --sig'`;
    // Files are offered too: here there are none.
    const cwd = fs.mkdtempSync(path.join(folder, 'empty-'));
    const said = execFileSync('fish', ['--no-config', '-c', script], { encoding: 'utf8', env, cwd });
    const plain = said
      .trimEnd()
      .split('\n')
      .map((line) => line.split('\t')[0]);
    assert.deepEqual(plain, ['quick', 'doctor', '--signed-by']);
  });
});

function isInstalled(shell: string): boolean {
  return spawnSync(shell, ['--version']).error === undefined;
}
