import type { BlockShares } from '../arm-times.js';
import type { Chart } from '../charts/chart.js';
import {
  charts,
  contentTable,
  foldedTable,
  list,
  paragraph,
  type ContentBlock,
  type ContentSection,
} from '../content.js';
import type { ReportedRun } from '../reported-run.js';
import type { ProcessRecord } from '../recorded-run/index.js';
import { prices } from '../prices.js';
import { baselineName, counted, figure, percent, percentAtMost } from '../wording.js';
import { origin } from './origin.js';

/** What disturbed the run, when, and what was left out. */
export function noiseSection(recorded: ReportedRun): ContentSection | undefined {
  const { processes, createdAt, fitness } = recorded.run;
  if (processes.length === 0) return undefined;
  const start = Date.parse(createdAt);
  const timed = processes.map((process) => ({
    ...process,
    minute: (Date.parse(process.startedAt) - start) / 60_000,
    ...recorded.disturbed.get(process.process),
  }));
  const unfit = fitness.flatMap(({ checks }) => checks.filter(({ state }) => state === 'unfit'));
  return {
    id: 'noise',
    title: 'Noise over time',
    short: 'Noise',
    finding: noiseFinding(recorded),
    blocks: [
      paragraph(
        'Every process execution at the time it began: what part of its blocks others disturbed (they waited for a core, were taken off it, or shared it), what part carries another flag ' +
          "(the engine's own garbage collections, code that was not warm yet), and how many cores other programs kept busy meanwhile. " +
          'Disturbed pairs are kept in the files, and left out of an estimate where enough undisturbed ones remain; other flags leave nothing out.',
      ),
      charts(...noiseCharts(recorded, timed)),
      ...(unfit.length === 0
        ? []
        : [
            list(
              unfit.map(
                ({ name, seen, mend }) => `${name}: ${seen}.${mend === undefined ? '' : ` Mend: ${mend}.`}`,
              ),
            ),
          ]),
      leftOutTable(recorded),
      list(leftOutSentences(recorded)),
      ...disturbanceTable(recorded),
      foldedTable(
        'Every process execution',
        contentTable(timed, [
          { heading: 'process', cell: ({ process }) => String(process), numeric: true },
          { heading: 'engine', cell: ({ engine }) => engine },
          { heading: 'kind', cell: ({ kind }) => kind },
          { heading: 'began, minute', cell: ({ minute }) => minute.toFixed(1), numeric: true },
          {
            heading: 'seconds',
            cell: ({ seconds }) => (seconds === null ? '' : seconds.toFixed(1)),
            numeric: true,
          },
          {
            heading: 'waited, s',
            cell: ({ waitedSeconds }) => (waitedSeconds === null ? '' : waitedSeconds.toFixed(1)),
            numeric: true,
          },
          {
            heading: 'stolen',
            cell: ({ stealShare }) => (stealShare === null ? 'not told' : percent(stealShare)),
            numeric: true,
          },
          {
            heading: 'cores of others',
            cell: ({ othersBusyCores }) =>
              othersBusyCores === null ? 'not told' : figure(Number(othersBusyCores.toFixed(2))),
            numeric: true,
          },
          {
            heading: 'blocks disturbed',
            cell: ({ disturbedShare }) => (disturbedShare === undefined ? '' : percent(disturbedShare)),
            numeric: true,
          },
          {
            heading: 'flagged otherwise',
            cell: ({ flaggedShare }) => (flaggedShare === undefined ? '' : percent(flaggedShare)),
            numeric: true,
          },
          {
            heading: 'state',
            cell: ({ state, failure }) => (failure === null ? state : `${state}: ${failure}`),
          },
        ]),
      ),
    ],
  };
}

/** What the prices are made of, and what they would be if nothing were left out. */
function leftOutTable(recorded: ReportedRun): ContentBlock {
  const memsets = new Set(prices(recorded).map(({ engine, memset }) => `${engine} ${memset}`));
  const rows = recorded.summary.filter(
    (row) => row.sizeClass === 'all' && memsets.has(`${row.engine} ${baselineName(row)}`),
  );
  return {
    kind: 'table',
    caption: 'What was left out of each price',
    table: contentTable(rows, [
      { heading: 'engine', cell: ({ engine }) => engine },
      { heading: 'code', cell: ({ temperature }) => temperature },
      { heading: 'phase', cell: ({ phase }) => phase },
      { heading: 'pairs', cell: ({ pairs }) => pairs.toLocaleString('en-US'), numeric: true },
      { heading: 'disturbed', cell: (row) => percent(row.disturbedShare), numeric: true },
      { heading: 'made of', cell: ({ basis }) => (basis === 'all' ? 'all pairs' : `${basis} pairs`) },
      { heading: 'ratio', cell: ({ ratio }) => figure(ratio), numeric: true },
      { heading: 'of all pairs', cell: (row) => figure(row.ratioOfAllPairs), numeric: true },
    ]),
  };
}

/** Whole processes and modules that no number is made of. */
function leftOutSentences({ run }: ReportedRun): string[] {
  const failed = run.processes.filter(({ state }) => state !== 'complete');
  return [
    ...(run.ended === null ? [] : [run.ended.sentence]),
    ...(failed.length === 0
      ? []
      : [
          `Process executions that did not come to an end: ${failed.map(({ process }) => process).join(', ')}.`,
        ]),
    ...run.skippedModules.map(
      ({ module, engine, reason }) =>
        `Left out${engine === null ? '' : ` by ${engine}`}: ${module} (${reason}).`,
    ),
  ];
}

/** Whether what was called disturbed was slow: how far the flag can be believed. */
function disturbanceTable({ run }: ReportedRun): ContentBlock[] {
  const { disturbances = [] } = run;
  if (disturbances.length === 0) return [];
  const part = (share: number | null): string => (share === null ? 'not told' : percent(share));
  const table = contentTable(disturbances, [
    { heading: 'engine', cell: ({ engine }) => engine },
    { heading: 'warm pairs', cell: ({ pairs }) => String(pairs), numeric: true },
    { heading: 'disturbed', cell: ({ thrownAwayShare }) => part(thrownAwayShare), numeric: true },
    {
      heading: 'blocks beside a slow reference',
      cell: ({ contendedBlocks }) => String(contendedBlocks),
      numeric: true,
    },
    { heading: 'of them 10% slow', cell: ({ slowIfContended }) => part(slowIfContended), numeric: true },
    { heading: 'of the others', cell: ({ slowOtherwise }) => part(slowOtherwise), numeric: true },
  ]);
  return [foldedTable('What was called disturbed, and whether it was slow', table)];
}

/** The worst of the warm phases and of the cold ones, each by itself: a first call cannot be repeated until it is quiet. */
function noiseFinding({ run, summary }: ReportedRun): string | undefined {
  const worst = (['warm', 'cold'] as const).flatMap((code) => {
    const own = summary.filter(({ sizeClass, temperature }) => sizeClass === 'all' && temperature === code);
    if (own.length === 0) return [];
    const { disturbedShare, engine, phase } = own.reduce((a, b) =>
      b.disturbedShare > a.disturbedShare ? b : a,
    );
    return [`${code} ${percentAtMost(disturbedShare)} (${engine} ${phase})`];
  });
  if (worst.length === 0) return undefined;
  const failed = run.processes.filter(({ state }) => state !== 'complete').length;
  const rest =
    failed === 0
      ? 'every process execution came to its end'
      : `${counted(failed, 'process execution')} did not come to an end`;
  return `Of the pairs of a phase others disturbed at most: ${worst.join(', ')}; ${rest}.`;
}

type TimedProcess = ProcessRecord & Partial<BlockShares> & { readonly minute: number };

function noiseCharts(recorded: ReportedRun, timed: readonly TimedProcess[]): Chart[] {
  const engines = [...new Set(timed.map(({ engine }) => engine))];
  const about = (
    title: string,
    yLabel: string,
    valueOf: (one: TimedProcess) => number | null | undefined,
  ): Chart => ({
    ...{ title, yLabel },
    caption: `A point is a process execution. ${origin(recorded)}`,
    xLabel: 'minutes since the run began',
    xScale: 'linear',
    yScale: 'linear',
    series: engines.map((name) => ({
      name,
      points: timed
        .filter(({ engine }) => engine === name)
        .flatMap((one) => {
          const value = valueOf(one);
          const note = `process ${one.process} (${one.engine}, ${one.kind}): ${figure(value ?? 0)} ${yLabel}`;
          return value === undefined || value === null ? [] : [{ x: one.minute, y: value, note }];
        }),
    })),
  });
  return [
    about('Blocks that others disturbed', '% of blocks', ({ disturbedShare: share }) => share && 100 * share),
    about('Blocks with another flag', '% of blocks', ({ flaggedShare: share }) => share && 100 * share),
    about('Cores that others kept busy', 'cores', ({ othersBusyCores }) => othersBusyCores),
  ];
}
