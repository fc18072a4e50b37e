import { contentTable, type ContentSection } from './content.js';
import type { RecordedRun } from './recorded-run/index.js';
import { baselineName, byteSize, estimateWithInterval, level, percent } from './wording.js';

/** How long filling takes: each memset with the lines fitted to it. */
export function memsetSection({ run, fits }: RecordedRun): ContentSection | undefined {
  if (fits === undefined || fits.baselines.length === 0) return undefined;
  return {
    title: 'The memset',
    blocks: [
      {
        kind: 'paragraph',
        text: `T(n) = a + b x n between the knees, on ${run.machine.cpuModel} (machine ${run.machine.id}); medians and intervals over processes.`,
      },
      {
        kind: 'table',
        table: contentTable(
          fits.baselines.flatMap((baseline) =>
            baseline.segments.map((segment) => ({ ...baseline, segment })),
          ),
          [
            { heading: 'engine', cell: ({ engine }) => engine },
            { heading: 'memset', cell: baselineName },
            { heading: 'from', cell: ({ segment }) => byteSize(segment.fromBytes), numeric: true },
            {
              heading: 'to',
              cell: ({ segment: { toBytes } }) => (toBytes === null ? 'any' : byteSize(toBytes)),
              numeric: true,
            },
            {
              heading: 'a, ns',
              cell: ({ segment }) => estimateWithInterval(segment.interceptNanoseconds),
              numeric: true,
            },
            {
              heading: 'b, ns/byte',
              cell: ({ segment }) => estimateWithInterval(segment.nanosecondsPerByte),
              numeric: true,
            },
            { heading: 'level', cell: ({ segment }) => level(segment.nanosecondsPerByte), numeric: true },
            {
              heading: 'processes',
              cell: ({ segment }) => String(segment.nanosecondsPerByte.processes),
              numeric: true,
            },
            {
              heading: 'farthest point',
              cell: (row) => percent(row.largestRelativeResidual),
              numeric: true,
            },
          ],
        ),
      },
    ],
  };
}
