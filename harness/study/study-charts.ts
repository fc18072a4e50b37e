import { comparisonChart, type Chart, compareEngines, type ComparedPhase } from '@wasm-dyno/reports';
import { SIZE_CLASS_NAMES, MEMSET_REGIMES, type RecordedRun } from '@wasm-dyno/reports/recorded-run';
import { CLAIM_LEVELS } from './claims.js';

/** The study's pictures by the end of their file names. */
export function studyCharts(runs: readonly RecordedRun[]): ReadonlyMap<string, Chart> {
  return new Map([
    ...runs.slice(0, 1).map((run): [string, Chart] => ['engines', comparisonChart(run)]),
    ['by-regime', regimeChart(runs)],
    ['by-size', sizeChart(runs)],
  ]);
}

/** Wasmi's ratios by regime, between the claims. */
function regimeChart(runs: readonly RecordedRun[]): Chart {
  const rows = MEMSET_REGIMES.flatMap((regime) => runs.flatMap((run) => compareEngines(run, regime)));
  const shown = rows.filter(({ engine, phase }) => engine === 'wasmi' && phase !== 'parse');
  return {
    title: 'Wasmi: compile / memset by regime of the memset, between the claims',
    caption: 'Time at equal bytes, warm, whole corpus; medians over processes with their intervals.',
    xLabel: 'regime of the memset',
    yLabel: 'ratio',
    categories: [...MEMSET_REGIMES],
    levels: CLAIM_LEVELS,
    series: seriesOf(
      shown,
      ({ phase }) => phase,
      ({ regime }) => MEMSET_REGIMES.indexOf(regime),
    ),
  };
}

/** Ratio by function size against the hot memset: a series per engine and phase timed per function. */
function sizeChart(runs: readonly RecordedRun[]): Chart {
  const rows = runs.flatMap(({ summary }) => {
    const hot = summary.filter(
      ({ temperature, regime, sizeClass }) =>
        temperature === 'warm' && regime === 'hot' && sizeClass !== 'all',
    );
    return hot.filter(({ engine, kernel }) => kernel === hot.find((row) => row.engine === engine)!.kernel);
  });
  const classes = SIZE_CLASS_NAMES.filter((name) => rows.some(({ sizeClass }) => sizeClass === name));
  return {
    title: 'Compile / memset by function size',
    caption: 'Against a memset in the cache; under some 256 bytes the memset is its own call.',
    xLabel: 'body bytes',
    yLabel: 'ratio',
    categories: classes,
    series: seriesOf(
      rows,
      ({ engine, phase }) => `${engine} ${phase}`,
      ({ sizeClass }) => classes.indexOf(sizeClass),
    ),
  };
}

function seriesOf<Row extends Pick<ComparedPhase, 'ratio' | 'low' | 'high'>>(
  rows: readonly Row[],
  nameOf: (row: Row) => string,
  placeOf: (row: Row) => number,
): Chart['series'] {
  return [...new Set(rows.map(nameOf))].map((name) => ({
    name,
    points: rows
      .filter((row) => nameOf(row) === name)
      .map((row) => ({ x: placeOf(row), y: row.ratio, low: row.low, high: row.high })),
  }));
}
