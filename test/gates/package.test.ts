import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { PACKAGES, packedPackage, ROOT } from './package-files.js';

interface PackageDescription {
  readonly name: string;
  readonly version: string;
  readonly bin?: Readonly<Record<string, string>>;
  readonly exports: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
  readonly scripts?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
}

/** Targets of a Markdown text's links and pictures that name files. */
function fileLinks(markdown: string): string[] {
  return [...markdown.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target]) => target!.split('#')[0]!)
    .filter((target) => target !== '' && !/^[a-z]+:/.test(target));
}

const describePackage = (folder: string): PackageDescription =>
  JSON.parse(readFileSync(join(ROOT, folder, 'package.json'), 'utf8')) as PackageDescription;

for (const folder of PACKAGES) {
  describe(`the package ${describePackage(folder).name} as npm installs it`, () => {
    const description = describePackage(folder);
    /** By path in the package. */
    let files: Set<string>;
    let changed: readonly string[];
    before(() => {
      ({ paths: files, changed } = packedPackage(folder));
    });

    it('holds the licence, and the command line whatever its texts link to', () => {
      for (const text of ['README.md', 'LICENSE']) assert.ok(files.has(text), text);
      assert.equal(files.has('CHANGELOG.md'), folder === 'harness');
      const texts = folder === 'harness' ? [...files].filter((path) => path.endsWith('.md')) : [];
      for (const text of texts) {
        for (const link of fileLinks(readFileSync(join(ROOT, text), 'utf8'))) {
          const target = posix.join(posix.dirname(text), link);
          const held =
            files.has(target) || [...files].some((path) => path.startsWith(posix.join(target, '/')));
          assert.ok(held, `${text} links to ${link}`);
        }
      }
    });

    if (folder !== 'harness') {
      it('has a README that holds where it lies, in the repository and in the package: pages are named, not linked to', () => {
        const readme = readFileSync(join(ROOT, folder, 'README.md'), 'utf8');
        assert.deepEqual(fileLinks(readme), []);
        const named = [...readme.matchAll(/`(docs\/[\w-]+\.md)`/g)].map(([, page]) => page!);
        const pages = [...files].filter((path) => path.startsWith('docs/'));
        assert.deepEqual([...new Set(named)].sort(), pages.sort());
        for (const page of pages) assert.ok(existsSync(join(ROOT, page)), page);
      });
    }

    it('is packed without a change to any file that git knows', () => {
      assert.deepEqual(changed, []);
    });

    it('holds whatever it exports and runs, the schemas too', () => {
      const targets = Object.values(description.exports)
        .flatMap((target) => (typeof target === 'string' ? [target] : Object.values(target)))
        .concat(Object.values(description.bin ?? {}))
        .map((target) => posix.normalize(target));
      for (const target of targets) {
        assert.ok(
          [...files].some((path) => matches(path, target)),
          target,
        );
      }
      for (const schema of [...files].filter((path) => path.endsWith('.schema.json'))) {
        assert.ok(
          targets.some((target) => matches(schema, target)),
          `${schema} is exported`,
        );
      }
    });

    it('has commands that are there before anything is built: npm links no others in a clone', () => {
      for (const target of Object.values(description.bin ?? {})) {
        assert.doesNotMatch(target, /^(\.\/)?dist\//);
        assert.match(readFileSync(join(ROOT, folder, target), 'utf8'), /^#!\/usr\/bin\/env node\n/);
      }
    });

    it('holds no source maps, whose sources are elsewhere, and no state of the compiler', () => {
      const left = [...files].filter((path) => path.endsWith('.map') || path.includes('tsbuildinfo'));
      assert.deepEqual(left, []);
    });

    it('runs nothing where it is installed', () => {
      for (const script of ['preinstall', 'install', 'postinstall', 'prepare']) {
        assert.equal(description.scripts?.[script], undefined, script);
      }
    });

    it('depends on its neighbours by their very version', () => {
      for (const neighbour of PACKAGES.map(describePackage)) {
        const wanted = description.dependencies?.[neighbour.name];
        assert.ok(wanted === undefined || wanted === neighbour.version, `${neighbour.name} ${wanted}`);
      }
    });
  });
}

function matches(path: string, target: string): boolean {
  const [start, end] = target.split('*') as [string, string?];
  return end === undefined ? path === start : path.startsWith(start) && path.endsWith(end);
}

describe('the engine as npm installs it', () => {
  it('depends on nothing', () => {
    assert.deepEqual(describePackage('engine').dependencies ?? {}, {});
  });
});

describe('the workspace', () => {
  it('is published by its packages alone', () => {
    const root = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
      private: boolean;
      workspaces: string[];
    };
    assert.equal(root.private, true);
    assert.deepEqual(root.workspaces, [...PACKAGES]);
  });
});
