import { comparisonContent, engineTimeCharts } from '../comparison-content.js';
import { charts, list, paragraph, type ContentSection } from '../content.js';
import { compareEngines } from '../engine-comparison.js';
import type { RecordedRun } from '../recorded-run/index.js';
import { shortFigure } from '../wording.js';

/** Several engines side by side; one engine's ratios stand in the sections of their own. */
export function enginesSection(recorded: RecordedRun): ContentSection | undefined {
  const { run } = recorded;
  const content = run.engines.length < 2 ? undefined : comparisonContent(recorded);
  if (content === undefined) return undefined;
  const rows = compareEngines(recorded);
  const totals = run.engines.flatMap(({ name }) => {
    const own = rows.filter(({ engine }) => engine === name);
    const whole =
      own.find(({ phase }) => phase === 'validate + translate') ??
      own.find(({ phase }) => phase === 'compile') ??
      own[0];
    return whole === undefined ? [] : [`${name} ${whole.phase} ${shortFigure(whole.nanosecondsPerByte)}`];
  });
  return {
    id: 'engines',
    title: 'The engines side by side',
    short: 'Engines',
    finding: `Nanoseconds per byte: ${totals.join(', ')}.`,
    blocks: [
      paragraph(`On ${run.machine.cpuModel} (machine ${run.machine.id}).`),
      charts(...engineTimeCharts(recorded)),
      { kind: 'table', table: content.table, caption: 'The engines side by side' },
      list(content.notes),
    ],
  };
}
