import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

import { loadRealCorpus } from '@wasm-dyno/corpora';

import type { BenchOptions, SuiteOutcome } from '../bench-options.js';
import { shortNumber, spreadOf, spreadText } from '../spread.js';
import type { Elapsed } from '../stopwatch.js';
import { plainTable } from '../table.js';
import { askWorker } from '../worker-process.js';
import type { CompileAnswer, CompilePass, CompileRequest } from './compile-request.js';
import {
  COMPILE_PEER_NAMES,
  COMPILE_PEERS,
  peerFlags,
  THREAD_FLAGS,
  type CompilePeerName,
  type Threads,
} from './peers.js';

/** From 17 KB to 14 MB, of every toolchain there is. */
const MODULES = [
  'as-sha256-simd',
  'source-map',
  'md4w',
  'web-tree-sitter',
  'quickjs',
  'sqlite',
  'wasm-tools',
  'spidermonkey',
  'esbuild',
];
const OWN_MAJOR = Number(process.versions.node.split('.')[0]);
const QUICK_MODULES = ['source-map', 'sqlite'];

export interface CompileRecord {
  readonly module: string;
  readonly bodyBytes: number;
  readonly peer: CompilePeerName;
  readonly threads: Threads;
  readonly flags: readonly string[];
  readonly process: number;
  readonly answer: CompileAnswer;
}

/** Columns of the table: a peer, and those of its phases that are added up. */
const COLUMNS: readonly { title: string; peer: CompilePeerName; phases?: readonly string[] }[] = [
  { title: 'parse', peer: 'embedded', phases: ['parse'] },
  { title: 'validate', peer: 'embedded', phases: ['validate'] },
  { title: 'translate', peer: 'embedded', phases: ['translate'] },
  { title: 'all of ours', peer: 'embedded' },
  { title: 'inject fuel', peer: 'injection' },
  { title: 'V8 validate', peer: 'v8-validate' },
  { title: 'V8 Liftoff', peer: 'v8-liftoff' },
  { title: 'polywasm text', peer: 'polywasm' },
  { title: 'wabt', peer: 'wabt' },
];

export async function compileSuite(options: BenchOptions): Promise<SuiteOutcome> {
  const combinations = (options.quick ? QUICK_MODULES : MODULES).flatMap((module) =>
    COMPILE_PEER_NAMES.filter((peer) => options.matches(module, COMPILE_PEERS[peer].title)).map((peer) => ({
      module,
      peer,
    })),
  );
  const names = [...new Set(combinations.map(({ module }) => module))];
  const { modules, skipped } = loadRealCorpus({ modules: names, check: 'parse' });
  const records: CompileRecord[] = [];
  const folder = await mkdtemp(path.join(os.tmpdir(), 'wasm-dyno-bench-'));
  try {
    const progress = options.progress(options.processes * combinations.length * 2);
    for (const { name, bytes } of modules) await writeFile(path.join(folder, name), bytes);
    for (let process = 0; process < options.processes; process++) {
      for (const { name, bodyBytes } of modules) {
        const peers = combinations.filter(({ module }) => module === name).map(({ peer }) => peer);
        for (let turn = 0; turn < peers.length; turn++) {
          const peer = peers[(turn + process) % peers.length]!;
          for (const threads of ['one', 'asFound'] as const) {
            const { title } = COMPILE_PEERS[peer];
            progress.step(`${name}, ${title}`);
            const flags = [...peerFlags(peer, OWN_MAJOR), ...THREAD_FLAGS[threads]];
            const warmNanoseconds = threads === 'asFound' ? 0 : options.quick ? 1e9 : 3e9;
            const request: CompileRequest = { peer, moduleFile: path.join(folder, name), warmNanoseconds };
            const answer = await askWorker<CompileAnswer>('compile/compile-worker', request, flags);
            records.push({ module: name, bodyBytes, peer, threads, flags, process, answer });
          }
        }
      }
    }
    progress.done();
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  const missing = skipped.map(({ name, reason }) => `module ${name} ${reason}`);
  return { records, text: compileText(records), failures: missing };
}

/** The suite's tables. */
function compileText(records: readonly CompileRecord[]): string {
  const flags = COMPILE_PEER_NAMES.map(
    (peer) => `  ${['node', ...peerFlags(peer, OWN_MAJOR)].join(' ')}: ${COMPILE_PEERS[peer].title}`,
  );
  const notes = new Set<string>();
  for (const { answer, peer, module } of records) {
    const { title } = COMPILE_PEERS[peer];
    if (answer.state === 'unsupported') notes.add(`not run: ${title} on ${module}: ${answer.reason}`);
    else if (answer.refusedFunctions > 0) {
      notes.add(`${title} refused ${answer.refusedFunctions} functions of ${module}`);
    }
  }
  return [
    'Compile: MB/s of body bytes; median (minimum-maximum) over processes',
    ...flags,
    '',
    `Warm, by processor time (${THREAD_FLAGS.one.join(' ')})`,
    throughputTable(records, WARM),
    '',
    `Cold, by processor time: the first pass of a process (${THREAD_FLAGS.one.join(' ')})`,
    throughputTable(records, COLD),
    '',
    'Cold, by the wall clock: the first pass of a process, V8 free to use its threads',
    throughputTable(records, COLD_WALL),
    '',
    'Bytes of IR per byte of body, and throughput beside peers that ran right before or after (above 1: ours is faster)',
    ratioTable(records),
    ...notes,
  ].join('\n');
}

/** What is divided: which passes of which processes, by which clock. */
interface Reading {
  readonly threads: Threads;
  readonly temperature: 'warm' | 'cold';
  readonly clock: keyof Elapsed;
}

const WARM: Reading = { threads: 'one', temperature: 'warm', clock: 'cpuNanoseconds' };
const COLD: Reading = { threads: 'one', temperature: 'cold', clock: 'cpuNanoseconds' };
const COLD_WALL: Reading = { threads: 'asFound', temperature: 'cold', clock: 'wallNanoseconds' };

function throughputTable(records: readonly CompileRecord[], reading: Reading): string {
  const rows = modulesOf(records).map(([module, bodyBytes]) => [
    module,
    shortNumber(bodyBytes / 1000),
    ...COLUMNS.map(({ peer, phases }) =>
      spreadText(spreadOf([...throughputs(records, module, peer, reading, phases).values()])),
    ),
  ]);
  return plainTable(['module', 'bodies, kB', ...COLUMNS.map(({ title }) => title)], rows);
}

function ratioTable(records: readonly CompileRecord[]): string {
  const rows = modulesOf(records).map(([module, bodyBytes]) => {
    const ratio = (phases: readonly string[] | undefined, peer: CompilePeerName, reading: Reading) => {
      const ours = throughputs(records, module, 'embedded', reading, phases);
      const others = throughputs(records, module, peer, reading);
      return spreadText(
        spreadOf(
          [...ours].flatMap(([process, own]) => (others.has(process) ? [own / others.get(process)!] : [])),
        ),
      );
    };
    const answer = records.find((record) => record.module === module && record.peer === 'embedded')?.answer;
    const irBytes = answer?.state === 'measured' ? answer.irBytes : undefined;
    return [
      module,
      irBytes === undefined ? '-' : shortNumber(irBytes / bodyBytes),
      ratio(['validate'], 'v8-validate', WARM),
      ratio(['validate', 'translate'], 'v8-liftoff', WARM),
      ratio(undefined, 'polywasm', COLD),
      ratio(undefined, 'polywasm', COLD_WALL),
      ratio(undefined, 'wabt', COLD),
    ];
  });
  return plainTable(
    [
      'module',
      'IR bytes / byte',
      'validate / V8 validate',
      'validate + translate / Liftoff',
      'all, cold / polywasm',
      'the same by the wall',
      'all, cold / wabt',
    ],
    rows,
  );
}

function modulesOf(records: readonly CompileRecord[]): [string, number][] {
  return [...new Map(records.map(({ module, bodyBytes }) => [module, bodyBytes]))];
}

/** MB/s of body bytes, by process. */
function throughputs(
  records: readonly CompileRecord[],
  module: string,
  peer: CompilePeerName,
  { threads, temperature, clock }: Reading,
  phases?: readonly string[],
): Map<number, number> {
  return new Map(
    records.flatMap((record): [number, number][] =>
      record.module === module &&
      record.peer === peer &&
      record.threads === threads &&
      record.answer.state === 'measured'
        ? [
            [
              record.process,
              (record.bodyBytes / nanoseconds(record.answer[temperature], clock, phases)) * 1000,
            ],
          ]
        : [],
    ),
  );
}

function nanoseconds(
  pass: CompilePass,
  clock: keyof Elapsed,
  phases: readonly string[] = Object.keys(pass),
): number {
  return phases.reduce((sum, phase) => sum + pass[phase]![clock], 0);
}
