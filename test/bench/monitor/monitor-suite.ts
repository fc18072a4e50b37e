import { median } from 'wasm-dyno';

import type { BenchOptions, SuiteOutcome } from '../bench-options.js';
import { signedPercent, spreadOf } from '../spread.js';
import { plainTable } from '../table.js';
import { askWorker } from '../worker-process.js';
import { LISTENERS, type ListenerName, type MonitorAnswer, type MonitorRequest } from './monitor-request.js';

export interface MonitorRecord extends MonitorAnswer {
  readonly process: number;
}

/** What being listened to costs, in processor time of compiling all of a large module. */
export async function monitorSuite(options: BenchOptions): Promise<SuiteOutcome> {
  const records: MonitorRecord[] = [];
  const progress = options.progress(options.processes);
  const request: MonitorRequest = { rounds: options.quick ? 20 : 60 };
  for (let process = 0; process < options.processes; process++) {
    progress.step('monitor');
    const answer = await askWorker<MonitorAnswer>('monitor/monitor-worker', request);
    records.push({ process, ...answer });
  }
  progress.done();
  return { records, text: monitorText(records), failures: [] };
}

function monitorText(records: readonly MonitorRecord[]): string {
  const rows = LISTENERS.map((name) => [
    name,
    (median(records.map((record) => median(record.cpuNanoseconds[name]))) / records[0]!.functions).toFixed(0),
    signedPercent(spreadOf(records.map((record) => beyondNobody(record, name)))),
  ]);
  return [
    'Being listened to: processor time of compiling all of SQLite at once, by rounds in random order within each process',
    '',
    plainTable(['who is told', 'ns a function', 'beyond nobody, median (smallest to largest process)'], rows),
  ].join('\n');
}

/** Of medians over the rounds of one process. */
function beyondNobody({ cpuNanoseconds }: MonitorRecord, name: ListenerName): number {
  return median(cpuNanoseconds[name]) / median(cpuNanoseconds.nobody) - 1;
}
