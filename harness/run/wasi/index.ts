import fs from 'node:fs';

import { WASI, WASIProcExit, wasi, type Fd } from '@bjorn3/browser_wasi_shim';

import { Func, type Linker, type Memory, type Store, type Value } from '../../../engine/index.js';
import { errnoOf } from './errno.js';
import { OpenHostFolder } from './open-folder.js';
import { clockNanoseconds, pollOneOff } from './poll.js';
import { WASI_FUNCTION_NAMES, wasiFunctionType, type WasiFunctionName } from './signatures.js';
import { StandardStream, type StreamEnd } from './standard-stream.js';

/** The module name that programs import WASI preview 1 by. */
export const WASI_MODULE = 'wasi_snapshot_preview1';

/** What a program is given; nothing else of this machine. */
export interface WasiOptions {
  /** Program name first. */
  readonly arguments: readonly string[];
  readonly environment: ReadonlyMap<string, string>;
  /** Folders opened for the program: its name for each, and the host's path. */
  readonly folders: readonly { readonly guest: string; readonly host: string }[];
  readonly stdout: StreamEnd;
  readonly stderr: StreamEnd;
}

/** Thrown through the program when it calls `proc_exit`. */
export { WASIProcExit as ProgramExit };

type WasiFunction = (...values: (number | bigint)[]) => unknown;

/**
 * WASI preview 1 for one program. Files, folders and streams are the host's own; marshalling is browser_wasi_shim's, corrected where
 * it departs from the specification.
 */
export class WasiHost {
  private readonly shim: WASI;
  private readonly functions: Readonly<Record<WasiFunctionName, WasiFunction>>;
  private memory: Memory | undefined;

  /** @throws Error naming the folder that does not exist or is none */
  constructor(options: WasiOptions) {
    const environment = [...options.environment].map(([name, value]) => `${name}=${value}`);
    const descriptors = [
      new StandardStream(0, 'in'),
      new StandardStream(options.stdout, 'out'),
      new StandardStream(options.stderr, 'out'),
      ...options.folders.map(({ guest, host }) => new OpenHostFolder(realFolder(host), guest)),
    ];
    this.shim = new WASI([...options.arguments], environment, descriptors, { debug: false });
    const buffer = (): ArrayBuffer => this.buffer();
    const memory = {
      get buffer() {
        return buffer();
      },
    };
    this.shim.inst = { exports: { memory: memory as WASI['inst']['exports']['memory'] } };
    this.functions = {
      ...(this.shim.wasiImport as Record<WasiFunctionName, WasiFunction>),
      ...this.corrections(),
    };
  }

  /** Defines WASI's functions for programs of the store. */
  defineIn(linker: Linker, store: Store): void {
    for (const name of WASI_FUNCTION_NAMES) {
      const implementation = this.functions[name];
      const func = Func.host(store, wasiFunctionType(name), (caller, ...values) => {
        this.memory = caller.getMemory('memory');
        return this.answer(implementation, values);
      });
      linker.define(WASI_MODULE, name, func);
    }
  }

  private answer(implementation: WasiFunction, values: readonly Value[]): number {
    // Pointers, sizes and descriptors are unsigned.
    const operands = values.map((value) => (typeof value === 'number' ? value >>> 0 : (value as bigint)));
    try {
      return (implementation(...operands) as number | undefined) ?? wasi.ERRNO_SUCCESS;
    } catch (error) {
      // A pointer beyond the memory.
      if (error instanceof RangeError) return wasi.ERRNO_FAULT;
      // The shim throws a sentence for what it has not.
      if (typeof error === 'string') return wasi.ERRNO_NOTSUP;
      return errnoOf(error);
    }
  }

  /** Closes what the program left open. */
  close(): void {
    for (const fd of this.shim.fds as (Fd | undefined)[]) fd?.fd_close();
  }

  private buffer(): ArrayBuffer {
    if (this.memory === undefined) throw new Error('a WASI program must export its memory as "memory"');
    return this.memory.buffer;
  }

  private view(): DataView {
    return new DataView(this.buffer());
  }

  private text(at: number, length: number): string {
    return new TextDecoder().decode(new Uint8Array(this.buffer(), at, length));
  }

  private folder(descriptor: number): OpenHostFolder | number {
    const fd = this.shim.fds[descriptor] as Fd | undefined;
    if (fd === undefined) return wasi.ERRNO_BADF;
    return fd instanceof OpenHostFolder ? fd : wasi.ERRNO_NOTDIR;
  }

  private corrections(): Partial<Record<WasiFunctionName, WasiFunction>> {
    const number = (value: number | bigint | undefined) => Number(value);
    return {
      // The shim counts UTF-16 units.
      args_sizes_get: (countAt, bytesAt) => {
        const view = this.view();
        const encoder = new TextEncoder();
        const bytes = this.shim.args.reduce((sum, text) => sum + encoder.encode(text).length + 1, 0);
        view.setUint32(number(countAt), this.shim.args.length, true);
        view.setUint32(number(bytesAt), bytes, true);
        return wasi.ERRNO_SUCCESS;
      },
      clock_res_get: (clock, at) => {
        if (clockNanoseconds(number(clock)) === undefined) return wasi.ERRNO_INVAL;
        this.view().setBigUint64(number(at), number(clock) === wasi.CLOCKID_MONOTONIC ? 1n : 1000n, true);
        return wasi.ERRNO_SUCCESS;
      },
      clock_time_get: (clock, _precision, at) => {
        const now = clockNanoseconds(number(clock));
        if (now === undefined) return wasi.ERRNO_INVAL;
        this.view().setBigUint64(number(at), now, true);
        return wasi.ERRNO_SUCCESS;
      },
      random_get: (at, length) => {
        const bytes = new Uint8Array(this.buffer(), number(at), number(length));
        for (let i = 0; i < bytes.length; i += 65_536) crypto.getRandomValues(bytes.subarray(i, i + 65_536));
        return wasi.ERRNO_SUCCESS;
      },
      fd_fdstat_set_rights: (descriptor) =>
        this.shim.fds[number(descriptor)] === undefined ? wasi.ERRNO_BADF : wasi.ERRNO_SUCCESS,
      fd_renumber: (from, to) => {
        const { fds } = this.shim;
        if (fds[number(from)] === undefined || fds[number(to)] === undefined) return wasi.ERRNO_BADF;
        if (from === to) return wasi.ERRNO_SUCCESS;
        return this.shim.wasiImport['fd_renumber']!(from, to);
      },
      // A link's text that does not fit is cut, not an error.
      path_readlink: (descriptor, pathAt, pathLength, bufferAt, bufferLength, usedAt) => {
        const folder = this.folder(number(descriptor));
        if (typeof folder === 'number') return folder;
        const { ret, data } = folder.path_readlink(this.text(number(pathAt), number(pathLength)));
        if (data === null) return ret;
        const bytes = new TextEncoder().encode(data).subarray(0, number(bufferLength));
        new Uint8Array(this.buffer()).set(bytes, number(bufferAt));
        this.view().setUint32(number(usedAt), bytes.length, true);
        return ret;
      },
      path_rename: (descriptor, oldAt, oldLength, newDescriptor, newAt, newLength) => {
        const folder = this.folder(number(descriptor));
        const newFolder = this.folder(number(newDescriptor));
        if (typeof folder === 'number') return folder;
        if (typeof newFolder === 'number') return newFolder;
        const oldPath = this.text(number(oldAt), number(oldLength));
        return folder.renameTo(oldPath, newFolder, this.text(number(newAt), number(newLength)));
      },
      path_link: (descriptor, flags, oldAt, oldLength, newDescriptor, newAt, newLength) => {
        const folder = this.folder(number(descriptor));
        const newFolder = this.folder(number(newDescriptor));
        if (typeof folder === 'number') return folder;
        if (typeof newFolder === 'number') return newFolder;
        const oldPath = this.text(number(oldAt), number(oldLength));
        const newPath = this.text(number(newAt), number(newLength));
        return folder.linkTo(oldPath, (number(flags) & 1) !== 0, newFolder, newPath);
      },
      path_symlink: (targetAt, targetLength, descriptor, pathAt, pathLength) => {
        const folder = this.folder(number(descriptor));
        if (typeof folder === 'number') return folder;
        const target = this.text(number(targetAt), number(targetLength));
        return folder.symlink(target, this.text(number(pathAt), number(pathLength)));
      },
      poll_oneoff: (inAt, outAt, count, countAt) =>
        pollOneOff(this.view(), number(inAt), number(outAt), number(count), number(countAt)),
    };
  }
}

function realFolder(host: string): string {
  let real: string;
  try {
    real = fs.realpathSync(host);
  } catch {
    throw new Error(`there is no folder ${host} on this machine`);
  }
  if (!fs.statSync(real).isDirectory()) throw new Error(`${host} is not a folder`);
  return real;
}
