import { grouped, type ProcessTime } from '../arm-times.js';
import type { Chart } from '../charts/chart.js';
import {
  chartBeside,
  contentTable,
  foldedTable,
  paragraph,
  type ContentSection,
  type ContentTable,
} from '../content.js';
import type { ReportedRun } from '../reported-run.js';
import { median } from '../sample.js';
import { figure, percent, phaseLook } from '../wording.js';
import { origin } from './origin.js';

/** How far process executions differ from one another: what the intervals are made of. */
export function processesSection(recorded: ReportedRun): ContentSection | undefined {
  const times = recorded.processTimes.filter(({ temperature }) => temperature === 'warm');
  const groups = [...grouped(inOrder(times), ({ engine, phase }) => [engine, phase])].filter(
    (own) => own.length > 1,
  );
  if (groups.length === 0) return undefined;
  const spreads = groups.map(spread);
  const several = recorded.run.engines.length > 1;
  return {
    id: 'processes',
    title: 'Distribution over processes',
    short: 'Processes',
    finding: `The slowest process execution beside the fastest: ${spreads.map(({ engine, phase, slowest }) => `${groups.length > 3 ? `${engine} ` : ''}${phase} ${percent(slowest, 0)} longer`).join(', ')}.`,
    blocks: [
      paragraph(
        'Each point is one fresh process that timed everything. Rounds within a process agree far better than processes do, so the process is the sampling unit.',
      ),
      chartBeside(
        processChart(recorded, groups),
        'Spread over processes',
        contentTable(spreads, [
          { heading: 'phase', cell: ({ engine, phase }) => (several ? `${engine} ${phase}` : phase) },
          { heading: 'processes', cell: ({ processes }) => String(processes), numeric: true },
          { heading: 'fastest, ns/byte', cell: ({ least }) => figure(least), numeric: true },
          { heading: 'median', cell: ({ middle }) => figure(middle), numeric: true },
          { heading: 'slowest', cell: ({ most }) => figure(most), numeric: true },
          { heading: 'apart', cell: ({ slowest }) => `+${percent(slowest)}`, numeric: true },
        ]),
      ),
      foldedTable('Time per byte of every process execution', processTable(groups, several)),
    ],
  };
}

function inOrder(times: readonly ProcessTime[]): ProcessTime[] {
  return times.toSorted(
    (a, b) => a.engine.localeCompare(b.engine) || phaseLook(a.phase) - phaseLook(b.phase),
  );
}

function spread(own: readonly ProcessTime[]) {
  const times = own.map(({ nanosecondsPerByte }) => nanosecondsPerByte);
  const [least, most] = [Math.min(...times), Math.max(...times)];
  const { engine, phase } = own[0]!;
  return {
    engine,
    phase,
    processes: own.length,
    least,
    most,
    middle: median(times),
    slowest: most / least - 1,
  };
}

/** What the picture draws, point by point. */
function processTable(groups: readonly (readonly ProcessTime[])[], several: boolean): ContentTable {
  const rows = groups.flatMap((own) => {
    const middle = median(own.map(({ nanosecondsPerByte }) => nanosecondsPerByte));
    return own.map((one) => ({ ...one, beside: one.nanosecondsPerByte / middle }));
  });
  return contentTable(rows, [
    { heading: 'phase', cell: ({ engine, phase }) => (several ? `${engine} ${phase}` : phase) },
    { heading: 'process', cell: ({ process }) => String(process), numeric: true },
    { heading: 'ns per byte', cell: ({ nanosecondsPerByte }) => figure(nanosecondsPerByte), numeric: true },
    { heading: 'beside the median', cell: ({ beside }) => figure(beside), numeric: true },
    { heading: 'blocks disturbed', cell: ({ disturbedShare }) => percent(disturbedShare), numeric: true },
    { heading: 'flagged otherwise', cell: ({ flaggedShare }) => percent(flaggedShare), numeric: true },
  ]);
}

function processChart(recorded: ReportedRun, groups: readonly (readonly ProcessTime[])[]): Chart {
  const several = recorded.run.engines.length > 1;
  return {
    title: 'Time per byte of each process execution',
    caption: `Warm, arms weighted by the bytes they stand for; 1 is the median of the phase. ${origin(recorded)}`,
    xLabel: 'phase',
    yLabel: 'time beside the median',
    categories: groups.map(([one]) => (several ? `${one!.engine} ${one!.phase}` : one!.phase)),
    lying: true,
    yScale: 'linear',
    series: [
      {
        name: 'process executions',
        cloud: true,
        points: groups.flatMap((own, place) => {
          const middle = median(own.map(({ nanosecondsPerByte }) => nanosecondsPerByte));
          return own.map(({ process, nanosecondsPerByte, disturbedShare }, index) => ({
            // Spread over the row, so that points do not hide each other.
            x: place + 0.5 * (((index * 7) % own.length) / own.length - 0.5),
            y: nanosecondsPerByte / middle,
            note: `process ${process}: ${figure(nanosecondsPerByte)} ns per byte, ${percent(disturbedShare)} of its blocks disturbed`,
          }));
        }),
      },
    ],
  };
}
