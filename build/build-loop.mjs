// Generates the interpreter's loops from `engine/interpreter/description/`, the one description of the IR's operators, before tsc, by
// `npm run build`: the loop in JavaScript, which is committed as `interpreter.ts`, so that it is read, type-checked and reviewed like any
// source; and the loop in WebAssembly, whose bytes are written as a TypeScript file. Nothing is done where the sources and this file are as
// they were.
//
// Binaryen is pinned to an exact version, so that everybody's build gives the same bytes. Their digest is committed:
// `--check` generates anew and fails where it, or the loop in JavaScript, differs from what is committed; `--update` writes both.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { build } from 'esbuild';
import { format, resolveConfig } from 'prettier';

import { assembled } from './assemble.mjs';
import { packedModule } from './lz4.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = path.join(root, 'engine', 'interpreter');
const javaScriptFile = path.join(folder, 'interpreter.ts');
const bytesFile = path.join(folder, 'loop-bytes.ts');
const digestFile = path.join(folder, 'loop.sha256');
const [option] = process.argv.slice(2);

/** Of WebAssembly, beyond its first version: whoever has several memories has these too. */
const FEATURES = [
  ...['--enable-multimemory', '--enable-simd', '--enable-bulk-memory', '--enable-sign-ext'],
  ...['--enable-mutable-globals', '--enable-nontrapping-float-to-int', '--enable-threads'],
];

/** What stands outside the loop's function is to stay there. */
const NO_INLINING = ['--one-caller-inline-max-function-size=0', '--always-inline-max-function-size=0'];

const generator = await generatorText();
const inputs = inputDigest();
if (option !== undefined || !isCurrent()) {
  const { Ir, webAssemblyText, javaScriptText } = await import(
    `data:text/javascript;base64,${Buffer.from(generator).toString('base64')}`
  );
  const script = await formatted(javaScriptText());
  const bytes = assembled(webAssemblyText(Ir), [...FEATURES, ...NO_INLINING]);
  const digest = createHash('sha256').update(bytes).digest('hex');
  if (option === '--update') writeFileSync(digestFile, `${digest}\n`);
  else if (option === '--check') check(digest, script);
  if (script !== scriptNow()) {
    writeFileSync(javaScriptFile, script);
    console.log(`${path.relative(root, javaScriptFile)} was written anew from the description`);
  }
  writeFileSync(bytesFile, bytesText(bytes));
  console.log(`the loop: ${bytes.length} bytes`);
}

function check(digest, script) {
  if (script !== scriptNow()) {
    console.error(
      `${path.relative(root, javaScriptFile)} is not what the description gives: change engine/interpreter/description in its ` +
        'place, run npm run build:core and commit the file',
    );
    process.exit(1);
  }
  const committed = readFileSync(digestFile, 'utf8').trim();
  if (digest === committed) return;
  console.error(
    `the loop's bytes have the digest ${digest}, and ${path.relative(root, digestFile)} says ${committed}: ` +
      'where the description has changed, run npm run build:core -- --update and commit the file',
  );
  process.exit(1);
}

function scriptNow() {
  return existsSync(javaScriptFile) ? readFileSync(javaScriptFile, 'utf8') : '';
}

async function formatted(text) {
  return format(text, { ...(await resolveConfig(javaScriptFile)), filepath: javaScriptFile });
}

/** Of everything that the bytes depend on. */
function inputDigest() {
  const require = createRequire(import.meta.url);
  const hash = createHash('sha256');
  for (const file of ['build-loop.mjs', 'lz4.mjs']) hash.update(readFileSync(path.join(root, 'build', file)));
  hash.update(generator);
  hash.update(require('binaryen/package.json').version);
  return hash.digest('hex');
}

function isCurrent() {
  return existsSync(bytesFile) && readFileSync(bytesFile, 'utf8').includes(inputs);
}

/** The description and what turns it into text, as one file of JavaScript. */
async function generatorText() {
  const entry = `
    export { webAssemblyText } from './description/webassembly.js';
    export { javaScriptText } from './description/javascript/loop.js';
    export { Ir } from '../translate/ir.js';
  `;
  const { outputFiles } = await build({
    stdin: { contents: entry, resolveDir: folder, loader: 'ts' },
    absWorkingDir: root,
    bundle: true,
    format: 'esm',
    platform: 'neutral',
    write: false,
    logLevel: 'warning',
  });
  return outputFiles[0].text;
}

function bytesText(bytes) {
  return `// Made by build/build-loop.mjs of ${inputs}: not to be edited.
/** The loop as a WebAssembly module, packed. */
export const LOOP_BYTES = ${packedModule(bytes)};
`;
}
