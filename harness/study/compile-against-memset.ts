import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { readRecordedRun, RecordedRunError } from '../../reports/recorded-run/index.js';
import type { Bounded } from '../export/measured-costs.js';
import { operatorTime } from '../export/operator-time.js';
import { ProbeFiles } from '../targets/check/check-groups.js';
import { TargetClient, TargetFailure } from '../targets/client.js';
import { resolveTarget, UnknownTarget } from '../targets/registry.js';
import { standaloneChart } from '../../reports/standalone-chart.js';
import { regimeChart, sizeChart, studyFigures } from './study-figures.js';

/**
 * Redoes the figures of `docs/compile-against-memset.md` from recorded runs:
 * `node dist/harness/study/compile-against-memset.js RUN-DIRECTORY... [--docs docs] [--operator-time]`. With `--operator-time` the built
 * Wasmi runner executes a loop to tell nanoseconds per fuel of execution.
 */
const BEGIN = '<!-- figures: written by harness/study/compile-against-memset.ts -->';
const END = '<!-- end of figures -->';
const NAME = 'compile-against-memset';

async function main(): Promise<number> {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: {
      docs: { type: 'string', default: 'docs' },
      'operator-time': { type: 'boolean', default: false },
    },
  });
  if (positionals.length === 0) {
    process.stderr.write('name the run directories that the figures are to come from\n');
    return 2;
  }
  const runs = positionals.map(readRecordedRun);
  const figures = studyFigures(runs, values['operator-time'] ? await wasmiOperatorTime() : undefined);
  const path = join(values.docs, `${NAME}.md`);
  const text = readFileSync(path, 'utf8');
  const images: string[] = [];
  for (const [suffix, chart] of [
    ['by-regime', regimeChart(runs)],
    ['by-size', sizeChart(runs)],
  ] as const) {
    const drawing = standaloneChart(chart);
    if (drawing === '') continue;
    const file = `${NAME}-${suffix}.svg`;
    writeFileSync(join(values.docs, file), drawing);
    images.push(`![${chart.title}](${file})`, '');
  }
  writeFileSync(path, withFigures(text, [...images, figures].join('\n'), path));
  process.stdout.write(`${path}: figures of ${runs.length} runs\n`);
  return 0;
}

async function wasmiOperatorTime(): Promise<Bounded> {
  const client = TargetClient.start(resolveTarget('wasmi'));
  const files = new ProbeFiles();
  try {
    const { nanosecondsPerFuel } = await operatorTime(client, {
      path: files.programPath,
      export: 'spin',
      arguments: ['100000'],
    });
    return nanosecondsPerFuel;
  } finally {
    files.remove();
    await client.stop();
  }
}

function withFigures(text: string, figures: string, path: string): string {
  const [begin, end] = [text.indexOf(BEGIN), text.indexOf(END)];
  if (begin < 0 || end < begin)
    throw new RecordedRunError(`${path} has no place for figures: ${BEGIN} ... ${END}`);
  return `${text.slice(0, begin + BEGIN.length)}\n\n${figures}\n\n${text.slice(end)}`;
}

try {
  process.exitCode = await main();
} catch (error) {
  if (error instanceof RecordedRunError || error instanceof UnknownTarget || error instanceof TargetFailure) {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  } else {
    throw error;
  }
}
