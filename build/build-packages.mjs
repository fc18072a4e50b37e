// `npm run build`: the engine's core, then each package into its own `dist/` by TypeScript's project references, then the
// engine's bundle and those of the libraries that reports carry along.
//
// `--to-pack PACKAGE`, run by `npm pack`, builds that package anew: nothing of an earlier build gets into it. Its files name no
// source maps, because the sources are not in a package, and the texts that its README leads to lie beside them.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { transform } from 'esbuild';
import ts from 'typescript';

import { writeTexts } from './package-texts.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const PACKAGES = ['engine', 'corpora', 'reports', 'harness'];
/** Programs that are started by path, as processes of their own. */
const STARTED = {
  engine: [],
  corpora: [],
  reports: [],
  // What the command in bin/ leads to, and what starts processes of its own.
  harness: ['./dist/cli/main.js', './dist/targets/embedded/main.js', './dist/targets/v8/main.js'],
};
const [option, packed] = process.argv.slice(2);

if (!existsSync(path.join(root, 'node_modules', 'wasm-dyno'))) {
  console.error('build: node_modules does not know the packages of this workspace: run npm install');
  process.exit(1);
}
if (option === '--to-pack') rmSync(distOf(packed), { recursive: true, force: true });
run('build/build-unpacker.mjs');
run('build/build-core.mjs');
run('build/build-loop.mjs');
run('build/build-profile-form.mjs');
run('build/build-cost-behaviour.mjs');
run('node_modules/typescript/bin/tsc', '-b', ...PACKAGES);
run('build/bundle-engine.mjs');
run('build/bundle-libraries.mjs');
run('build/write-config-schema.mjs');
if (option === '--to-pack') {
  removeUnreached(packed);
  if (packed === 'engine') keepUsedExports(distOf(packed));
  removeSourceMaps(distOf(packed));
  await shorten(distOf(packed));
  writeTexts(packed);
}

function distOf(name) {
  return path.join(root, name, 'dist');
}

function run(program, ...words) {
  try {
    execFileSync(process.execPath, [path.join(root, program), ...words], { cwd: root, stdio: 'inherit' });
  } catch {
    process.exit(1);
  }
}

/**
 * Leaves of `dist/` what the package's entries and programs lead to: behind the engine's bundle stand declarations and
 * re-exports of modules that nobody can import.
 */
function removeUnreached(name) {
  const dist = distOf(name);
  const { exports, bin = {} } = JSON.parse(readFileSync(path.join(root, name, 'package.json'), 'utf8'));
  const targets = Object.values(exports).flatMap((target) => Object.values(target));
  const waiting = [...targets, ...Object.values(bin).map((file) => `./${file}`), ...STARTED[name]]
    .filter((target) => target.startsWith('./dist/'))
    .map((target) => path.join(root, name, target));
  const reached = new Set(waiting);
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    const { importedFiles, referencedFiles } = ts.preProcessFile(readFileSync(file, 'utf8'));
    for (const { fileName } of [...importedFiles, ...referencedFiles]) {
      if (!fileName.startsWith('.')) continue;
      const imported = path.resolve(path.dirname(file), fileName);
      const found = file.endsWith('.d.ts') ? imported.replace(/\.js$/, '.d.ts') : imported;
      if (!reached.has(found) && existsSync(found)) {
        reached.add(found);
        waiting.push(found);
      }
    }
  }
  for (const entry of readdirSync(dist, { recursive: true, withFileTypes: true })) {
    const file = path.join(entry.parentPath, entry.name);
    if (entry.isFile() && /\.(js|d\.ts)$/.test(entry.name) && !reached.has(file)) rmSync(file);
  }
}

/** The engine's bundle exports every name of every module, for whoever imports one by its path: a package has a few of them. */
function keepUsedExports(dist) {
  const bundleFile = path.join(dist, 'bundle.js');
  const others = readdirSync(dist, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.js') && name !== 'bundle.js')
    .map((name) => readFileSync(path.join(dist, name), 'utf8'))
    .join('\n');
  const used = new Set(others.match(/\bm\d+_\w+/g));
  const bundle = readFileSync(bundleFile, 'utf8');
  const list = /export ?\{[^{}]*\};?(?=\s*(\/\/# sourceMappingURL=.*)?\s*$)/.exec(bundle);
  if (list === null) throw new Error('build: the bundle does not end in the list of its exports');
  const kept = list[0]
    .replace(/^export ?\{|\};?$/g, '')
    .split(',')
    .filter((entry) => used.has(entry.trim().split(/\s+/).at(-1)));
  writeFileSync(
    bundleFile,
    bundle.slice(0, list.index) + `export{${kept.join(',')}};` + bundle.slice(list.index + list[0].length),
  );
}

/** Takes blanks and comments out of programs: what they tell stands in the declarations, and in the sources. Declarations are indented by tabs. */
async function shorten(dist) {
  for (const name of readdirSync(dist, { recursive: true, encoding: 'utf8' })) {
    const file = path.join(dist, name);
    if (name.endsWith('.d.ts')) {
      const text = readFileSync(file, 'utf8');
      writeFileSync(
        file,
        text.replace(/^(?: {4})+/gm, (blanks) => '\t'.repeat(blanks.length / 4)),
      );
    }
    if (!name.endsWith('.js')) continue;
    const text = readFileSync(file, 'utf8');
    // The engine's bundle and those of libraries are short already.
    if (text.split('\n', 40).some((line) => line.length > 200)) continue;
    const options = {
      minifyWhitespace: true,
      lineLimit: 160,
      target: 'es2022',
      format: 'esm',
      legalComments: 'inline',
    };
    writeFileSync(file, (await transform(text, options)).code);
  }
}

function removeSourceMaps(dist) {
  for (const name of readdirSync(dist, { recursive: true, encoding: 'utf8' })) {
    const file = path.join(dist, name);
    if (name.endsWith('.map')) rmSync(file);
    else if (name.endsWith('.js'))
      writeFileSync(file, readFileSync(file, 'utf8').replace(/^\/\/# sourceMappingURL=.*\n?/m, ''));
  }
  // So the next build makes the package with its maps again.
  rmSync(path.join(dist, '.tsbuildinfo'), { force: true });
}
