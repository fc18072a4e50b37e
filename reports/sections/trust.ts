import { median } from '../sample.js';
import { contentTable, type ContentBlock, type ContentSection, type ContentTable } from '../content.js';
import type { RecordedRun } from '../recorded-run/index.js';
import { baselineName, counted, figure, percent, roughFigure } from '../wording.js';

/** What another instrument measured on the same arms; undefined where none was asked. */
export function opinionSection({ run }: RecordedRun): ContentSection | undefined {
  const opinions = run.secondOpinions ?? [];
  if (opinions.length === 0) return undefined;
  return {
    id: 'opinion',
    title: 'A second opinion',
    short: 'Opinion',
    finding: opinionFinding(opinions),
    blocks: [
      {
        kind: 'paragraph',
        text: `The same arms by another instrument, in turns with ours, on machine ${run.machine.id}. Up to one margin of error the two agree as well as can be told.`,
      },
      {
        kind: 'folded',
        title: 'Every arm by both instruments',
        blocks: [{ kind: 'table', caption: 'Every arm by both instruments', table: opinionTable(opinions) }],
      },
    ],
  };
}

function opinionTable(opinions: RecordedRun['run']['secondOpinions']): ContentTable {
  return contentTable(opinions, [
    { heading: 'engine', cell: ({ engine }) => engine },
    { heading: 'phase', cell: ({ phase }) => phase },
    { heading: 'function bytes', cell: (opinion) => opinion.sizeClass },
    { heading: 'memset', cell: baselineName },
    { heading: 'instrument', cell: ({ instrument }) => instrument },
    { heading: 'its ratio', cell: ({ ratio }) => figure(ratio), numeric: true },
    { heading: 'ours', cell: ({ ownRatio }) => figure(ownRatio), numeric: true },
    { heading: 'disagreement', cell: ({ disagreement }) => percent(disagreement), numeric: true },
    {
      heading: 'in margins of error',
      cell: ({ disagreementInMargins }) => figure(disagreementInMargins),
      numeric: true,
    },
  ]);
}

function opinionFinding(opinions: NonNullable<RecordedRun['run']['secondOpinions']>): string {
  const far = (one: { readonly disagreement: number }) => Math.abs(one.disagreement);
  const worst = opinions.reduce((a, b) => (far(b) > far(a) ? b : a));
  const within = opinions.filter(({ disagreementInMargins }) => disagreementInMargins <= 1).length;
  return (
    `${worst.instrument} disagrees by ${percent(median(opinions.map(far)))} in the median; ${within} of ${counted(opinions.length, 'arm')} ${within === 1 ? 'agrees' : 'agree'} within ` +
    `the margins of error. Farthest: ${worst.engine} ${worst.phase} ${worst.sizeClass}, ${percent(far(worst))} ` +
    `(${roughFigure(worst.disagreementInMargins)} margins).`
  );
}

/** Whether the intervals were found to hold on this machine. */
export function verificationSection({ verification }: RecordedRun): ContentSection {
  const head = { id: 'verification', title: 'Do the intervals hold?', short: 'Verification' };
  if (verification === undefined) {
    const text = 'Not verified on this machine; wasm-dyno verify does it.';
    return { ...head, finding: text, blocks: [{ kind: 'paragraph', text }] };
  }
  const { checks, createdAt, machine, engine, seed } = verification;
  return {
    ...head,
    finding: checks.map(({ name, passed }) => `${name} ${passed ? 'passed' : 'FAILED'}`).join(', ') + '.',
    blocks: [
      {
        kind: 'paragraph',
        text: `Verified ${createdAt} on machine ${machine}${engine === null ? '' : ` with the engine ${engine}`}, seed ${seed}.`,
      },
      {
        kind: 'table',
        table: contentTable(checks, [
          { heading: 'check', cell: ({ name }) => name },
          { heading: 'wanted', cell: ({ wanted }) => wanted },
          { heading: 'found', cell: ({ found }) => found },
          { heading: 'passed', cell: ({ passed }) => (passed ? 'yes' : 'NO') },
        ]),
      },
      ...checks.flatMap(({ coverages = [] }): ContentBlock[] =>
        coverages.length === 0
          ? []
          : [
              {
                kind: 'table',
                caption: 'Coverage in simulation',
                table: contentTable(coverages, [
                  { heading: 'design', cell: ({ design }) => design },
                  { heading: 'experiments', cell: ({ experiments }) => String(experiments), numeric: true },
                  { heading: 'nominal', cell: ({ nominal }) => percent(nominal), numeric: true },
                  { heading: 'observed', cell: ({ observed }) => percent(observed), numeric: true },
                  {
                    heading: 'half-width',
                    cell: (coverage) => percent(coverage.medianRelativeHalfWidth),
                    numeric: true,
                  },
                ]),
              },
            ],
      ),
    ],
  };
}
