import { median } from 'wasm-dyno';

import type { BenchOptions, SuiteOutcome } from '../bench-options.js';
import { signedPercent, spreadOf } from '../spread.js';
import { plainTable } from '../table.js';
import { askWorker } from '../worker-process.js';
import { FRONT_ENDS, type CountingAnswer, type CountingRequest, type FrontEnd } from './counting-request.js';
import { engineVariants } from './engine-variants.js';

export interface CountingRecord extends CountingAnswer {
  readonly frontEnd: FrontEnd;
  readonly process: number;
}

/** What validation takes for counting its own work, beside what it would take without. */
export async function countingSuite(options: BenchOptions): Promise<SuiteOutcome> {
  const frontEnds = FRONT_ENDS.filter((name) => options.matches(name));
  const engines = await engineVariants();
  const records: CountingRecord[] = [];
  const progress = options.progress(frontEnds.length * options.processes);
  for (let process = 0; process < options.processes; process++)
    for (const frontEnd of frontEnds) {
      progress.step(`counting, ${frontEnd}`);
      const request: CountingRequest = { frontEnd, engines, rounds: options.quick ? 12 : 60 };
      const answer = await askWorker<CountingAnswer>('counting/counting-worker', request);
      records.push({ frontEnd, process, ...answer });
    }
  progress.done();
  return { records, text: countingText(frontEnds, records), failures: [] };
}

function countingText(frontEnds: readonly FrontEnd[], records: readonly CountingRecord[]): string {
  const rows = frontEnds.map((frontEnd) => {
    const own = records.filter((record) => record.frontEnd === frontEnd);
    const perByte = median(
      own.map(({ bytes, cpuNanoseconds }) => median(cpuNanoseconds['not counting']) / bytes),
    );
    return [
      frontEnd,
      perByte.toFixed(2),
      signedPercent(spreadOf(own.map((record) => beyond(record, 'counting', 'not counting')))),
      signedPercent(spreadOf(own.map((record) => beyond(record, 'counting again', 'counting')))),
    ];
  });
  return [
    'Counting: processor time of validating all small real modules with and without counting, in pairs within each process; wanted: below +5%',
    '',
    plainTable(
      ['front end', 'ns a byte without', 'counting, median (smallest to largest process)', 'the same twice'],
      rows,
    ),
  ].join('\n');
}

/** Of pairs of one round, their median. */
function beyond(
  { cpuNanoseconds }: CountingRecord,
  one: keyof CountingRecord['cpuNanoseconds'],
  other: keyof CountingRecord['cpuNanoseconds'],
): number {
  return median(cpuNanoseconds[one].map((time, round) => time / cpuNanoseconds[other][round]!)) - 1;
}
