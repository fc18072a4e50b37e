// How well recorded runs of one machine repeat each other: npm run repeatability -- RUN_DIRECTORY RUN_DIRECTORY... Times nothing.
import { basename, join, resolve } from 'node:path';

import { alignedTable } from '@wasm-dyno/reports/aligned-table';
import { FITS_FILE, readRunRecord, RUN_FILES } from '@wasm-dyno/reports/recorded-run';
import { percent } from '@wasm-dyno/reports/wording';
import { IncomparableError, readPricedSource, type PricedSource } from '../compare/index.js';
import { pairVerdictsTable } from './pair-verdicts.js';
import { quantitiesOf, spreadsTable } from './run-quantities.js';
import { runStudy } from './study-command.js';

/** What comparing has to tell. */
const DEARER = 1.1;

/** What others disturbed, and how far the flag can be believed. */
function disturbances(directories: readonly string[]): string {
  const share = (part: number | null): string => (part === null ? '' : percent(part));
  return alignedTable({
    heading: ['run', 'engine', 'pairs', 'thrown away', 'flagged blocks', '10% slow if flagged', 'otherwise'],
    rows: directories.flatMap((directory) =>
      (readRunRecord(directory).disturbances ?? []).map((told) => [
        basename(resolve(directory)),
        told.engine,
        String(told.pairs),
        percent(told.thrownAwayShare),
        String(told.contendedBlocks),
        share(told.slowIfContended),
        share(told.slowOtherwise),
      ]),
    ),
    numeric: [2, 3, 4, 5, 6],
  });
}

/** What comparing says of every two runs, as they are and with the later made dearer; none where they have no price in common. */
function pairTables(sources: readonly PricedSource[]): string[] {
  try {
    return [1, DEARER].map((factor) => pairVerdictsTable(sources, factor));
  } catch (error) {
    if (error instanceof IncomparableError) return [];
    throw error;
  }
}

function repeatability(directories: readonly string[]): number {
  if (directories.length < 2) {
    process.stderr.write(
      'name two or more directories that wasm-dyno calibrate wrote: npm run repeatability -- RUN_DIRECTORY RUN_DIRECTORY...\n',
    );
    return 2;
  }
  const runs = directories.map((directory) =>
    quantitiesOf(FITS_FILE.read(join(directory, RUN_FILES.fits)) ?? {}),
  );
  const tables = [
    spreadsTable(runs),
    disturbances(directories),
    ...pairTables(directories.map(readPricedSource)),
  ];
  process.stdout.write(`${tables.join('\n\n')}\n`);
  return 0;
}

runStudy(repeatability);
