import { comparisonContent } from '../comparison-content.js';
import type { ContentTable } from '../content.js';
import type { ComparedRun } from '../engine-comparison.js';
import { METERING_NOTE, meteringTable, type MeteredRun } from '../metering-content.js';
import { prices, priceTable } from '../prices.js';
import { SIZE_CLASS_NAMES, type RecordedRun } from '../recorded-run/index.js';
import { unitTexts } from '../sections/multipliers.js';
import { standingLine } from '../verdict-words.js';
import { runWarnings } from '../warnings.js';
import { baselineName, whatWasMeasured } from '../wording.js';
import { wrapped } from '../wrapped-text.js';
import { barChart } from './bar-chart.js';
import { colouredVerdict } from './verdict-colour.js';
import { fittedTable } from './fitted-table.js';
import { summaryTable } from './summary-table.js';
import type { TableOptions } from './table-options.js';

const WIDTH = 80;
/** What names a row, and what is said of it. */
const KEYS = ['engine', 'phase', 'work', 'which', 'verdict'];

/** A run for a terminal: the machine, the verdict, the prices, a picture of letters, then all ratios; in lines of 80 letters. */
export function terminalReport(recorded: RecordedRun, options: TableOptions = {}): string {
  const { width = WIDTH } = options;
  const text = (words: string) => wrapped(words, width).join('\n');
  const parts = [
    text(recorded.run.machine.cpuModel),
    text(whatWasMeasured(recorded)),
    text(standingLine(recorded)),
    ...unitTexts(recorded).map(text),
    pricesText(recorded, options),
    sizeText(recorded, options),
    recorded.run.engines.length < 2 ? '' : comparisonText(recorded, options),
    meteringText(recorded, options),
    summaryTable(recorded.summary, options),
    warningText(recorded, options),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

/** What to charge, warm and cold. */
function pricesText(recorded: RecordedRun, options: TableOptions): string {
  const all = prices(recorded);
  const memsets = [...new Set(all.map(({ memset }) => memset))].join(', ');
  return (['warm', 'cold'] as const)
    .flatMap((code) => {
      const rows = all.filter(({ temperature }) => temperature === code);
      if (rows.length === 0) return [];
      const { width = WIDTH } = options;
      const title = `What to charge, ${code}; multiplier: price of a byte / that of filling one by ${memsets}`;
      return [[...wrapped(title, width), tableText(priceTable(rows), options)].join('\n')];
    })
    .join('\n\n');
}

/** The warm ratio by function size, of each engine against its first memset, as bars. */
function sizeText({ run, summary }: RecordedRun, { width = WIDTH }: TableOptions): string {
  return run.engines
    .flatMap(({ name }) => {
      const own = summary.filter(({ engine, temperature }) => engine === name && temperature === 'warm');
      const [first] = own;
      const rows = own.filter(
        (row) => row.sizeClass !== 'all' && row.kernel === first!.kernel && row.regime === first!.regime,
      );
      if (rows.length === 0) return [];
      const placed = rows.toSorted(
        (a, b) =>
          rows.findIndex(({ phase }) => phase === a.phase) -
            rows.findIndex(({ phase }) => phase === b.phase) ||
          SIZE_CLASS_NAMES.indexOf(a.sizeClass) - SIZE_CLASS_NAMES.indexOf(b.sizeClass),
      );
      const bars = placed.map(({ phase, sizeClass, ratio, verdict }) => ({
        name: `${phase.padEnd(10)} ${sizeClass}`,
        value: ratio,
        word: verdict,
      }));
      const title = `${name}, warm, by function size: equal-bytes ratio, time / ${baselineName(first!)}`;
      return [[...wrapped(title, width), barChart(bars, width)].join('\n')];
    })
    .join('\n\n');
}

/** What speaks against a run's numbers; empty text where nothing does. */
function warningText(recorded: RecordedRun, { width = WIDTH }: TableOptions): string {
  const warnings = runWarnings(recorded);
  if (warnings.length === 0) return '';
  return [
    'Warnings',
    ...warnings.flatMap((warning) =>
      wrapped(warning, width - 2).map((line, n) => (n === 0 ? `- ${line}` : `  ${line}`)),
    ),
  ].join('\n');
}

/** The engines of a run side by side, with what must be known to read the table; empty text where nothing was measured. */
export function comparisonText(recorded: ComparedRun, options: TableOptions = {}): string {
  const content = comparisonContent(recorded);
  if (content === undefined) return '';
  const notes = content.notes.flatMap((note) => wrapped(note, options.width ?? WIDTH));
  return ['The engines side by side', tableText(content.table, options), ...notes].join('\n');
}

/** What engines charge and what a fuel's worth takes; empty text where it was not measured. */
export function meteringText(run: MeteredRun, options: TableOptions = {}): string {
  const table = meteringTable(run);
  if (table === undefined) return '';
  const note = wrapped(METERING_NOTE, options.width ?? WIDTH);
  return ['What is charged, and what it takes', tableText(table, options), ...note].join('\n');
}

/** A report's table in plain columns; verdicts in colour when asked. */
function tableText(table: ContentTable, { colour = false, width = WIDTH }: TableOptions): string {
  return fittedTable(table, width, { keys: KEYS, ...(colour ? { shown: colouredVerdict } : {}) });
}
