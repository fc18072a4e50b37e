import type { Chart } from '../charts/chart.js';
import { shortFigure } from '../wording.js';
import type { ModuleClosureRow, RecordedRun } from '../recorded-run/index.js';
import { origin } from './origin.js';
import { stackedPhases } from './stacked-phases.js';

/** What a byte of each module takes, phase upon phase, an engine's: the dearest module on top. */
export function modulePhasesChart(
  recorded: RecordedRun,
  rows: readonly ModuleClosureRow[],
): Chart | undefined {
  const modules = [...new Set(rows.map(({ module }) => module))];
  const bodyBytes = new Map(modules.map((module) => [module, fewestBytes(rows, module)]));
  const timeOf = (row: ModuleClosureRow) =>
    (row.nanosecondsPerByte * row.corpusBytes) / bodyBytes.get(row.module)!;
  const total = (module: string) =>
    rows.filter((row) => row.module === module).reduce((sum, row) => sum + timeOf(row), 0);
  const names = modules.toSorted((a, b) => total(b) - total(a));
  const stacked = stackedPhases(rows, (row) => ({
    ...{ x: names.indexOf(row.module), y: timeOf(row) },
    note: `${row.module}, ${row.phase}: ${shortFigure(timeOf(row))} ns per body byte`,
  }));
  if (stacked === undefined) return undefined;
  return {
    title: `Phases by module: ${rows[0]!.engine}, warm`,
    caption: `Nanoseconds for each body byte until it can run, parsing the whole module included; medians over processes. ${origin(recorded)}`,
    xLabel: 'module',
    yLabel: 'nanoseconds per body byte',
    categories: names,
    ...stacked,
  };
}

/** A module's bodies are fewer bytes than the module, by which parsing is told. */
function fewestBytes(rows: readonly ModuleClosureRow[], of: string): number {
  return Math.min(
    ...rows
      .filter(({ module, corpusBytes }) => module === of && corpusBytes > 0)
      .map(({ corpusBytes }) => corpusBytes),
  );
}
