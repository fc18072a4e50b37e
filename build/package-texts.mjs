// The texts of a package: licence, and what its README names by links, all of which stand at the project's root; of the command line's
// also the changelog of all, and whatever those lead to. They lie in the package's folder only while it is packed: `--write PACKAGE`
// puts them there, `--remove PACKAGE` takes them away. In between, a README of the package's own names them by `docs/`, not `../docs/`.
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const ALWAYS = ['LICENSE'];

/** Files at the root, by path, that a package's texts consist of; without a README of its own it has the project's. */
export function textsOf(name) {
  const ownReadme = path.join(root, name, 'README.md');
  const texts = new Set(ALWAYS);
  const waiting = [];
  const follow = (file, from) => {
    for (const link of fileLinks(readFileSync(file, 'utf8'))) {
      const target = path.posix.join(path.posix.dirname(from), link);
      if (texts.has(target) || !existsSync(path.join(root, target))) continue;
      if (target === 'README.md') continue;
      for (const text of filesAt(target)) {
        texts.add(text);
        if (!isOwn(name) && text.endsWith('.md')) waiting.push(text);
      }
    }
  };
  if (isOwn(name)) {
    follow(ownReadme, `${name}/README.md`);
  } else {
    for (const text of ['README.md', 'CHANGELOG.md']) {
      texts.add(text);
      waiting.push(text);
    }
  }
  for (let text = waiting.pop(); text !== undefined; text = waiting.pop())
    follow(path.join(root, text), text);
  return [...texts].sort();
}

export function writeTexts(name) {
  rewriteReadme(name, readmeInRepository); // Packing may have been cut off.
  for (const text of textsOf(name)) {
    const target = path.join(root, name, text);
    mkdirSync(path.dirname(target), { recursive: true });
    cpSync(path.join(root, text), target);
  }
  rewriteReadme(name, readmeInPackage);
}

export function removeTexts(name) {
  rewriteReadme(name, readmeInRepository);
  for (const text of textsOf(name)) rmSync(path.join(root, name, text), { force: true });
  for (const folder of ['docs', 'examples'])
    rmSync(path.join(root, name, folder), { recursive: true, force: true });
}

/** A package's README with its texts beside it. */
export function readmeInPackage(readme) {
  return readme.replaceAll('](../', '](');
}

/** Of {@link readmeInPackage}, the README as it stands in the repository: all files that it names are those of the root. */
export function readmeInRepository(readme) {
  return readme.replace(/\]\((?!\.\.\/|#|[a-z]+:)/g, '](../');
}

function rewriteReadme(name, rewrite) {
  if (!isOwn(name)) return;
  const file = path.join(root, name, 'README.md');
  writeFileSync(file, rewrite(readFileSync(file, 'utf8')));
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
