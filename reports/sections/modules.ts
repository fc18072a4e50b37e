import type { ArmTime } from '../arm-times.js';
import type { Chart } from '../charts/chart.js';
import { charts, contentTable, foldedTable, paragraph, type ContentSection } from '../content.js';
import type { ReportedRun } from '../reported-run.js';
import { figure, interval, phaseLook, phasesOf, roughFigure } from '../wording.js';
import { origin } from './origin.js';

/** Which module is dear by its bytes: phases that are timed module by module. */
export function modulesSection(recorded: ReportedRun): ContentSection | undefined {
  const arms = recorded.arms.filter(isOfOneModule);
  const engines = [...new Set(arms.map(({ engine }) => engine))];
  const drawn = engines.flatMap((engine) =>
    moduleChart(
      recorded,
      arms.filter((arm) => arm.engine === engine),
    ),
  );
  if (drawn.length === 0) return undefined;
  return {
    id: 'modules',
    title: 'By module',
    short: 'Modules',
    finding: moduleFinding(arms),
    blocks: [
      paragraph(
        'One price holds for all modules, and none of them costs just that. The dearest module by its bytes stands at the top.',
      ),
      charts(...drawn),
      foldedTable('Time per byte of each module', moduleTable(arms)),
    ],
  };
}

function isOfOneModule({ sizeClass, temperature, module }: ArmTime): boolean {
  return sizeClass === 'all' && temperature === 'warm' && !/^\d+ modules$/.test(module);
}

function moduleFinding(arms: readonly ArmTime[]): string | undefined {
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
      caption: `${phases.join(', ')}; medians over processes with their quartiles. ${origin(recorded)}`,
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
    { heading: 'quartiles', cell: (arm) => interval(arm.nanosecondsPerByte) },
    { heading: 'processes', cell: ({ processes }) => String(processes), numeric: true },
  ]);
}
