import { CsvTable, choiceColumn, namesColumn, numberColumn, textColumn } from './csv-table.js';
import { VERDICTS } from './estimate.js';
import { MEASURED_PHASES, MEMSET_REGIMES } from './measurement.js';
import { FUNCTION_SIZE_CLASSES } from './size-class.js';
import { SUMMARY_COLUMNS, type SummaryRow } from './summary-row.js';

const PHASES = MEASURED_PHASES.filter((phase) => phase !== 'memset') as SummaryRow['phase'][];

/** `summary.csv`. */
export const SUMMARY_TABLE = new CsvTable<SummaryRow>('summary.csv', SUMMARY_COLUMNS, {
  engine: textColumn,
  temperature: choiceColumn('warm', 'cold'),
  phase: choiceColumn(...PHASES),
  functionSizeClass: choiceColumn(...FUNCTION_SIZE_CLASSES),
  kernel: textColumn,
  regime: choiceColumn(...MEMSET_REGIMES),
  ratio: numberColumn,
  low: numberColumn,
  high: numberColumn,
  confidenceLevel: numberColumn,
  processes: numberColumn,
  pairs: numberColumn,
  phaseNanosecondsPerByte: numberColumn,
  memsetNanosecondsPerByte: numberColumn,
  basis: choiceColumn('undisturbed', 'quietest', 'all'),
  disturbedShare: numberColumn,
  ratioOfAllPairs: numberColumn,
  verdict: choiceColumn(...VERDICTS),
  reasons: namesColumn,
});
