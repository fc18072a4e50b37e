// What a recorded run says about its own prices: npm run evidence -- RUN_DIRECTORY. Times nothing.
import { join } from 'node:path';

import { alignedTable } from '@wasm-dyno/reports/aligned-table';
import { readRunRecord, RUN_FILES, type ModuleClosureRow } from '@wasm-dyno/reports/recorded-run';
import { percent, shortFigure } from '@wasm-dyno/reports/wording';
import { estimateRun, plateauOf, type RunEstimates } from '../estimate/index.js';
import { completeRows, recordedReferenceTimes } from '../estimate/complete-rows.js';
import { classesAlike, levelOf, reweightedCorpora } from './reweighted-corpora.js';
import { runStudy } from './study-command.js';

const byBytes = ({ corpusBytes }: ModuleClosureRow): number => corpusBytes;

/** A phase of one engine by name, with its modules. */
function phasesOf(estimates: RunEstimates): [name: string, modules: ModuleClosureRow[]][] {
  return estimates.prices
    .filter(({ temperature }) => temperature === 'warm')
    .map(({ engine, phase, temperature }) => [
      `${engine} ${phase}`,
      estimates.modules.filter(
        (row) => row.engine === engine && row.phase === phase && row.temperature === temperature,
      ),
    ]);
}

/** Largest / smallest - 1. */
function spread(values: readonly number[]): string {
  return percent(Math.max(...values) / Math.min(...values) - 1);
}

/** One phase has one time per byte, whatever memset stands beside it. */
function sameTimes(estimates: RunEstimates): string[] {
  const all = estimates.ratios.filter(
    ({ sizeClass, temperature }) => sizeClass === 'all' && temperature === 'warm',
  );
  return [...new Set(all.map(({ engine, phase }) => `${engine} ${phase}`))].map((name) => {
    const rows = all.filter(({ engine, phase }) => `${engine} ${phase}` === name);
    const times = rows.map(({ phaseNanosecondsPerByte }) => phaseNanosecondsPerByte);
    return `${name}: ${shortFigure(times[0]!)} ns a byte, max/min over ${rows.length} rows ${spread(times)}`;
  });
}

/** Sum of charges / sum of times, and each module by its own and by the others' prices. */
function closure([name, modules]: [string, ModuleClosureRow[]]): string {
  if (modules.length === 0) return `${name}: no module was timed by itself`;
  const sorted = [...modules].sort((a, b) => a.closure - b.closure);
  const table = alignedTable({
    heading: ['module', 'bytes', 'ns/byte', 'charge/time', 'interval', 'by the others'],
    rows: sorted.map(({ closure, closureLeftOut, corpusBytes, high, low, module, nanosecondsPerByte }) => [
      module,
      String(corpusBytes),
      shortFigure(nanosecondsPerByte),
      closure.toFixed(2),
      `${low.toFixed(2)} - ${high.toFixed(2)}`,
      closureLeftOut?.toFixed(2) ?? '',
    ]),
    numeric: [1, 2, 3, 4, 5],
  });
  const whole = 1 / levelOf(modules, byBytes);
  const ends = `worst ${sorted[0]!.module} ${sorted[0]!.closure.toFixed(2)}, best paid ${sorted.at(-1)!.module} ${sorted.at(-1)!.closure.toFixed(2)}`;
  return `${name}: sum of charges / sum of times ${whole.toFixed(3)}; ${ends}\n${table}`;
}

/** How far prices per byte move when the same modules weigh otherwise. */
function reweighting([name, modules]: [string, ModuleClosureRow[]]): string[] {
  if (modules.length === 0) return [];
  const asMeasured = levelOf(modules, byBytes);
  return reweightedCorpora(modules).map(
    (corpus) => `${name}, ${corpus.name}: ${percent(levelOf(modules, corpus.weight) / asMeasured - 1)}`,
  );
}

/** How far the unit and prices move when size classes weigh alike. */
function reshaping(estimates: RunEstimates, reshaped: RunEstimates): string[] {
  const units = estimates.units.map(({ record }, i) => {
    const before = record.nanosecondsPerByte.estimate;
    const after = reshaped.units[i]!.record.nanosecondsPerByte.estimate;
    return `${record.engine} unit (${record.kernel}): ${percent(after / before - 1)}`;
  });
  const prices = estimates.prices.flatMap((price) => {
    const { engine, phase, nanosecondsPerByte, temperature } = price;
    const after = reshaped.prices.find(
      (one) => one.engine === engine && one.phase === phase && one.temperature === temperature,
    );
    if (after === undefined || temperature === 'cold') return [];
    const moved = after.nanosecondsPerByte.estimate / nanosecondsPerByte.estimate - 1;
    return [`${engine} ${phase}: price of a byte ${percent(moved)}`];
  });
  return [...units, ...prices];
}

function priceEvidence([directory]: readonly string[]): number {
  if (directory === undefined) {
    process.stderr.write(
      'name a directory that wasm-dyno calibrate wrote: npm run evidence -- RUN_DIRECTORY\n',
    );
    return 2;
  }
  const record = readRunRecord(directory);
  const rows = completeRows({ record, file: (name) => join(directory, RUN_FILES[name]) });
  const options = {
    knownReferenceTimes: recordedReferenceTimes(record),
    plateau: plateauOf(record.machine.l2Bytes),
    census: new Map((record.modules ?? []).map(({ name, entities }) => [name, entities])),
  };
  const estimates = estimateRun(rows, options);
  const reshaped = estimateRun(classesAlike(rows), options);
  const phases = phasesOf(estimates);
  const lines = [
    'Time per byte over all rows of a phase:',
    ...sameTimes(estimates),
    '',
    ...phases.flatMap((phase) => [closure(phase), '']),
    'Prices per byte when the same modules weigh otherwise:',
    ...phases.flatMap(reweighting),
    '',
    'Size classes alike:',
    ...reshaping(estimates, reshaped),
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
  return 0;
}

runStudy(priceEvidence);
