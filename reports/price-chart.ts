import type { Chart } from './charts/chart.js';
import { prices } from './prices.js';
import type { ReportedRun } from './reported-run.js';
import { origin } from './sections/origin.js';
import { phaseLook } from './wording.js';

/** The warm multipliers of several engines, as the table of prices has them; undefined where none has a price. */
export function multiplierChart(recorded: ReportedRun): Chart | undefined {
  const rows = prices(recorded).filter(
    ({ temperature, quantity }) => temperature === 'warm' && quantity === 'multiplier',
  );
  if (rows.length === 0) return undefined;
  const engines = [...new Set(rows.map(({ engine }) => engine))];
  const memsets = [...new Set(rows.map(({ memset }) => memset))];
  return {
    title: 'Multiplier by engine and phase',
    caption: `Warm price of a byte / that of filling one${memsets.length === 1 ? ` by ${memsets[0]!}` : ', each engine by its own memset'}; medians over processes with their intervals. ${origin(recorded)}`,
    xLabel: 'engine',
    yLabel: 'multiplier',
    categories: engines,
    series: [...new Set(rows.map(({ phase }) => phase))].map((phase) => ({
      name: phase,
      look: phaseLook(phase),
      points: rows
        .filter((row) => row.phase === phase)
        .map(({ engine, multiplier, low, high, confidenceLevel }) => ({
          ...{ x: engines.indexOf(engine), y: multiplier },
          ...(confidenceLevel > 0 ? { low, high } : {}),
        })),
    })),
  };
}
