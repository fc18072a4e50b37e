import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import { parse } from '@bytecodealliance/jco-transpile/wasm-tools';
import { Engine, Linker, Store } from '@wasm-dyno/engine';
import { Wasi } from '@wasm-dyno/engine/wasi';

import { doubling, turning, type UnpaidShape } from './shape.js';

/** Where the program's memory holds what. */
const PATH_AT = 0x1000;
const OUT_AT = 0x400;
const DATA_AT = 0x10000;

const FOLDER = 3;
const FILE = 4;

const imports = (signatures: Readonly<Record<string, string>>) =>
  Object.entries(signatures)
    .map(
      ([name, words]) =>
        `(func $${name} (import "wasi_snapshot_preview1" "${name}") (param ${words}) (result i32))`,
    )
    .join('\n');

const IMPORTS = imports({
  path_filestat_get: 'i32 i32 i32 i32 i32',
  path_create_directory: 'i32 i32 i32',
  path_remove_directory: 'i32 i32 i32',
  path_symlink: 'i32 i32 i32 i32 i32',
  path_unlink_file: 'i32 i32 i32',
  path_rename: 'i32 i32 i32 i32 i32 i32',
  path_link: 'i32 i32 i32 i32 i32 i32 i32',
  path_readlink: 'i32 i32 i32 i32 i32 i32',
  path_filestat_set_times: 'i32 i32 i32 i32 i64 i64 i32',
  fd_filestat_set_times: 'i32 i64 i64 i32',
  fd_sync: 'i32',
  fd_renumber: 'i32 i32',
  fd_fdstat_get: 'i32 i32',
  poll_oneoff: 'i32 i32 i32 i32',
  path_open: 'i32 i32 i32 i32 i32 i64 i64 i32 i32',
  fd_close: 'i32',
  fd_read: 'i32 i32 i32 i32',
  fd_write: 'i32 i32 i32 i32',
  fd_seek: 'i32 i64 i32 i32',
  fd_readdir: 'i32 i32 i32 i64 i32',
  fd_filestat_get: 'i32 i32',
  random_get: 'i32 i32',
  clock_time_get: 'i32 i64 i32',
  sched_yield: '',
});

interface WasiShape {
  readonly name: string;
  readonly sizes: readonly number[];
  /** Text at PATH_AT. */
  readonly path?: (size: number) => string;
  /** Calls that leave nothing on the stack. */
  readonly body: (size: number) => string;
  readonly turns?: (size: number) => number;
}

const dropped = (call: string) => `(drop (call ${call}))`;
const at = (address: number) => `(i32.const ${address})`;
const pathOf = (length: number) => `${at(PATH_AT)} ${at(length)}`;
const status = (length: number) =>
  dropped(`$path_filestat_get ${at(FOLDER)} ${at(0)} ${pathOf(length)} ${at(OUT_AT)}`);
/** One buffer of so many bytes, and a file that is read or written from its beginning each time. */
const transfer = (name: 'read' | 'write', size: number) => `
  ${dropped(`$fd_seek ${at(FILE)} (i64.const 0) ${at(0)} ${at(OUT_AT)}`)}
  (i32.store ${at(OUT_AT)} ${at(DATA_AT)}) (i32.store offset=4 ${at(OUT_AT)} ${at(size)})
  ${dropped(`$fd_${name} ${at(FILE)} ${at(OUT_AT)} ${at(1)} ${at(OUT_AT + 8)}`)}`;
const opening = (length: number, flags: number, fdAt: number) =>
  dropped(
    `$path_open ${at(FOLDER)} ${at(0)} ${pathOf(length)} ${at(flags)} (i64.const 0x66) (i64.const 0) ${at(0)} ${at(fdAt)}`,
  );
const NAME = 'name';

const SHAPES: readonly WasiShape[] = [
  { name: 'sched_yield', sizes: [1], body: () => dropped('$sched_yield') },
  {
    name: 'clock_time_get',
    sizes: [1],
    body: () => dropped(`$clock_time_get ${at(1)} (i64.const 0) ${at(OUT_AT)}`),
  },
  {
    name: 'random_get, bytes',
    sizes: [1, ...doubling(65_536)],
    body: (size) => dropped(`$random_get ${at(DATA_AT)} ${at(size)}`),
  },
  {
    name: 'path_filestat_get, components',
    sizes: [1, 8, ...doubling(64)],
    path: (size) => `${'sub/../'.repeat(size >>> 1)}file`,
    body: (size) => status(7 * (size >>> 1) + 4),
  },
  { name: 'fd_filestat_get', sizes: [1], body: () => dropped(`$fd_filestat_get ${at(FILE)} ${at(OUT_AT)}`) },
  {
    name: 'path_open of a file, and fd_close',
    sizes: [1],
    path: () => 'file',
    body: () => `${opening(4, 0, OUT_AT)} ${dropped(`$fd_close (i32.load ${at(OUT_AT)})`)}`,
  },
  {
    name: 'path_open of a new file, fd_close and path_unlink_file',
    sizes: [1],
    path: () => NAME,
    body: () => `${opening(4, 1, OUT_AT)} ${dropped(`$fd_close (i32.load ${at(OUT_AT)})`)}
      ${dropped(`$path_unlink_file ${at(FOLDER)} ${pathOf(4)}`)}`,
  },
  {
    name: 'path_symlink and path_unlink_file',
    sizes: [1],
    path: () => NAME,
    body: () => `${dropped(`$path_symlink ${pathOf(4)} ${at(FOLDER)} ${pathOf(4)}`)}
      ${dropped(`$path_unlink_file ${at(FOLDER)} ${pathOf(4)}`)}`,
  },
  {
    name: 'path_create_directory and path_remove_directory',
    sizes: [1],
    path: () => NAME,
    body: () => `${dropped(`$path_create_directory ${at(FOLDER)} ${pathOf(4)}`)}
      ${dropped(`$path_remove_directory ${at(FOLDER)} ${pathOf(4)}`)}`,
  },
  {
    name: 'path_rename to itself',
    sizes: [1],
    path: () => 'file',
    body: () => dropped(`$path_rename ${at(FOLDER)} ${pathOf(4)} ${at(FOLDER)} ${pathOf(4)}`),
  },
  {
    name: 'path_open of a folder, and fd_close',
    sizes: [1],
    path: () => 'sub',
    body: () => `${opening(3, 2, OUT_AT)} ${dropped(`$fd_close (i32.load ${at(OUT_AT)})`)}`,
  },
  {
    name: 'path_open of what is not there',
    sizes: [1],
    path: () => 'none',
    body: () => opening(4, 0, OUT_AT),
  },
  {
    name: 'path_open through a link, fd_renumber',
    sizes: [1],
    path: () => 'link',
    body: () => `(drop (call $path_open ${at(FOLDER)} ${at(1)} ${pathOf(4)} ${at(0)} (i64.const 0x66) (i64.const 0) ${at(0)} ${at(OUT_AT)}))
      ${dropped(`$fd_renumber (i32.load ${at(OUT_AT)}) ${at(FILE)}`)}`,
  },
  {
    name: 'path_link and path_unlink_file',
    sizes: [1],
    path: () => NAME,
    body: () => `${dropped(`$path_link ${at(FOLDER)} ${at(0)} ${at(16)} ${at(4)} ${at(FOLDER)} ${pathOf(4)}`)}
      ${dropped(`$path_unlink_file ${at(FOLDER)} ${pathOf(4)}`)}`,
  },
  {
    name: 'path_readlink',
    sizes: [1],
    path: () => 'link',
    body: () => dropped(`$path_readlink ${at(FOLDER)} ${pathOf(4)} ${at(DATA_AT)} ${at(64)} ${at(OUT_AT)}`),
  },
  {
    name: 'path_filestat_set_times',
    sizes: [1],
    path: () => 'file',
    body: () =>
      dropped(
        `$path_filestat_set_times ${at(FOLDER)} ${at(0)} ${pathOf(4)} (i64.const 0) (i64.const 1) ${at(5)}`,
      ),
  },
  {
    name: 'fd_filestat_set_times',
    sizes: [1],
    body: () => dropped(`$fd_filestat_set_times ${at(FILE)} (i64.const 0) (i64.const 1) ${at(5)}`),
  },
  { name: 'fd_sync', sizes: [1], body: () => dropped(`$fd_sync ${at(FILE)}`) },
  { name: 'fd_fdstat_get', sizes: [1], body: () => dropped(`$fd_fdstat_get ${at(FILE)} ${at(OUT_AT)}`) },
  {
    name: 'poll_oneoff of a time that has passed, subscriptions',
    sizes: [1, ...doubling(1024)],
    body: (size) => dropped(`$poll_oneoff ${at(DATA_AT + 0x40000)} ${at(DATA_AT)} ${at(size)} ${at(OUT_AT)}`),
  },
  {
    name: 'poll_oneoff of a nanosecond',
    sizes: [1],
    body: () => `(i64.store ${at(DATA_AT + 0x40018)} (i64.const 1))
      ${dropped(`$poll_oneoff ${at(DATA_AT + 0x40000)} ${at(DATA_AT)} ${at(1)} ${at(OUT_AT)}`)}`,
  },
  { name: 'fd_write, bytes', sizes: [1, ...doubling(65_536)], body: (size) => transfer('write', size) },
  { name: 'fd_read, bytes', sizes: [1, ...doubling(65_536)], body: (size) => transfer('read', size) },
  {
    name: 'fd_readdir of three entries',
    sizes: [1],
    body: () => dropped(`$fd_readdir ${at(FOLDER)} ${at(DATA_AT)} ${at(4096)} (i64.const 0) ${at(OUT_AT)}`),
  },
];

let folder: string | undefined;

/** A folder of the process's own with a file, a folder and a link. */
function sharedFolder(): string {
  if (folder !== undefined) return folder;
  const made = fs.mkdtempSync(path.join(os.tmpdir(), 'wasm-dyno-unpaid-'));
  fs.mkdirSync(path.join(made, 'sub'));
  fs.writeFileSync(path.join(made, 'file'), Buffer.alloc(65_536));
  fs.symlinkSync('file', path.join(made, 'link'));
  process.on('exit', () => fs.rmSync(made, { recursive: true, force: true }));
  return (folder = made);
}

/** Calls of WASI functions in a folder of the host's. */
function wasiShape({ name, sizes, path: pathText, body, turns = () => 50 }: WasiShape): UnpaidShape {
  return {
    group: 'WASI',
    name,
    sizes,
    prepare: async (size, executor) => {
      const bytes = await parse(`(module ${IMPORTS} (memory (export "memory") 18)
        (data (i32.const ${PATH_AT}) "${pathText?.(size) ?? ''}") (data (i32.const 16) "file")
        (func (export "open") (drop (call $path_open ${at(FOLDER)} ${at(0)} ${at(16)} ${at(4)} ${at(0)}
          (i64.const 0xe00076) (i64.const 0) ${at(0)} ${at(OUT_AT)})))
        ${turning(body(size))})`);
      const engine = new Engine({ executor });
      const store = new Store(engine);
      const linker = new Linker(engine);
      new Wasi({ preopens: [{ host: sharedFolder(), guest: '/' }] }).defineIn(linker, store);
      const instance = linker.instantiate(store, engine.compile(bytes));
      instance.getFunction('open')!.call();
      const run = instance.getFunction('run')!;
      return () => {
        const before = store.consumedFuel;
        run.call(turns(size));
        return store.consumedFuel - before;
      };
    },
  };
}

export const WASI_SHAPES: readonly UnpaidShape[] = SHAPES.map(wasiShape);
