import { comparisonContent } from './comparison-content.js';
import type { ContentBlock, ContentSection } from './content.js';
import type { RecordedRun, SummaryRow } from './recorded-run/index.js';
import { METERING_NOTE, meteringTable } from './metering-content.js';
import {
  baselineName,
  byteSize,
  corpusLines,
  engineLines,
  estimateWithInterval,
  figure,
  interval,
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

function multiplierSection({ run, profile }: RecordedRun): ContentSection {
  const title = 'Recommended multipliers';
  if (profile === undefined) {
    const text = 'No profile was written: the run goes on, was cut short, or has insufficient data.';
    return { title, blocks: [{ kind: 'paragraph', text }] };
  }
  const rows = Object.entries(profile.policies).flatMap(([policy, { phases }]) =>
    Object.entries(phases).map(([phase, multiplier]) => [
      policy,
      phase,
      (multiplier.multiplierThousandths / 1000).toFixed(3),
      interval(...multiplier.interval),
    ]),
  );
  const forced = profile.forced ? ' It was written by force although the data are insufficient.' : '';
  return {
    title,
    blocks: [
      {
        kind: 'paragraph',
        text:
          `Engine ${profile.engine.name} ${profile.engine.version} on ${run.machine.cpuModel} (machine ${run.machine.id})` +
          `, against ${baselineName(profile.baseline)}; verdict ${profile.verdict}.${forced} ` +
          'Compiling n bytes costs ceil(n x multiplier / bytesPerFuel) fuel.',
      },
      {
        kind: 'table',
        table: { heading: ['policy', 'phase', 'multiplier', 'interval'], rows, numeric: [2] },
      },
    ],
  };
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
        table: {
          heading: [
            'phase',
            'function bytes',
            'ratio',
            'interval',
            'level',
            'processes',
            'phase ns/byte',
            'memset ns/byte',
            'disturbed pairs',
            'ratio is of',
            'ratio of all pairs',
            'verdict',
          ],
          rows: rows.map((row) => [
            row.phase,
            row.functionSizeClass,
            figure(row.ratio),
            interval(row.low, row.high),
            percent(row.confidenceLevel),
            String(row.processes),
            figure(row.phaseNanosecondsPerByte),
            figure(row.memsetNanosecondsPerByte),
            percent(row.disturbedShare),
            row.basis === 'all' ? 'all pairs' : `${row.basis} pairs`,
            figure(row.ratioOfAllPairs),
            [row.verdict, ...row.reasons].join(', '),
          ]),
          numeric: [2, 4, 5, 6, 7, 8, 10],
        },
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
        table: {
          heading: [
            'engine',
            'temperature',
            'phase',
            'memset',
            'slope ratio',
            'ns/byte',
            'ns/function',
            'processes',
          ],
          rows: fits.slopes.map((slope) => [
            slope.engine,
            slope.temperature,
            slope.phase,
            baselineName(slope),
            estimateWithInterval(slope.slopeRatio),
            estimateWithInterval(slope.nanosecondsPerByte),
            estimateWithInterval(slope.nanosecondsPerFunction),
            percent(slope.slopeRatio.confidenceLevel),
            String(slope.slopeRatio.processes),
          ]),
          numeric: [4, 5, 6, 7, 8],
        },
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
        table: {
          heading: [
            'engine',
            'memset',
            'from',
            'to',
            'a, ns',
            'b, ns/byte',
            'level',
            'processes',
            'farthest point',
          ],
          rows: fits.baselines.flatMap((baseline) =>
            baseline.segments.map((segment) => [
              baseline.engine,
              baselineName(baseline),
              byteSize(segment.fromBytes),
              segment.toBytes === null ? 'any' : byteSize(segment.toBytes),
              estimateWithInterval(segment.interceptNanoseconds),
              estimateWithInterval(segment.nanosecondsPerByte),
              percent(segment.nanosecondsPerByte.confidenceLevel),
              String(segment.nanosecondsPerByte.processes),
              percent(baseline.largestRelativeResidual),
            ]),
          ),
          numeric: [2, 3, 4, 5, 6, 7, 8],
        },
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
        table: {
          heading: [
            'engine',
            'phase',
            'function bytes',
            'memset',
            'instrument',
            'its ratio',
            'ours',
            'disagreement',
          ],
          rows: opinions.map((opinion) => [
            opinion.engine,
            opinion.phase,
            opinion.functionSizeClass,
            baselineName(opinion),
            opinion.instrument,
            figure(opinion.ratio),
            figure(opinion.ownRatio),
            percent(opinion.disagreement),
          ]),
          numeric: [5, 6, 7],
        },
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
        table: {
          heading: ['check', 'wanted', 'found', 'passed'],
          rows: checks.map(({ name, wanted, found, passed }) => [name, wanted, found, passed ? 'yes' : 'NO']),
          numeric: [],
        },
      },
      ...checks.flatMap(({ coverages = [] }): ContentBlock[] =>
        coverages.length === 0
          ? []
          : [
              {
                kind: 'table',
                table: {
                  heading: ['design', 'experiments', 'nominal', 'observed', 'half-width'],
                  rows: coverages.map((coverage) => [
                    coverage.design,
                    String(coverage.experiments),
                    percent(coverage.nominal),
                    percent(coverage.observed),
                    percent(coverage.medianRelativeHalfWidth),
                  ]),
                  numeric: [1, 2, 3, 4],
                },
              },
            ],
      ),
    ],
  };
}

function warningSection({ run, fits }: RecordedRun): ContentSection | undefined {
  const skipped = (run.skippedModules ?? []).map(({ module, reason }) => `${module} was skipped: ${reason}.`);
  const items = [...(run.warnings ?? []), ...(fits?.warnings ?? []), ...skipped];
  if (items.length === 0) return undefined;
  return { title: 'Warnings', blocks: [{ kind: 'list', items }] };
}
