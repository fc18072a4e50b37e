import { grouped, type ArmTime } from '../arm-times.js';
import type { Chart } from '../charts/chart.js';
import {
  charts,
  contentTable,
  foldedTable,
  paragraph,
  type ContentBlock,
  type ContentSection,
} from '../content.js';
import type { ModuleClosureRow } from '../recorded-run/index.js';
import type { ReportedRun } from '../reported-run.js';
import { figure, interval, phaseLook, phasesOf, roughFigure } from '../wording.js';
import { closureChart, closureFinding, closureTable, leftOutTable } from './module-closure.js';
import { modulePhasesChart } from './module-phases.js';
import { origin } from './origin.js';

/** Which module pays too much or too little, and which is dear by its bytes. */
export function modulesSection(recorded: ReportedRun): ContentSection | undefined {
  const rows = recorded.modules.filter(({ temperature }) => temperature === 'warm');
  const arms = recorded.arms.filter(isOfOneModule);
  const engines = [...grouped(rows, ({ engine }) => [engine])];
  // An engine whose prices were not held against single modules has the times of those it was timed on.
  const timed = [...grouped(arms, ({ engine }) => [engine])]
    .filter(([{ engine } = arms[0]!]) => !rows.some((row) => row.engine === engine))
    .flatMap((own) => moduleChart(recorded, own));
  if (engines.length === 0 && timed.length === 0) return undefined;
  return {
    id: 'modules',
    title: 'By module',
    short: 'Modules',
    finding: closureFinding(rows) ?? dearestFinding(arms),
    blocks: [
      paragraph('One price holds for all modules, and none of them costs just that.'),
      charts(
        ...engines.flatMap((own) => [closureChart(recorded, own), modulePhasesChart(recorded, own)]),
        ...timed,
      ),
      ...engines.flatMap((own) => moduleTables(recorded, own)),
      ...(arms.length === 0 ? [] : [foldedTable('Time per byte of each module', moduleTable(arms))]),
    ],
  };
}

function moduleTables(recorded: ReportedRun, rows: readonly ModuleClosureRow[]): ContentBlock[] {
  const { engine } = rows[0]!;
  const leftOut = leftOutTable(recorded, engine);
  return [
    ...(leftOut === undefined
      ? []
      : [
          {
            kind: 'table' as const,
            caption: `How far one module moves the price: ${engine}`,
            table: leftOut,
          },
        ]),
    foldedTable(`What each module is charged and takes: ${engine}`, closureTable(rows)),
  ];
}

function isOfOneModule({ sizeClass, temperature, module }: ArmTime): boolean {
  return sizeClass === 'all' && temperature === 'warm' && !/^\d+ modules$/.test(module);
}

function dearestFinding(arms: readonly ArmTime[]): string | undefined {
  const [first] = arms;
  if (first === undefined) return undefined;
  const own = dearestFirst(
    arms.filter(({ engine, phase }) => engine === first.engine && phase === first.phase),
  );
  const [worst, best] = [own[0]!, own.at(-1)!];
  if (worst === best) return undefined;
  const times = worst.nanosecondsPerByte.estimate / best.nanosecondsPerByte.estimate;
  return `${first.engine} ${first.phase}: a byte of ${worst.module} takes ${roughFigure(times)} times as long as one of ${best.module}.`;
}

function dearestFirst(arms: readonly ArmTime[]): ArmTime[] {
  return [...arms].sort((a, b) => b.nanosecondsPerByte.estimate - a.nanosecondsPerByte.estimate);
}

function moduleChart(recorded: ReportedRun, arms: readonly ArmTime[]): Chart[] {
  const phases = phasesOf(arms);
  const names = [...new Set(dearestFirst(arms).map(({ module }) => module))];
  if (names.length < 2) return [];
  return [
    {
      title: `Time per byte by module: ${arms[0]!.engine}, warm`,
      caption: `${phases.join(', ')}, the dearest module on top; medians over processes with their quartiles. ${origin(recorded)}`,
      xLabel: 'module',
      yLabel: 'nanoseconds per byte',
      categories: names,
      lying: true,
      series: phases.map((phase) => ({
        name: phase,
        look: phaseLook(phase),
        points: arms
          .filter((arm) => arm.phase === phase)
          .map(({ module, nanosecondsPerByte: { estimate, low, high } }) => ({
            x: names.indexOf(module),
            y: estimate,
            low,
            high,
          })),
      })),
    },
  ];
}

function moduleTable(arms: readonly ArmTime[]) {
  return contentTable(dearestFirst(arms), [
    { heading: 'engine', cell: ({ engine }) => engine },
    { heading: 'phase', cell: ({ phase }) => phase },
    { heading: 'module', cell: ({ module }) => module },
    { heading: 'bytes', cell: ({ meanBytes }) => figure(meanBytes), numeric: true },
    { heading: 'ns per byte', cell: (arm) => figure(arm.nanosecondsPerByte.estimate), numeric: true },
    { heading: 'quartiles', cell: (arm) => interval(arm.nanosecondsPerByte), numeric: true },
    { heading: 'processes', cell: ({ processes }) => String(processes), numeric: true },
  ]);
}
