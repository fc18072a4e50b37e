import type { Chart } from '../charts/chart.js';
import { contentTable, type ContentTable } from '../content.js';
import type { MeasuredPhase, RecordedRun } from '../recorded-run/index.js';
import { duration, phaseLook, phasesOf, roughFigure, shortFigure } from '../wording.js';
import { origin } from './origin.js';

/** What the first so many functions of a fresh process take all together, beside what the warm price charges for them. */
export interface FirstFunctionsRow {
  readonly engine: string;
  readonly phase: MeasuredPhase;
  readonly functions: number;
  readonly nanoseconds: number;
  readonly timesWarm: number;
}

/** As the profiles tell it. */
export function firstFunctionRows({ profiles }: RecordedRun): FirstFunctionsRow[] {
  return profiles.flatMap(({ engine, policies }) =>
    Object.entries(policies.warm.phases).flatMap(([phase, { firstFunctions = [] }]) =>
      firstFunctions
        .filter(({ timesWarm }) => timesWarm > 0)
        .map((row) => ({ engine: engine.name, phase: phase as MeasuredPhase, ...row })),
    ),
  );
}

/** Of the first engine: the first one, and the most that were counted. */
export function firstFunctionsFinding(rows: readonly FirstFunctionsRow[]): string | undefined {
  const [first] = rows;
  if (first === undefined) return undefined;
  const own = rows.filter(({ engine }) => engine === first.engine);
  const parts = phasesOf(own).map((phase) => {
    const [one, ...more] = own.filter((row) => row.phase === phase);
    const last = more.at(-1);
    const all =
      last === undefined
        ? ''
        : ` (${last.functions.toLocaleString('en-US')} together: ${roughFigure(last.timesWarm)})`;
    return `${phase} ${roughFigure(one!.timesWarm)} times${all}`;
  });
  return `${first.engine}: the first of a fresh process takes so many times its warm price: ${parts.join(', ')}.`;
}

export function firstFunctionsChart(recorded: RecordedRun, rows: readonly FirstFunctionsRow[]): Chart {
  const { engine } = rows[0]!;
  return {
    title: `The first functions all together: ${engine}`,
    caption: `Time of the first so many functions (parse: modules) of a fresh process / what the warm price charges for them. ${origin(recorded)}`,
    xLabel: 'functions',
    yLabel: 'time / warm price',
    levels: [{ y: 1, label: '' }],
    series: phasesOf(rows).map((phase) => {
      const points = rows
        .filter((row) => row.phase === phase)
        .map(({ functions, nanoseconds, timesWarm }) => ({
          ...{ x: functions, y: timesWarm },
          note: `${phase}, the first ${functions.toLocaleString('en-US')}: ${duration(nanoseconds)}, ${shortFigure(timesWarm)} times the warm price`,
        }));
      return { name: phase, look: phaseLook(phase), points, line: points };
    }),
  };
}

export function firstFunctionsTable(rows: readonly FirstFunctionsRow[]): ContentTable {
  return contentTable(rows, [
    { heading: 'engine', cell: ({ engine }) => engine },
    { heading: 'phase', cell: ({ phase }) => phase },
    { heading: 'the first', cell: ({ functions }) => functions.toLocaleString('en-US'), numeric: true },
    { heading: 'take', cell: ({ nanoseconds }) => duration(nanoseconds), numeric: true },
    { heading: 'times the warm price', cell: ({ timesWarm }) => shortFigure(timesWarm), numeric: true },
  ]);
}
