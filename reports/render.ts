import { htmlReport } from './page/html-report.js';
import { firstChart } from './page/first-screen.js';
import { reportedRun } from './reported-run.js';
import { markdownReport } from './markdown.js';
import { RecordedRunError, readRecordedRun, type RecordedRun } from './recorded-run/index.js';
import type { BlockOptions } from './page/blocks.js';
import { standaloneChart } from './charts/standalone-chart.js';
import { REPORT_FILE, reportRecord } from './report-record.js';
import { runTableCsv, type RunTableName } from './tables/run-table.js';
import type { TableOptions } from './terminal/table-options.js';
import { terminalReport } from './terminal/terminal-report.js';

export const REPORT_FORMATS = ['table', 'csv', 'json', 'markdown', 'html', 'svg'] as const;

export type ReportFormat = (typeof REPORT_FORMATS)[number];

/** {@link TableOptions} for tables, `filesBase` for pages, which table for CSV (the summary unless told). */
export type RenderOptions = TableOptions & BlockOptions & { readonly table?: RunTableName };

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
      return terminalReport(recorded, options);
    case 'csv':
      return runTableCsv(recorded, options.table);
    case 'json':
      return REPORT_FILE.text(reportRecord(recorded));
    case 'markdown':
      return markdownReport(recorded);
    case 'html':
      return htmlReport(recorded, options);
    case 'svg': {
      const chart = firstChart(reportedRun(recorded));
      const drawing = chart === undefined ? '' : standaloneChart(chart);
      if (drawing === '')
        throw new RecordedRunError('the run has no estimates to draw; finish it with --resume');
      return drawing;
    }
  }
}
