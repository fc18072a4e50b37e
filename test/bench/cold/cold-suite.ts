import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

import type { BenchOptions, SuiteOutcome } from '../bench-options.js';
import { shortNumber, spreadOf, spreadText } from '../spread.js';
import { plainTable } from '../table.js';
import { figuresOf, type ColdKind, type ColdRecord, type ColdWarm } from './cold-record.js';
import { DEMANDS, type Demand } from './demands.js';
import { coldJobs } from './measure.js';
import { benchNodes, missingNodes, type BenchNode } from './nodes.js';

/** Cold beside warm, compiling and executing, on each Node that is here, and the figures that are wanted beside those that are found. */
export async function coldSuite(options: BenchOptions): Promise<SuiteOutcome> {
  const nodes = benchNodes();
  const folder = await mkdtemp(path.join(os.tmpdir(), 'wasm-dyno-bench-'));
  try {
    const { jobs: all, notes } = await coldJobs(folder, options.quick);
    const jobs = all.filter(({ name, kind }) => options.matches(name, kind));
    const steps = jobs.reduce((sum, { isNative }) => sum + (isNative ? 1 : nodes.length), 0);
    const progress = options.progress(options.processes * steps);
    const records: ColdRecord[] = [];
    for (let process = 0; process < options.processes; process++) {
      for (const { kind, name, isNative, run } of rotated(jobs, process)) {
        for (const node of isNative ? [NATIVE] : rotated(nodes, process)) {
          progress.step(`${name}, ${KIND_TITLES[kind]}${isNative ? '' : `, Node ${node.major}`}`);
          const figures = await run(node);
          records.push({ node: node.major, process, kind, name, figures } as ColdRecord);
        }
      }
    }
    progress.done();
    return { records, text: coldText(records, nodes, [...notes, ...missingNodes(nodes)]), failures: [] };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** What runs without a Node. */
const NATIVE: BenchNode = { major: 0, path: '' };

function rotated<T>(items: readonly T[], by: number): T[] {
  return items.map((_, position) => items[(position + by) % items.length]!);
}

const KIND_TITLES: Readonly<Record<ColdKind, string>> = {
  compile: 'compile: ours',
  inject: 'compile: ours, fuel injection',
  liftoff: 'compile: V8 Liftoff, eager',
  wasmi: 'native Wasmi',
  execute: 'execute: ours, metered',
  'execute-unmetered': 'execute: ours, unmetered',
  'first-runs': 'execute: a fuel of 100 million',
  start: 'start',
};

function coldText(
  records: readonly ColdRecord[],
  nodes: readonly BenchNode[],
  notes: readonly string[],
): string {
  const heads = nodes.map(({ major }) => `Node ${major}`);
  return [
    'Wanted and found: processor time of whole processes; median (minimum-maximum) over processes',
    '',
    plainTable(
      ['figure', 'wanted', ...heads.flatMap((head) => [head, ''])],
      DEMANDS.map((demand) => demandRow(demand, records, nodes)),
    ),
    '',
    'Cold beside warm: milliseconds the first time in a process / later times, and how many times as long (per fuel in nanoseconds)',
    '',
    plainTable(['what', 'by', ...heads], coldWarmRows(records, nodes)),
    ...(notes.length === 0 ? [] : ['', ...notes]),
  ].join('\n');
}

function demandRow(demand: Demand, records: readonly ColdRecord[], nodes: readonly BenchNode[]): string[] {
  const { title, unit, bound, isAtLeast = false, isOfWorst = false, sample } = demand;
  const sign = isAtLeast ? '>=' : '<=';
  const bounds = [...new Set(nodes.map(({ major }) => bound(major)))].filter((one) => one !== undefined);
  const cells = nodes.flatMap(({ major }) => {
    const spread = spreadOf(sample(records, major));
    const wanted = bound(major);
    if (spread === undefined) return ['-', ''];
    const found = isOfWorst ? spread.maximum : spread.median;
    const text = isOfWorst ? `${shortNumber(found)}${unit}` : spreadText(spread, unit);
    if (wanted === undefined) return [text, ''];
    return [text, (isAtLeast ? found >= wanted : found <= wanted) ? 'reached' : 'short'];
  });
  return [title, bounds.length === 0 ? '-' : `${sign} ${bounds.join('; ')}${unit}`, ...cells];
}

function coldWarmRows(records: readonly ColdRecord[], nodes: readonly BenchNode[]): string[][] {
  const kinds = [...new Set(records.map(({ kind, name }) => JSON.stringify([name, kind])))].sort();
  return kinds.flatMap((text) => {
    const [name, kind] = JSON.parse(text) as [string, ColdKind];
    if (kind === 'start') return [];
    const cell = (node: number) => {
      const figures = figuresOf(records, node, kind, name) as readonly ColdWarm[];
      if (figures.length === 0) return '-';
      const scale = kind === 'first-runs' ? 1 : 1e6;
      const [cold, warm, times] = [
        (one: ColdWarm) => one.coldNanoseconds / scale,
        (one: ColdWarm) => one.warmNanoseconds / scale,
        (one: ColdWarm) => one.coldNanoseconds / one.warmNanoseconds,
      ].map((figure) => shortNumber(spreadOf(figures.map(figure))!.median));
      return `${cold} / ${warm} (${times}x)`;
    };
    return [
      [name, KIND_TITLES[kind], ...nodes.map(({ major }) => cell(kind === 'wasmi' ? NATIVE.major : major))],
    ];
  });
}
