import { median } from 'wasm-dyno';

import type { BenchOptions, SuiteOutcome } from '../bench-options.js';
import { plainTable } from '../table.js';
import { askWorker } from '../worker-process.js';
import { DRIFT_MODES, type DriftAnswer, type DriftRequest } from './drift-request.js';

interface DriftRecord extends DriftAnswer {
  readonly process: number;
  readonly request: DriftRequest;
}

type Cell = Pick<DriftRequest, 'times' | 'mode' | 'isLoaded'>;

/** Right, and off by a factor of 2 in both directions. */
const TIMES = [1, 0.5, 2];
const FUNCTIONS = 100_000;
const QUICK_FUNCTIONS = 10_000;

/** What a monitor tells of a real engine: by the right profile nothing, and by one that is off by a factor of 2 that it is. */
export async function driftSuite(options: BenchOptions): Promise<SuiteOutcome> {
  const { processes, profile, quick } = options;
  if (profile === undefined)
    return { records: [], text: 'drift: give a calibration of this machine as --profile FILE', failures: [] };
  const cells: Cell[] = TIMES.flatMap((times) =>
    DRIFT_MODES.flatMap((mode) => [false, true].map((isLoaded) => ({ times, mode, isLoaded }))),
  ).filter(({ isLoaded, mode, times }) =>
    options.matches(mode, isLoaded ? 'changing load' : 'as it is', `times ${times}`),
  );
  const progress = options.progress(cells.length * processes);
  const records: DriftRecord[] = [];
  for (const cell of cells) {
    for (let process = 0; process < processes; process++) {
      progress.step(`drift ${cell.mode} ${cell.times}`);
      const functions = quick ? QUICK_FUNCTIONS : FUNCTIONS;
      const request: DriftRequest = { ...cell, profile, functions, seed: process + 1 };
      const answer = await askWorker<DriftAnswer>('drift/drift-worker', request);
      records.push({ process, request, ...answer });
    }
  }
  progress.done();
  const ofCell = ({ isLoaded, mode, times }: Cell) =>
    records.filter(
      ({ request }) => request.isLoaded === isLoaded && request.mode === mode && request.times === times,
    );
  const alarms = records.filter(({ request, told }) => request.times === 1 && told.length > 0);
  return {
    records,
    text: [
      'Drift that monitors tell of a real engine, which compiles the corpora in another order each time; "told" is after how many functions',
      'of the phase, warming up among them (median, least and most of the processes that were told), and what the adjusted profile charges.',
      '',
      plainTable(
        [
          'charged',
          'compiled',
          'cores',
          'processes',
          'functions',
          'unit',
          'false alarms',
          'validate',
          'translate',
        ],
        cells.map((cell) => row(cell, ofCell(cell))),
      ),
    ].join('\n'),
    failures: alarms.map(
      ({ process, request, told }) =>
        `drift: ${request.mode}, process ${process}: told falsely ${told.map(({ functions, phase, state }) => `${phase} ${state} after ${functions}`).join(', ')}`,
    ),
  };
}

function row({ isLoaded, mode, times }: Cell, records: readonly DriftRecord[]): string[] {
  const wanted = times < 1 ? 'slower' : 'faster';
  const found = (phase: 'validate' | 'translate'): string => {
    const told = records.flatMap(
      (record) => record.told.find((one) => one.phase === phase && one.state === wanted) ?? [],
    );
    const after = records.flatMap(({ chargedAfter }) => chargedAfter[phase] ?? []);
    const means = records.flatMap(
      ({ phases }) => phases.find((one) => one.phase === phase)?.overModules?.estimate ?? [],
    );
    if (times === 1) return `observed / charged ${ranged(means, 2)}`;
    if (told.length === 0) return 'never';
    return `${told.length} of ${records.length}: ${ranged(
      told.map(({ functions }) => functions),
      0,
    )}; charges ${ranged(after, 2)}`;
  };
  const falsely = records.reduce(
    (sum, { told }) => sum + told.filter(({ state }) => times === 1 || state !== wanted).length,
    0,
  );
  return [
    times === 1 ? 'right' : `times ${times}`,
    mode,
    isLoaded ? 'changing load' : 'as it is',
    String(records.length),
    ranged(
      records.map(({ phases }) => phases[2]!.functions),
      0,
    ),
    ranged(
      records.flatMap(({ unit }) => unit ?? []),
      2,
    ),
    String(falsely),
    found('validate'),
    found('translate'),
  ];
}

function ranged(values: readonly number[], digits: number): string {
  if (values.length === 0) return '-';
  const [middle, least, most] = [median(values), Math.min(...values), Math.max(...values)].map((value) =>
    value.toFixed(digits),
  );
  return least === most ? middle! : `${middle} (${least} to ${most})`;
}
