import { writeFile } from 'node:fs/promises';
import path from 'node:path';

import { loadRealCorpus } from '@wasm-dyno/corpora';

import type { CompileAnswer, CompilePass, CompileRequest } from '../compile/compile-request.js';
import { COMPILE_PEERS, peerFlags, type CompilePeerName } from '../compile/peers.js';
import { compileKernel } from '../execute/compile-kernel.js';
import type { ExecuteAnswer, ExecuteRequest } from '../execute/execute-request.js';
import { KERNELS, type EngineName, type Kernel } from '../execute/kernels.js';
import { smallModule, startOnce, TELL_CPU } from '../start/start-process.js';
import { askWorker, workerFile } from '../worker-process.js';
import type { ColdFigures, ColdKind } from './cold-record.js';
import type { FirstRunsAnswer, FirstRunsRequest } from './first-runs-request.js';
import type { BenchNode } from './nodes.js';
import { askWasmi, wasmiTarget } from './wasmi.js';

export const LARGE_MODULES = ['sqlite', 'spidermonkey'] as const;
export const SMALL_MODULES = ['as-sha256-simd', 'source-map'] as const;
/** The first functions of sqlite: what a process's constant is told apart by. */
export const PART = 'sqlite, 1/8';
const PART_BYTES = 76_000;
export const COREMARK = 'CoreMark (port)';
export const SIMD_KERNELS = KERNELS.filter(({ group }) => group === 'SIMD').map(({ name }) => name);
/** Makes CoreMark take about 100 million fuel. */
const LONG_ARGUMENT = 220;

/** A process to be run: which Node it needs to be given, and what it gives. */
export interface ColdJob<Kind extends ColdKind = ColdKind> {
  readonly kind: Kind;
  readonly name: string;
  /** Whether it is the same on every Node. */
  readonly isNative: boolean;
  readonly run: (node: BenchNode) => Promise<ColdFigures[Kind]>;
}

/** The jobs of one round, for modules and programs that are written to the folder. */
export async function coldJobs(
  folder: string,
  quick: boolean,
): Promise<{ jobs: ColdJob[]; notes: string[] }> {
  const large = quick ? LARGE_MODULES.slice(0, 1) : LARGE_MODULES;
  const { modules, skipped } = loadRealCorpus({ modules: [...large, ...SMALL_MODULES], check: 'parse' });
  const file = (name: string) => path.join(folder, `${name}.wasm`);
  for (const { name, bytes } of modules) await writeFile(file(name), bytes);
  for (const module of ['coremark', 'vectors']) await writeFile(file(module), await compileKernel(module));
  const warm = quick ? 3e8 : 3e9;
  const wasmi = wasmiTarget();
  const native = typeof wasmi === 'string' ? undefined : wasmi;
  const kernel = (name: string) => KERNELS.find((one) => one.name === name)!;
  const executed = [COREMARK, ...SIMD_KERNELS].map(kernel);
  const jobs: ColdJob[] = [
    ...modules.map(({ name }) => job('compile', name, (node) => compileOurs(node, file(name), warm))),
    job('compile', PART, (node) => compileOurs(node, file('sqlite'), warm, PART_BYTES)),
    job('inject', 'source-map', (node) => compileAll('injection', node, file('source-map'), warm)),
    ...modules.map(({ name }) =>
      job('liftoff', name, (node) => compileAll('v8-liftoff', node, file(name), warm)),
    ),
    ...executed.map((one) =>
      job('execute', one.name, (node) => execute('embedded', node, one, file(one.module), quick)),
    ),
    job('execute-unmetered', COREMARK, (node) =>
      execute('embedded-unmetered', node, kernel(COREMARK), file('coremark'), quick),
    ),
    job('first-runs', COREMARK, (node) => firstRuns(node, file('coremark'))),
    await startJob(folder),
  ];
  if (native !== undefined) {
    jobs.push(
      ...modules.map(({ name }) =>
        job('wasmi', name, () => askWasmi(native, file(name), { phase: 'compile' }), true),
      ),
      ...executed.map(({ name, module, export: exported, argument }) => {
        const work = { phase: 'execute', export: exported, arguments: [String(argument)] } as const;
        return job('wasmi', name, () => askWasmi(native, file(module), work), true);
      }),
    );
  }
  return {
    jobs,
    notes: [
      ...(typeof wasmi === 'string' ? [`native Wasmi is not measured: ${wasmi}`] : []),
      ...skipped.map(({ name, reason }) => `module ${name} ${reason}`),
    ],
  };
}

function job<Kind extends ColdKind>(
  kind: Kind,
  name: string,
  run: ColdJob<Kind>['run'],
  isNative = false,
): ColdJob<Kind> {
  return { kind, name, run, isNative };
}

async function askCompiler(
  peer: CompilePeerName,
  node: BenchNode,
  moduleFile: string,
  warmNanoseconds: number,
  mostBodyBytes?: number,
) {
  const request: CompileRequest = { peer, moduleFile, warmNanoseconds, mostBodyBytes };
  const answer = await askWorker<CompileAnswer>(
    'compile/compile-worker',
    request,
    peerFlags(peer, node.major),
    node.path,
  );
  if (answer.state !== 'measured') throw new Error(`${COMPILE_PEERS[peer].title}: ${answer.reason}`);
  return answer;
}

const nanoseconds = (pass: CompilePass, phases = Object.keys(pass)) =>
  phases.reduce((sum, phase) => sum + pass[phase]!.cpuNanoseconds, 0);

async function compileOurs(node: BenchNode, moduleFile: string, warm: number, mostBodyBytes?: number) {
  const answer = await askCompiler('embedded', node, moduleFile, warm, mostBodyBytes);
  return {
    coldNanoseconds: nanoseconds(answer.cold),
    warmNanoseconds: nanoseconds(answer.warm),
    warmBodiesNanoseconds: nanoseconds(answer.warm, ['validate', 'translate']),
    bodyBytes: answer.bodyBytes!,
  };
}

async function compileAll(peer: CompilePeerName, node: BenchNode, moduleFile: string, warm: number) {
  const answer = await askCompiler(peer, node, moduleFile, warm);
  return { coldNanoseconds: nanoseconds(answer.cold), warmNanoseconds: nanoseconds(answer.warm) };
}

async function execute(
  engine: EngineName,
  node: BenchNode,
  kernel: Kernel,
  moduleFile: string,
  quick: boolean,
) {
  const request: ExecuteRequest = {
    kernel,
    engine,
    moduleFile,
    warmUpNanoseconds: quick ? 4e8 : 15e8,
    measureNanoseconds: quick ? 3e8 : 8e8,
  };
  const answer = await askWorker<ExecuteAnswer>('execute/execute-worker', request, [], node.path);
  if (answer.state !== 'measured') throw new Error(`${kernel.name}: ${answer.reason}`);
  return {
    coldNanoseconds: answer.firstCall.cpuNanoseconds,
    warmNanoseconds: answer.call.cpuNanoseconds,
    referenceNanoseconds: answer.referenceCall.cpuNanoseconds,
  };
}

async function firstRuns(node: BenchNode, moduleFile: string) {
  const request: FirstRunsRequest = {
    moduleFile,
    export: 'performanceRun',
    argument: LONG_ARGUMENT,
    runs: 4,
  };
  const { runs } = await askWorker<FirstRunsAnswer>('cold/first-runs-worker', request, [], node.path);
  const perFuel = ({ elapsed, fuel }: FirstRunsAnswer['runs'][number]) => elapsed.cpuNanoseconds / fuel;
  return { coldNanoseconds: perFuel(runs[0]!), warmNanoseconds: perFuel(runs[3]!) };
}

async function startJob(folder: string): Promise<ColdJob<'start'>> {
  const teller = path.join(folder, 'tell-cpu.cjs');
  await writeFile(teller, TELL_CPU);
  const empty = { name: 'node -e 0', arguments: ['-e', '0'] };
  const engine = {
    name: 'engine',
    arguments: [workerFile('start/start-worker'), ...smallModule()],
  };
  return job('start', '1 KB', async (node) => {
    const without = await startOnce(teller, empty, node.path);
    const withEngine = await startOnce(teller, engine, node.path);
    return { nanoseconds: (withEngine.cpuMilliseconds - without.cpuMilliseconds) * 1e6 };
  });
}
