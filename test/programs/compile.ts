// Test programs from their sources, compiled when a test asks for them.
import fs from 'node:fs';
import wabt from 'wabt';

const folder = new URL('.', import.meta.url);

const FEATURES = {
  simd: true,
  multi_value: true,
  bulk_memory: true,
  reference_types: true,
  sign_extension: true,
  sat_float_to_int: true,
  mutable_globals: true,
  tail_call: true,
  multi_memory: true,
  memory64: true,
};

/** The binary of a module in text form. */
export async function assemble(text: string): Promise<Uint8Array<ArrayBuffer>> {
  const module = (await wabt()).parseWat('test.wat', text, FEATURES);
  const bytes = module.toBinary({}).buffer.slice();
  module.destroy();
  return bytes as Uint8Array<ArrayBuffer>;
}

/** The binary of a program in this folder, in text form. */
export async function assembleProgram(name: string): Promise<Uint8Array<ArrayBuffer>> {
  return assemble(fs.readFileSync(new URL(`${name}.wat`, folder), 'utf8'));
}

export interface AssemblyScriptProgram {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** The glue that the compiler writes: `instantiate(module, imports)`. */
  readonly glue: string;
}

/** A program in this folder, compiled from AssemblyScript (`name.as`). */
export async function compileAssemblyScript(
  name: string,
  ...options: string[]
): Promise<AssemblyScriptProgram> {
  const { default: asc } = await import('assemblyscript/asc');
  const source = fs.readFileSync(new URL(`${name}.as`, folder), 'utf8');
  const written = new Map<string, string | Uint8Array>();
  const command = ['program.ts', '--outFile', 'program.wasm', '--bindings', 'raw', '--optimize', ...options];
  const { error, stderr } = await asc.main(command, {
    readFile: (path: string) => (path === 'program.ts' ? source : null),
    writeFile: (path: string, contents: string | Uint8Array) => void written.set(path, contents),
    listFiles: () => [],
  });
  if (error !== null) throw new Error(`${name}.as: ${error.message}\n${stderr.toString()}`);
  return {
    bytes: Uint8Array.from(written.get('program.wasm') as Uint8Array),
    glue: written.get('program.js') as string,
  };
}
