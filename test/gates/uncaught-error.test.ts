import { ok } from 'node:assert/strict';
import { spawnSync } from 'node:child_process';

/** What Node prints of an error: the line that threw, the message, the stack. */
const MOST_CHARACTERS = 4_000;

describe('an error of the engine that nobody catches', () => {
  for (const [what, script] of [
    ['bytes that are no module', `new Engine().compile(Uint8Array.of(1, 2, 3))`],
    [
      'an import that is missing',
      `new Linker(engine).instantiate(new Store(engine), engine.compile(importing))`,
    ],
    ['a wrong argument', `new Store(engine, { fuel: null })`],
  ] as const) {
    it(`is printed in a few lines, not with the engine as one line: ${what}`, () => {
      const code = `import { Engine, Linker, Store } from '@wasm-dyno/engine';
        const engine = new Engine();
        const importing = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 4, 1, 0x60, 0, 0, 2, 7, 1, 1, 97, 1, 98, 0, 0);
        ${script};`;
      const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', code], {
        encoding: 'utf8',
      });
      ok(status === 1 && /Error/.test(stderr), stderr);
      ok(stderr.length < MOST_CHARACTERS, `${stderr.length} characters`);
    });
  }
});
