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
import { pairedChange, type PairedChange } from './paired-change.js';

const SEED = 1;

export interface MonitorRecord extends MonitorAnswer {
  readonly process: number;
}

/** What being listened to costs, and being asked whether anybody listens: processor time of compiling, and of calls. */
export async function monitorSuite(options: BenchOptions): Promise<SuiteOutcome> {
  const records: MonitorRecord[] = [];
  const progress = options.progress(options.processes);
  for (let process = 0; process < options.processes; process++) {
    progress.step('monitor');
    const request: MonitorRequest = { seed: SEED + process, groups: options.quick ? 60 : 600 };
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
      // Being asked is what nobody's blocks have, and those of nobody asked lack.
      percent(
        name === 'nobody asked'
          ? change(records, work, name, 'nobody')
          : change(records, work, 'nobody', name),
      ),
    ]),
  );
  const seeds = records.map(({ seed }) => seed).join(', ');
  return [
    'Being listened to: processor time of short blocks, each beside one of nobody’s, in random order within a process',
    `(seeds ${seeds}); the median over all pairs and its 95% interval. "nobody asked": what asking whether anybody listens costs.`,
    '',
    plainTable(['what', 'who is told', 'ns a unit', 'costs'], rows),
  ].join('\n');
}

function nanosecondsPerUnit(records: readonly MonitorRecord[], work: WorkName, name: ListenerName): number {
  return median(
    records.map(
      ({ cpuNanoseconds, unitsPerBlock }) => median(cpuNanoseconds[work][name]) / unitsPerBlock[work],
    ),
  );
}

function change(
  records: readonly MonitorRecord[],
  work: WorkName,
  before: ListenerName,
  after: ListenerName,
): PairedChange {
  const processes = records.map(({ cpuNanoseconds }) => {
    const { [after]: slower, [before]: faster } = cpuNanoseconds[work];
    return faster.map((without, i) => ({ without, with: slower[i]! }));
  });
  return pairedChange(processes, SEED);
}

function percent({ estimate, high, low }: PairedChange): string {
  const text = (part: number): string => `${part < 0 ? '' : '+'}${(100 * part).toFixed(2)}%`;
  return `${text(estimate)} (${text(low)} to ${text(high)})`;
}
