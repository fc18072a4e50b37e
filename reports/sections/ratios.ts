import { contentTable, paragraph, type ContentBlock, type ContentSection } from '../content.js';
import { prices } from '../prices.js';
import type { RecordedRun, SummaryRow } from '../recorded-run/index.js';
import { slowerMemsetNotes } from '../slower-memset.js';
import { counted, baselineName, figure, interval, level, percent, REGIME_WORDS } from '../wording.js';
import { standing } from '../verdict-words.js';

/** Every ratio of the summary: a table for each engine, temperature and memset. */
export function ratioSection(recorded: RecordedRun): ContentSection | undefined {
  const { run, summary } = recorded;
  const groups = new Map<string, SummaryRow[]>();
  for (const row of summary) {
    const title = `${row.engine}, ${row.temperature}, against ${baselineName(row)}`;
    groups.set(title, [...(groups.get(title) ?? []), row]);
  }
  if (groups.size === 0) return undefined;
  const charged = new Set(prices(recorded).map(({ engine, memset }) => `${engine} ${memset}`));
  const isCharged = ([, [row]]: [string, SummaryRow[]]) =>
    charged.has(`${row!.engine} ${baselineName(row!)}`);
  const own = [...groups].filter(isCharged);
  const others = [...groups].filter((group) => !isCharged(group));
  return {
    id: 'ratios',
    title: 'All ratios',
    short: 'Ratios',
    finding: `${counted(summary.length, 'ratio')} against ${counted(new Set(summary.map(baselineName)).size, 'memset')}: ${standing(summary.map(({ verdict }) => verdict)).tally}.`,
    blocks: [
      ...own.map(([title, rows]) => folded(`Ratios: ${title}`, ratioBlocks(run, title, rows))),
      ...(others.length === 0
        ? []
        : [
            folded(
              `Against the other memsets: ${counted(others.length, 'table')}`,
              others.map(([title, rows]) => folded(`Ratios: ${title}`, ratioBlocks(run, title, rows))),
            ),
          ]),
    ],
  };
}

const folded = (title: string, blocks: readonly ContentBlock[]): ContentBlock => ({
  kind: 'folded',
  title,
  blocks,
});

function ratioBlocks(
  { machine }: RecordedRun['run'],
  title: string,
  rows: readonly SummaryRow[],
): ContentBlock[] {
  return [
    paragraph(
      `On ${machine.cpuModel} (machine ${machine.id}). The memset is ${rows[0]!.kernel}, ${REGIME_WORDS[rows[0]!.regime]}. "all" is the corpus's total time over total memset time.`,
    ),
    {
      kind: 'table',
      caption: `Ratios: ${title}`,
      table: contentTable(rows, [
        { heading: 'phase', cell: ({ phase }) => phase },
        { heading: 'function bytes', cell: (row) => row.sizeClass },
        { heading: 'ratio', cell: ({ ratio }) => figure(ratio), numeric: true },
        { heading: 'interval', cell: (row) => (row.confidenceLevel > 0 ? interval(row) : ''), numeric: true },
        { heading: 'level', cell: level, numeric: true },
        { heading: 'processes', cell: ({ processes }) => String(processes), numeric: true },
        { heading: 'phase ns/byte', cell: (row) => figure(row.phaseNanosecondsPerByte), numeric: true },
        { heading: 'memset ns/byte', cell: (row) => figure(row.memsetNanosecondsPerByte), numeric: true },
        { heading: 'disturbed pairs', cell: (row) => percent(row.disturbedShare), numeric: true },
        { heading: 'ratio is of', cell: ({ basis }) => (basis === 'all' ? 'all pairs' : `${basis} pairs`) },
        { heading: 'ratio of all pairs', cell: (row) => figure(row.ratioOfAllPairs), numeric: true },
        { heading: 'verdict', cell: ({ verdict, reasons }) => [verdict, ...reasons].join(', ') },
      ]),
    },
    ...slowerMemsetNotes(rows).map(paragraph),
  ];
}
