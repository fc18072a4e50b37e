import {
  CsvTable,
  choiceColumn,
  namesColumn,
  numberColumn,
  optionalNumberColumn,
  textColumn,
} from './csv-table.js';
import { MEASUREMENT_COLUMNS, MEASURED_PHASES, MEMSET_REGIMES, type Measurement } from './measurement.js';
import { FUNCTION_SIZE_CLASSES } from './size-class.js';

/** `measurements.csv`. */
export const MEASUREMENT_TABLE = new CsvTable<Measurement>('measurements.csv', MEASUREMENT_COLUMNS, {
  engine: textColumn,
  process: numberColumn,
  round: numberColumn,
  phase: choiceColumn(...MEASURED_PHASES),
  arm: textColumn,
  pair: textColumn,
  order: choiceColumn('ab', 'ba', ''),
  module: textColumn,
  functionSizeClass: choiceColumn(...FUNCTION_SIZE_CLASSES),
  functions: numberColumn,
  bytes: numberColumn,
  calls: numberColumn,
  nanoseconds: numberColumn,
  overheadNanoseconds: numberColumn,
  stratumBytes: numberColumn,
  kernel: textColumn,
  regime: choiceColumn(...MEMSET_REGIMES, ''),
  temperature: choiceColumn('warm', 'cold'),
  runDelayNanoseconds: optionalNumberColumn,
  involuntarySwitches: optionalNumberColumn,
  gcNanoseconds: optionalNumberColumn,
  referenceNanoseconds: optionalNumberColumn,
  flags: namesColumn,
});
