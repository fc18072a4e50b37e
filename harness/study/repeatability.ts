// How well recorded runs of one machine repeat each other: npm run repeatability -- RUN_DIRECTORY RUN_DIRECTORY... Times nothing.
import { basename, join, resolve } from 'node:path';

import { alignedTable } from '@wasm-dyno/reports/aligned-table';
import { FITS_FILE, readRunRecord, RUN_FILES, type RecordedEstimate } from '@wasm-dyno/reports/recorded-run';
import { percent, shortFigure } from '@wasm-dyno/reports/wording';
import { IncomparableError, readPricedSource, type PricedSource } from '../compare/index.js';
import { median } from '../statistics/index.js';
import { pairVerdictsTable } from './pair-verdicts.js';
import { runStudy } from './study-command.js';

/** What comparing has to tell. */
const DEARER = 1.1;

type Interval = Pick<RecordedEstimate, 'estimate' | 'low' | 'high'>;

/** What a run says of an engine, by name of the quantity. */
function quantitiesOf(directory: string): Map<string, Interval> {
  const { prices = [], units = [] } = FITS_FILE.read(join(directory, RUN_FILES.fits)) ?? {};
  const told = new Map<string, Interval>();
  for (const { engine, kernel, nanosecondsPerByte } of units) {
    const isPricedBy = prices.some((price) => price.engine === engine && price.kernel === kernel);
    if (isPricedBy) told.set(`${engine}: unit, ns a byte`, nanosecondsPerByte);
  }
  for (const price of prices) {
    const name = `${price.engine}: ${price.temperature} ${price.phase}`;
    told.set(`${name}, ns a byte over the corpus`, price.corpusNanosecondsPerByte);
    told.set(`${name}, ns a byte`, price.nanosecondsPerByte);
    told.set(`${name}, multiplier`, price.multiplier);
  }
  return told;
}

function spreads(runs: readonly Map<string, Interval>[]): string {
  const names = [...new Set(runs.flatMap((run) => [...run.keys()]))];
  return alignedTable({
    heading: ['quantity', 'runs', 'median', 'smallest', 'largest', 'largest / smallest', 'hold the median'],
    rows: names.map((name) => {
      const all = runs.flatMap((run) => run.get(name) ?? []);
      const estimates = all.map(({ estimate }) => estimate);
      const middle = median(estimates);
      const [least, most] = [Math.min(...estimates), Math.max(...estimates)];
      const holding = all.filter(({ low, high }) => low <= middle && middle <= high).length;
      return [
        name,
        String(all.length),
        ...[middle, least, most].map(shortFigure),
        `+${percent(most / least - 1)}`,
        `${holding} of ${all.length}`,
      ];
    }),
    numeric: [1, 2, 3, 4, 5],
  });
}

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
  const runs = directories.map(quantitiesOf);
  const tables = [spreads(runs), disturbances(directories), ...pairTables(directories.map(readPricedSource))];
  process.stdout.write(`${tables.join('\n\n')}\n`);
  return 0;
}

runStudy(repeatability);
