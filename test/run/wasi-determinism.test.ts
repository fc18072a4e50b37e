import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import type { ExecutorName } from '@wasm-dyno/engine';

import { assemble } from '../programs/compile.js';
import { runCli } from './run-cli.js';
import { Guest, OPEN, RIGHT } from './wasi-guest.js';

const ROOT = 3;
const BEGINNING = 1_577_836_800_000_000_000n;
const SUBSCRIPTION = 0x8000;

/** Prints all that a program can learn by chance: both clocks before and after a second's sleep, random bytes, a folder's status. */
const CURIOUS = `(module
  (import "wasi_snapshot_preview1" "clock_time_get" (func $clock (param i32 i64 i32) (result i32)))
  (import "wasi_snapshot_preview1" "random_get" (func $random (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "poll_oneoff" (func $poll (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_filestat_get" (func $stat (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_fdstat_get" (func $fdstat (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_readdir" (func $readdir (param i32 i32 i32 i64 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (func (export "_start")
    (drop (call $clock (i32.const 0) (i64.const 0) (i32.const 1024)))
    (drop (call $clock (i32.const 1) (i64.const 0) (i32.const 1032)))
    (i64.store (i32.const 152) (i64.const 1000000000))
    (drop (call $poll (i32.const 128) (i32.const 256) (i32.const 1) (i32.const 512)))
    (drop (call $clock (i32.const 0) (i64.const 0) (i32.const 1040)))
    (drop (call $clock (i32.const 1) (i64.const 0) (i32.const 1048)))
    (drop (call $random (i32.const 1056) (i32.const 64)))
    (drop (call $stat (i32.const 3) (i32.const 1120)))
    (drop (call $stat (i32.const 1) (i32.const 1184)))
    (drop (call $fdstat (i32.const 1) (i32.const 1248)))
    (drop (call $readdir (i32.const 3) (i32.const 1280) (i32.const 512) (i64.const 0) (i32.const 1272)))
    ;; runs longer or shorter as chance has it
    (loop $again
      (i32.store8 (i32.const 1056) (i32.sub (i32.load8_u (i32.const 1056)) (i32.const 1)))
      (br_if $again (i32.load8_u (i32.const 1056))))
    (i32.store (i32.const 0) (i32.const 1024))
    (i32.store (i32.const 4) (i32.const 768))
    (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))))`;

describe('WASI programs with a seed', () => {
  let folder: string;

  beforeEach(() => {
    folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'wasm-dyno-seed-')));
    fs.mkdirSync(path.join(folder, 'data'));
    for (const name of ['zebra', 'apple', 'Berg']) fs.writeFileSync(path.join(folder, 'data', name), name);
  });

  afterEach(() => fs.rmSync(folder, { recursive: true }));

  const start = (seed: number, executor: ExecutorName = 'interpreter') =>
    Guest.start({ preopens: [{ host: path.join(folder, 'data'), guest: '/' }], seed, executor });

  it('run --deterministic gives the same output and fuel every time and on both executors', async () => {
    const program = path.join(folder, 'curious.wasm');
    fs.writeFileSync(program, await assemble(CURIOUS));
    // The same files, made in another order, elsewhere and at another time.
    const twin = path.join(folder, 'twin');
    fs.mkdirSync(twin);
    for (const name of ['apple', 'Berg', 'zebra']) fs.writeFileSync(path.join(twin, name), name);
    fs.utimesSync(path.join(twin, 'zebra'), 1, 1);
    const run = async (dir: string, ...options: string[]) => {
      const common = [program, '--json', '--profile', 'none', '--dir', `${dir}::/`];
      const { code, stdout } = await runCli([...common, ...options]);
      assert.equal(code, 0);
      const { stdoutBase64, consumedFuel, deterministic } = JSON.parse(stdout) as Record<string, unknown>;
      return { stdoutBase64, consumedFuel, deterministic };
    };
    const data = path.join(folder, 'data');
    const first = await run(data, '--deterministic=7');
    assert.deepEqual(first.deterministic, { seed: 7 });
    assert.deepEqual(await run(twin, '--deterministic=7'), first);
    assert.deepEqual(await run(data, '--deterministic=7', '--executor', 'host'), first);
    const other = await run(data, '--deterministic');
    assert.deepEqual(other.deterministic, { seed: 0 });
    assert.notEqual(other.stdoutBase64, first.stdoutBase64);
    const free = await run(data);
    assert.equal(free.deterministic, undefined);
    assert.notEqual(free.stdoutBase64, (await run(data)).stdoutBase64);
  });

  it('clocks begin at the seed, pass with each look, and a sleep takes no time', async () => {
    const guest = await start(5);
    const look = (clock: number) => {
      assert.equal(guest.call('clock_time_get', clock, 0n, guest.outAt), 0);
      return guest.u64();
    };
    assert.equal(look(0), BEGINNING + 5_000_000_000n + 1000n);
    assert.equal(look(1), 2000n);
    guest.memory.fill(0, SUBSCRIPTION, SUBSCRIPTION + 48);
    guest.memory.writeUInt32LE(1, SUBSCRIPTION + 16);
    guest.memory.writeBigUInt64LE(3_600_000_000_000n, SUBSCRIPTION + 24);
    assert.equal(guest.call('poll_oneoff', SUBSCRIPTION, 0x9000, 1, guest.outAt), 0);
    assert.equal(look(1), 3_600_000_003_000n);
    guest.wasi.close();
  });

  it('random numbers are the same on every machine', async () => {
    const guest = await start(42);
    assert.equal(guest.call('random_get', guest.dataAt, 16), 0);
    const drawn = guest.memory.toString('hex', guest.dataAt, guest.dataAt + 16);
    assert.equal(drawn, '25aacdeb9bafb1bad00614d1cd3fac2d');
    guest.wasi.close();
  });

  it('files are numbered as they are met, and as old as the clock until they are changed', async () => {
    for (const executor of ['interpreter', 'host'] as ExecutorName[]) {
      const guest = await start(0, executor);
      assert.deepEqual(guest.list(ROOT).names, ['Berg', 'apple', 'zebra']);
      assert.deepEqual(guest.list(ROOT).inodes, [2n, 3n, 4n]);
      const apple = guest.stat(ROOT, 'apple');
      assert.deepEqual([apple.inode, apple.modified, apple.accessed], [3n, BEGINNING, BEGINNING]);
      const how = { flags: OPEN.create, rights: RIGHT.read | RIGHT.write };
      const fd = guest.opened(ROOT, 'new', how);
      assert.equal(guest.fstat(fd).inode, 5n);
      assert.equal(guest.call('fd_close', fd), 0);
      assert.equal(guest.unlink(ROOT, 'new'), 0);
      // The host may give the old number again; the program sees a new one.
      assert.equal(guest.fstat(guest.opened(ROOT, 'new', how)).inode, 6n);
      assert.equal(guest.call('clock_time_get', 0, 0n, guest.outAt), 0);
      const now = guest.u64();
      assert.equal(guest.write(guest.opened(ROOT, 'apple', { rights: RIGHT.write }), 'x').errno, 0);
      const { modified, accessed, size } = guest.stat(ROOT, 'apple');
      assert.deepEqual([modified, accessed, size], [now, BEGINNING, 5n]);
      const [root] = [guest.fstat(ROOT)];
      assert.deepEqual([root.inode, root.links, root.size], [1n, 1n, 0n]);
      guest.unlink(ROOT, 'new');
      guest.wasi.close();
    }
  });

  it('other names that the host gave a file do not show', async () => {
    fs.writeFileSync(path.join(folder, 'apple'), '');
    fs.linkSync(path.join(folder, 'apple'), path.join(folder, 'second-name'));
    const guest = await start(0);
    assert.equal(guest.stat(ROOT, 'apple').links, 1n);
    assert.equal(guest.fstat(guest.opened(ROOT, 'apple')).links, 1n);
    guest.wasi.close();
  });

  it('a read of standard input does not tell how the bytes came', async () => {
    const program = path.join(folder, 'read.wasm');
    const text = `(module
      (import "wasi_snapshot_preview1" "fd_read" (func $read (param i32 i32 i32 i32) (result i32)))
      (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
      (memory (export "memory") 1)
      (func (export "_start")
        (i32.store (i32.const 0) (i32.const 64)) (i32.store (i32.const 4) (i32.const 100))
        (drop (call $read (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 8)))
        (call $exit (i32.load (i32.const 8)))))`;
    fs.writeFileSync(program, await assemble(text));
    const { spawnSync } = await import('node:child_process');
    const { CLI } = await import('./run-cli.js');
    const piecewise = `(printf 12345; sleep 1; printf 678) | "${process.execPath}" "${CLI}" run "${program}" --profile none`;
    assert.equal(spawnSync('sh', ['-c', `${piecewise} --deterministic`]).status, 8);
  });

  it('a seed that is none is a usage error', async () => {
    for (const seed of ['x', '-1', '4294967296', '1.5']) {
      const { code, stderr } = await runCli(['x.wasm', '--profile', 'none', `--deterministic=${seed}`]);
      assert.equal(code, 2, seed);
      const told = `--deterministic is "${seed}"; give a whole number from 0 to 4294967295`;
      assert.equal(stderr, `wasm-dyno: ${told}\n`);
    }
    await assert.rejects(Guest.start({ seed: 1.5 }), RangeError);
  });
});
