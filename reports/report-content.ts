import { comparisonContent } from './comparison-content.js';
import type { ContentSection } from './content.js';
import type { RecordedRun } from './recorded-run/index.js';
import { METERING_NOTE, meteringTable } from './metering-content.js';
import { corpusLines, engineLines, machineLine, regimeExplanation } from './wording.js';
import { multiplierSection } from './multiplier-content.js';
import { ratioSections, slopeSection } from './ratio-content.js';
import { memsetSection } from './memset-content.js';
import { opinionSection, verificationSection, warningSection } from './trust-content.js';

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

function explanationSection(recorded: RecordedRun): ContentSection | undefined {
  const sentences = regimeExplanation(recorded);
  if (sentences.length === 0) return undefined;
  return {
    title: 'Why the ratio depends on the memset',
    blocks: sentences.map((text) => ({ kind: 'paragraph', text })),
  };
}
