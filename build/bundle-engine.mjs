// Makes one file of the engine, because a process that imports it file by file spends most of its start on finding and
// linking them. Run after tsc, by `npm run build`.
//
// `dist/engine/bundle.js` holds all modules of engine/ but engine/node/. The files that tsc wrote become re-exports of
// the bundle's names, so that whoever imports one of them, by the package's entries or by its path, gets the same classes.
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const source = path.join(root, 'engine');
const target = path.join(root, 'dist', 'engine');
const bundleFile = path.join(target, 'bundle.js');

/** Needs `node:` builtins, which a bundle for browsers may not name. */
const LEFT_OUT = 'node';

const modules = readdirSync(source, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && file.split(path.sep)[0] !== LEFT_OUT)
  .map((file) => file.slice(0, -'.ts'.length).split(path.sep).join('/'))
  .sort();

const exportsOf = await readExports();
const nameInBundle = (module, name) => `${module.replaceAll(/[^A-Za-z0-9]/g, '_')}__${name}`;

await build({
  stdin: { contents: bundleEntry(), resolveDir: source, loader: 'js' },
  outfile: bundleFile,
  bundle: true,
  format: 'esm',
  platform: 'neutral',
  target: 'es2022',
  // Names stay, for stack traces and profilers.
  minifyWhitespace: true,
  minifySyntax: true,
  sourcemap: true,
  sourcesContent: false,
  legalComments: 'none',
  logLevel: 'warning',
});
for (const module of modules) {
  const file = path.join(target, `${module}.js`);
  writeFileSync(file, reExports(module));
  rmSync(`${file}.map`, { force: true });
}

/** The names that each module exports at run time. */
async function readExports() {
  const { metafile } = await build({
    entryPoints: modules.map((module) => path.join(source, `${module}.ts`)),
    absWorkingDir: root,
    outdir: 'unwritten',
    outbase: 'engine',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'neutral',
    write: false,
    metafile: true,
    logLevel: 'warning',
  });
  return new Map(
    modules.map((module) => [module, [...metafile.outputs[`unwritten/${module}.js`].exports].sort()]),
  );
}

function bundleEntry() {
  return modules
    .map((module) => {
      const names = exportsOf.get(module).map((name) => `${name} as ${nameInBundle(module, name)}`);
      return names.length === 0 ? '' : `export { ${names.join(', ')} } from './${module}.ts';\n`;
    })
    .join('');
}

function reExports(module) {
  const names = exportsOf.get(module).map((name) => `  ${nameInBundle(module, name)} as ${name},\n`);
  if (names.length === 0) return 'export {};\n';
  const up = '../'.repeat(module.split('/').length - 1) || './';
  return `export {\n${names.join('')}} from '${up}bundle.js';\n`;
}
