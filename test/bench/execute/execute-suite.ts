import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

import type { BenchOptions, SuiteOutcome } from '../bench-options.js';
import { spreadOf, spreadText, shortNumber } from '../spread.js';
import { plainTable } from '../table.js';
import { askWorker } from '../worker-process.js';
import { compileKernel } from './compile-kernel.js';
import type { ExecuteAnswer, ExecuteRequest } from './execute-request.js';
import { ENGINE_TITLES, ENGINES, KERNELS, type EngineName, type Kernel } from './kernels.js';

/** What one process found. */
export interface ExecuteRecord {
  readonly kernel: string;
  readonly engine: EngineName;
  readonly process: number;
  readonly answer: ExecuteAnswer;
}

export interface ExecuteSelection {
  readonly kernels: readonly Kernel[];
  readonly engines: readonly EngineName[];
  readonly warmUpSeconds: number;
  readonly measureSeconds: number;
}

export async function executeSuite(options: BenchOptions): Promise<SuiteOutcome> {
  const records = await runKernels(options, {
    kernels: KERNELS.filter(({ name, group }) => options.matches(name, group)),
    engines: ENGINES,
    warmUpSeconds: options.quick ? 0.4 : 1.5,
    measureSeconds: options.quick ? 0.3 : 0.8,
  });
  return { records, text: executeText(records), failures: wrongResults(records) };
}

/** Runs every kernel on every engine, each in a fresh process, taking turns, that many times over. */
export async function runKernels(
  options: BenchOptions,
  { kernels, engines, warmUpSeconds, measureSeconds }: ExecuteSelection,
): Promise<ExecuteRecord[]> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'wasm-dyno-bench-'));
  try {
    const files = new Map<string, string>();
    for (const module of new Set(kernels.map(({ module }) => module))) {
      const file = path.join(folder, `${module}.wasm`);
      if (module !== 'sqlite') await writeFile(file, await compileKernel(module));
      files.set(module, file);
    }
    const records: ExecuteRecord[] = [];
    const progress = options.progress(options.processes * kernels.length * engines.length);
    for (let process = 0; process < options.processes; process++) {
      for (const kernel of kernels) {
        for (const engine of rotated(engines, process)) {
          progress.step(`${kernel.name}, ${ENGINE_TITLES[engine]}`);
          const request: ExecuteRequest = {
            kernel,
            engine,
            moduleFile: files.get(kernel.module)!,
            warmUpNanoseconds: warmUpSeconds * 1e9,
            measureNanoseconds: measureSeconds * 1e9,
          };
          const answer = await askWorker<ExecuteAnswer>('execute/execute-worker', request);
          records.push({ kernel: kernel.name, engine, process, answer });
        }
      }
    }
    progress.done();
    return records;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function rotated<T>(items: readonly T[], by: number): T[] {
  return items.map((_, position) => items[(position + by) % items.length]!);
}

/** Processor time of a call, by process. */
function callTimes(records: readonly ExecuteRecord[], kernel: string, engine: EngineName): Map<number, number> {
  return new Map(
    records
      .filter((record) => record.kernel === kernel && record.engine === engine)
      .flatMap(({ process, answer }) =>
        answer.state === 'measured' ? [[process, answer.call.cpuNanoseconds] as const] : [],
      ),
  );
}

/** How many times as long `engine` takes as `reference`, process by process. */
export function timeRatios(
  records: readonly ExecuteRecord[],
  kernel: string,
  engine: EngineName,
  reference: EngineName,
): number[] {
  const references = callTimes(records, kernel, reference);
  return [...callTimes(records, kernel, engine)].flatMap(([process, time]) => {
    const other = references.get(process);
    return other === undefined ? [] : [time / other];
  });
}

function executeText(records: readonly ExecuteRecord[]): string {
  const peers = ENGINES.filter((engine) => engine !== 'v8');
  const kernels = [...new Set(records.map(({ kernel }) => kernel))];
  const rows = kernels.map((kernel) => {
    const v8 = spreadOf([...callTimes(records, kernel, 'v8').values()]);
    const ratios = peers.map((engine) => spreadText(spreadOf(timeRatios(records, kernel, engine, 'v8')), 'x'));
    const metering = spreadOf(timeRatios(records, kernel, 'embedded', 'embedded-unmetered'));
    return [
      kernel,
      v8 === undefined ? '-' : shortNumber(v8.median / 1e6),
      ...ratios,
      metering === undefined ? '-' : `${((metering.median - 1) * 100).toFixed(1)}%`,
    ];
  });
  const head = ['kernel', 'V8, ms', ...peers.map((engine) => ENGINE_TITLES[engine]), 'metering costs'];
  const reasons = new Set(
    records.flatMap(({ engine, answer, kernel }) =>
      answer.state === 'unsupported' ? [`${ENGINE_TITLES[engine]}: ${kernel}: ${answer.reason}`] : [],
    ),
  );
  return [
    'Execute: processor time of a call, as a multiple of V8 in the same round; median (minimum-maximum) over processes',
    '',
    plainTable(head, rows),
    ...(reasons.size === 0 ? [] : ['', 'Not run:', ...[...reasons].map((reason) => `  ${reason}`)]),
  ].join('\n');
}

/** Results that differ from V8's, or from what is known. */
export function wrongResults(records: readonly ExecuteRecord[]): string[] {
  const failures = new Set<string>();
  for (const { kernel, engine, answer } of records) {
    if (answer.state === 'wrong') failures.add(`${kernel} on ${ENGINE_TITLES[engine]}: ${answer.reason}`);
    if (answer.state !== 'measured') continue;
    const reference = records.find((record) => record.kernel === kernel && record.engine === 'v8')?.answer;
    if (reference?.state === 'measured' && reference.result !== answer.result) {
      failures.add(`${kernel} on ${ENGINE_TITLES[engine]} gives ${answer.result}, V8 ${reference.result}`);
    }
  }
  return [...failures];
}
