import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

import { build } from 'esbuild';
import { FunctionBuilder, ModuleBuilder, Operator, ValueType } from '@wasm-dyno/corpora';

import type { BenchOptions, SuiteOutcome } from '../bench-options.js';
import { spreadOf, spreadText } from '../spread.js';
import { plainTable } from '../table.js';
import { workerFile } from '../worker-process.js';
import { loadedFiles, type LoadedFile } from './loaded-files.js';

const run = promisify(execFile);

/** What starting may cost beyond `node -e 0`. */
const MILLISECONDS_AT_MOST = 60;

/** Makes any process tell its processor time, its own start included, when it ends. */
const TELL_CPU =
  'process.on("exit",()=>{const{user,system}=process.cpuUsage();require("fs").writeSync(1,`\\n${user+system}`)})';

interface Variant {
  readonly name: string;
  readonly arguments: readonly string[];
}

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
    const moduleFile = path.join(folder, 'module.wasm');
    const bundle = path.join(folder, 'bundle.mjs');
    const { bytes, result } = smallModule();
    await Promise.all([
      writeFile(teller, TELL_CPU),
      writeFile(empty, ''),
      writeFile(moduleFile, bytes),
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
    const runModule = [moduleFile, String(result)];
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

async function startOnce(teller: string, variant: Variant) {
  const started = performance.now();
  const { stdout } = await run(process.execPath, ['--require', teller, ...variant.arguments]);
  const wallMilliseconds = performance.now() - started;
  return { wallMilliseconds, cpuMilliseconds: Number(stdout.trim().split('\n').at(-1)) / 1000 };
}

/** A module of 1 KB and what its `run(20)` gives. */
function smallModule(): { bytes: Uint8Array<ArrayBuffer>; result: number } {
  const builder = new ModuleBuilder();
  const step = builder.addFunction([ValueType.I32], [ValueType.I32], (body) => emitSteps(body));
  const entry = builder.addFunction([ValueType.I32], [ValueType.I32], (body) => {
    const sum = body.local(ValueType.I32);
    body.loop('empty', () => {
      body.localGet(sum).call(step).localSet(sum);
      body.localGet(0).i32Const(1).operator(Operator.I32Sub).localTee(0).brIf(0);
    });
    body.localGet(sum);
  });
  builder.exportFunction('run', entry);
  const bytes = builder.toBytes().slice();
  const instance = new WebAssembly.Instance(new WebAssembly.Module(bytes));
  return { bytes, result: (instance.exports['run'] as (argument: number) => number)(20) };
}

function emitSteps(body: FunctionBuilder): void {
  for (let i = 0; body.codeBytes < 930; i++) {
    body
      .localGet(0)
      .i32Const(i * 77)
      .operator(Operator.I32Add)
      .i32Const(i % 31);
    body.operator(i % 2 === 0 ? Operator.I32Rotl : Operator.I32Xor).localSet(0);
  }
  body.localGet(0);
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
