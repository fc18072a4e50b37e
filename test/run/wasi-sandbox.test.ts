import assert from 'node:assert/strict';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Worker } from 'node:worker_threads';

import { ERRNO, Guest, OPEN, RIGHT } from './wasi-guest.js';

const ROOT = 3;

describe('folders given to WASI programs', () => {
  let outside: string;
  let inside: string;
  let guest: Guest;

  beforeEach(async () => {
    outside = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'wasm-dyno-sandbox-')));
    inside = path.join(outside, 'r');
    fs.mkdirSync(inside);
    fs.mkdirSync(path.join(outside, 'etc'));
    fs.writeFileSync(path.join(outside, 'etc', 'hostname'), 'secret');
    guest = await Guest.start({ preopens: [{ host: inside, guest: '/r' }] });
  });

  afterEach(() => {
    guest.wasi.close();
    fs.rmSync(outside, { recursive: true });
  });

  it('a folder swapped for a link does not lead out', () => {
    for (const name of ['a', 'a/b', 'D']) assert.equal(guest.mkdir(ROOT, name), 0);
    const fd = guest.opened(ROOT, 'D');
    assert.equal(guest.symlink('../..', ROOT, 'a/b/L'), 0, 'it leads to /r itself');
    assert.equal(guest.rmdir(ROOT, 'D'), 0);
    assert.equal(guest.rename(ROOT, 'a/b/L', ROOT, 'D'), ERRNO.notcapable);
    assert.equal(guest.open(fd, 'etc/hostname').errno, ERRNO.noent, 'the removed folder is empty');
    // Even where somebody else makes the swap.
    fs.symlinkSync('../', path.join(inside, 'D'));
    assert.equal(guest.open(fd, 'etc/hostname').errno, ERRNO.noent);
    assert.equal(guest.open(ROOT, 'D/etc/hostname').errno, ERRNO.notcapable);
    assert.equal(guest.mkdir(fd, 'new'), ERRNO.noent);
    assert.deepEqual(fs.readdirSync(outside).sort(), ['etc', 'r']);
  });

  it('a link carried up by the folder it lies in does not lead out', () => {
    for (const name of ['a', 'a/b']) guest.mkdir(ROOT, name);
    assert.equal(guest.symlink('../../etc', ROOT, 'a/b/L'), 0);
    assert.equal(guest.rename(ROOT, 'a/b', ROOT, 'c'), 0);
    assert.equal(guest.open(ROOT, 'c/L/hostname').errno, ERRNO.notcapable);
    assert.equal(guest.open(ROOT, 'c/L').errno, ERRNO.notcapable);
    assert.equal(guest.unlink(ROOT, 'c/L/hostname'), ERRNO.notcapable);
    assert.equal(guest.stat(ROOT, 'c/L').errno, ERRNO.notcapable);
    assert.equal(guest.stat(ROOT, 'c/L', 0).type, 7, 'the link itself is inside');
  });

  it('a hard link to a link does not lead out, nor do links that the host made', () => {
    guest.mkdir(ROOT, 'a');
    guest.symlink('../etc', ROOT, 'a/L');
    assert.equal(guest.link(ROOT, 'a/L', ROOT, 'L'), ERRNO.notcapable);
    fs.linkSync(path.join(inside, 'a', 'L'), path.join(inside, 'L'));
    fs.symlinkSync(path.join(outside, 'etc'), path.join(inside, 'absolute'));
    fs.symlinkSync('../etc', path.join(inside, 'outward'));
    fs.symlinkSync('../r/a', path.join(inside, 'out-and-back'));
    for (const name of ['L', 'absolute', 'outward', 'out-and-back']) {
      assert.equal(guest.open(ROOT, `${name}/hostname`).errno, ERRNO.notcapable, name);
      assert.equal(guest.open(ROOT, name, { flags: OPEN.directory }).errno, ERRNO.notcapable, name);
      const made = guest.open(ROOT, `${name}/made`, { flags: OPEN.create, rights: RIGHT.write });
      assert.equal(made.errno, ERRNO.notcapable, name);
      assert.equal(guest.mkdir(ROOT, `${name}/made`), ERRNO.notcapable, name);
      assert.equal(guest.rename(ROOT, 'a', ROOT, `${name}/made`), ERRNO.notcapable, name);
      assert.equal(guest.link(ROOT, `${name}/hostname`, ROOT, 'mine'), ERRNO.notcapable, name);
    }
    assert.deepEqual(fs.readdirSync(path.join(outside, 'etc')), ['hostname']);
  });

  it('a folder descriptor stays on its folder when that is renamed and another takes its name', () => {
    guest.mkdir(ROOT, 'b');
    guest.mkdir(ROOT, 'b/s');
    fs.writeFileSync(path.join(inside, 'b', 's', 'f'), 'old');
    const fd = guest.opened(ROOT, 'b/s');
    assert.equal(guest.rename(ROOT, 'b/s', ROOT, 'b/m'), 0);
    assert.equal(guest.mkdir(ROOT, 'b/s'), 0);
    fs.writeFileSync(path.join(inside, 'b', 's', 'f'), 'new');
    assert.deepEqual(guest.read(guest.opened(fd, 'f'), 10).bytes.toString(), 'old');
    assert.equal(guest.unlink(fd, 'f'), 0);
    assert.deepEqual(fs.readdirSync(path.join(inside, 'b', 'm')), []);
    assert.deepEqual(fs.readdirSync(path.join(inside, 'b', 's')), ['f']);
  });

  it('a folder moved out of its parent still has no way up', () => {
    guest.mkdir(ROOT, 'a');
    guest.mkdir(ROOT, 'a/b');
    const fd = guest.opened(ROOT, 'a/b');
    for (const name of ['..', '../x', '.', './../b']) {
      const expected = name === '.' ? 0 : ERRNO.notcapable;
      assert.equal(guest.open(fd, name, { rights: 0n }).errno, expected, name);
    }
    assert.equal(guest.symlink('..', ROOT, 'a/b/up'), 0);
    assert.equal(guest.open(fd, 'up').errno, ERRNO.notcapable);
    assert.equal(guest.open(ROOT, 'a/b/up').errno, 0);
  });

  it('another thread that keeps swapping a folder for a link outward does not lead out', async () => {
    fs.mkdirSync(path.join(inside, 'folder'));
    fs.writeFileSync(path.join(inside, 'folder', 'hostname'), 'mine');
    fs.symlinkSync('../etc', path.join(inside, 'outward'));
    const stop = new Int32Array(new SharedArrayBuffer(4));
    const worker = new Worker(
      `const fs = require('node:fs');
       const { workerData: { inside, stop } } = require('node:worker_threads');
       const at = (name) => inside + '/' + name;
       while (Atomics.load(stop, 0) === 0) {
         fs.renameSync(at('folder'), at('D'));
         fs.renameSync(at('D'), at('folder'));
         fs.renameSync(at('outward'), at('D'));
         fs.renameSync(at('D'), at('outward'));
       }`,
      { eval: true, workerData: { inside, stop } },
    );
    await once(worker, 'online');
    const seen = new Map<number, number>();
    try {
      for (let i = 0; i < 5000; i++) {
        const { errno, fd } = guest.open(ROOT, 'D/hostname');
        seen.set(errno, (seen.get(errno) ?? 0) + 1);
        if (errno === 0) {
          assert.equal(guest.read(fd, 10).bytes.toString(), 'mine');
          guest.call('fd_close', fd);
        }
      }
    } finally {
      Atomics.store(stop, 0, 1);
      await once(worker, 'exit');
    }
    // Which of these was met is chance; nothing else may be.
    const allowed: number[] = [0, ERRNO.noent, ERRNO.notdir, ERRNO.inval, ERRNO.notcapable];
    assert.deepEqual(
      [...seen.keys()].filter((errno) => !allowed.includes(errno)),
      [],
    );
  });

  it('/proc is refused where it lies within a folder', function () {
    if (process.platform !== 'linux') this.skip();
    return assert.rejects(Guest.start({ preopens: [{ host: '/proc/self', guest: '/' }] }));
  });

  it('pipes and devices are not opened', async () => {
    const { spawnSync } = await import('node:child_process');
    spawnSync('mkfifo', [path.join(inside, 'pipe')]);
    assert.equal(guest.open(ROOT, 'pipe').errno, 58);
    assert.equal(guest.open(ROOT, 'pipe', { rights: RIGHT.write, flags: OPEN.create }).errno, 58);
  });
});
