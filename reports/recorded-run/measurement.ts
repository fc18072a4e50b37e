import {
  choiceColumn,
  namesColumn,
  numberColumn,
  optionalNumberColumn,
  textColumn,
  type CsvRow,
} from './csv-row.js';
import { CsvTable } from './csv-table.js';
import { fileSchema } from './schema-parts.js';
import { EARLIER_SIZE_CLASS_NAMES, SIZE_CLASS_NAMES } from './size-class.js';
import { MEMSET_REGIMES } from './words.js';
import * as Type from './type.js';

/** What a block times. `memset` is the baseline; the others are the target protocol's phases. */
export const MEASURED_PHASES = [
  'parse',
  'validate',
  'translate',
  'compile',
  'first-call',
  'execute',
  'memset',
] as const;

export type MeasuredPhase = (typeof MEASURED_PHASES)[number];

/** `warm`: the loop had run until its times no longer moved, or its most time was over (flag `not-warm`). `cold`: the first call in a fresh process. */
export const TEMPERATURES = ['warm', 'cold'] as const;

export type Temperature = (typeof TEMPERATURES)[number];

export const MEASUREMENT_ROW = fileSchema(
  'measurements',
  'A row of measurements.csv',
  Type.Object(
    {
      engine: textColumn('Name of the engine, for example embedded or wasmi.'),
      process: numberColumn('Number of the process execution, unique in the run, from 0.'),
      round: numberColumn('Pass over all arms inside the process, from 0. Always 0 when cold.'),
      phase: choiceColumn(MEASURED_PHASES, 'What was timed; memset is the baseline.'),
      arm: textColumn(
        'Names the loop that was timed; the same in every process and round. Paired arms of one stratum share no name.',
      ),
      pair: textColumn(
        'Joins a phase block and its memset blocks; unique within (engine, process, round). Empty: not paired.',
      ),
      order: choiceColumn(
        ['ab', 'ba', ''],
        'ab: the phase block ran first; ba: the memset block did; empty: not paired.',
      ),
      module: textColumn('Name of the module, or of the family; empty for the memset sweep.'),
      sizeClass: choiceColumn(
        SIZE_CLASS_NAMES,
        'Class of the functions handled, by body bytes; all where one call handles whole modules.',
        EARLIER_SIZE_CLASS_NAMES,
      ),
      functions: numberColumn(
        'Functions handled (or fills made) by one call; 1 where the unit is the module.',
      ),
      bytes: numberColumn(
        'Bytes handled by the whole block: calls x bytes per call. Body bytes; module bytes for parse.',
        { unit: 'B' },
      ),
      calls: numberColumn('Calls in the block.'),
      nanoseconds: numberColumn('Time of the block, without overheadNanoseconds.', { unit: 'ns' }),
      overheadNanoseconds: numberColumn('What the target measured and subtracted.', { unit: 'ns' }),
      stratumBytes: numberColumn(
        'Bytes of the corpus that this arm stands for: its weight in totals (an arm may time a sample of its stratum).',
        { unit: 'B' },
      ),
      kernel: textColumn('Of the memset; on a phase row that of its partner.'),
      regime: choiceColumn([...MEMSET_REGIMES, ''], 'Of the memset; on a phase row that of its partner.'),
      temperature: choiceColumn(
        TEMPERATURES,
        'warm: the loop had run until its times agreed within 1.5%, or its most time was over (over 3% apart then: flag not-warm); cold: the first call in a fresh process.',
      ),
      runDelayNanoseconds: optionalNumberColumn(
        'Time spent runnable but not running during the block; empty where the system does not tell.',
        { unit: 'ns' },
      ),
      involuntarySwitches: optionalNumberColumn('Involuntary context switches; empty where not told.'),
      collectionNanoseconds: optionalNumberColumn(
        'Garbage collection inside the block; empty where the target does not tell.',
        { unit: 'ns' },
      ),
      allocatedBytes: optionalNumberColumn(
        'Bytes that the block allocated; empty where a collection fell into it, or the target does not tell.',
        { unit: 'B' },
      ),
      referenceBeforeNanoseconds: optionalNumberColumn(
        "Time of the target's fixed reference loop right before the block: what it takes beyond its best is what others take of the core. Empty where the target does not tell.",
        { unit: 'ns' },
      ),
      referenceAfterNanoseconds: optionalNumberColumn('The same right after the block.', { unit: 'ns' }),
      flags: namesColumn(
        'Names of what was amiss, for example run-delay; empty: nothing was. Flagged rows are kept.',
      ),
    },
    {
      description:
        'One timed block. A phase block stands in a pair with the memset block beside it, which fills the same sizes in the same order: ' +
        'bytes per call are equal in both, calls need not be. Rounds in which a pair has memset blocks and no phase block compare other ' +
        "kernels and regimes with the primary memset. A memset row without a pair belongs to the sweep that the baseline's a + b x n is fitted to; a phase row without one is what a pass " +
        'over the functions of all real modules took for one of them.',
    },
  ),
);

/** One timed block: a row of `measurements.csv`. Flat on purpose; every later stage reads these rows and nothing else. */
export type Measurement = CsvRow<typeof MEASUREMENT_ROW>;

/** `measurements.csv`. */
export const MEASUREMENT_TABLE = new CsvTable('measurements.csv', MEASUREMENT_ROW);
