import type { Chart } from '../charts/chart.js';
import { contentTable, type ContentTable } from '../content.js';
import type { ModuleClosureRow, RecordedRun } from '../recorded-run/index.js';
import { figure, phaseLook, phasesOf, shortFigure, shortInterval } from '../wording.js';
import { origin } from './origin.js';

/** Charge / time of each module, an engine's: 1 is a module that pays what it costs; who pays least stands on top. */
export function closureChart(recorded: RecordedRun, rows: readonly ModuleClosureRow[]): Chart {
  const names = leastPaidFirst(rows);
  return {
    title: `Charge / time by module: ${rows[0]!.engine}, warm`,
    caption:
      `1: the module pays what it costs; left of it the host pays the rest. Medians over processes with their intervals; ` +
      `the module that pays least is on top. ${origin(recorded)}`,
    xLabel: 'module',
    yLabel: 'charge / time',
    categories: names,
    lying: true,
    levels: [{ y: 1, label: '' }],
    series: phasesOf(rows).map((phase) => ({
      name: phase,
      look: phaseLook(phase),
      points: rows
        .filter((row) => row.phase === phase)
        .map(({ module, closure, low, high, closureLeftOut }) => ({
          ...{ x: names.indexOf(module), y: closure, low, high },
          note: `${module}, ${phase}: ${figure(closure)} (${figure(low)} to ${figure(high)})${
            closureLeftOut === undefined ? '' : `; by prices found without it ${figure(closureLeftOut)}`
          }`,
        })),
    })),
  };
}

/** By the phase that takes most of the time: what a module pays of that is what matters. */
export function leastPaidFirst(rows: readonly ModuleClosureRow[]): string[] {
  const least = new Map<string, number>();
  for (const { module, closure, nanosecondsPerByte } of rows.toSorted(
    (a, b) => a.nanosecondsPerByte - b.nanosecondsPerByte,
  ))
    if (nanosecondsPerByte > 0) least.set(module, closure);
  return [...least].sort(([, a], [, b]) => a - b).map(([module]) => module);
}

/** Who pays most beyond what it costs, and who least. */
export function closureFinding(rows: readonly ModuleClosureRow[]): string | undefined {
  const [first] = rows;
  if (first === undefined) return undefined;
  const own = rows.filter(({ engine }) => engine === first.engine);
  const sorted = own.toSorted((a, b) => a.closure - b.closure);
  const [least, most] = [sorted[0]!, sorted.at(-1)!];
  const paid = (row: ModuleClosureRow) =>
    `${row.module} pays ${shortFigure(row.closure)} of its ${row.phase} time`;
  return `${first.engine}: worst off is ${most.module}, which pays ${shortFigure(most.closure)} times its ${most.phase} time; ${paid(least)}.`;
}

export function closureTable(rows: readonly ModuleClosureRow[]): ContentTable {
  const sorted = phasesOf(rows).flatMap((phase) =>
    rows.filter((row) => row.phase === phase).toSorted((a, b) => a.closure - b.closure),
  );
  return contentTable(sorted, [
    { heading: 'phase', cell: ({ phase }) => phase },
    { heading: 'module', cell: ({ module }) => module },
    { heading: 'functions', cell: ({ functions }) => figure(functions), numeric: true },
    { heading: 'bytes timed', cell: ({ bytes }) => figure(bytes), numeric: true },
    { heading: 'ns per byte', cell: (row) => shortFigure(row.nanosecondsPerByte), numeric: true },
    { heading: 'charged', cell: (row) => shortFigure(row.chargedNanosecondsPerByte), numeric: true },
    { heading: 'charge / time', cell: ({ closure }) => shortFigure(closure), numeric: true },
    { heading: 'interval', cell: shortInterval, numeric: true },
    {
      heading: 'by prices without it',
      cell: ({ closureLeftOut }) => (closureLeftOut === undefined ? '' : shortFigure(closureLeftOut)),
      numeric: true,
    },
  ]);
}

/** Between which bounds the multipliers move when one module is left out, or others are taken. */
export function leftOutTable({ fits }: RecordedRun, engine: string): ContentTable | undefined {
  const rows = (fits?.prices ?? []).flatMap((one) =>
    one.engine === engine && one.temperature === 'warm' && one.leaveOneModuleOut !== null
      ? [{ ...one, leftOut: one.leaveOneModuleOut }]
      : [],
  );
  const kernels = [...new Set(rows.map(({ kernel }) => kernel))];
  const own = rows.filter(({ kernel }) => kernel === kernels[0]);
  if (own.length === 0) return undefined;
  return contentTable(own, [
    { heading: 'phase', cell: ({ phase }) => phase },
    { heading: 'multiplier', cell: ({ multiplier }) => shortFigure(multiplier.estimate), numeric: true },
    { heading: 'least, one left out', cell: ({ leftOut }) => shortFigure(leftOut.low), numeric: true },
    { heading: 'without', cell: ({ leftOut }) => leftOut.lowWithout },
    { heading: 'most', cell: ({ leftOut }) => shortFigure(leftOut.high), numeric: true },
    { heading: 'without', cell: ({ leftOut }) => leftOut.highWithout },
    {
      heading: 'with other modules',
      cell: ({ corpusInterval }) => (corpusInterval === null ? '' : shortInterval(corpusInterval)),
      numeric: true,
    },
  ]);
}
