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

/** How many times V8's processor time the engine takes, of each process. */
export function timesOfV8(records: readonly ExecuteRecord[], kernel: string, engine: EngineName): number[] {
  return measured(records, kernel, engine).map(
    ({ answer }) => answer.call.cpuNanoseconds / answer.referenceCall.cpuNanoseconds,
  );
}

type MeasuredRecord = ExecuteRecord & { readonly answer: { readonly state: 'measured' } };

function measured(records: readonly ExecuteRecord[], kernel: string, engine?: EngineName): MeasuredRecord[] {
  return records.filter(
    (record): record is MeasuredRecord =>
      record.kernel === kernel &&
      (engine === undefined || record.engine === engine) &&
      record.answer.state === 'measured',
  );
}

/** What metering adds, of each round: the two engines' multiples of V8 by one another. */
function meteringCosts(records: readonly ExecuteRecord[], kernel: string): number[] {
  const metered = timesOfV8(records, kernel, 'embedded');
  const unmetered = timesOfV8(records, kernel, 'embedded-unmetered');
  return metered.slice(0, unmetered.length).map((time, round) => (time / unmetered[round]! - 1) * 100);
}

function executeText(records: readonly ExecuteRecord[]): string {
  const rows = [...new Set(records.map(({ kernel }) => kernel))].map((kernel) => {
    const v8 = spreadOf(
      measured(records, kernel).map(({ answer }) => answer.referenceCall.cpuNanoseconds / 1e6),
    );
    return [
      kernel,
      v8 === undefined ? '-' : shortNumber(v8.median),
      ...ENGINES.map((engine) => engineCell(records, kernel, engine)),
      spreadText(spreadOf(meteringCosts(records, kernel)), '%'),
    ];
  });
  const reasons = new Map<string, string>();
  for (const { engine, kernel, answer } of records) {
    if (answer.state !== 'measured') reasons.set(`${ENGINE_TITLES[engine]}: ${answer.reason}`, kernel);
  }
  return [
    "Execute: processor time of a call as a multiple of V8's in the same process; median (minimum-maximum) over processes",
    '',
    plainTable(
      ['kernel', 'V8, ms', ...ENGINES.map((engine) => ENGINE_TITLES[engine]), 'metering costs'],
      rows,
    ),
    ...(reasons.size === 0 ? [] : ['']),
    ...[...reasons].map(([reason, kernel]) => `not run: ${reason} (${kernel})`),
  ].join('\n');
}

function engineCell(records: readonly ExecuteRecord[], kernel: string, engine: EngineName): string {
  const wrong = records.some(
    (record) => record.kernel === kernel && record.engine === engine && record.answer.state === 'wrong',
  );
  return wrong ? 'WRONG' : spreadText(spreadOf(timesOfV8(records, kernel, engine)), 'x');
}

/** Wrong results of ours; a peer's are told in the table. */
export function wrongResults(records: readonly ExecuteRecord[]): string[] {
  const failures = new Set<string>();
  for (const { kernel, engine, answer } of records) {
    if (answer.state === 'wrong' && engine !== 'polywasm') {
      failures.add(`${kernel} on ${ENGINE_TITLES[engine]}: ${answer.reason}`);
    }
  }
  return [...failures];
}
