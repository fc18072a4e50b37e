import { charts, contentTable, foldedTable, paragraph, type ContentSection } from '../content.js';
import { prices, type Price } from '../prices.js';
import type { RecordedRun } from '../recorded-run/index.js';
import { standing } from '../verdict-words.js';
import { figure, interval, level, roughFigure } from '../wording.js';
import { origin } from './origin.js';

/** What a first call costs beside one in code that has run for long. */
export function coldSection(recorded: RecordedRun): ContentSection | undefined {
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
    finding: `${pairs.map(({ cold, warm }) => `${name(cold)} ${roughFigure(cold.multiplier / warm.multiplier)} times`).join(', ')} as dear on the first call (cold prices: ${tally}).`,
    blocks: [
      paragraph(
        'Warm: the compiler has run for long. Cold: the first call in a fresh process, start-up of the code itself included.',
      ),
      charts({
        title: 'Multiplier of the first call beside the warm one',
        caption: `Medians over processes with their intervals, each against ${pairs[0]!.warm.memset}. ${origin(recorded)}`,
        xLabel: 'phase',
        yLabel: 'time / memset time',
        categories: pairs.map(({ cold }) => name(cold)),
        lying: true,
        series: [
          { name: 'warm', points: pairs.map(({ warm }, x) => point(warm, x)) },
          { name: 'cold', points: pairs.map(({ cold }, x) => point(cold, x)) },
        ],
      }),
      foldedTable(
        'Cold and warm multipliers',
        contentTable(
          pairs.flatMap(({ warm, cold }) => [warm, cold]),
          [
            { heading: 'engine', cell: ({ engine }) => engine },
            { heading: 'phase', cell: ({ phase }) => phase },
            { heading: 'code', cell: ({ temperature }) => temperature },
            { heading: 'multiplier', cell: ({ multiplier }) => figure(multiplier), numeric: true },
            { heading: 'interval', cell: (row) => (row.confidenceLevel > 0 ? interval(row) : '') },
            { heading: 'level', cell: level, numeric: true },
            { heading: 'processes', cell: ({ processes }) => String(processes), numeric: true },
            { heading: 'verdict', cell: ({ verdict }) => verdict },
          ],
        ),
      ),
    ],
  };
}
