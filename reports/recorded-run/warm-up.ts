import { CsvTable, choiceColumn, numberColumn, textColumn } from './csv-table.js';
import { MEASURED_PHASES, type MeasuredPhase } from './measurement.js';

/** One of the first calls of an arm in a fresh process, timed by itself: a row of `warm-up.csv`. */
export interface WarmUpCall {
  readonly engine: string;
  readonly process: number;
  readonly phase: MeasuredPhase;
  readonly arm: string;
  /** From 0. */
  readonly call: number;
  readonly bytes: number;
  readonly nanoseconds: number;
}

/** `warm-up.csv`. */
export const WARM_UP_TABLE = new CsvTable<WarmUpCall>(
  'warm-up.csv',
  ['engine', 'process', 'phase', 'arm', 'call', 'bytes', 'nanoseconds'],
  {
    engine: textColumn,
    process: numberColumn,
    phase: choiceColumn(...MEASURED_PHASES),
    arm: textColumn,
    call: numberColumn,
    bytes: numberColumn,
    nanoseconds: numberColumn,
  },
);
