// Test programs from their sources, compiled when a test asks for them.
import fs from 'node:fs';
import { encodeTextModule } from '../../corpora/user/text-module.js';

const folder = new URL('.', import.meta.url);

/** The binary of a module in text form, as users' own are encoded. */
export async function assemble(text: string): Promise<Uint8Array<ArrayBuffer>> {
  return Uint8Array.from(await encodeTextModule(Buffer.from(text)));
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
