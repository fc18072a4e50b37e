import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import fc from 'fast-check';

import { resolveTarget, TargetClient, TargetError, TargetFailure } from 'wasm-dyno';
import { LineReader } from '../../harness/targets/line-reader.js';

const fake = fileURLToPath(new URL('./fixtures/fake-target.mjs', import.meta.url));

function start(...args: string[]): TargetClient {
  const command = { name: 'fake', command: process.execPath, arguments: [fake, ...args] };
  return TargetClient.start(command, { onStandardError: () => undefined, timeoutMilliseconds: 300_000 });
}

async function armed(client: TargetClient): Promise<void> {
  await client.request('describe', {});
  await client.request('arm', {
    arm: 'a',
    kind: 'memset',
    kernel: 'buffer-fill',
    regime: 'hot',
    sizes: [64],
  });
}

function failure(kind: string, pattern: RegExp) {
  return (error: unknown): boolean => {
    assert.ok(error instanceof TargetFailure, String(error));
    assert.equal(error.kind, kind);
    assert.match(error.message, pattern);
    assert.match(error.message, /"fake"/);
    return true;
  };
}

describe('The client of a target process', () => {
  it('asks, reads the answer, and sees the time from outside', async () => {
    const client = start();
    await armed(client);
    const { result, outsideNanoseconds } = await client.timedRequest('block', { arm: 'a', calls: 1000 });
    assert.deepEqual([result.calls, result.bytes], [1000, 64_000]);
    assert.ok(result.nanoseconds > 0 && result.nanoseconds <= outsideNanoseconds);
    await client.stop();
  });

  it('passes an error answer on, and the target lives on', async () => {
    const client = start();
    const asked = client.request('opinion', { arm: 'a', milliseconds: 1 });
    await assert.rejects(
      asked,
      (error) => error instanceof TargetError && error.answer.code === 'unsupported',
    );
    assert.equal((await client.request('describe', {})).engine, 'fake');
    await client.stop();
  });

  it('finds the embedded target asleep when nobody asks it anything', async function () {
    if (process.platform !== 'linux') this.skip();
    const client = TargetClient.start(resolveTarget('embedded'), { timeoutMilliseconds: 300_000 });
    await client.request('describe', {});
    const stateOfProcess = async (): Promise<string> => {
      await setTimeout(20);
      return /^\S+ \(.*\) (\S)/s.exec(readFileSync(`/proc/${client.pid}/stat`, 'utf8'))![1]!;
    };
    const states: string[] = [];
    const isAsleep = () => states.slice(-20).filter((state) => state === 'S').length >= 15;
    // Awake for a millisecond after an answer, and no longer; where others keep the cores busy that may be a while.
    for (let look = 0; look < 1_000 && !isAsleep(); look++) states.push(await stateOfProcess());
    await client.stop();
    assert.ok(isAsleep(), states.join(''));
  });

  it('names a program that cannot be started', async () => {
    const client = TargetClient.start({ name: 'fake', command: '/no/such/program', arguments: [] });
    await assert.rejects(
      client.request('describe', {}),
      failure('start', /could not be started \(.*\): no such file or folder; name a program that is there$/),
    );
    await client.stop();
  });

  it('names what keeps a program that is there from being started, and the mend of that', async function () {
    if (process.platform === 'win32') this.skip();
    const reasonOf = async (command: string, length = 0): Promise<string> => {
      const client = TargetClient.start({ name: 'fake', command, arguments: ['x'.repeat(length)] });
      const error = await client.request('describe', {}).then(
        () => assert.fail('it was started'),
        (reason: unknown) => reason,
      );
      await client.stop();
      assert.ok(error instanceof TargetFailure && error.kind === 'start');
      return error.message.replace(/^.*?\): /, '');
    };
    assert.equal(
      await reasonOf(tmpdir()),
      'permission denied; name a program, not a folder, that may be executed (chmod +x)',
    );
    // Node throws these.
    assert.match(await reasonOf(`${process.execPath}/program`), /; name a program that is there$/);
    assert.match(await reasonOf(process.execPath, 2 ** 24), /too long; give it less$/);
  });

  it('says so where no more files may be open', async function () {
    if (process.platform === 'win32') this.skip();
    const script = `
      import { closeSync, openSync } from 'node:fs';
      import { TargetClient } from 'wasm-dyno';
      const held = [];
      const client = (() => {
        try { for (;;) held.push(openSync('/dev/null')); } catch { closeSync(held.pop()); }
        try { return TargetClient.start({ name: 'fake', command: 'true', arguments: [] }); } finally { held.forEach((file) => closeSync(file)); }
      })();
      await client.request('describe', {}).catch((error) => console.log(error.message));
      await client.stop();`;
    const limited = 'ulimit -n 512 && exec "$0" --input-type=module --eval "$1"';
    const { stdout } = await promisify(execFile)('/bin/sh', ['-c', limited, process.execPath, script], {
      cwd: fileURLToPath(new URL('../..', import.meta.url)),
    });
    assert.match(stdout, /too many files are open; allow more \(ulimit -n\)\n$/);
  });

  it('names a crash with its exit code, and says it again when asked again', async () => {
    const client = start('crash');
    await armed(client);
    await assert.rejects(client.request('block', { arm: 'a', calls: 1 }), failure('crash', /exit code 70/));
    await assert.rejects(client.request('describe', {}), failure('crash', /exit code 70/));
    await client.stop();
  });

  it('ends a target that does not answer in time', async () => {
    const client = start('hang');
    await armed(client);
    const asked = client.request('block', { arm: 'a', calls: 1 }, 100);
    await assert.rejects(asked, failure('timeout', /did not answer block within 0.1 s/));
    await client.stop();
  });

  it('refuses answers that are not JSON, and lines that nobody asked for', async () => {
    await assert.rejects(start('garbage').request('describe', {}), failure('protocol', /not JSON/));
    const client = start('shout');
    await assert.rejects(
      async () => {
        for (let i = 0; i < 50; i++) await client.request('describe', {});
      },
      failure('protocol', /nobody asked for|id 0 instead/),
    );
  });

  it('is not kept waiting by a child of the target that holds its pipes, and ends it', async function () {
    if (process.platform !== 'linux') this.skip();
    const script = `require('node:child_process').spawn('sleep', ['61'], { stdio: ['ignore', 'inherit', 'inherit'] })
      .on('spawn', function () { console.error(this.pid); process.exit(7); })`;
    let child = '';
    const command = { name: 'fake', command: process.execPath, arguments: ['-e', script] };
    const client = TargetClient.start(command, { onStandardError: (text) => (child += text) });
    await assert.rejects(client.request('describe', {}), failure('crash', /ended with exit code 7/));
    await client.stop();
    // Whoever took the orphan over may not have noticed yet that it ended.
    const path = `/proc/${Number(child)}/stat`;
    const isThere = (): boolean => existsSync(path) && !/ [ZX] /.test(readFileSync(path, 'utf8'));
    for (let turn = 0; turn < 5_000 && isThere(); turn++) await setTimeout(20);
    assert.ok(!isThere());
  });

  it('refuses a line without end as soon as it is longer than any answer', async function () {
    if (process.platform === 'win32') this.skip();
    const command = { name: 'fake', command: 'sh', arguments: ['-c', "yes | tr -d '\\n'"] };
    const client = TargetClient.start(command, { onStandardError: () => undefined });
    await assert.rejects(client.request('describe', {}), failure('protocol', /without an end of line/));
    await client.stop();
  });
});

describe('The reader of lines', () => {
  it('puts lines together however they are cut', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: fc.constantFrom('a', 'b', '\n', ' ') })), (pieces) => {
        const reader = new LineReader();
        const lines = pieces.flatMap((piece) => reader.take(piece));
        const whole = pieces.join('').split('\n').slice(0, -1);
        assert.deepEqual(
          lines,
          whole.filter((line) => line.trim() !== ''),
        );
      }),
    );
  });
});
