import { comparisonContent } from './comparison-content.js';
import { contentTable, type ContentBlock, type ContentSection } from './content.js';
import { worstVerdict, type ProfileRecord, type RecordedRun, type SummaryRow } from './recorded-run/index.js';
import { METERING_NOTE, meteringTable } from './metering-content.js';
import { runWarnings } from './warnings.js';
import {
  baselineName,
  byteSize,
  corpusLines,
  engineLines,
  estimateWithInterval,
  figure,
  interval,
  level,
  machineLine,
  percent,
  REGIME_WORDS,
  regimeExplanation,
} from './wording.js';

/** What a report says, without its form: Markdown and HTML are made from the same sections. */
export function reportSections(recorded: RecordedRun): ContentSection[] {
  return [
    runSection(recorded),
    multiplierSection(recorded),
    comparisonSection(recorded),
    meteringSection(recorded),
    ...ratioSections(recorded),
    slopeSection(recorded),
    memsetSection(recorded),
    explanationSection(recorded),
    opinionSection(recorded),
    verificationSection(recorded),
    warningSection(recorded),
  ].filter((section) => section !== undefined);
}

export function reportTitle({ run }: RecordedRun): string {
  return `wasm-dyno: what compiling costs on ${run.machine.cpuModel}`;
}

function runSection({ run }: RecordedRun): ContentSection {
  const options = Object.entries(run.options ?? {}).map(([name, value]) => `${name} ${optionText(value)}`);
  return {
    title: 'The run',
    blocks: [
      {
        kind: 'list',
        items: [
          `Machine: ${machineLine(run.machine)}.`,
          ...engineLines(run).map((line) => `Engine: ${line}.`),
          ...corpusLines(run).map((line) => `Corpus ${line}`),
          `Measured from ${run.createdAt} by ${run.tool.name} ${run.tool.version}, seed ${run.seed}${options.length === 0 ? '' : `, ${options.join(', ')}`}.`,
          `State: ${run.state}.${run.ended ? ` ${run.ended.sentence}` : ''}`,
        ],
      },
      {
        kind: 'paragraph',
        text:
          'A ratio is phase time / memset time at equal bytes: per process the median over rounds, and over processes the median with an ' +
          'interval between order statistics. What no interval sees (alignment, memory layout, order of creation) is another 3% or less ' +
          'to either side.',
      },
    ],
  };
}

function optionText(value: unknown): string {
  return Array.isArray(value) ? value.join(' ') || 'none' : String(value ?? 'none');
}

function multiplierSection({ run, profiles }: RecordedRun): ContentSection {
  const title = 'Recommended multipliers';
  if (profiles.length === 0) {
    const text = 'No profile was written: the run goes on, was cut short, or has insufficient data.';
    return { title, blocks: [{ kind: 'paragraph', text }] };
  }
  const without = run.engines.filter(({ name }) => !profiles.some(({ engine }) => engine.name === name));
  return {
    title,
    blocks: [
      ...profiles.flatMap((profile) => multiplierBlocks(profile, run.machine)),
      ...without.map(({ name }): ContentBlock => ({
        kind: 'paragraph',
        text: `No profile was written for ${name}: nothing was measured of it, or it has insufficient data.`,
      })),
      { kind: 'paragraph', text: 'Compiling n bytes costs ceil(n x multiplier / bytesPerFuel) fuel.' },
    ],
  };
}

/** One engine's multipliers: each policy's verdict is the worst of its phases. */
function multiplierBlocks(profile: ProfileRecord, machine: RecordedRun['run']['machine']): ContentBlock[] {
  const forced = profile.forced ? ' It was written by force although the data are insufficient.' : '';
  const verdicts = Object.entries(profile.policies).map(([policy, { phases }]) => {
    const own = Object.values(phases).map(({ verdict }) => verdict);
    return `${policy} ${worstVerdict(policy === 'warm' ? [profile.verdict, ...own] : own)}`;
  });
  const rows = Object.entries(profile.policies).flatMap(([policy, { phases }]) =>
    Object.entries(phases).map(([phase, multiplier]) => ({ policy, phase, ...multiplier })),
  );
  return [
    {
      kind: 'paragraph',
      text:
        `Engine ${profile.engine.name} ${profile.engine.version} on ${machine.cpuModel} (machine ${machine.id})` +
        `, against ${baselineName(profile.baseline)}; verdict: ${verdicts.join(', ')}.${forced}`,
    },
    {
      kind: 'table',
      table: contentTable(rows, [
        { heading: 'policy', cell: ({ policy }) => policy },
        { heading: 'phase', cell: ({ phase }) => phase },
        {
          heading: 'multiplier',
          cell: ({ multiplierThousandths }) => (multiplierThousandths / 1000).toFixed(3),
          numeric: true,
        },
        { heading: 'interval', cell: (row) => interval(row) },
        { heading: 'level', cell: level, numeric: true },
        { heading: 'processes', cell: ({ processes }) => String(processes), numeric: true },
        { heading: 'verdict', cell: ({ verdict }) => verdict },
      ]),
    },
  ];
}

/** Several engines side by side; one engine's ratios stand in the sections below. */
function comparisonSection(recorded: RecordedRun): ContentSection | undefined {
  const { run } = recorded;
  const content = run.engines.length < 2 ? undefined : comparisonContent(recorded);
  if (content === undefined) return undefined;
  return {
    title: 'The engines side by side',
    blocks: [
      { kind: 'paragraph', text: `On ${run.machine.cpuModel} (machine ${run.machine.id}).` },
      { kind: 'table', table: content.table },
      { kind: 'list', items: content.notes },
    ],
  };
}

/** What engines charge, and what a fuel's worth takes; only of a run that `wasm-dyno metering` was given. */
function meteringSection(recorded: RecordedRun): ContentSection | undefined {
  const { run, metering } = recorded;
  const table = meteringTable(recorded);
  if (table === undefined || metering === undefined) return undefined;
  const programs = metering.programs.map(
    ({ name, description, source }) => `${name}: ${description}; ${source}`,
  );
  return {
    title: 'What is charged, and what it takes',
    blocks: [
      {
        kind: 'paragraph',
        text: `On ${run.machine.cpuModel} (machine ${metering.machine}), ${metering.createdAt}, ${metering.processes} process executions per engine. ${METERING_NOTE}`,
      },
      { kind: 'table', table },
      { kind: 'list', items: [...programs, ...metering.notices] },
    ],
  };
}

/** A section of ratios for each engine, temperature and memset. */
function ratioSections({ run, summary }: RecordedRun): ContentSection[] {
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

function slopeSection({ run, fits }: RecordedRun): ContentSection | undefined {
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

function memsetSection({ run, fits }: RecordedRun): ContentSection | undefined {
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

function explanationSection(recorded: RecordedRun): ContentSection | undefined {
  const sentences = regimeExplanation(recorded);
  if (sentences.length === 0) return undefined;
  return {
    title: 'Why the ratio depends on the memset',
    blocks: sentences.map((text) => ({ kind: 'paragraph', text })),
  };
}

function opinionSection({ run }: RecordedRun): ContentSection | undefined {
  const opinions = run.secondOpinions ?? [];
  if (opinions.length === 0) return undefined;
  return {
    title: 'A second opinion',
    blocks: [
      { kind: 'paragraph', text: `The same arms by another instrument, on machine ${run.machine.id}.` },
      {
        kind: 'table',
        table: contentTable(opinions, [
          { heading: 'engine', cell: ({ engine }) => engine },
          { heading: 'phase', cell: ({ phase }) => phase },
          { heading: 'function bytes', cell: (opinion) => opinion.sizeClass },
          { heading: 'memset', cell: baselineName },
          { heading: 'instrument', cell: ({ instrument }) => instrument },
          { heading: 'its ratio', cell: ({ ratio }) => figure(ratio), numeric: true },
          { heading: 'ours', cell: ({ ownRatio }) => figure(ownRatio), numeric: true },
          { heading: 'disagreement', cell: ({ disagreement }) => percent(disagreement), numeric: true },
        ]),
      },
    ],
  };
}

function verificationSection({ verification }: RecordedRun): ContentSection {
  const title = 'Do the intervals hold?';
  if (verification === undefined) {
    const text = 'Not verified on this machine; npm run verify:statistics does it.';
    return { title, blocks: [{ kind: 'paragraph', text }] };
  }
  const { checks, createdAt, machine, engine, seed } = verification;
  return {
    title,
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

function warningSection(recorded: RecordedRun): ContentSection | undefined {
  const items = runWarnings(recorded);
  return items.length === 0 ? undefined : { title: 'Warnings', blocks: [{ kind: 'list', items }] };
}
