import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

import { build } from 'esbuild';

import type { BenchOptions, SuiteOutcome } from '../bench-options.js';
import { spreadOf, spreadText } from '../spread.js';
import { plainTable } from '../table.js';
import { workerFile } from '../worker-process.js';
import { smallModule, startOnce, TELL_CPU, type Variant } from './start-process.js';
import { loadedFiles, type LoadedFile } from './loaded-files.js';

/** What starting may cost beyond `node -e 0`. */
const MILLISECONDS_AT_MOST = 60;

export interface StartRecord {
  readonly variant: string;
  readonly process: number;
  readonly wallMilliseconds: number;
  readonly cpuMilliseconds: number;
}

export async function startSuite(options: BenchOptions): Promise<SuiteOutcome> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'wasm-dyno-bench-'));
  try {
    const teller = path.join(folder, 'tell-cpu.cjs');
    const empty = path.join(folder, 'empty.mjs');
    const bundle = path.join(folder, 'bundle.mjs');
    await Promise.all([
      writeFile(teller, TELL_CPU),
      writeFile(empty, ''),
      build({
        entryPoints: [workerFile('start/start-worker')],
        outfile: bundle,
        bundle: true,
        minify: true,
        format: 'esm',
        platform: 'node',
        logLevel: 'error',
      }),
    ]);
    const runModule = smallModule();
    const variants: readonly Variant[] = [
      { name: 'node -e 0', arguments: ['-e', '0'] },
      { name: 'an empty ES module', arguments: [empty] },
      { name: 'the engine, running 1 KB', arguments: [workerFile('start/start-worker'), ...runModule] },
      { name: 'the same in one minified file', arguments: [bundle, ...runModule] },
    ];
    const records: StartRecord[] = [];
    const progress = options.progress(options.processes * variants.length);
    for (let process = 0; process < options.processes; process++) {
      for (let turn = 0; turn < variants.length; turn++) {
        const variant = variants[(turn + process) % variants.length]!;
        progress.step(variant.name);
        records.push({ variant: variant.name, process, ...(await startOnce(teller, variant)) });
      }
    }
    progress.done();
    const files = await loadedFiles('@wasm-dyno/engine');
    return { records, text: startText(records, variants, files), failures: foreignFiles(files) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function startText(
  records: readonly StartRecord[],
  variants: readonly Variant[],
  files: readonly LoadedFile[],
): string {
  const base = variants[0]!.name;
  const rows = variants.map(({ name }) => {
    const added = (clock: 'cpuMilliseconds' | 'wallMilliseconds') =>
      spreadOf(
        records
          .filter(({ variant }) => variant === name)
          .map((record) => {
            const reference = records.find(
              ({ variant, process }) => variant === base && process === record.process,
            )!;
            return record[clock] - reference[clock];
          }),
      )!;
    const total = (clock: 'cpuMilliseconds' | 'wallMilliseconds') =>
      spreadText(spreadOf(records.filter(({ variant }) => variant === name).map((record) => record[clock])));
    const cpu = added('cpuMilliseconds');
    return [
      name,
      total('cpuMilliseconds'),
      name === base ? '' : `${cpu.median.toFixed(0)} (${cpu.low.toFixed(0)}-${cpu.high.toFixed(0)})`,
      total('wallMilliseconds'),
      name === base ? '' : added('wallMilliseconds').median.toFixed(0),
    ];
  });
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  const largest = [...files].sort((a, b) => b.bytes - a.bytes).slice(0, 8);
  return [
    `Start: milliseconds from a process's begin to its end; demanded: at most ${MILLISECONDS_AT_MOST} more than node -e 0`,
    '',
    plainTable(['process', 'processor time', 'more (interval)', 'wall time', 'more'], rows),
    '',
    `importing @wasm-dyno/engine loads ${files.length} files, ${(bytes / 1000).toFixed(0)} kB; the largest:`,
    ...largest.map((file) => `  ${(file.bytes / 1000).toFixed(1).padStart(6)} kB  ${file.name}`),
  ].join('\n');
}

/** Importing the engine loads no dependency. */
function foreignFiles(files: readonly LoadedFile[]): string[] {
  return files.filter(({ isOwn }) => !isOwn).map(({ name }) => `start: importing the engine loads ${name}`);
}
