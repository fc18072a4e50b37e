import { Engine, Linker, Store, ValueType, type ExecutorName, type Instance } from '@wasm-dyno/engine';
import { Wasi, type WasiOptions } from '@wasm-dyno/engine/wasi';

import { assemble } from '../programs/compile.js';

export const ERRNO = {
  success: 0,
  badf: 8,
  busy: 10,
  exist: 20,
  fault: 21,
  ilseq: 25,
  intr: 27,
  inval: 28,
  isdir: 31,
  loop: 32,
  mfile: 33,
  nametoolong: 37,
  noent: 44,
  notdir: 54,
  notempty: 55,
  notsock: 57,
  perm: 63,
  spipe: 70,
  notcapable: 76,
} as const;

export const RIGHT = { read: 2n, seek: 4n, tell: 32n, write: 64n, readdir: 16384n };
export const OPEN = { create: 1, directory: 2, exclusive: 4, truncate: 8 } as const;
export const FOLLOW = 1;

/** Where the guest's memory holds what, in this order. */
const AREA = { path: 0x1000, newPath: 0x3000, out: 0x5000, vectors: 0x6000, data: 0x10000 } as const;

let bytes: Promise<Uint8Array> | undefined;

/** A program that exports each WASI function as it imports it, so that a test can call them as a program would. */
async function guestModule(): Promise<Uint8Array> {
  const functions = new Wasi().imports(new Store(new Engine()));
  const imports = Object.entries(functions).map(([name, { type: signature }]) => {
    const { parameters, results } = signature;
    const words = parameters.map((type) => (type === ValueType.I32 ? 'i32' : 'i64'));
    const type = `(param ${words.join(' ')}) ${results.length > 0 ? '(result i32)' : ''}`;
    const operands = words.map((_, i) => `(local.get ${i})`).join(' ');
    return {
      imported: `(import "wasi_snapshot_preview1" "${name}" (func $${name} ${type}))`,
      exported: `(func (export "${name}") ${type} (call $${name} ${operands}))`,
    };
  });
  return assemble(`(module
    ${imports.map(({ imported }) => imported).join('\n')}
    (memory (export "memory") 18)
    (func (export "grow") (param i32) (result i32) (memory.grow (local.get 0)))
    ${imports.map(({ exported }) => exported).join('\n')})`);
}

export interface GuestOptions extends WasiOptions {
  readonly executor?: ExecutorName;
  readonly fuel?: bigint;
}

/** What a status says, of what tests look at. */
export interface GuestStatus {
  readonly errno: number;
  readonly inode: bigint;
  readonly type: number;
  readonly links: bigint;
  readonly size: bigint;
  readonly accessed: bigint;
  readonly modified: bigint;
}

/** A program under the hands of a test. Paths are text, or bytes as they are. */
export class Guest {
  private constructor(
    readonly store: Store,
    readonly wasi: Wasi,
    private readonly instance: Instance,
  ) {}

  static async start(options: GuestOptions = {}): Promise<Guest> {
    bytes ??= guestModule();
    const engine = new Engine({ executor: options.executor ?? 'interpreter' });
    const store = new Store(engine, options.fuel === undefined ? {} : { fuel: options.fuel });
    const wasi = new Wasi(options);
    const linker = new Linker(engine);
    wasi.defineIn(linker, store);
    const instance = linker.instantiate(store, engine.compile(await bytes));
    return new Guest(store, wasi, instance);
  }

  /** Calls a WASI function. */
  call(name: string, ...values: (number | bigint)[]): number {
    return this.instance.getFunction(name)!.call(...values)[0] as number;
  }

  /** Calls a WASI function on so little fuel at a time that it stops before most steps. */
  callInSteps(name: string, fuel: bigint, ...values: (number | bigint)[]): { errno: number; stops: number } {
    this.store.fuel = 0n;
    let call = this.instance.getFunction(name)!.callResumable(...values);
    let stops = 0;
    for (; call.state === 'out-of-fuel'; stops++) {
      this.store.addFuel(fuel);
      call = call.resume();
    }
    if (call.state !== 'finished') throw call.error;
    return { errno: call.results[0] as number, stops };
  }

  /** Lets the program itself grow its memory. @returns pages before */
  grow(pages: number): number {
    return this.instance.getFunction('grow')!.call(pages)[0] as number;
  }

  get memory(): Buffer {
    return Buffer.from(this.instance.getMemory('memory')!.buffer);
  }

  get outAt(): number {
    return AREA.out;
  }

  get dataAt(): number {
    return AREA.data;
  }

  u32(at: number = AREA.out): number {
    return this.memory.readUInt32LE(at);
  }

  u64(at: number = AREA.out): bigint {
    return this.memory.readBigUInt64LE(at);
  }

  /** Puts a path into memory. @returns its place and length */
  path(path: string | Uint8Array, at: number = AREA.path): [number, number] {
    const text = Buffer.from(path as string);
    this.memory.set(text, at);
    return [at, text.length];
  }

  open(
    folder: number,
    path: string | Uint8Array,
    {
      flags = 0,
      rights = RIGHT.read,
      inheriting = (1n << 30n) - 1n,
      follow = FOLLOW,
      descriptorFlags = 0,
    } = {},
  ): { errno: number; fd: number } {
    const errno = this.call(
      'path_open',
      folder,
      follow,
      ...this.path(path),
      flags,
      rights,
      inheriting,
      descriptorFlags,
      AREA.out,
    );
    return { errno, fd: errno === 0 ? this.u32() : -1 };
  }

  /** The path's descriptor. @throws when it cannot be opened */
  opened(folder: number, path: string | Uint8Array, how: Parameters<Guest['open']>[2] = {}): number {
    const { errno, fd } = this.open(folder, path, how);
    if (errno !== 0) throw new Error(`opening ${String(path)}: errno ${errno}`);
    return fd;
  }

  mkdir(folder: number, path: string | Uint8Array): number {
    return this.call('path_create_directory', folder, ...this.path(path));
  }

  rmdir(folder: number, path: string | Uint8Array): number {
    return this.call('path_remove_directory', folder, ...this.path(path));
  }

  unlink(folder: number, path: string | Uint8Array): number {
    return this.call('path_unlink_file', folder, ...this.path(path));
  }

  rename(folder: number, path: string | Uint8Array, newFolder: number, newPath: string | Uint8Array): number {
    const to = this.path(newPath, AREA.newPath);
    return this.call('path_rename', folder, ...this.path(path), newFolder, ...to);
  }

  link(
    folder: number,
    path: string | Uint8Array,
    newFolder: number,
    newPath: string | Uint8Array,
    follow = 0,
  ): number {
    const to = this.path(newPath, AREA.newPath);
    return this.call('path_link', folder, follow, ...this.path(path), newFolder, ...to);
  }

  symlink(text: string | Uint8Array, folder: number, path: string | Uint8Array): number {
    return this.call('path_symlink', ...this.path(text, AREA.newPath), folder, ...this.path(path));
  }

  readlink(folder: number, path: string | Uint8Array): { errno: number; text: string } {
    const errno = this.call('path_readlink', folder, ...this.path(path), AREA.data, 4096, AREA.out);
    return {
      errno,
      text: errno === 0 ? this.memory.toString('utf8', AREA.data, AREA.data + this.u32()) : '',
    };
  }

  stat(folder: number, path: string | Uint8Array, follow = FOLLOW): GuestStatus {
    const errno = this.call('path_filestat_get', folder, follow, ...this.path(path), AREA.out);
    return { errno, ...this.statusAtOut() };
  }

  fstat(fd: number): GuestStatus {
    return { errno: this.call('fd_filestat_get', fd, AREA.out), ...this.statusAtOut() };
  }

  private statusAtOut(): Omit<GuestStatus, 'errno'> {
    const at = AREA.out;
    return {
      inode: this.u64(at + 8),
      type: this.memory[at + 16]!,
      links: this.u64(at + 24),
      size: this.u64(at + 32),
      accessed: this.u64(at + 40),
      modified: this.u64(at + 48),
    };
  }

  /** Lays out buffers one after the other. @returns the array's place and length */
  vectors(...lengths: number[]): [number, number] {
    const { memory } = this;
    let at: number = AREA.data;
    lengths.forEach((length, i) => {
      memory.writeUInt32LE(at, AREA.vectors + 8 * i);
      memory.writeUInt32LE(length, AREA.vectors + 8 * i + 4);
      at += length;
    });
    return [AREA.vectors, lengths.length];
  }

  read(fd: number, ...lengths: number[]): { errno: number; bytes: Buffer } {
    const errno = this.call('fd_read', fd, ...this.vectors(...lengths), AREA.out);
    const count = errno === 0 ? this.u32() : 0;
    return { errno, bytes: Buffer.from(this.memory.subarray(AREA.data, AREA.data + count)) };
  }

  write(fd: number, text: string | Uint8Array): { errno: number; written: number } {
    const bytes = Buffer.from(text as string);
    const vectors = this.vectors(bytes.length);
    this.memory.set(bytes, AREA.data);
    const errno = this.call('fd_write', fd, ...vectors, AREA.out);
    return { errno, written: errno === 0 ? this.u32() : 0 };
  }

  /** The names in an open folder, `.` and `..` left out. */
  list(fd: number): { errno: number; names: string[]; inodes: bigint[] } {
    const size = 0x80000;
    const errno = this.call('fd_readdir', fd, AREA.data, size, 0n, AREA.out);
    const names: string[] = [];
    const inodes: bigint[] = [];
    const end = AREA.data + (errno === 0 ? this.u32() : 0);
    for (let at: number = AREA.data; at < end;) {
      const length = this.u32(at + 16);
      names.push(this.memory.toString('utf8', at + 24, at + 24 + length));
      inodes.push(this.u64(at + 8));
      at += 24 + length;
    }
    return { errno, names: names.slice(2), inodes: inodes.slice(2) };
  }
}
