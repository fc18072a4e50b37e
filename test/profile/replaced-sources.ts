import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
export const BUILD = path.join(ROOT, 'build');
export const ENGINE = path.join(ROOT, 'engine');

type ReadSource = (file: string) => string;

const { costBehaviour } = (await import(
  String(new URL('../../build/cost-behaviour.mjs', import.meta.url))
)) as {
  costBehaviour: (engine: string, readSource: ReadSource) => Promise<string>;
};

export const readSource: ReadSource = (file) => readFileSync(path.join(ENGINE, file), 'utf8');

/** The digest of the engine's cost behaviour, with other sources in the place of some. */
export function digestOf(others: Readonly<Record<string, string>> = {}): Promise<string> {
  return costBehaviour(ENGINE, (file) => others[file] ?? readSource(file));
}

/** The digest where a text of a file, which is there once, is another. */
export function digestWith(file: string, before: string, after: string): Promise<string> {
  const source = readSource(file);
  assert.equal(source.split(before).length, 2, `${before} is there once in ${file}`);
  return digestOf({ [file]: source.replace(before, () => after) });
}
