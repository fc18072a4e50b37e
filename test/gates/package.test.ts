import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { packageFiles, ROOT } from './package-files.js';

interface PackageDescription {
  readonly bin: Readonly<Record<string, string>>;
  readonly exports: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
  readonly scripts: Readonly<Record<string, string>>;
}

/** Targets of a Markdown text's links and pictures that name files. */
function fileLinks(markdown: string): string[] {
  return [...markdown.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target]) => target!.split('#')[0]!)
    .filter((target) => target !== '' && !/^[a-z]+:/.test(target));
}

describe('the package as npm installs it', () => {
  const description = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as PackageDescription;
  let files: Set<string>;
  before(() => {
    files = packageFiles();
  });

  it('holds whatever its texts link to', () => {
    const texts = [...files].filter((path) => path.endsWith('.md'));
    assert.ok(texts.includes('README.md') && texts.includes('docs/fuel.md'));
    for (const text of texts) {
      for (const link of fileLinks(readFileSync(join(ROOT, text), 'utf8'))) {
        const target = posix.join(posix.dirname(text), link);
        const held = files.has(target) || [...files].some((path) => path.startsWith(`${target}/`));
        assert.ok(held, `${text} links to ${link}`);
      }
    }
  });

  it('holds whatever it exports and runs, the schemas too', () => {
    const targets = Object.values(description.exports).flatMap((target) =>
      typeof target === 'string' ? [target] : Object.values(target),
    );
    for (const target of [...targets, ...Object.values(description.bin)]) {
      assert.ok(files.has(posix.normalize(target)), target);
    }
    const exported = new Set(targets.map((target) => posix.normalize(target)));
    for (const schema of [...files].filter((path) => path.endsWith('.schema.json'))) {
      assert.ok(exported.has(schema), `${schema} is exported`);
    }
  });

  it('holds no source maps, whose sources are elsewhere, and no state of the compiler', () => {
    const left = [...files].filter((path) => path.endsWith('.map') || path.includes('tsbuildinfo'));
    assert.deepEqual(left, []);
  });

  it('runs nothing where it is installed', () => {
    for (const script of ['preinstall', 'install', 'postinstall', 'prepare']) {
      assert.equal(description.scripts[script], undefined, script);
    }
  });
});
