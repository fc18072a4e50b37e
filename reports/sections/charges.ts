import { charts, list, paragraph, type ContentSection } from '../content.js';
import { fuelCosts, METERING_NOTE, meteringTable, type FuelCost } from '../metering-content.js';
import type { RecordedRun } from '../recorded-run/index.js';
import { counted, figure } from '../wording.js';
import { origin } from './origin.js';

/** What engines charge, and what a fuel's worth takes; only of a run that `wasm-dyno metering` was given. */
export function chargesSection(recorded: RecordedRun): ContentSection | undefined {
  const { run, metering } = recorded;
  const table = meteringTable(recorded);
  if (table === undefined || metering === undefined) return undefined;
  const programs = metering.programs.map(
    ({ name, description, source }) => `${name}: ${description}; ${source}`,
  );
  const costs = fuelCosts(recorded).filter(({ nanosecondsPerFuel }) => nanosecondsPerFuel !== undefined);
  const engines = [...new Set(costs.map(({ engine }) => engine))];
  return {
    id: 'charges',
    title: 'What is charged, and what it takes',
    short: 'Charges',
    finding: chargesFinding(costs),
    blocks: [
      paragraph(
        `On ${run.machine.cpuModel} (machine ${metering.machine}), ${metering.createdAt}, ${counted(metering.processes, 'process execution')} per engine. ${METERING_NOTE}`,
      ),
      charts(
        ...engines.map((engine) => {
          const own = costs.filter((cost) => cost.engine === engine);
          return {
            title: `Time of one fuel: ${engine}`,
            caption: `Equal times are a fair schedule. ${origin(recorded)}`,
            xLabel: 'work',
            yLabel: 'nanoseconds per fuel',
            categories: own.map(({ kind, what }) => `${kind} ${what}`),
            lying: true,
            series: [
              {
                name: engine,
                points: own.map(({ nanosecondsPerFuel }, x) => ({
                  ...{
                    x,
                    y: nanosecondsPerFuel!.estimate,
                    low: nanosecondsPerFuel!.low,
                    high: nanosecondsPerFuel!.high,
                  },
                })),
              },
            ],
          };
        }),
      ),
      { kind: 'table', table, caption: 'What is charged, and what it takes' },
      list([...programs, ...metering.notices]),
    ],
  };
}

function chargesFinding(costs: readonly FuelCost[]): string | undefined {
  const times = costs.map(({ nanosecondsPerFuel }) => nanosecondsPerFuel!.estimate);
  if (times.length === 0) return undefined;
  return `A fuel takes from ${figure(Math.min(...times))} to ${figure(Math.max(...times))} ns, by what it is charged for.`;
}
