import { Type } from 'typebox';
import { choiceColumn, numberColumn, textColumn, type CsvRow } from './csv-row.js';
import { CsvTable } from './csv-table.js';
import { MEASURED_PHASES } from './measurement.js';
import { fileSchema } from './schema-parts.js';

export const WARM_UP_ROW = fileSchema(
  'warm-up',
  'A row of warm-up.csv',
  Type.Object(
    {
      engine: textColumn('Name of the engine.'),
      process: numberColumn('Number of the process execution.'),
      phase: choiceColumn(MEASURED_PHASES, 'What was timed.'),
      arm: textColumn('Names the loop that was timed.'),
      call: numberColumn('Number of the call, from 0.'),
      bytes: numberColumn('Bytes handled by the call.', { unit: 'B' }),
      nanoseconds: numberColumn('Time of the call.', { unit: 'ns' }),
    },
    { description: 'One of the first calls of an arm in a fresh process, timed by itself.' },
  ),
);

/** A row of `warm-up.csv`. */
export type WarmUpCall = CsvRow<typeof WARM_UP_ROW>;

/** `warm-up.csv`. */
export const WARM_UP_TABLE = new CsvTable('warm-up.csv', WARM_UP_ROW);
