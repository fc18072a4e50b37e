import { readFile } from 'node:fs/promises';

import { main } from 'assemblyscript/asc';

const FOLDER = new URL('kernels/', import.meta.url);

/** How the kernels are compiled: for speed, with a runtime that never collects, and nothing imported. */
const OPTIONS = ['-O3', '--noAssert', '--runtime', 'stub', '--enable', 'simd', '--use', 'abort='];

/** Compiles `kernels/NAME.as` (AssemblyScript) to a module. Throws an Error with the compiler's words. */
export async function compileKernel(name: string): Promise<Uint8Array<ArrayBuffer>> {
  let output: Uint8Array | undefined;
  const { error, stderr } = await main([`${name}.ts`, '--outFile', 'kernel.wasm', ...OPTIONS], {
    readFile: async (path: string) =>
      path === `${name}.ts` ? readFile(new URL(`${name}.as`, FOLDER), 'utf8') : null,
    writeFile: (_path: string, contents: string | Uint8Array) => {
      if (typeof contents !== 'string') output = contents;
    },
    listFiles: () => [],
  });
  if (error !== null || output === undefined) {
    throw new Error(`kernels/${name}.as does not compile: ${stderr.toString() || String(error)}`);
  }
  return output.slice();
}
