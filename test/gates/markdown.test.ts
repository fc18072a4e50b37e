import { deepEqual, equal, ok } from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from './package-files.js';

const LONGEST_LINE = 140;

/** Written by a program, or merged line by line. */
const NOT_WRAPPED: ReadonlySet<string> = new Set(['CHANGELOG.md', 'docs/csv.md']);

const pages = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '*.md'], {
  cwd: ROOT,
  encoding: 'utf8',
})
  .trim()
  .split('\n')
  .filter((page) => existsSync(path.join(ROOT, page)));

const textOf = (page: string): string => readFileSync(path.join(ROOT, page), 'utf8');

/** Fenced blocks are code, no prose: their lines become empty. */
function withoutCode(markdown: string): string {
  return markdown.replace(/^ *```.*?^ *```$/gms, (code) => code.replace(/[^\n]/g, ''));
}

/** Lines of prose that are too long. Rows of tables may be; so may what has no place to break, which code spans and links are. */
function longLines(markdown: string): number[] {
  return withoutCode(markdown)
    .split('\n')
    .flatMap((line, index) => {
      const breakable = line.replace(/`[^`]*`|\]\([^)]*\)/g, '');
      return breakable.length > LONGEST_LINE && !line.trimStart().startsWith('|') ? [index + 1] : [];
    });
}

/** The anchors of a page's headings, as GitHub and npm make them. */
function anchorsOf(markdown: string): Set<string> {
  const headings = [...withoutCode(markdown).matchAll(/^#{1,6} (.+)$/gm)].map(([, heading]) => heading!);
  const slug = (heading: string) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replace(/\s/g, '-');
  return new Set(headings.map(slug));
}

/** Links that lead nowhere: to a file that is not there, or a heading that its page has not. */
function deadLinks(page: string, markdown: string): string[] {
  const folder = path.posix.dirname(page);
  return [...withoutCode(markdown).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, link]) => link!)
    .filter((link) => !/^https:\/\//.test(link))
    .filter((link) => {
      const [file, anchor] = link.split('#') as [string, string?];
      const target = file === '' ? page : path.posix.join(folder, file);
      if (!existsSync(path.join(ROOT, target))) return true;
      return anchor !== undefined && !anchorsOf(target === page ? markdown : textOf(target)).has(anchor);
    });
}

describe('the Markdown pages', () => {
  it('are there', () => {
    for (const page of [
      'README.md',
      'CONTRIBUTING.md',
      'SECURITY.md',
      'docs/glossary.md',
      'examples/README.md',
    ]) {
      ok(pages.includes(page), page);
    }
  });

  it(`have no line of prose over ${LONGEST_LINE} characters`, () => {
    const long = pages
      .filter((page) => !NOT_WRAPPED.has(page))
      .flatMap((page) => longLines(textOf(page)).map((line) => `${page}:${line}`));
    deepEqual(long, []);
  });

  it('have no dead links', () => {
    deepEqual(
      pages.flatMap((page) => deadLinks(page, textOf(page)).map((link) => `${page}: ${link}`)),
      [],
    );
  });

  it('spell the command in one way', () => {
    deepEqual(
      pages.filter((page) => /harness\/cli\/main\.js|npx wasm-dyno [a-z]/.test(textOf(page))),
      [],
    );
  });

  it('name files and folders that are there', () => {
    const named = (page: string) =>
      [...textOf(page).matchAll(/`((?:engine|harness|corpora|reports|test|examples|build)\/[\w./-]+)`/g)]
        .map(([, file]) => file!)
        .filter((file) => !file.includes('NAME') && !existsSync(path.join(ROOT, file)))
        .map((file) => `${page}: ${file}`);
    deepEqual(pages.filter((page) => page !== 'CHANGELOG.md').flatMap(named), []);
  });

  it('link to each page of the documentation from the README', () => {
    const linked = new Set(
      [...textOf('README.md').matchAll(/\]\((docs\/[\w-]+\.md)/g)].map(([, page]) => page!),
    );
    const missing = pages.filter((page) => /^docs\/[\w-]+\.md$/.test(page) && !linked.has(page));
    deepEqual(missing, []);
  });

  it('are told apart, good from bad, by these checks', () => {
    equal(longLines(`${'word '.repeat(30)}\n| ${'cell '.repeat(40)} |\n\`${'code '.repeat(40)}\``).length, 1);
    deepEqual(longLines(`\`\`\`\n${'x '.repeat(100)}\n\`\`\``), []);
    deepEqual(deadLinks('README.md', '# A b\n[a](#a-b) [c](#c) [d](docs/none.md) [e](docs/fuel.md#none)'), [
      '#c',
      'docs/none.md',
      'docs/fuel.md#none',
    ]);
  });
});
