import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import { runModule } from 'wasm-dyno';

import { assemble, assembleProgram } from '../programs/compile.js';
import { CLI, runCli, type CliOutcome } from './run-cli.js';

const ERRNO = { badf: 8, noent: 44, notdir: 54, notcapable: 76, loop: 32 } as const;

describe('wasm-dyno run with WASI programs', () => {
  let folder: string;
  let inside: string;

  const program = (name: string) => path.join(folder, `${name}.wasm`);
  const run = (name: string, ...arguments_: string[]): Promise<CliOutcome> =>
    runCli([program(name), '--profile', 'none', ...arguments_]);
  /** The same in this process: what the program prints, and its exit code. */
  const cat = async (
    path: string,
    preopens: { guest: string; host: string }[] = [{ guest: '.', host: inside }],
  ) => {
    const printed: Uint8Array[] = [];
    const { exitCode, error } = runModule({
      bytes: await assembleProgram('wasi-cat'),
      invoke: undefined,
      arguments: [path],
      fuel: undefined,
      compilationMode: 'lazy-translation',
      executor: 'interpreter',
      profile: undefined,
      profileCheck: 'strict',
      profilePolicy: 'warm',
      wasi: {
        programName: 'cat',
        preopens,
        stdout: (bytes) => void printed.push(bytes.slice()),
        stderr: 2,
      },
    });
    assert.equal(error, undefined);
    return { exitCode, stdout: Buffer.concat(printed).toString() };
  };

  before(async () => {
    folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'wasm-dyno-wasi-')));
    inside = path.join(folder, 'inside');
    fs.mkdirSync(path.join(inside, 'sub'), { recursive: true });
    fs.writeFileSync(path.join(folder, 'secret.txt'), 'secret');
    fs.writeFileSync(path.join(inside, 'hello.txt'), 'Hello, file!\n');
    fs.writeFileSync(path.join(inside, 'sub', 'deep.txt'), 'deep');
    fs.symlinkSync('sub/deep.txt', path.join(inside, 'link'));
    fs.symlinkSync('../hello.txt', path.join(inside, 'sub', 'up'));
    fs.symlinkSync('../secret.txt', path.join(inside, 'escape'));
    fs.symlinkSync(path.join(folder, 'secret.txt'), path.join(inside, 'absolute'));
    fs.symlinkSync('..', path.join(inside, 'parent'));
    fs.symlinkSync('loop', path.join(inside, 'loop'));
    for (const name of ['wasi-echo', 'wasi-cat'])
      fs.writeFileSync(program(name), await assembleProgram(name));
  });

  after(() => fs.rmSync(folder, { recursive: true }));

  it('gives a program its arguments and variables, and nothing of this process', async () => {
    const outcome = await run(
      'wasi-echo',
      'one',
      'zwölf',
      '--env',
      'NAME=välue',
      '--env',
      'EMPTY=',
      '--arg=--flag',
    );
    assert.equal(outcome.stdout, 'wasi-echo.wasm\none\nzwölf\n--flag\nNAME=välue\nEMPTY=\n');
    assert.equal(outcome.code, 4, 'the exit code that the program gave');
    assert.equal((await run('wasi-echo')).stdout, 'wasi-echo.wasm\n');
  });

  it('puts what a program prints into the JSON document', async () => {
    const { stdout, code } = await run('wasi-echo', '--json');
    assert.deepEqual([code, (JSON.parse(stdout) as { stdout: string }).stdout], [1, 'wasi-echo.wasm\n']);
  });

  it('reads files of the folders it was given', async () => {
    assert.deepEqual(await run('wasi-cat', '--dir', inside, 'hello.txt'), {
      code: 0,
      stdout: 'Hello, file!\n',
      stderr: '',
    });
    assert.equal((await run('wasi-cat', '--dir', `${inside}::data`, 'hello.txt')).stdout, 'Hello, file!\n');
    for (const name of ['sub/deep.txt', './sub/../sub//deep.txt', 'link']) {
      assert.deepEqual(await cat(name), { exitCode: 0, stdout: 'deep' }, name);
    }
    assert.equal((await cat('sub/up')).stdout, 'Hello, file!\n');
  });

  it('denies everything else', async () => {
    assert.equal((await run('wasi-cat', 'hello.txt')).code, ERRNO.badf, 'without --dir there is no folder');
    const cases: Record<string, number> = {
      'none.txt': ERRNO.noent,
      'hello.txt/x': ERRNO.notdir,
      'hello.txt/': ERRNO.notdir,
      '../secret.txt': ERRNO.notcapable,
      'sub/../../secret.txt': ERRNO.notcapable,
      '../inside/hello.txt': ERRNO.notcapable,
      [path.join(folder, 'secret.txt')]: ERRNO.notcapable,
      escape: ERRNO.notcapable,
      absolute: ERRNO.notcapable,
      'parent/secret.txt': ERRNO.notcapable,
      loop: ERRNO.loop,
    };
    for (const [name, errno] of Object.entries(cases)) {
      assert.deepEqual(await cat(name), { exitCode: errno, stdout: '' }, name);
    }
    await assert.rejects(
      cat('x', [{ guest: '.', host: path.join(folder, 'nowhere') }]),
      /there is no folder/,
    );
  });

  it('writes, seeks, lists, renames and removes, all inside', async () => {
    const text = fileOperations();
    fs.writeFileSync(program('files'), await assemble(text));
    const work = path.join(folder, 'work');
    fs.mkdirSync(work);
    const outcome = await run('files', '--dir', work);
    assert.deepEqual([outcome.code, outcome.stderr], [0, '']);
    assert.equal(fs.readFileSync(path.join(work, 'renamed'), 'utf8'), 'abXYef+');
    assert.deepEqual(fs.readdirSync(work), ['renamed']);
  });

  it('has clocks, sleep and random bytes', async () => {
    const text = `(module
      (import "wasi_snapshot_preview1" "clock_time_get" (func $clock (param i32 i64 i32) (result i32)))
      (import "wasi_snapshot_preview1" "random_get" (func $random (param i32 i32) (result i32)))
      (import "wasi_snapshot_preview1" "poll_oneoff" (func $poll (param i32 i32 i32 i32) (result i32)))
      (import "wasi_snapshot_preview1" "sched_yield" (func $yield (result i32)))
      (import "wasi_snapshot_preview1" "sock_shutdown" (func $shutdown (param i32 i32) (result i32)))
      (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
      (memory (export "memory") 1)
      (func $expect (param $ok i32) (param $code i32) (if (i32.eqz (local.get $ok)) (then (call $exit (local.get $code)))))
      (func (export "_start")
        (call $expect (i32.eqz (call $clock (i32.const 1) (i64.const 1) (i32.const 0))) (i32.const 1))
        ;; a subscription to the monotonic clock, 20 ms from now, with userdata 77
        (i64.store (i32.const 128) (i64.const 77))
        (i32.store (i32.const 144) (i32.const 1))
        (i64.store (i32.const 152) (i64.const 20000000))
        (call $expect (i32.eqz (call $poll (i32.const 128) (i32.const 256) (i32.const 1) (i32.const 512))) (i32.const 2))
        (call $expect (i64.eq (i64.load (i32.const 256)) (i64.const 77)) (i32.const 3))
        (call $expect (i32.eq (i32.load (i32.const 512)) (i32.const 1)) (i32.const 4))
        (drop (call $clock (i32.const 1) (i64.const 1) (i32.const 8)))
        (call $expect
          (i64.ge_u (i64.sub (i64.load (i32.const 8)) (i64.load (i32.const 0))) (i64.const 19000000)) (i32.const 5))
        (call $expect (i32.eqz (call $random (i32.const 1024) (i32.const 32))) (i32.const 6))
        (call $expect (i64.ne (i64.load (i32.const 1024)) (i64.load (i32.const 1032))) (i32.const 7))
        (call $expect (i32.eqz (call $yield)) (i32.const 8))
        (call $expect (i32.eq (call $clock (i32.const 9) (i64.const 1) (i32.const 0)) (i32.const 28)) (i32.const 9))
        ;; pointers out of the memory are faults, sockets are not there
        (call $expect (i32.eq (call $random (i32.const 65530) (i32.const 32)) (i32.const 21)) (i32.const 10))
        (call $expect (i32.eq (call $clock (i32.const 1) (i64.const 1) (i32.const -4)) (i32.const 21)) (i32.const 11))
        (call $expect (i32.ne (call $shutdown (i32.const 0) (i32.const 0)) (i32.const 0)) (i32.const 12))))`;
    fs.writeFileSync(program('clock'), await assemble(text));
    assert.deepEqual(await run('clock'), { code: 0, stdout: '', stderr: '' });
  });

  it('--dir takes HOST::GUEST, and neither the root nor the home folder without a word', async () => {
    const home = path.join(folder, 'people', 'me');
    fs.mkdirSync(path.join(home, 'work'), { recursive: true });
    fs.writeFileSync(path.join(home, 'hello.txt'), 'home');
    const open = (option: string, ...rest: string[]) =>
      runCli([program('wasi-cat'), '--profile', 'none', option, ...rest], { HOME: home });
    assert.equal((await open('--dir', `${inside}::/`, 'hello.txt')).stdout, 'Hello, file!\n');
    const refusals: Record<string, string> = {
      [`${path.parse(home).root}::/x`]: 'the root of the file system',
      [`${inside}/../../../../../../../../..::/`]: 'the root of the file system',
      [home]: 'your home folder',
      [path.dirname(home)]: 'a folder around your home folder',
    };
    for (const [text, danger] of Object.entries(refusals)) {
      const { code, stderr } = await open('--dir', text, 'hello.txt');
      assert.equal(code, 2, text);
      assert.ok(
        stderr.includes(`would open ${danger}; name a folder within it, or give --dir-unsafe`),
        stderr,
      );
      assert.equal(stderr.split('\n').length, 2);
    }
    assert.equal((await open('--dir', path.join(home, 'work'), '../hello.txt')).code, ERRNO.notcapable);
    assert.equal((await open('--dir-unsafe', `${home}::/`, 'hello.txt')).stdout, 'home');
    const reversed = await open('--dir', `nowhere::${inside}`, 'hello.txt');
    assert.match(
      reversed.stderr,
      /there is no folder nowhere on this machine; --dir takes HOST::GUEST: give /,
    );
    assert.equal(reversed.code, 2);
    for (const text of ['::/', `${inside}::`]) assert.equal((await open('--dir', text, 'x')).code, 2);
    assert.match((await open('--dir', `/::${inside}`, 'x')).stderr, /root of the file system/);
  });

  it('--json keeps the bytes that a program prints, text or not', async () => {
    const print = (bytes: string) => `(module
      (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
      (memory (export "memory") 1)
      (data (i32.const 0) "\\10\\00\\00\\00\\05\\00\\00\\00")
      (data (i32.const 16) "${bytes}")
      (func (export "_start") (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))))`;
    fs.writeFileSync(program('bytes'), await assemble(print('\\ef\\bb\\bf\\ff\\00')));
    fs.writeFileSync(program('text'), await assemble(print('\\ef\\bb\\bfab')));
    const printed = async (name: string) => {
      const { stdout, stdoutBase64 } = JSON.parse((await run(name, '--json')).stdout) as Record<
        string,
        string
      >;
      return { stdout, stdoutBase64 };
    };
    assert.deepEqual(await printed('bytes'), { stdout: '\uFEFF\uFFFD\0', stdoutBase64: '77u//wA=' });
    assert.deepEqual(await printed('text'), { stdout: '\uFEFFab', stdoutBase64: undefined });
  });

  it('Ctrl-C ends a program that sleeps', async () => {
    const text = `(module
      (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
      (import "wasi_snapshot_preview1" "poll_oneoff" (func $poll (param i32 i32 i32 i32) (result i32)))
      (memory (export "memory") 1)
      (data (i32.const 0) "\\10\\00\\00\\00\\06\\00\\00\\00") (data (i32.const 16) "asleep")
      (func (export "_start")
        (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))
        (i64.store (i32.const 152) (i64.const 3600000000000))
        (drop (call $poll (i32.const 128) (i32.const 256) (i32.const 1) (i32.const 512)))))`;
    fs.writeFileSync(program('sleeper'), await assemble(text));
    const child = spawn(process.execPath, [CLI, 'run', program('sleeper'), '--profile', 'none']);
    child.stdout.once('data', () => child.kill('SIGINT'));
    const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
    assert.ok(signal === 'SIGINT' || code === 130, `code ${code}, signal ${signal}`);
  });

  it('names imports that nobody provides', async () => {
    fs.writeFileSync(
      program('other'),
      await assemble('(module (import "env" "f" (func)) (func (export "_start")))'),
    );
    const { code, stderr } = await run('other');
    assert.equal(code, 1);
    assert.equal(stderr, 'wasm-dyno: cannot link: unknown import: env.f\n');
  });
});

/** Makes a folder and a file, writes into the middle and at the end, renames and tidies up; exits with the step that failed. */
function fileOperations(): string {
  const strings = ['dir', 'dir/file', 'renamed', 'abcdef', 'XY', '+'];
  const offsets = strings.map((_, i) => 2048 + 64 * i);
  const data = strings.map((text, i) => `(data (i32.const ${offsets[i]}) "${text}")`).join('\n');
  const named = (i: number) => `(i32.const ${offsets[i]}) (i32.const ${strings[i]!.length})`;
  const write = (i: number) =>
    `(i32.store (i32.const 16) (i32.const ${offsets[i]})) (i32.store (i32.const 20) (i32.const ${strings[i]!.length}))
     (call $check (call $fd_write (i32.load (i32.const 8)) (i32.const 16) (i32.const 1) (i32.const 24)))`;
  // oflags 1: create; fdflags 1: append; rights: read, seek, write
  const open = (i: number, openFlags: number, flags: number) =>
    `(call $check (call $path_open (i32.const 3) (i32.const 1) ${named(i)} (i32.const ${openFlags})
      (i64.const 0x46) (i64.const 0) (i32.const ${flags}) (i32.const 8)))`;
  return `(module
    (import "wasi_snapshot_preview1" "path_open"
      (func $path_open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "path_create_directory" (func $mkdir (param i32 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "path_remove_directory" (func $rmdir (param i32 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "path_rename" (func $rename (param i32 i32 i32 i32 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "path_filestat_get" (func $stat (param i32 i32 i32 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "fd_seek" (func $fd_seek (param i32 i64 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "fd_readdir" (func $readdir (param i32 i32 i32 i64 i32) (result i32)))
    (import "wasi_snapshot_preview1" "fd_close" (func $fd_close (param i32) (result i32)))
    (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
    (memory (export "memory") 1)
    ${data}
    (global $step (mut i32) (i32.const 0))
    (func $check (param $errno i32)
      (global.set $step (i32.add (global.get $step) (i32.const 1)))
      (if (local.get $errno) (then (call $exit (global.get $step)))))
    (func (export "_start")
      (call $check (call $mkdir (i32.const 3) ${named(0)}))
      ${open(1, 1, 0)} ${write(3)}
      (call $check (call $fd_seek (i32.load (i32.const 8)) (i64.const 2) (i32.const 0) (i32.const 32)))
      ${write(4)}
      (call $check (call $fd_close (i32.load (i32.const 8))))
      ${open(1, 0, 1)} ${write(5)}
      (call $check (call $fd_close (i32.load (i32.const 8))))
      (call $check (call $stat (i32.const 3) (i32.const 1) ${named(1)} (i32.const 64)))
      (call $check (i64.ne (i64.load (i32.const 96)) (i64.const 7)))
      (call $check (i32.ne (i32.load8_u (i32.const 80)) (i32.const 4)))
      (call $check (call $rename (i32.const 3) ${named(1)} (i32.const 3) ${named(2)}))
      (call $check (call $rmdir (i32.const 3) ${named(0)}))
      ;; ".", ".." and "renamed": three heads of 24 bytes and ten letters
      (call $check (call $readdir (i32.const 3) (i32.const 4096) (i32.const 1000) (i64.const 0) (i32.const 40)))
      (call $check (i32.ne (i32.load (i32.const 40)) (i32.const 82)))))`;
}
