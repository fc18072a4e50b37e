import { median } from 'wasm-dyno';

import type { BenchOptions, SuiteOutcome } from '../bench-options.js';
import { plainTable } from '../table.js';
import { askWorker } from '../worker-process.js';
import {
  listenersOf,
  WORKS,
  type ListenerName,
  type MonitorAnswer,
  type MonitorRequest,
  type WorkName,
} from './monitor-request.js';
import { pairedChange, type Pair, type PairedChange } from './paired-change.js';

const SEED = 1;
/** Of half a run. */
const FUNCTIONS_OF_KIND = 24;
const COMPILING = ['compiling eagerly', 'compiling lazily'] as const;

export interface MonitorRecord extends MonitorAnswer {
  readonly process: number;
}

/** What being listened to costs, and being asked whether anybody listens: processor time of compiling, and of calls. */
export async function monitorSuite(options: BenchOptions): Promise<SuiteOutcome> {
  const records: MonitorRecord[] = [];
  const progress = options.progress(options.processes);
  for (let process = 0; process < options.processes; process++) {
    progress.step('monitor');
    const request: MonitorRequest = { seed: SEED + process, groups: options.quick ? 300 : 3_000 };
    const answer = await askWorker<MonitorAnswer>('monitor/monitor-worker', request);
    records.push({ process, ...answer });
  }
  progress.done();
  return { records, text: monitorText(records), failures: [] };
}

function monitorText(records: readonly MonitorRecord[]): string {
  const rows = WORKS.flatMap((work) =>
    listenersOf(work).map((name) => [
      work,
      name,
      nanosecondsPerUnit(records, work, name).toFixed(0),
      percent(change(records, work, name)),
    ]),
  );
  const seeds = records.map(({ seed }) => seed).join(', ');
  return [
    'Being listened to: processor time of blocks of a millisecond or two, in random order within a process',
    `(seeds ${seeds}), beside nobody's two of the same group; medians of those in which the monitor timed nothing, few and many functions,`,
    'each by its part, and their 95% interval. "nobody asked": what asking whether anybody listens costs.',
    '',
    plainTable(['what', 'who is told', 'ns a unit', 'costs'], rows),
    '',
    plainTable(
      ['what', 'a monitor costs blocks', 'of all', 'costs'],
      COMPILING.flatMap((work) => monitorParts(records, work)),
    ),
  ].join('\n');
}

function nanosecondsPerUnit(records: readonly MonitorRecord[], work: WorkName, name: ListenerName): number {
  return median(
    records.map(
      ({ cpuNanoseconds, unitsPerBlock }) => median(cpuNanoseconds[work][name]) / unitsPerBlock[work],
    ),
  );
}

/** Whom a listener's block is compared with. */
function change(records: readonly MonitorRecord[], work: WorkName, name: ListenerName): PairedChange {
  return pairedChange(
    records.map((record) => pairs(record, work, name)),
    SEED,
  );
}

function pairs(
  { cpuNanoseconds, functionsTimed }: MonitorRecord,
  work: WorkName,
  name: ListenerName,
): Pair[] {
  const { [name]: told, nobody, 'nobody again': again } = cpuNanoseconds[work];
  return told.map((time, i) => {
    const kind = name === 'monitor' ? kindOf(functionsTimed[work][i]!) : 0;
    if (name === 'nobody') return { without: time, with: time, kind };
    if (name === 'nobody again') return { without: nobody[i]!, with: time, kind };
    const ofNobody = Math.sqrt(nobody[i]! * again[i]!);
    // Being asked is what nobody's blocks have, and those of nobody asked lack.
    return name === 'nobody asked'
      ? { without: time, with: ofNobody, kind }
      : { without: ofNobody, with: time, kind };
  });
}

/** Blocks by how many functions the monitor timed. */
function kindOf(functionsTimed: number): number {
  return Math.ceil(functionsTimed / FUNCTIONS_OF_KIND);
}

/** What a monitor costs where it times nothing, and where it times some. */
function monitorParts(records: readonly MonitorRecord[], work: WorkName): string[][] {
  const all = records.map((record) => pairs(record, work, 'monitor'));
  const kinds = [...new Set(all.flat().map(({ kind }) => kind))].sort((a, b) => a - b);
  return kinds.map((kind) => {
    const of = all.map((ofProcess) => ofProcess.filter((pair) => pair.kind === kind));
    const part = of.flat().length / all.flat().length;
    const most = FUNCTIONS_OF_KIND * kind;
    return [
      work,
      kind === 0 ? 'that time nothing' : `that time ${most - FUNCTIONS_OF_KIND + 1} to ${most} functions`,
      `${(100 * part).toFixed(1)}%`,
      percent(pairedChange(of, SEED)),
    ];
  });
}

function percent({ estimate, high, low }: PairedChange): string {
  const text = (part: number): string => `${part < 0 ? '' : '+'}${(100 * part).toFixed(2)}%`;
  return `${text(estimate)} (${text(low)} to ${text(high)})`;
}
