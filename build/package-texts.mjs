// The texts of a package: licence, and the files of the project's root that its `files` list by name; of the command line's README and
// changelog, and whatever those lead to. They lie in the package's folder only while it is packed: `--write PACKAGE` puts copies there,
// `--remove PACKAGE` takes them away. Git ignores them all, and no file that it knows is written: packing may be cut off at any point.
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const ALWAYS = ['LICENSE'];
/** What the command line's texts begin with. */
const STARTS = ['README.md', 'CHANGELOG.md'];

/** Files at the root, by path, that a package's texts consist of; without a README of its own it has the project's. */
export function textsOf(name) {
  if (isOwn(name)) return [...ALWAYS, ...listedTexts(name)].sort();
  const texts = new Set([...ALWAYS, ...STARTS]);
  const waiting = [...STARTS];
  for (let text = waiting.pop(); text !== undefined; text = waiting.pop()) {
    for (const link of fileLinks(readFileSync(path.join(root, text), 'utf8'))) {
      const target = path.posix.join(path.posix.dirname(text), link);
      if (texts.has(target) || !existsSync(path.join(root, target))) continue;
      for (const found of filesAt(target)) {
        texts.add(found);
        if (found.endsWith('.md')) waiting.push(found);
      }
    }
  }
  return [...texts].sort();
}

export function writeTexts(name) {
  for (const text of textsOf(name)) {
    const target = path.join(root, name, text);
    mkdirSync(path.dirname(target), { recursive: true });
    cpSync(path.join(root, text), target);
  }
}

export function removeTexts(name) {
  for (const text of textsOf(name)) rmSync(path.join(root, name, text), { force: true });
  for (const folder of ['docs', 'examples'])
    rmSync(path.join(root, name, folder), { recursive: true, force: true });
}

/** Pages that a package with a README of its own takes along. */
function listedTexts(name) {
  const { files } = JSON.parse(readFileSync(path.join(root, name, 'package.json'), 'utf8'));
  return files.filter((file) => file.endsWith('.md'));
}

/** A file, or all of a folder's. */
function filesAt(target) {
  if (!statSync(path.join(root, target)).isDirectory()) return [target];
  return readdirSync(path.join(root, target), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)).split(path.sep).join('/'));
}

/** The command line's README is the project's. */
function isOwn(name) {
  return name !== 'harness';
}

/** Targets of a Markdown text's links and pictures that name files. */
function fileLinks(markdown) {
  return [...markdown.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target]) => target.split('#')[0])
    .filter((target) => target !== '' && !/^[a-z]+:/.test(target));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [, , option, name] = process.argv;
  if (option === '--write') writeTexts(name);
  if (option === '--remove') removeTexts(name);
}
