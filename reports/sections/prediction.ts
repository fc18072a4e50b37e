import { charts, contentTable, foldedTable, paragraph, type ContentSection } from '../content.js';
import { prices } from '../prices.js';
import type { ReportedRun } from '../reported-run.js';
import { baselineName, byteSize, figure, percent, phaseLook, phasesOf } from '../wording.js';
import { origin } from './origin.js';

/** Whether the fitted price foretells what was measured, and over which sizes that was tried. */
export function predictionSection(recorded: ReportedRun): ContentSection | undefined {
  const memsets = new Map(prices(recorded).map(({ engine, memset }) => [engine, memset]));
  const rows = recorded.arms.flatMap((arm) => {
    const slope = recorded.fits?.slopes.find(
      (one) =>
        one.engine === arm.engine &&
        one.phase === arm.phase &&
        one.temperature === arm.temperature &&
        baselineName(one) === memsets.get(one.engine),
    );
    if (slope === undefined || arm.temperature !== 'warm') return [];
    const predicted =
      slope.nanosecondsPerFunction.estimate + slope.nanosecondsPerByte.estimate * arm.meanBytes;
    return [{ ...arm, predicted, actual: arm.nanosecondsPerByte.estimate * arm.meanBytes }];
  });
  if (rows.length === 0) return undefined;
  const errors = rows.map((row) => ({ ...row, error: row.predicted / row.actual - 1 }));
  const worst = errors.reduce((a, b) => (Math.abs(b.error) > Math.abs(a.error) ? b : a));
  const sizes = rows.map(({ meanBytes }) => meanBytes);
  const several = new Set(rows.map(({ engine }) => engine)).size > 1;
  const nameOf = ({ engine, phase }: { engine: string; phase: string }) =>
    several ? `${engine} ${phase}` : phase;
  const phases = [
    ...new Set(phasesOf(rows).flatMap((phase) => rows.filter((row) => row.phase === phase).map(nameOf))),
  ];
  return {
    id: 'prediction',
    title: 'Predicted against actual',
    short: 'Prediction',
    finding: `${overestimated(errors)} Farthest off: ${nameOf(worst)}, ${worst.module} ${worst.sizeClass}, ${percent(worst.error, 0)}. Tried from ${byteSize(Math.min(...sizes))} to ${byteSize(Math.max(...sizes))}.`,
    blocks: [
      paragraph(
        `Constant + bytes x price, beside what was measured. The price holds for bodies from ${byteSize(Math.min(...sizes))} to ${byteSize(Math.max(...sizes))}: outside of that it was not tried. 1 is a perfect prediction.`,
      ),
      charts({
        title: 'Predicted time / measured time, by size',
        caption: `Each point is a list of functions of like size, or a module. ${origin(recorded)}`,
        xLabel: 'mean body, bytes',
        yLabel: 'predicted / measured',
        xBytes: true,
        yScale: 'linear',
        levels: [{ y: 1, label: '' }],
        series: phases.map((name) => ({
          name,
          ...(several ? {} : { look: phaseLook(name) }),
          points: rows
            .filter((row) => nameOf(row) === name)
            .map(({ arm, meanBytes, predicted, actual }) => ({
              ...{ x: meanBytes, y: predicted / actual },
              note: `${arm}: predicted ${figure(predicted)} ns, measured ${figure(actual)} ns`,
            })),
        })),
      }),
      foldedTable(
        'Predicted and measured time of one function',
        contentTable(errors, [
          { heading: 'engine', cell: ({ engine }) => engine },
          { heading: 'phase', cell: ({ phase }) => phase },
          { heading: 'functions of', cell: ({ module }) => module },
          { heading: 'size class', cell: ({ sizeClass }) => sizeClass },
          { heading: 'mean bytes', cell: ({ meanBytes }) => figure(meanBytes), numeric: true },
          { heading: 'predicted, ns', cell: ({ predicted }) => figure(predicted), numeric: true },
          { heading: 'measured, ns', cell: ({ actual }) => figure(actual), numeric: true },
          { heading: 'off by', cell: ({ error }) => percent(error), numeric: true },
        ]),
      ),
    ],
  };
}

function overestimated(errors: readonly { readonly error: number }[]): string {
  const near = errors.filter(({ error }) => Math.abs(error) <= 0.1).length;
  return `${near} of ${errors.length} lists and modules ${near === 1 ? 'is' : 'are'} foretold within 10%.`;
}
