import type { Argv, CommandModule } from 'yargs';

import { ProfileError } from '@wasm-dyno/engine';
import { RecordedRunError } from '@wasm-dyno/reports/recorded-run';
import {
  comparisonRecord,
  compareSources,
  DEFAULT_SAME_WITHIN,
  holdToLimit,
  IncomparableError,
  readPricedSource,
  type LimitOutcome,
} from '../compare/index.js';
import { COMPARISON_FORMATS, renderComparison, type ComparisonRecord } from '@wasm-dyno/reports';
import { complain, print, printData } from '../console/output.js';
import { jsonText } from '../console/visible-text.js';
import { CommandFailure, ExitCode } from './exit-code.js';
import { tableWidth } from '../console/terminal.js';
import { writeOutputFile } from './output-file.js';
import { partOfPercentage } from './percentage.js';

interface CompareArguments {
  base: string;
  others: string[];
  failOver: string | undefined;
  sameWithin: string | undefined;
  format: (typeof FORMATS)[number];
  force: boolean;
  out: string | undefined;
}

/** `text` is the table's earlier name. */
const FORMATS = ['text', ...COMPARISON_FORMATS] as const;

export const compareCommand: CommandModule<object, CompareArguments> = {
  command: 'compare <base> <others..>',
  describe: 'Tell what became slower or faster between runs or profiles',
  builder: (yargs) =>
    yargs
      .positional('base', {
        type: 'string',
        demandOption: true,
        describe: 'A run directory or a profile: what was before',
      })
      .positional('others', {
        type: 'string',
        array: true,
        demandOption: true,
        describe: 'Run directories or profiles to compare with it',
      })
      .option('fail-over', {
        type: 'string',
        requiresArg: true,
        describe: 'Exit with 1 when a price rose by more, for example 10%; with 3 when the data cannot tell',
      })
      .option('same-within', {
        type: 'string',
        requiresArg: true,
        defaultDescription: `what --fail-over says, else ${100 * DEFAULT_SAME_WITHIN}%`,
        describe: 'Changes below this do not matter',
      })
      .option('format', {
        requiresArg: true,
        choices: FORMATS,
        default: 'text' as (typeof FORMATS)[number],
        describe: 'Form of the answer',
      })
      .option('force', {
        type: 'boolean',
        default: false,
        describe: 'Compare what was measured on other corpora or memsets too',
      })
      .option('out', {
        type: 'string',
        requiresArg: true,
        describe: 'File to write; standard output unless given',
      })
      .example('$0 compare main-run pull-request-run --fail-over 10% --format markdown', '')
      .example('$0 compare before.json after.json', '') as unknown as Argv<CompareArguments>,
  handler: (options) => {
    const limit = partOfPercentage('fail-over', options.failOver);
    const sameWithin = partOfPercentage('same-within', options.sameWithin) ?? limit;
    const sources = [options.base, ...options.others].map(read);
    try {
      const comparison = compareSources(sources, {
        force: options.force,
        ...(sameWithin === undefined ? {} : { sameWithin }),
      });
      const outcome = limit === undefined ? undefined : holdToLimit(comparison, limit);
      show(comparisonRecord(comparison, sources), outcome, options);
      process.exitCode = exitCodeOf(outcome, options.failOver);
    } catch (error) {
      throw error instanceof IncomparableError ? new CommandFailure(ExitCode.Failed, error.message) : error;
    }
  },
};

function read(path: string) {
  try {
    return readPricedSource(path);
  } catch (error) {
    const isForeseen = error instanceof RecordedRunError || error instanceof ProfileError;
    throw isForeseen ? new CommandFailure(ExitCode.Failed, error.message) : error;
  }
}

function show(
  comparison: ComparisonRecord,
  outcome: LimitOutcome | undefined,
  { base, format, others, out }: CompareArguments,
): void {
  const text =
    format === 'json'
      ? jsonText({ ...comparison, ...(outcome === undefined ? {} : { limit: outcome }) })
      : renderComparison(comparison, format === 'text' ? 'table' : format, tableWidth());
  if (out !== undefined) writeOutputFile(out, text, [base, ...others]);
  else if (format === 'text' || format === 'table') print(text);
  else printData(text);
}

function exitCodeOf(outcome: LimitOutcome | undefined, limit: string | undefined): ExitCode {
  if (outcome === undefined || outcome.outcome === 'within') return ExitCode.Fine;
  const [first, ...more] = outcome.lines;
  const others = more.length === 0 ? '' : `, and ${more.length} more`;
  const isOver = outcome.outcome === 'over';
  const mend = isOver ? '' : '; measure both with more effort';
  complain(`${first!}${others}; the limit is ${limit!}${mend}`);
  return isOver ? ExitCode.Failed : ExitCode.InsufficientData;
}
