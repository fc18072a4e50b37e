import { compareEngines } from './engine-comparison.js';
import { fuelCosts } from './metering-content.js';
import { htmlReport } from './page/html-report.js';
import { firstChart } from './page/first-screen.js';
import { reportedRun } from './reported-run.js';
import { markdownReport } from './markdown.js';
import { RecordedRunError, SUMMARY_TABLE, readRecordedRun, type RecordedRun } from './recorded-run/index.js';
import type { BlockOptions } from './page/blocks.js';
import { standaloneChart } from './charts/standalone-chart.js';
import { comparisonText, meteringText, summaryTable, warningText, type TableOptions } from './table.js';
import { standingLine } from './verdict-words.js';
import { machineLine } from './wording.js';

export const REPORT_FORMATS = ['table', 'csv', 'json', 'markdown', 'html', 'svg'] as const;

export type ReportFormat = (typeof REPORT_FORMATS)[number];

/** {@link TableOptions} for tables, `filesBase` for pages. */
export type RenderOptions = TableOptions & BlockOptions;

/**
 * A report on a run, from the files of its directory alone.
 *
 * @throws RecordedRunError when they are missing or do not say what they should.
 */
export function renderReport(directory: string, format: ReportFormat, options: RenderOptions = {}): string {
  return renderRun(readRecordedRun(directory), format, options);
}

/** The same for a run that was read already. */
export function renderRun(recorded: RecordedRun, format: ReportFormat, options: RenderOptions = {}): string {
  switch (format) {
    case 'table':
      return `${[
        machineLine(recorded.run.machine),
        standingLine(recorded),
        summaryTable(recorded.summary, options),
        meteringText(recorded, options),
        recorded.run.engines.length < 2 ? '' : comparisonText(recorded, options),
        warningText(recorded),
      ]
        .filter((part) => part !== '')
        .join('\n\n')}\n`;
    case 'csv':
      return SUMMARY_TABLE.header() + SUMMARY_TABLE.lines(recorded.summary);
    case 'json': {
      const { run, summary, fits, profile, profiles, verification, metering, notices } = recorded;
      const comparison = compareEngines(recorded);
      const costs = metering && fuelCosts(recorded);
      const content = {
        ...{ run, comparison, summary, fits, profile, profiles, verification, metering, notices },
        fuelCosts: costs,
      };
      return `${JSON.stringify(content, null, 2)}\n`;
    }
    case 'markdown':
      return markdownReport(recorded);
    case 'html':
      return htmlReport(recorded, options);
    case 'svg': {
      const chart = firstChart(reportedRun(recorded));
      if (chart === undefined)
        throw new RecordedRunError('the run has no estimates to draw; finish it with --resume');
      return standaloneChart(chart);
    }
  }
}
