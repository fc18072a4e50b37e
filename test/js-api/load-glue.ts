import { createRequire } from 'node:module';
import path from 'node:path';
import vm from 'node:vm';
import { buildSync } from 'esbuild';

export const require = createRequire(import.meta.url);

/** The path of a package's file, whatever its `exports` say. */
export function packageFile(name: string, file: string): string {
  for (const folder of require.resolve.paths(name) ?? []) {
    const candidate = path.join(folder, name, file);
    try {
      return require.resolve(candidate);
    } catch {
      continue;
    }
  }
  throw new Error(`${name}/${file} is not installed`);
}

/**
 * A package's own code (a file of it, or text as if in that file), unchanged, with `WebAssembly` meaning the namespace given: bundled so that each load has its own
 * module state, and compiled with `WebAssembly` as a parameter.
 */
export function loadGlue<T>(glue: string | { text: string; file: string }, WebAssembly: object): T {
  const file = typeof glue === 'string' ? glue : glue.file;
  const bundle = buildSync({
    ...(typeof glue === 'string'
      ? { entryPoints: [glue] }
      : { stdin: { contents: glue.text, resolveDir: path.dirname(file) } }),
    bundle: true,
    write: false,
    format: 'cjs',
    platform: 'node',
    logLevel: 'error',
    define: { 'import.meta.url': '__importMetaUrl' },
  });
  const parameters = [
    'exports',
    'require',
    'module',
    '__filename',
    '__dirname',
    '__importMetaUrl',
    'WebAssembly',
  ];
  const load = vm.compileFunction(bundle.outputFiles[0]!.text, parameters, {
    filename: file,
    importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  });
  const module = { exports: {} };
  const url = new URL(`file://${file}`).href;
  load.call(
    module.exports,
    module.exports,
    createRequire(file),
    module,
    file,
    path.dirname(file),
    url,
    WebAssembly,
  );
  return module.exports as T;
}
