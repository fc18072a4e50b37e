import { contentTable, type ContentSection } from './content.js';
import type { RecordedRun, SummaryRow } from './recorded-run/index.js';
import {
  baselineName,
  estimateWithInterval,
  figure,
  interval,
  level,
  percent,
  REGIME_WORDS,
} from './wording.js';

/** A section of ratios for each engine, temperature and memset. */
export function ratioSections({ run, summary }: RecordedRun): ContentSection[] {
  const groups = new Map<string, SummaryRow[]>();
  for (const row of summary) {
    const title = `${row.engine}, ${row.temperature}, against ${baselineName(row)}`;
    groups.set(title, [...(groups.get(title) ?? []), row]);
  }
  return [...groups].map(([title, rows]) => ({
    title: `Ratios: ${title}`,
    blocks: [
      {
        kind: 'paragraph',
        text: `On ${run.machine.cpuModel} (machine ${run.machine.id}). The memset is ${rows[0]!.kernel}, ${REGIME_WORDS[rows[0]!.regime]}. "all" is the corpus's total time over total memset time.`,
      },
      {
        kind: 'table',
        table: contentTable(rows, [
          { heading: 'phase', cell: ({ phase }) => phase },
          { heading: 'function bytes', cell: (row) => row.sizeClass },
          { heading: 'ratio', cell: ({ ratio }) => figure(ratio), numeric: true },
          {
            heading: 'interval',
            cell: (row) => (row.confidenceLevel > 0 ? interval(row) : ''),
          },
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
    ],
  }));
}

/** Phase times as a price of a byte and one of a function. */
export function slopeSection({ run, fits }: RecordedRun): ContentSection | undefined {
  if (fits === undefined || fits.slopes.length === 0) return undefined;
  return {
    title: 'Price of a byte and of a function',
    blocks: [
      {
        kind: 'paragraph',
        text:
          `Phase time fitted as constant per function + slope x bytes, on ${run.machine.cpuModel} (machine ${run.machine.id}). The ratios above are ` +
          "call-inclusive: under some 256 bytes they are mostly constants. The slope ratio sets a byte's price against the memset's price of a byte.",
      },
      {
        kind: 'table',
        table: contentTable(fits.slopes, [
          { heading: 'engine', cell: ({ engine }) => engine },
          { heading: 'temperature', cell: ({ temperature }) => temperature },
          { heading: 'phase', cell: ({ phase }) => phase },
          { heading: 'memset', cell: baselineName },
          { heading: 'slope ratio', cell: (row) => estimateWithInterval(row.slopeRatio), numeric: true },
          { heading: 'ns/byte', cell: (row) => estimateWithInterval(row.nanosecondsPerByte), numeric: true },
          {
            heading: 'ns/function',
            cell: (row) => estimateWithInterval(row.nanosecondsPerFunction),
            numeric: true,
          },
          { heading: 'level', cell: (row) => level(row.slopeRatio), numeric: true },
          { heading: 'processes', cell: (row) => String(row.slopeRatio.processes), numeric: true },
          { heading: 'verdict', cell: ({ verdict }) => verdict },
        ]),
      },
    ],
  };
}
