import type { SectionCode } from '../binary/section-code.js';
import { type HostCompiledModule, hostWebAssembly, refusedByHost } from './web-assembly.js';

/*
 * Modules of a few dozen bytes, written as lists of numbers: what the host's WebAssembly can only be given, or only gives,
 * through a module.
 */

/** A list of bytes, as the parts of small modules are. */
export type Bytes = readonly number[];

/** @throws UnsupportedModuleError when the host does not know what the module is made of. */
export function compileSmallModule(...sections: readonly Bytes[]): HostCompiledModule {
  const { Module, CompileError } = hostWebAssembly();
  try {
    return new Module(Uint8Array.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, ...sections.flat()]));
  } catch (error) {
    if (!(error instanceof CompileError)) throw error;
    throw refusedByHost(error);
  }
}

export function section(id: SectionCode, entries: readonly Bytes[]): Bytes {
  return [id, ...sized(vector(entries))];
}

export function vector(entries: readonly Bytes[]): Bytes {
  return [...unsigned(entries.length), ...entries.flat()];
}

export function sized(content: Bytes): Bytes {
  return [...unsigned(content.length), ...content];
}

/** A name of ASCII letters. */
export function nameBytes(text: string): Bytes {
  return sized(Array.from(text, (letter) => letter.charCodeAt(0)));
}

/** An unsigned LEB128 number: whole, up to 2^53. */
export function unsigned(value: number): Bytes {
  return value < 0x80 ? [value] : [(value % 0x80) | 0x80, ...unsigned(Math.floor(value / 0x80))];
}

/** A signed LEB128 number. */
export function signed(value: bigint): Bytes {
  const low = Number(BigInt.asUintN(7, value));
  return value >= -0x40n && value < 0x40n ? [low] : [low | 0x80, ...signed(value >> 7n)];
}
