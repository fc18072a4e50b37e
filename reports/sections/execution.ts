import type { Chart } from '../charts/chart.js';
import {
  charts,
  contentTable,
  foldedTable,
  paragraph,
  type ContentBlock,
  type ContentSection,
  type ContentTable,
} from '../content.js';
import type { ExecutionRecord, MeasuredExecutor, ProfileRecord, RecordedRun } from '../recorded-run/index.js';
import { counted, figure, shortEstimate, shortFigure } from '../wording.js';
import { origin } from './origin.js';

/** Classes that a picture has room for. */
const MOST_DRAWN = 20;

/** What executing takes by class of operators; only of a run that measured it (`calibrate --execution`). */
export function executionSection(recorded: RecordedRun): ContentSection | undefined {
  const { execution, profiles } = recorded;
  const charged = profiles.find((profile) => profile.execution !== undefined)?.execution;
  if (execution === undefined && charged === undefined) return undefined;
  const executors = execution?.executors ?? [];
  return {
    id: 'execution',
    title: 'What executing costs',
    short: 'Execution',
    finding: executionFinding(executors, charged),
    blocks: [
      paragraph(
        'Every class of operators has a time of its own, fitted to kernels and real programs by what they execute. ' +
          (charged === undefined
            ? 'No profile charges by it.'
            : `The profile charges what the ${charged.chargedExecutor} takes, on both executors.`),
      ),
      charts(
        ...executors.map((one) => classChart(recorded, one)),
        ...executors.map((one) => programChart(recorded, one)),
      ),
      ...spreadBlocks(execution),
      ...(charged === undefined
        ? []
        : [foldedTable('What is charged by class of operators', chargeTable(charged))]),
      ...executors.map((one) =>
        foldedTable(`Programs and kernels, each by a fit without it: ${one.executor}`, heldOutTable(one)),
      ),
    ],
  };
}

type ChargedExecution = NonNullable<ProfileRecord['execution']>;

function executionFinding(
  executors: readonly MeasuredExecutor[],
  charged: ChargedExecution | undefined,
): string | undefined {
  const parts = executors.map(
    ({ executor, programs: { oneEach, byClass } }) =>
      `${executor} ${shortFigure(byClass)} times by class, ${shortFigure(oneEach)} where every operator costs 1`,
  );
  if (parts.length > 0)
    return `Time per fuel over real programs, 90th / 10th percentile: ${parts.join('; ')}.`;
  return charged === undefined
    ? undefined
    : `Charged by what the ${charged.chargedExecutor} takes: ${counted(chargedClasses(charged).length, 'class', 'classes')} of operators.`;
}

/** The dearest classes of operators. */
function classChart(recorded: RecordedRun, { executor, classes }: MeasuredExecutor): Chart {
  const dearest = classes
    .filter(({ nanoseconds }) => nanoseconds.estimate > 0)
    .toSorted((a, b) => b.nanoseconds.estimate - a.nanoseconds.estimate)
    .slice(0, MOST_DRAWN);
  const more = classes.length - dearest.length;
  return {
    title: `Time of an operator by class: ${executor}`,
    caption: `Medians over processes with their intervals${more > 0 ? `; the ${dearest.length} dearest of ${classes.length}` : ''}. Of sizes: of 64 bytes, or of an element. ${origin(recorded)}`,
    xLabel: 'class',
    yLabel: 'nanoseconds',
    categories: dearest.map((one) => one.class),
    lying: true,
    series: [
      {
        name: executor,
        points: dearest.map(({ nanoseconds: { estimate, low, high, confidenceLevel } }, x) => ({
          ...{ x, y: estimate },
          ...(confidenceLevel > 0 && low > 0 ? { low, high } : {}),
        })),
      },
    ],
  };
}

/** Whether the costs foretell programs that they were not fitted to. */
function programChart(recorded: RecordedRun, { executor, heldOut }: MeasuredExecutor): Chart {
  const programs = heldOut
    .filter(({ kind }) => kind === 'program')
    .map((one) => ({ ...one, foretold: one.predictedNanoseconds / one.nanosecondsPerCall }))
    .toSorted((a, b) => a.foretold - b.foretold);
  return {
    title: `Programs foretold: ${executor}`,
    caption: `Time by costs that were fitted without the program / its time; 1 is a perfect prediction. ${origin(recorded)}`,
    xLabel: 'program',
    yLabel: 'predicted / measured',
    categories: programs.map(({ program }) => program),
    lying: true,
    levels: [{ y: 1, label: '' }],
    series: [
      {
        name: executor,
        points: programs.map(({ foretold, nanosecondsPerCall, predictedNanoseconds, program }, x) => ({
          ...{ x, y: foretold },
          note: `${program}: predicted ${figure(predictedNanoseconds)} ns a call, measured ${figure(nanosecondsPerCall)} ns`,
        })),
      },
    ],
  };
}

function spreadBlocks(execution: ExecutionRecord | undefined): ContentBlock[] {
  if (execution === undefined) return [];
  const rows = execution.executors.flatMap(({ executor, kernels, programs }) => [
    { executor, over: 'real programs', ...programs },
    { executor, over: 'kernels', ...kernels },
  ]);
  const table = contentTable(rows, [
    { heading: 'executor', cell: ({ executor }) => executor },
    { heading: 'over', cell: ({ over }) => over },
    { heading: 'every operator 1', cell: ({ oneEach }) => shortFigure(oneEach), numeric: true },
    { heading: 'by class', cell: ({ byClass }) => shortFigure(byClass), numeric: true },
    {
      heading: "by the other executor's",
      cell: ({ byOtherExecutor }) => (byOtherExecutor === null ? '' : shortFigure(byOtherExecutor)),
      numeric: true,
    },
  ]);
  return [
    {
      kind: 'table',
      caption: 'Time per fuel, 90th / 10th percentile: 1 is a fair schedule',
      table,
    },
  ];
}

function chargedClasses({ chargedExecutor, executors }: ChargedExecution) {
  return Object.entries(executors[chargedExecutor]?.classes ?? {});
}

function chargeTable(charged: ChargedExecution): ContentTable {
  const rows = chargedClasses(charged).toSorted(([, a], [, b]) => b.fuel - a.fuel);
  const others = (['interpreter', 'host'] as const).filter(
    (name) => name !== charged.chargedExecutor && charged.executors[name] !== undefined,
  );
  return contentTable(rows, [
    { heading: 'class', cell: ([name]) => name },
    {
      heading: `ns on the ${charged.chargedExecutor}`,
      cell: ([, { nanoseconds }]) => shortEstimate(nanoseconds),
      numeric: true,
    },
    { heading: 'fuel', cell: ([, { fuel }]) => fuel.toLocaleString('en-US'), numeric: true },
    ...others.map((other) => ({
      heading: `ns on the ${other}`,
      cell: ([name]: (typeof rows)[number]) => {
        const found = charged.executors[other]?.classes[name];
        return found === undefined ? '' : shortEstimate(found.nanoseconds);
      },
      numeric: true,
    })),
  ]);
}

function heldOutTable({ heldOut }: MeasuredExecutor): ContentTable {
  return contentTable(heldOut, [
    { heading: 'name', cell: ({ program }) => program },
    { heading: 'kind', cell: ({ kind }) => kind },
    { heading: 'ns a call', cell: ({ nanosecondsPerCall }) => figure(nanosecondsPerCall), numeric: true },
    { heading: 'operators', cell: ({ operators }) => figure(operators), numeric: true },
    { heading: 'predicted, ns', cell: (one) => figure(one.predictedNanoseconds), numeric: true },
    {
      heading: 'predicted / measured',
      cell: (one) => shortFigure(one.predictedNanoseconds / one.nanosecondsPerCall),
      numeric: true,
    },
  ]);
}
