import { choiceColumn, numberColumn, textColumn, type CsvRow } from './csv-row.js';
import { CsvTable } from './csv-table.js';
import { MEASURED_PHASES } from './measurement.js';
import { fileSchema } from './schema-parts.js';
import * as Type from './type.js';

export const WARM_UP_ROW = fileSchema(
  'warm-up',
  'A row of warm-up.csv',
  Type.Object(
    {
      engine: textColumn('Name of the engine.'),
      process: numberColumn('Number of the process execution.'),
      phase: choiceColumn(MEASURED_PHASES, 'What was timed.'),
      arm: textColumn('Names the loop that was timed.'),
      call: numberColumn(
        'Functions (parse: modules) handled before, each another one; of arms called again and again the number of the call, from 0.',
      ),
      functions: numberColumn('Functions, or modules, that the row is the time of.'),
      bytes: numberColumn('Their bytes.', { unit: 'B' }),
      nanoseconds: numberColumn('Their time.', { unit: 'ns' }),
    },
    {
      description:
        'A stretch of the first functions that a fresh process handles, timed by itself; or a call of an arm that is called again and again.',
    },
  ),
);

/** A row of `warm-up.csv`. */
export type WarmUpCall = CsvRow<typeof WARM_UP_ROW>;

/** `warm-up.csv`. */
export const WARM_UP_TABLE = new CsvTable('warm-up.csv', WARM_UP_ROW);
