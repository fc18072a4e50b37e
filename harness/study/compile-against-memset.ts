import { counted } from '@wasm-dyno/reports/wording';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { readRecordedRun, RecordedRunError } from '@wasm-dyno/reports/recorded-run';
import { standaloneChart } from '@wasm-dyno/reports';
import { TargetFailure } from '../targets/client.js';
import { UnknownTarget } from '../targets/registry.js';
import { studyCharts } from './study-charts.js';
import { studyFigures } from './study-figures.js';
import { measureModuleQuotients, readModuleQuotients } from './translate-to-validate.js';

/**
 * Redoes the figures of `docs/compile-against-memset.md` from recorded runs:
 * `node harness/dist/study/compile-against-memset.js RUN-DIRECTORY... [--docs docs] [--modules]`. With `--modules` Wasmi is first
 * measured module by module (some minutes at most, kept in the first directory); else nothing is measured.
 */
const BEGIN = '<!-- figures: written by harness/study/compile-against-memset.ts -->';
const END = '<!-- end of figures -->';
const NAME = 'compile-against-memset';

async function main(): Promise<number> {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: { docs: { type: 'string', default: 'docs' }, modules: { type: 'boolean', default: false } },
  });
  if (positionals.length === 0) {
    process.stderr.write('name the run directories that the figures are to come from\n');
    return 2;
  }
  const runs = positionals.map((directory) => readRecordedRun(directory));
  if (values.modules) await measureModuleQuotients(positionals[0]!);
  const quotients = positionals.flatMap(readModuleQuotients);
  const path = join(values.docs, `${NAME}.md`);
  const text = readFileSync(path, 'utf8');
  const images = new Map<string, string>();
  for (const [suffix, chart] of studyCharts(runs)) {
    const drawing = standaloneChart(chart);
    if (drawing === '') continue;
    const file = `images/${NAME}-${suffix}.svg`;
    writeFileSync(join(values.docs, file), drawing);
    images.set(suffix, `![${chart.title}](${file})`);
  }
  writeFileSync(path, withFigures(text, studyFigures(runs, quotients, images), path));
  process.stdout.write(`${path}: figures of ${counted(runs.length, 'run')}\n`);
  return 0;
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
