import {
  charts,
  contentTable,
  foldedTable,
  paragraph,
  type ContentBlock,
  type ContentSection,
} from '../content.js';
import type { Chart, ChartPoint } from '../charts/chart.js';
import { prices, type Price } from '../prices.js';
import type { ReportedRun } from '../reported-run.js';
import { scaled } from '../bounded.js';
import type { ArmTime } from '../arm-times.js';
import type { SlopeRecord } from '../recorded-run/index.js';
import { armTable } from './arm-table.js';
import { warmSlope } from './size-line.js';
import { standing } from '../verdict-words.js';
import { duration, figure, interval, level, phaseLook, phasesOf, roughFigure } from '../wording.js';
import { origin } from './origin.js';

/** What a first call costs beside one in code that has run for long. */
export function coldSection(recorded: ReportedRun): ContentSection | undefined {
  const all = prices(recorded);
  const pairs = all.flatMap((cold) => {
    const warm = all.find(
      (one) => one.engine === cold.engine && one.phase === cold.phase && one.temperature === 'warm',
    );
    return cold.temperature === 'cold' && warm !== undefined ? [{ cold, warm }] : [];
  });
  if (pairs.length === 0) return undefined;
  const name = ({ engine, phase }: Price) => (recorded.run.engines.length > 1 ? `${engine} ${phase}` : phase);
  const point = ({ multiplier, low, high, confidenceLevel }: Price, x: number) => ({
    ...{ x, y: multiplier },
    ...(confidenceLevel > 0 ? { low, high } : {}),
  });
  const { tally } = standing(pairs.map(({ cold }) => cold.verdict));
  return {
    id: 'cold',
    title: 'Cold beside warm',
    short: 'Cold',
    finding: `${freshProcessTimes(recorded)}${pairs.map(({ cold, warm }) => `${name(cold)} ${roughFigure(cold.multiplier / warm.multiplier)} times`).join(', ')} as dear on the first call (cold prices: ${tally}).`,
    blocks: [
      paragraph(
        'Warm: the compiler has run for long. Cold: the first call in a fresh process, start-up of the code itself included.',
      ),
      charts(
        {
          title: 'Multiplier of the first call beside the warm one',
          caption: `Price of a byte / that of filling one by ${pairs[0]!.warm.memset}; medians over processes with their intervals. ${origin(recorded)}`,
          xLabel: 'phase',
          yLabel: 'multiplier',
          categories: pairs.map(({ cold }) => name(cold)),
          lying: true,
          series: [
            { name: 'warm', points: pairs.map(({ warm }, x) => point(warm, x)) },
            { name: 'cold', points: pairs.map(({ cold }, x) => point(cold, x)) },
          ],
        },
        ...recorded.run.engines.map((engine) => coldTimeChart(recorded, engine.name)),
      ),
      foldedTable(
        'Cold and warm multipliers',
        contentTable(
          pairs.flatMap(({ warm, cold }) => [warm, cold]),
          [
            { heading: 'engine', cell: ({ engine }) => engine },
            { heading: 'phase', cell: ({ phase }) => phase },
            { heading: 'code', cell: ({ temperature }) => temperature },
            { heading: 'multiplier', cell: ({ multiplier }) => figure(multiplier), numeric: true },
            {
              heading: 'interval',
              cell: (row) => (row.confidenceLevel > 0 ? interval(row) : ''),
              numeric: true,
            },
            { heading: 'level', cell: level, numeric: true },
            { heading: 'processes', cell: ({ processes }) => String(processes), numeric: true },
            { heading: 'verdict', cell: ({ verdict }) => verdict },
          ],
        ),
      ),
      ...coldTimeTable(recorded),
    ],
  };
}

/** What is paid once a process, before the first byte: what a cold start costs. */
function freshProcessTimes({ profiles, run }: ReportedRun): string {
  const parts = profiles.flatMap(({ engine, policies }) => {
    const times = Object.entries(policies.cold?.phases ?? {}).flatMap(([phase, { constants }]) =>
      constants
        .filter(({ per }) => per === 'process')
        .map(({ nanoseconds }) => `${phase} ${duration(nanoseconds.estimate)}`),
    );
    if (times.length === 0) return [];
    return [`${run.engines.length > 1 ? `${engine.name}: ` : ''}${times.join(', ')}`];
  });
  return parts.length === 0 ? '' : `A fresh process pays before the first byte: ${parts.join('; ')}. `;
}

/** The first call's time by what it was given, with the line that warm code keeps. */
function coldTimeChart(recorded: ReportedRun, engine: string): Chart | undefined {
  const arms = recorded.arms.filter((arm) => arm.engine === engine && arm.temperature === 'cold');
  if (arms.length === 0) return undefined;
  return {
    title: `Time of the first call by its size: ${engine}`,
    caption: `Points: first calls of fresh processes, medians with their quartiles. Lines: what the warm price charges for the same functions. ${origin(recorded)}`,
    xLabel: 'bytes of the functions, or of the module',
    yLabel: 'nanoseconds',
    xBytes: true,
    series: phasesOf(arms).map((phase) => {
      const own = arms.filter((arm) => arm.phase === phase);
      const slope = warmSlope(recorded, { engine, phase });
      return {
        name: phase,
        look: phaseLook(phase),
        points: own.map(({ arm, functions, meanBytes, nanosecondsPerByte }) => {
          const bytes = functions * meanBytes;
          const { estimate, low, high } = scaled(nanosecondsPerByte, bytes);
          const note = `${arm}: ${duration(estimate)} for ${figure(functions)} of ${figure(bytes)} bytes`;
          return { x: bytes, y: estimate, low, high, note };
        }),
        line:
          slope === undefined ? [] : own.map((arm) => chargedPoint(slope, arm)).toSorted((a, b) => a.x - b.x),
      };
    }),
  };
}

/** What the pictures draw, point by point. */
function coldTimeTable(recorded: ReportedRun): ContentBlock[] {
  const arms = recorded.arms.filter(({ temperature }) => temperature === 'cold');
  if (arms.length === 0) return [];
  const rows = arms.map((arm) => {
    const bytes = arm.functions * arm.meanBytes;
    const slope = warmSlope(recorded, arm);
    return {
      ...{ ...arm, bytes, time: scaled(arm.nanosecondsPerByte, bytes) },
      charged: slope && chargedPoint(slope, arm).y,
    };
  });
  const table = armTable(rows, [
    { heading: 'functions', cell: ({ functions }) => figure(functions), numeric: true },
    { heading: 'bytes', cell: ({ bytes }) => figure(bytes), numeric: true },
    { heading: 'ns', cell: ({ time }) => figure(time.estimate), numeric: true },
    { heading: 'quartiles', cell: ({ time }) => interval(time), numeric: true },
    {
      heading: 'warm price, ns',
      cell: ({ charged }) => (charged === undefined ? '' : figure(charged)),
      numeric: true,
    },
  ]);
  return [foldedTable('Time of the first calls', table)];
}

function chargedPoint(
  { nanosecondsPerByte, nanosecondsPerFunction }: SlopeRecord,
  { functions, meanBytes }: ArmTime,
): ChartPoint {
  const bytes = functions * meanBytes;
  return { x: bytes, y: functions * nanosecondsPerFunction.estimate + bytes * nanosecondsPerByte.estimate };
}
