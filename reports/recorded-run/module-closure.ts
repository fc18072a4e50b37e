import { choiceColumn, numberColumn, optionalNumberColumn, textColumn, type CsvRow } from './csv-row.js';
import { CsvTable } from './csv-table.js';
import { TEMPERATURES } from './measurement.js';
import { fileSchema } from './schema-parts.js';
import { COMPARED_PHASES } from './summary-row.js';
import * as Type from './type.js';

export const MODULE_CLOSURE_ROW = fileSchema(
  'modules',
  'A row of modules.csv',
  Type.Object(
    {
      engine: textColumn('Name of the engine.'),
      temperature: choiceColumn(TEMPERATURES, 'Long-running code, or the first call in a fresh process.'),
      phase: choiceColumn(COMPARED_PHASES, 'What was timed.'),
      module: textColumn('Name of the module, its corpus before the slash.'),
      functions: numberColumn('Functions of it that were timed; 1 where the unit is the module.'),
      bytes: numberColumn('Their body bytes; module bytes for parse.', { unit: 'B' }),
      corpusBytes: numberColumn('Bytes that the module weighs in the corpus.', { unit: 'B' }),
      nanosecondsPerByte: numberColumn('Its time per byte: median over processes.', { unit: 'ns/B' }),
      chargedNanosecondsPerByte: numberColumn("What the phase's price charges for it.", { unit: 'ns/B' }),
      closure: numberColumn('Charge / time: median over processes. 1: it pays what it costs.'),
      low: numberColumn('Lower end of its interval.'),
      high: numberColumn('Upper end of its interval.'),
      closureLeftOut: optionalNumberColumn(
        'Charge / time by the prices that the other modules alone would give; empty where there is no other.',
      ),
    },
    { description: "How far a phase's price fits each module of the corpus." },
  ),
);

/** A row of `modules.csv`. */
export type ModuleClosureRow = CsvRow<typeof MODULE_CLOSURE_ROW>;

/** `modules.csv`. */
export const MODULE_CLOSURE_TABLE = new CsvTable('modules.csv', MODULE_CLOSURE_ROW);
