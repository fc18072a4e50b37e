import { counted } from '../wording.js';
import { chartFigure } from '../charts/chart-figure.js';
import type { Chart } from '../charts/chart.js';
import { comparisonChart } from '../comparison-content.js';
import { markup } from '../markup.js';
import { multiplierChart } from '../price-chart.js';
import { prices, priceTable, type Price } from '../prices.js';
import type { ReportedRun } from '../reported-run.js';
import { unitTexts } from '../sections/multipliers.js';
import { ratioChart } from '../sections/price-by-size.js';
import { runStanding, standing, VERDICT_MEANINGS } from '../verdict-words.js';
import { runWarnings } from '../warnings.js';
import { cardTableMarkup } from './card-table.js';

/** What a reader came for: the prices, how far they can be believed, what speaks against them, and one picture. */
export function firstScreen(recorded: ReportedRun): string {
  const { run } = recorded;
  const rows = prices(recorded);
  const [warm, cold] = (['warm', 'cold'] as const).map((code) =>
    rows.filter(({ temperature }) => temperature === code),
  );
  const { verdict, sentences } = runStanding(recorded);
  const chart = firstChart(recorded);
  return firstScreenMarkup({
    isWide: run.engines.length > 1,
    verdict: `<p class="verdict ${verdict}"><b>Verdict: <span class="v ${verdict}">${verdict}</span></b> ${markup(sentences.join(' '))}
<span class="faint">${verdict}: ${markup(VERDICT_MEANINGS[verdict])}.</span></p>`,
    heading: 'What to charge',
    table:
      warm!.length === 0
        ? '<p>No price yet: nothing was measured to its end.</p>'
        : priceCards(warm!, 'Warm prices of the whole corpus, with their intervals') + coldMarkup(cold!),
    notes: [unitMarkup(recorded), quantityMarkup(rows), warningMarkup(runWarnings(recorded))],
    picture: chart === undefined ? '' : chartFigure(chart),
  });
}

/** The parts of a page's first screen, as markup. */
interface FirstScreen {
  /** Whether its table takes the whole width, and the picture stands below. */
  readonly isWide: boolean;
  readonly verdict: string;
  readonly heading: string;
  readonly table: string;
  readonly notes: readonly string[];
  readonly picture: string;
}

export function firstScreenMarkup({ isWide, verdict, heading, table, notes, picture }: FirstScreen): string {
  return `<section class="first${isWide ? ' broad' : ''}" aria-labelledby="prices"><div class="said">
${verdict}
<h2 id="prices">${markup(heading)}</h2>
${table}</div>
<div class="notes">${notes.filter((note) => note !== '').join('\n')}</div>
${picture}</section>`;
}

function priceCards(rows: readonly Price[], caption: string): string {
  return cardTableMarkup(priceTable(rows), caption, ['engine', 'phase', 'verdict']);
}

/** A first call costs something else: in sight by its verdict, in full by a click. */
function coldMarkup(cold: readonly Price[]): string {
  if (cold.length === 0) return '';
  const { tally } = standing(cold.map(({ verdict }) => verdict));
  const table = priceCards(cold, 'Cold prices of the whole corpus, with their intervals');
  return `<details class="folded printed"><summary>What the first call in a fresh process costs (cold prices: ${markup(tally)})</summary>${table}</details>`;
}

function unitMarkup(recorded: ReportedRun): string {
  return unitTexts(recorded)
    .map((text) => `<p class="faint">${markup(text)}</p>`)
    .join('');
}

/** What the numbers of the table and of the picture are, which differ. */
function quantityMarkup(rows: readonly Price[]): string {
  const memsets = [...new Set(rows.map(({ memset }) => memset))].join(', ');
  if (memsets === '') return '';
  return (
    `<p class="faint">Multiplier: the price of a byte / that of filling one by ${markup(memsets)}. Compiling n bytes costs the constants and n x multiplier / bytesPerFuel fuel, rounded up. ` +
    'An equal-bytes ratio has the constants of both within, so it differs from the multiplier, most for small functions.</p>'
  );
}

/** Of several engines their multipliers, of one the ratio by function size. */
export function firstChart(recorded: ReportedRun): Chart | undefined {
  const [engine] = recorded.run.engines;
  if (recorded.run.engines.length > 1) return multiplierChart(recorded) ?? comparisonChart(recorded);
  return engine === undefined ? undefined : (ratioChart(recorded, engine.name) ?? comparisonChart(recorded));
}

/** Warnings by their number, the first of them in sight; on paper all of them. */
function warningMarkup(warnings: readonly string[]): string {
  const [first] = warnings;
  if (first === undefined) return '<p class="faint">No warnings.</p>';
  const count = counted(warnings.length, 'warning');
  const items = warnings.map((warning) => `<li>${markup(warning)}</li>`).join('');
  return `<details class="folded printed warnings"><summary><b>${count}</b><span class="glimpse">: ${markup(firstSentence(first))}${warnings.length > 1 ? ' …' : ''}</span></summary><ul>${items}</ul></details>`;
}

function firstSentence(text: string): string {
  return /^.*?[.!?](?= |$)/.exec(text)?.[0] ?? text;
}
