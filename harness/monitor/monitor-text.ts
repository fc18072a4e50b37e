import { counted } from '@wasm-dyno/reports/wording';
import type { CompileMonitor, MonitorRecord, PhaseReport } from '@wasm-dyno/engine';
import { alignedTable } from '@wasm-dyno/reports/aligned-table';

/** The monitor's report as an aligned table, and where the fuel lies on an axis of observed / charged. */
export function monitorText(monitor: CompileMonitor): string {
  const { phases, services, settings, unit } = monitor.report();
  const charged =
    settings.profile === null
      ? 'charged without a profile'
      : `charged by the ${settings.profile.policy} policy of the profile of ${settings.profile.createdAt}`;
  const memset =
    unit === undefined
      ? []
      : [
          settings.profile === null
            ? `A byte filled takes ${unit.estimate.toPrecision(3)} ns.`
            : `The memset takes ${unit.estimate.toFixed(2)} times the profile's.`,
        ];
  const proposals = phases.flatMap(({ phase, proposal }) =>
    proposal === undefined
      ? []
      : [
          `${phase}: multiply its price by ${proposal.estimate.toFixed(3)} (${proposal.low.toFixed(3)} to ${proposal.high.toFixed(3)}).`,
        ],
  );
  return [
    `${counted(services, 'service')}, ${charged}`,
    '',
    phaseTable(phases),
    '',
    ...chart(monitor.toJSON()),
    ...(memset.length + proposals.length === 0 ? [] : ['', ...memset, ...proposals]),
    '',
  ].join('\n');
}

function phaseTable(phases: readonly PhaseReport[]): string {
  return alignedTable({
    heading: [
      'phase',
      'functions',
      'fuel',
      'median',
      'p99',
      'modules',
      'observed / charged',
      'may be',
      'state',
    ],
    rows: phases.map(cells),
    numeric: [1, 2, 3, 4, 5, 6, 7],
  });
}

function cells(report: PhaseReport): string[] {
  const { bounds, functions, fuelCharged, medianNanoseconds, modules, overModules, p99Nanoseconds, phase } =
    report;
  const { state } = report;
  return [
    phase,
    functions.toLocaleString('en'),
    fuelCharged.toLocaleString('en'),
    time(medianNanoseconds),
    time(p99Nanoseconds),
    modules.toLocaleString('en'),
    overModules === undefined
      ? '-'
      : `${overModules.estimate.toFixed(2)} (${overModules.low.toFixed(2)} to ${overModules.high.toFixed(2)})`,
    `${bounds.low.toFixed(2)} to ${bounds.high.toFixed(2)}`,
    state === 'slower' || state === 'faster' ? `DRIFT: ${state}` : state,
  ];
}

function time(nanoseconds: number | undefined): string {
  if (nanoseconds === undefined) return '-';
  if (nanoseconds < 1e3) return `${nanoseconds.toFixed(0)} ns`;
  return nanoseconds < 1e6 ? `${(nanoseconds / 1e3).toFixed(1)} us` : `${(nanoseconds / 1e6).toFixed(1)} ms`;
}

const BLOCKS = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
/** The axis: from 1/8 to 8, so many columns to a doubling; what lies beyond is drawn at its ends. */
const [DOUBLINGS, COLUMNS] = [3, 8];
const RECORDED = { lowest: -10, bucketsPerDoubling: 24 };

function chart({ phases }: MonitorRecord): string[] {
  const width = 2 * DOUBLINGS * COLUMNS;
  const lines = Object.entries(phases).map(([phase, { ratios }]) => {
    const columns = new Array<number>(width).fill(0);
    for (const [index, , weight] of ratios.buckets) {
      const exponent = RECORDED.lowest + (index + 0.5) / RECORDED.bucketsPerDoubling;
      const column = Math.floor((exponent + DOUBLINGS) * COLUMNS);
      columns[Math.min(width - 1, Math.max(0, column))]! += weight;
    }
    const most = Math.max(...columns);
    const blocks = columns.map((weight) => BLOCKS[most === 0 ? 0 : Math.ceil((8 * weight) / most)]);
    return `${phase.padEnd(9)} |${blocks.join('')}|`;
  });
  const marks = Array.from({ length: 2 * DOUBLINGS }, (_, i) => String(2 ** (i - DOUBLINGS)).padEnd(COLUMNS));
  return ['Fuel by observed / charged:', ...lines, `${' '.repeat(11)}${marks.join('')}8`];
}
