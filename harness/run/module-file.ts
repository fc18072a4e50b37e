import fs from 'node:fs';

import wabt from 'wabt';

const MAGIC = [0x00, 0x61, 0x73, 0x6d];

/**
 * The bytes of a module on disk: a binary as it is, text turned into one.
 * @throws Error naming the file and what is wrong with it
 */
export async function readModuleFile(path: string): Promise<Uint8Array> {
  let bytes: Uint8Array;
  try {
    bytes = fs.readFileSync(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const reason =
      code === 'ENOENT' ? 'there is no such file' : code === 'EISDIR' ? 'it is a folder' : String(code);
    throw new Error(`${path}: cannot be read: ${reason}`, { cause: error });
  }
  const isBinary = MAGIC.every((byte, i) => bytes[i] === byte);
  return !isBinary && path.endsWith('.wat') ? assemble(path, new TextDecoder().decode(bytes)) : bytes;
}

async function assemble(path: string, text: string): Promise<Uint8Array> {
  const toolkit = await wabt();
  const features = {
    simd: true,
    relaxed_simd: true,
    multi_value: true,
    bulk_memory: true,
    reference_types: true,
    sign_extension: true,
    sat_float_to_int: true,
    mutable_globals: true,
    tail_call: true,
    extended_const: true,
    multi_memory: true,
    memory64: true,
  };
  try {
    const module = toolkit.parseWat(path, text, features);
    try {
      return module.toBinary({}).buffer;
    } finally {
      module.destroy();
    }
  } catch (error) {
    // The toolkit's message repeats the source; its first line says it all.
    const [line = ''] = (error as Error).message.replace(/^parseWat failed:\s*/, '').split('\n');
    throw new Error(line.startsWith(path) ? line : `${path}: ${line}`, { cause: error });
  }
}
