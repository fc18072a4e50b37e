import { DEFAULT_LIMITS } from '@wasm-dyno/engine';
import { FileError, readRegularFile } from '@wasm-dyno/engine/node/regular-file';
import { foreignFormat } from '../foreign-format.js';
import { encodeTextModule, TextModuleError } from './text-module.js';

/** A file without a module in it. The message names the file. */
export class ModuleFileError extends Error {
  override readonly name = 'ModuleFileError';
  constructor(
    readonly path: string,
    /** Without the path, for example `is empty`. */
    readonly reason: string,
    readonly offset: number | undefined,
    options?: ErrorOptions,
  ) {
    super(`${path}: ${reason}`, options);
  }
}

/** The bytes of a text need more of the parser's memory. */
const LONGEST_TEXT_BYTES = 32 * 1024 * 1024;

/**
 * The bytes of the module in a file: a binary as it is, a text (.wat) encoded. Whether the binary is a module is for an engine to say;
 * what people take for one (components, compressed files) is refused with what to do about it.
 * @throws ModuleFileError
 */
export async function readModuleFile(
  path: string,
  maximumBytes: number = DEFAULT_LIMITS.maximumModuleBytes,
): Promise<Uint8Array> {
  const bytes = readBytes(path, maximumBytes);
  if (bytes.length === 0) throw new ModuleFileError(path, 'is empty', undefined);
  const isText = path.toLowerCase().endsWith('.wat') && !isBinary(bytes);
  const binary = isText ? await encode(path, bytes) : bytes;
  const foreign = foreignFormat(binary);
  if (foreign !== undefined) throw new ModuleFileError(path, foreign.reason, foreign.offset);
  return binary;
}

function readBytes(path: string, maximumBytes: number): Uint8Array {
  try {
    return readRegularFile(path, maximumBytes);
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    const mend = error.isMissing ? '; name a .wasm or .wat file' : '';
    throw new ModuleFileError(path, `${error.reason}${mend}`, undefined, { cause: error });
  }
}

async function encode(path: string, text: Uint8Array): Promise<Uint8Array> {
  if (text.length > LONGEST_TEXT_BYTES) {
    const reason = `has ${text.length} bytes; texts of up to ${LONGEST_TEXT_BYTES} are encoded`;
    throw new ModuleFileError(path, reason, undefined);
  }
  try {
    return await encodeTextModule(text);
  } catch (error) {
    if (!(error instanceof TextModuleError)) throw error;
    throw new ModuleFileError(path, error.message, undefined, { cause: error });
  }
}

function isBinary(bytes: Uint8Array): boolean {
  return [0x00, 0x61, 0x73, 0x6d].every((byte, position) => bytes[position] === byte);
}
