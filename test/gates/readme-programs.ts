import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './package-files.js';

/** The TypeScript blocks of a page that are whole: those that import what they use. */
export function programsOf(page: string): string[] {
  const blocks = readFileSync(join(ROOT, page), 'utf8').matchAll(/^```ts\n(.*?)^```$/gms);
  return [...blocks].map(([, text]) => text!).filter((text) => text.startsWith('import '));
}

/** What the README's first program says, which calls `fib(20)`. */
export const README_ANSWER = /^\[ 6765 \] for \d+ fuel\n$/;
