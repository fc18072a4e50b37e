/** Plays every script of a folder. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import type { ScriptHost } from './hosts/script-host.js';
import type { FileResult, RunResult } from './report.js';
import { runScript } from './runner.js';

/** Paths of all `.wast` files below `folder`, relative to it, with forward slashes, sorted. */
export function scriptFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.wast'))
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .sort();
}

/** Plays `files` of `folder`, each on a host made for it. `onProgress` is told after each file. */
export async function runSuite(
  folder: string,
  files: readonly string[],
  mode: string,
  hostFor: (file: string) => ScriptHost,
  onProgress: (filesDone: number) => void,
): Promise<RunResult> {
  const started = performance.now();
  const results: FileResult[] = [];
  for (const file of files) {
    const source = readFileSync(join(folder, file), 'utf8');
    results.push({ file, ...(await runScript(source, hostFor(file))) });
    onProgress(results.length);
  }
  return { mode, files: results, seconds: (performance.now() - started) / 1000 };
}

/**
 * Running out of fuel and resuming must not change what a script consumes: a file whose fuel differs between the two
 * runs, both in one compilation mode, is a failure of the `interrupted` one.
 */
export function failOnFuelDifferences(plain: RunResult, interrupted: RunResult): void {
  const expected = new Map(plain.files.map((result) => [result.file, result.consumedFuel]));
  for (const { file, consumedFuel, failures } of interrupted.files) {
    if (expected.get(file) === consumedFuel) continue;
    failures.push({
      line: 1,
      command: 'fuel',
      expected: `${String(expected.get(file))} fuel consumed, as in the mode "${plain.mode}"`,
      got: `${String(consumedFuel)}`,
    });
  }
}
