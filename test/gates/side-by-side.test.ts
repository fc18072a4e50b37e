import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { ROOT } from './package-files.js';

interface Ended {
  readonly code: number | null;
  readonly printed: string;
  readonly complaints: string;
}

describe('steps of the gate side by side', function () {
  let folder: string;
  before(function () {
    if (process.platform === 'win32') this.skip();
  });
  beforeEach(() => (folder = mkdtempSync(path.join(tmpdir(), 'wasm-dyno-steps-'))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const start = (steps: string, atOnce: number) => {
    const words = ['--import', './register.mjs', 'test/gates/side-by-side.ts', '--at-once', String(atOnce)];
    const child = spawn(process.execPath, words, { cwd: ROOT, env: { ...process.env, FOLDER: folder } });
    child.stdin.end(steps);
    const textOf = async (stream: NodeJS.ReadableStream) => {
      let text = '';
      for await (const piece of stream.setEncoding('utf8')) text += piece;
      return text;
    };
    const code = new Promise<number | null>((resolve) => child.on('close', resolve));
    const ended = Promise.all([code, textOf(child.stdout), textOf(child.stderr)]).then(
      ([code, printed, complaints]): Ended => ({ code, printed, complaints }),
    );
    return { child, ended };
  };
  const waitFor = `for i in $(seq 6000); do [ -e "$FOLDER/$1" ] && exit 0; sleep 0.1; done; exit 9`;
  /** A step that begins and then lasts until it is ended; its child names itself. */
  const LASTING = `sh -c 'echo $$ > "$FOLDER/pid.new"; mv "$FOLDER/pid.new" "$FOLDER/pid"; exec sleep 600'; echo went on`;
  const lastingPid = () => Number(readFileSync(path.join(folder, 'pid'), 'utf8'));
  const isGone = async (pid: number) => {
    for (let tries = 0; tries < 600; tries++) {
      try {
        process.kill(pid, 0);
      } catch {
        return true;
      }
      await sleep(100);
    }
    return false;
  };

  it('run at once, and print each in one piece when it has ended', async () => {
    // Each waits for the other: one after another they would not end.
    const steps = `
== first
echo one; touch $FOLDER/first; bash -c '${waitFor}' wait second; echo two >&2; echo three
== second
echo four; touch $FOLDER/second; bash -c '${waitFor}' wait first; echo five
== third
echo six
`;
    const { code, complaints, printed } = await start(steps, 2).ended;
    deepEqual([code, complaints], [0, '']);
    match(printed, /^== first: \d+ s\none\ntwo\nthree\n\n/m);
    match(printed, /^== second: \d+ s\nfour\nfive\n\n/m);
    match(printed, /^== third: \d+ s\nsix\n\n/m);
  });

  it('end with the first that fails, by any command in it, and leave nothing running', async () => {
    const steps = `
== lasting
${LASTING}
== failing
bash -c '${waitFor}' wait pid
echo so far
false | cat
touch $FOLDER/went-on
== never begun
touch $FOLDER/begun
`;
    const { code, complaints, printed } = await start(steps, 2).ended;
    equal(code, 1);
    match(complaints, /\nfailed: failing \(exit code 1\)\n$/);
    match(printed, /^== failing: \d+ s\nso far\n/m);
    ok(!printed.includes('went on') && !printed.includes('== lasting'));
    ok(!existsSync(path.join(folder, 'begun')) && !existsSync(path.join(folder, 'went-on')));
    ok(await isGone(lastingPid()));
  });

  it('end all with a signal', async () => {
    const { child, ended } = start(`== lasting\n${LASTING}\n== never begun\ntouch $FOLDER/begun\n`, 1);
    while (!existsSync(path.join(folder, 'pid'))) await sleep(20);
    child.kill('SIGINT');
    equal((await ended).code, 130);
    ok(await isGone(lastingPid()));
    ok(!existsSync(path.join(folder, 'begun')));
  });

  it('have folders of their own for locks and state, which are gone afterwards', async () => {
    const steps = ['a', 'b'].map(
      (name) => `== ${name}\necho $XDG_RUNTIME_DIR $XDG_STATE_HOME; touch $XDG_STATE_HOME/x\n`,
    );
    const { code, printed } = await start(steps.join(''), 2).ended;
    equal(code, 0);
    const folders = [...printed.matchAll(/^\/.*$/gm)].flatMap(([line]) => line.split(' '));
    equal(new Set(folders).size, 4);
    ok(folders.every((one) => !existsSync(one)));
  });

  it('are titles with commands behind them', async () => {
    const { code, complaints } = await start('echo lost\n== one\ntrue\n', 1).ended;
    deepEqual([code, complaints], [2, 'commands before the first "== TITLE": echo lost\n']);
  });
});
