import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Worker } from 'node:worker_threads';

import { OutOfFuelError, type ExecutorName } from '@wasm-dyno/engine';

import { WasiError } from '../../engine/wasi/call/errno.js';
import { ERRNO, Guest, OPEN, RIGHT, type GuestOptions } from './wasi-guest.js';

const ROOT = 3;
const SUBSCRIPTION = 0x8000;
const EVENT = 0x9000;

/** Fuel of the wrapper around each call: its operators, by the number of operands. */
const wrapper = (operands: number) => BigInt(operands + 1);

describe('fuel of WASI calls', () => {
  let folder: string;

  beforeEach(() => {
    folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'wasm-dyno-fuel-')));
    fs.mkdirSync(path.join(folder, 'sub'));
    fs.writeFileSync(path.join(folder, 'sub', 'file'), 'contents');
    fs.symlinkSync('sub/../sub/./file', path.join(folder, 'link'));
  });

  afterEach(() => fs.rmSync(folder, { recursive: true }));

  const start = (options: GuestOptions = {}) =>
    Guest.start({ preopens: [{ host: folder, guest: '/' }], ...options });

  /** Fuel of a call, without that of compiling and running the wrapper. */
  const fuelOf = (guest: Guest, name: string, ...values: (number | bigint)[]) => {
    guest.call(name, ...values);
    const before = guest.store.consumedFuel;
    guest.call(name, ...values);
    return guest.store.consumedFuel - before - wrapper(values.length);
  };

  it('is what the table says, on both executors', async () => {
    const expected: Record<string, bigint> = {
      sched_yield: 50n,
      // 8 x 8 bytes of path, two components
      stat: 50n + 600n + 1n + 2n * 150n,
      // 4 bytes, one component, and the five of the link, which has 17 bytes
      link: 50n + 600n + 2n + 6n * 150n,
      // 1,204 bytes, 601 components
      long: 50n + 600n + (8n * 1204n) / 64n + 601n * 150n,
      // A name that is not there, and one of nothing but slashes, are paid like others.
      absent: 50n + 600n + 150n,
      slashes: 50n + 600n + (8n * 4094n) / 64n + 150n,
      // a look-up and an opening, whether the name is there or not; the wrapper's ninth argument is one more
      open: 50n + 600n + 1_000n + 1n + 2n * 150n + 1n,
      openAbsent: 50n + 600n + 1_000n + 150n + 1n,
      openNew: 50n + 600n + 1_000n + 3_000n + 150n + 1n,
      random: 50n + 400n + (8n * 65_536n) / 64n,
      // What is no descriptor is paid like one.
      closed: 50n + 200n,
      readable: 50n + 200n,
      folder: 50n + 600n,
      // a request, and one to poll each of two descriptors, whether they are there or not
      badPoll: 50n + 200n + 2n * 30n + 2n * 200n,
      poll: 50n + 200n + 2n * 30n + 2n * 200n,
      // 1,000 buffers of 64 bytes
      write: 50n + 200n + 1000n + 1000n,
      sleep: 50n + 200n + 30n + 400n + 10_000n,
      noSleep: 50n + 200n + 30n,
    };
    for (const executor of ['interpreter', 'host'] as ExecutorName[]) {
      const guest = await start({ executor, seed: 1 });
      const { outAt } = guest;
      const stat = (name: string) => fuelOf(guest, 'path_filestat_get', ROOT, 1, ...guest.path(name), outAt);
      const measured: Record<string, bigint> = { sched_yield: fuelOf(guest, 'sched_yield') };
      measured['stat'] = stat('sub/file');
      measured['link'] = stat('link');
      measured['long'] = stat('./'.repeat(600) + 'file');
      measured['absent'] = stat('none');
      measured['slashes'] = stat(`n${'/'.repeat(4093)}`);
      const open = (name: string, flags = 0) =>
        fuelOf(guest, 'path_open', ROOT, 1, ...guest.path(name), flags, RIGHT.read, 0n, 0, outAt);
      measured['open'] = open('sub/file');
      measured['openAbsent'] = open('none');
      measured['openNew'] = open('new', OPEN.create);
      measured['closed'] = fuelOf(guest, 'fd_close', 99);
      measured['readable'] = fuelOf(guest, 'fd_read', 99, 0, 0, outAt);
      measured['folder'] = fuelOf(guest, 'path_unlink_file', 99, 0, 0);
      measured['random'] = fuelOf(guest, 'random_get', 0x10000, 65_536);
      guest.memory.fill(0, SUBSCRIPTION, SUBSCRIPTION + 96);
      guest.memory[SUBSCRIPTION + 8] = 2;
      guest.memory[SUBSCRIPTION + 56] = 2;
      for (const at of [16, 64]) guest.memory.writeUInt32LE(99, SUBSCRIPTION + at);
      measured['badPoll'] = fuelOf(guest, 'poll_oneoff', SUBSCRIPTION, EVENT, 2, outAt);
      for (const at of [16, 64]) guest.memory.writeUInt32LE(0, SUBSCRIPTION + at);
      measured['poll'] = fuelOf(guest, 'poll_oneoff', SUBSCRIPTION, EVENT, 2, outAt);
      measured['write'] = fuelOf(
        guest,
        'fd_write',
        1,
        ...guest.vectors(...Array<number>(1000).fill(64)),
        outAt,
      );
      guest.memory.fill(0, SUBSCRIPTION, SUBSCRIPTION + 48);
      guest.memory.writeBigUInt64LE(1_000_000n, SUBSCRIPTION + 24);
      measured['sleep'] = fuelOf(guest, 'poll_oneoff', SUBSCRIPTION, EVENT, 1, outAt);
      guest.memory.writeBigUInt64LE(0n, SUBSCRIPTION + 24);
      measured['noSleep'] = fuelOf(guest, 'poll_oneoff', SUBSCRIPTION, EVENT, 1, outAt);
      assert.deepEqual(measured, expected, executor);
      guest.wasi.close();
    }
  });

  it('errors of thousands of subscriptions are answered without a stack made for any', async () => {
    const guest = await start();
    guest.memory.fill(0, 0x20000, 0x20000 + 48 * 4096);
    for (let i = 0; i < 4096; i++) {
      guest.memory[0x20000 + 48 * i + 8] = 1;
      guest.memory.writeUInt32LE(99, 0x20000 + 48 * i + 16);
    }
    const { prepareStackTrace, stackTraceLimit } = Error;
    let stacks = 0;
    Error.prepareStackTrace = (_error, sites) => void (stacks += sites.length);
    try {
      assert.equal(guest.call('poll_oneoff', 0x20000, 0x80000, 4096, guest.outAt), 0);
      assert.equal(guest.call('fd_close', 99), ERRNO.badf);
      assert.equal(guest.mkdir(ROOT, '../x'), ERRNO.notcapable);
    } finally {
      Error.prepareStackTrace = prepareStackTrace;
    }
    assert.equal(guest.u32(), 4096);
    assert.equal(stacks, 0);
    assert.equal(Error.stackTraceLimit, stackTraceLimit);
    assert.equal(new WasiError(ERRNO.badf).stack?.includes('\n'), false);
    guest.wasi.close();
  });

  it('work without measure is refused or paid: long paths, many buffers, gigabytes of chance', async () => {
    const guest = await start();
    guest.memory.fill('/', 0x1000, 0x30000).write('a', 0x1000);
    assert.equal(guest.call('path_create_directory', ROOT, 0x1000, 131_074), ERRNO.nametoolong);
    assert.equal(guest.mkdir(ROOT, 'sub/../'.repeat(2000)), ERRNO.nametoolong);
    assert.equal(guest.call('fd_write', 1, 0, 100_000_000, guest.outAt), ERRNO.inval);
    assert.equal(guest.call('poll_oneoff', 0x1000, 0x1000, 100_000, guest.outAt), ERRNO.inval);
    guest.wasi.close();
    const poor = await start({ fuel: 100_000n });
    const stops = (name: string, ...values: (number | bigint)[]) =>
      assert.throws(() => poor.call(name, ...values), OutOfFuelError, name);
    stops('random_get', 0x10000, 1_000_000);
    poor.memory.fill(0, SUBSCRIPTION, SUBSCRIPTION + 48);
    poor.memory.writeBigUInt64LE(3_600_000_000_000n, SUBSCRIPTION + 24);
    stops('poll_oneoff', SUBSCRIPTION, EVENT, 1, poor.outAt);
    poor.wasi.close();
  });

  for (const executor of ['interpreter', 'host'] as ExecutorName[]) {
    it(`a call that the fuel does not suffice for is an out-of-fuel stop with nothing done (${executor})`, async () => {
      // With enough for all of it but the last few fuel, whatever those are for.
      const rich = await start({ executor });
      const made = { flags: OPEN.create, rights: RIGHT.write };
      const attempt = (guest: Guest): void => {
        guest.mkdir(ROOT, 'sub/a');
        guest.opened(ROOT, 'sub/new', made);
      };
      attempt(rich);
      const needed = rich.store.consumedFuel;
      rich.wasi.close();
      fs.rmdirSync(path.join(folder, 'sub', 'a'));
      fs.rmSync(path.join(folder, 'sub', 'new'));
      for (const missing of [1n, 60n, 200n, 400n]) {
        const guest = await start({ executor, fuel: needed - missing });
        assert.throws(
          () => attempt(guest),
          (error: Error) => {
            assert.ok(error instanceof OutOfFuelError);
            assert.match(error.message, /^out of fuel: path_\w+ requires \d+ fuel, \d+ left$/);
            return true;
          },
        );
        assert.equal(fs.existsSync(path.join(folder, 'sub', 'new')), false);
        fs.rmSync(path.join(folder, 'sub', 'a'), { recursive: true, force: true });
        guest.wasi.close();
      }
    });
  }

  it('a call that ran out of fuel goes on when there is more, does what it would have done, and consumes the same', async () => {
    const attempt = (call: (guest: Guest, name: string, ...values: (number | bigint)[]) => number) =>
      start({ seed: 5 }).then((guest) => {
        const { outAt } = guest;
        const before = guest.store.consumedFuel;
        const errors = [
          call(guest, 'path_create_directory', ROOT, ...guest.path('sub/a')),
          call(guest, 'path_filestat_get', ROOT, 1, ...guest.path('link'), outAt),
          call(guest, 'path_filestat_set_times', ROOT, 1, ...guest.path('link'), 0n, 0n, 10),
          call(guest, 'fd_readdir', ROOT, 0x10000, 4096, 1n, outAt),
          call(guest, 'random_get', 0x20000, 4096),
          call(guest, 'clock_time_get', 0, 0n, outAt),
          call(guest, 'fd_close', 99),
        ];
        const answers = [errors, guest.u64(), guest.memory.toString('hex', 0x10000, 0x21000)];
        fs.rmdirSync(path.join(folder, 'sub', 'a'));
        guest.wasi.close();
        return { answers, fuel: guest.store.consumedFuel - before };
      });
    const expected = await attempt((guest, name, ...values) => guest.call(name, ...values));
    assert.deepEqual(expected.answers[0], [0, 0, 0, 0, 0, 0, ERRNO.badf]);
    for (const fuel of [7n, 50n, 333n]) {
      let stops = 0;
      const stepwise = await attempt((guest, name, ...values) => {
        const done = guest.callInSteps(name, fuel, ...values);
        stops += done.stops;
        return done.errno;
      });
      assert.deepEqual(stepwise, expected, `${fuel}`);
      assert.ok(stops > 10, `${stops}`);
    }
  });

  it('the error of a call that ran out of fuel leads to the call', async () => {
    const guest = await start({ fuel: 1_000_000n });
    guest.call('sched_yield');
    guest.store.fuel = 10n;
    assert.throws(
      () => guest.call('sched_yield'),
      (error) => {
        assert.ok(error instanceof OutOfFuelError);
        assert.deepEqual([error.requiredFuel, error.step], [50n, 'sched_yield']);
        assert.equal(error.suspendedCall?.resume().state, 'out-of-fuel');
        return true;
      },
    );
    guest.wasi.close();
  });

  it('another thread ends a sleep', async () => {
    const interrupt = new Int32Array(new SharedArrayBuffer(4));
    const guest = await start({ interrupt });
    guest.memory.fill(0, SUBSCRIPTION, SUBSCRIPTION + 48);
    guest.memory.writeUInt32LE(1, SUBSCRIPTION + 16);
    guest.memory.writeBigUInt64LE(3_600_000_000_000n, SUBSCRIPTION + 24);
    const worker = new Worker(
      `const { workerData } = require('node:worker_threads');
       Atomics.store(workerData, 0, 1);
       Atomics.notify(workerData, 0);`,
      { eval: true, workerData: interrupt },
    );
    // The worker starts while this thread is asleep.
    assert.equal(guest.call('poll_oneoff', SUBSCRIPTION, EVENT, 1, guest.outAt), ERRNO.intr);
    await worker.terminate();
    guest.wasi.close();
  });
});
