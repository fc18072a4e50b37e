// Reports on recorded runs, made from the files of a run directory alone.
export { REPORT_FORMATS, renderReport, renderRun, type RenderOptions, type ReportFormat } from './render.js';
export { comparisonText, meteringText, terminalReport } from './terminal/terminal-report.js';
export { slowerMemsetNotes } from './slower-memset.js';
export { unitDefinitionText, unitSentence, unitTrouble } from './unit-sentence.js';
export { summaryTable } from './terminal/summary-table.js';
export { terminalColour } from './terminal/terminal-colour.js';
export { type TableOptions } from './terminal/table-options.js';
export { columnDescriptions } from './tables/column-descriptions.js';
export { RUN_TABLE_NAMES, runTableCsv, runTableParquet, type RunTableName } from './tables/run-table.js';
export { REPORT_FILE, reportRecord, type ReportRecord } from './report-record.js';
export {
  compareEngines,
  translateToValidate,
  type ComparedPhase,
  type ComparedRun,
  type PhaseQuotient,
} from './engine-comparison.js';
export { ALL_PROGRAMS, fuelCosts, type FuelCost, type MeteredRun } from './metering-content.js';
export { type Bounded } from './bounded.js';
export { type Chart, type ChartPoint, type ChartSeries } from './charts/chart.js';
export { standaloneChart } from './charts/standalone-chart.js';
export { markdownReport } from './markdown.js';
export { CHANGE_VERDICTS } from './change-verdicts.js';
export {
  COMPARISON_FILE,
  type ComparisonRecord,
  type ComparisonSource,
} from './comparison/comparison-record.js';
export {
  COMPARISON_FORMATS,
  renderComparison,
  type ComparisonFormat,
} from './comparison/comparison-report.js';
export { livePage, livePart, relativeWidth, type LivePrice, type LiveRun } from './page/live-page.js';
export { htmlReport } from './page/html-report.js';
export * from './recorded-run/index.js';

// Parts of reports, for those who draw their own
export type { ContentTable } from './content.js';
export { comparisonChart, comparisonContent } from './comparison-content.js';
export { METERING_NOTE, meteringTable } from './metering-content.js';
export { figure, interval, machineLine, percent } from './wording.js';
export { runStanding, standing, standingLine, type RunStanding, type Standing } from './verdict-words.js';
export { prices, priceTable, type Price } from './prices.js';
