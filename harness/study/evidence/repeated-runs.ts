import { alignedTable } from '@wasm-dyno/reports/aligned-table';
import type { RunEstimates } from '../../estimate/index.js';
import { percent, shortFigure } from '@wasm-dyno/reports/wording';
import { median } from '../../statistics/index.js';
import { quantitiesOf, spreadsTable, type Interval } from '../run-quantities.js';
import type { StudiedRun } from './studied-run.js';

/** The unit and the warm prices. */
function warmQuantities({ estimates: { prices, units } }: StudiedRun): Map<string, Interval> {
  return quantitiesOf({
    prices: prices.filter(({ temperature }) => temperature === 'warm'),
    units: units.map(({ record }) => record),
  });
}

/** How far runs lie apart, and where one of a busy machine lies. */
export function repeatedRuns(runs: readonly StudiedRun[], busy: StudiedRun | undefined): string[] {
  const told = runs.map(warmQuantities);
  const apart = runs.length > 1 ? [spreadsTable(told)] : ['Of one run there is nothing to say: name more.'];
  return busy === undefined ? apart : [...apart, '', besideTable(told, busy), '', flagging(busy)];
}

function besideTable(quiet: readonly ReadonlyMap<string, Interval>[], busy: StudiedRun): string {
  const rows = [...warmQuantities(busy)].flatMap(([name, { estimate }]) => {
    const others = quiet.flatMap((run) => run.get(name)?.estimate ?? []);
    if (others.length === 0) return [];
    const middle = median(others);
    return [[name, shortFigure(middle), shortFigure(estimate), percent(estimate / middle - 1)]];
  });
  return alignedTable({
    heading: ['quantity', 'median', `busy: ${busy.name}`, 'change'],
    rows,
    numeric: [1, 2, 3],
  });
}

/** What a reader of the busy run is told. */
function flagging({ estimates, name }: StudiedRun): string {
  const { disturbances, prices, ratios } = estimates;
  const thrownAway = disturbances.map(
    ({ engine, thrownAwayShare }) => `${percent(thrownAwayShare)} of ${engine}`,
  );
  const warm = prices.filter(({ temperature }) => temperature === 'warm');
  const verdicts = warm.map(({ engine, phase, verdict }) => `${engine} ${phase} ${verdict}`);
  return `${name}: pairs disturbed ${thrownAway.join(', ')}; verdicts ${verdicts.join(', ')}; warned of ${warningKinds(ratios)}`;
}

function warningKinds(ratios: RunEstimates['ratios']): string {
  const warm = ratios.filter(({ temperature }) => temperature === 'warm');
  const kinds = [...new Set(warm.flatMap(({ reasons }) => reasons))];
  return kinds.length === 0 ? 'nothing' : kinds.join(', ');
}
