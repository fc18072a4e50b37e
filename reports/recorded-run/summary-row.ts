import {
  choiceColumn,
  namesColumn,
  numberColumn,
  optionalNumberColumn,
  textColumn,
  type CsvRow,
} from './csv-row.js';
import { CsvTable } from './csv-table.js';
import { MEASURED_PHASES, TEMPERATURES, type MeasuredPhase } from './measurement.js';
import { fileSchema } from './schema-parts.js';
import { EARLIER_SIZE_CLASS_NAMES, SIZE_CLASS_NAMES } from './size-class.js';
import { MEMSET_REGIMES, VERDICTS } from './words.js';
import * as Type from './type.js';

/** The pairs that an estimate is made of; `quietest`: of each arm and process the sixth that were disturbed least. */
export const BASES = ['undisturbed', 'quietest', 'all'] as const;

export type Basis = (typeof BASES)[number];

/** Phases that stand above the line of a ratio. */
export const COMPARED_PHASES = MEASURED_PHASES.filter((phase) => phase !== 'memset') as Exclude<
  MeasuredPhase,
  'memset'
>[];

export const SUMMARY_ROW = fileSchema(
  'summary',
  'A row of summary.csv',
  Type.Object(
    {
      engine: textColumn('Name of the engine.'),
      temperature: choiceColumn(TEMPERATURES, 'Long-running code, or the first call in a fresh process.'),
      phase: choiceColumn(COMPARED_PHASES, 'The phase above the line.'),
      sizeClass: choiceColumn(
        SIZE_CLASS_NAMES,
        'Body bytes of the functions; all is the whole corpus, weighted by its bytes.',
        EARLIER_SIZE_CLASS_NAMES,
      ),
      kernel: textColumn('The memset that the ratio is against.'),
      regime: choiceColumn(MEMSET_REGIMES, 'Where the filled bytes lie.'),
      ratio: numberColumn('Phase time / memset time at equal bytes: median over processes.'),
      low: numberColumn('Lower end of the interval.'),
      high: numberColumn('Upper end of the interval.'),
      confidenceLevel: numberColumn('Coverage that the interval reaches; 0: too few processes for one.', {
        unit: '0 to 1',
      }),
      corpusLow: optionalNumberColumn(
        'Lower end of the interval over modules (bootstrap): how far other modules would move the ratio. Only over the whole corpus.',
      ),
      corpusHigh: optionalNumberColumn('Its upper end.'),
      leaveOneOutLow: optionalNumberColumn('The least ratio over the corpus without one of its modules.'),
      leaveOneOutHigh: optionalNumberColumn('The greatest.'),
      processes: numberColumn('Process executions behind the number.'),
      pairs: numberColumn('Pairs of blocks behind the number.'),
      phaseNanosecondsPerByte: numberColumn("Median over processes of the phase's time per byte.", {
        unit: 'ns/B',
      }),
      memsetNanosecondsPerByte: numberColumn("The same of the memset's.", { unit: 'ns/B' }),
      collectionNanosecondsPerByte: numberColumn(
        "The part of the phase's time that is collecting its garbage, in whichever block it was collected; 0 where cold.",
        { unit: 'ns/B' },
      ),
      basis: choiceColumn(
        BASES,
        'Which pairs ratio is made of: the undisturbed ones when they are enough, else the quietest where that can be told, else all.',
      ),
      disturbedShare: numberColumn(
        'Part of all pairs that others disturbed (run delay, a shared core, ...).',
        {
          unit: '0 to 1',
        },
      ),
      ratioOfAllPairs: numberColumn('The ratio over all pairs, disturbed or not.'),
      verdict: choiceColumn(VERDICTS, 'How far the number can be believed.'),
      reasons: namesColumn('Names of the reasons for the verdict.'),
    },
    { description: 'Phase time / memset time at equal bytes for one class of functions.' },
  ),
);

/** A row of `summary.csv`. */
export type SummaryRow = CsvRow<typeof SUMMARY_ROW>;

/** `summary.csv`. */
export const SUMMARY_TABLE = new CsvTable('summary.csv', SUMMARY_ROW);
