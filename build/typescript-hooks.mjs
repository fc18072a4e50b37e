// What lets Node import the TypeScript of this repository (register.mjs): types are taken out by ts-node, file by file, and an import of
// `x.js` beside which only `x.ts` stands is of that. What a file became is kept in `.cache/typescript/`, by what it holds: a process
// that starts where everything is known loads no compiler.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const packages = createRequire(import.meta.url);
const VERSIONS = ['ts-node', 'typescript'].map((name) => packages(`${name}/package.json`).version);
const OPTIONS = {
  transpileOnly: true,
  skipProject: true,
  compilerOptions: { module: 'ESNext', target: 'ES2022', useDefineForClassFields: true },
};
const cache = new URL('../.cache/typescript/', import.meta.url);

export async function resolve(specifier, context, next) {
  if (/^(\.|\/|file:).*\.js$/.test(specifier) && context.parentURL !== undefined) {
    const url = new URL(specifier, context.parentURL);
    if (!existsSync(url)) {
      const source = new URL(`${url.href.slice(0, -'js'.length)}ts`);
      if (existsSync(source)) return next(source.href, context);
    }
  }
  return next(specifier, context);
}

export async function load(url, context, next) {
  if (!url.startsWith('file:') || !new URL(url).pathname.endsWith('.ts')) return next(url, context);
  return { format: 'module', shortCircuit: true, source: await withoutTypes(fileURLToPath(url)) };
}

async function withoutTypes(file) {
  const text = readFileSync(file, 'utf8');
  const key = createHash('sha256')
    .update(`${VERSIONS.join('\n')}\n${JSON.stringify(OPTIONS)}\n${file}\n`)
    .update(text)
    .digest('hex');
  const known = new URL(`${key}.js`, cache);
  if (existsSync(known)) return readFileSync(known, 'utf8');
  const code = (await compiler()).compile(text, file);
  keep(known, code);
  return code;
}

let made;

/** Takes half a second to load. */
async function compiler() {
  const { default: tsNode } = await import('ts-node');
  return (made ??= tsNode.create(OPTIONS));
}

/** Where nothing can be kept, files are compiled at every start. */
function keep(file, code) {
  try {
    mkdirSync(cache, { recursive: true });
    // Renamed: another process finds all of it or nothing.
    const draft = new URL(`${file.href}.${process.pid}`);
    writeFileSync(draft, code);
    renameSync(draft, file);
  } catch (error) {
    if (!['EACCES', 'EPERM', 'EROFS', 'ENOSPC'].includes(error.code)) throw error;
  }
}
