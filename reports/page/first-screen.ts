import { chartFigure } from '../charts/chart-figure.js';
import type { Chart } from '../charts/chart.js';
import { comparisonChart } from '../comparison-content.js';
import { markup } from '../markup.js';
import { prices, priceTable, type Price } from '../prices.js';
import type { ReportedRun } from '../reported-run.js';
import { unitText } from '../sections/multipliers.js';
import { ratioChart } from '../sections/price-by-size.js';
import { runStanding, standing, VERDICT_MEANINGS } from '../verdict-words.js';
import { runWarnings } from '../warnings.js';
import { tableMarkup } from './blocks.js';

/** What a reader came for: the prices, how far they can be believed, what speaks against them, and one picture. */
export function firstScreen(recorded: ReportedRun): string {
  const { run } = recorded;
  const rows = prices(recorded);
  const [warm, cold] = (['warm', 'cold'] as const).map((code) =>
    rows.filter(({ temperature }) => temperature === code),
  );
  const { verdict, sentences } = runStanding(recorded);
  const chart = firstChart(recorded);
  const picture = chart === undefined ? '' : chartFigure(chart);
  return `<section class="first${run.engines.length > 1 ? ' several' : ''}" aria-labelledby="prices"><div>
<p class="verdict ${verdict}"><b>Verdict: <span class="v ${verdict}">${verdict}</span></b> ${markup(sentences.join(' '))}
<span class="faint">${verdict}: ${markup(VERDICT_MEANINGS[verdict])}.</span></p>
<h2 id="prices">What to charge</h2>
${warm!.length === 0 ? '<p>No price yet: nothing was measured to its end.</p>' : tableMarkup(priceTable(warm!), 'Warm prices of the whole corpus, with their intervals')}
${coldMarkup(cold!)}
${unitMarkup(recorded)}
${memsetMarkup(rows)}
${warningMarkup(runWarnings(recorded))}</div>
${picture}</section>`;
}

/** A first call costs something else: in sight by its verdict, in full by a click. */
function coldMarkup(cold: readonly Price[]): string {
  if (cold.length === 0) return '';
  const { tally } = standing(cold.map(({ verdict }) => verdict));
  const table = tableMarkup(priceTable(cold), 'Cold prices of the whole corpus, with their intervals');
  return `<details class="folded"><summary>What the first call in a fresh process costs (cold prices: ${markup(tally)})</summary>${table}</details>`;
}

/** What a fuel is on this machine: of several engines each has its own. */
function unitMarkup({ profiles, run }: ReportedRun): string {
  const texts = profiles.map(
    (profile) => `${run.engines.length > 1 ? `${profile.engine.name}: ` : ''}${unitText(profile)}`,
  );
  return texts.map((text) => `<p class="faint">${markup(text)}</p>`).join('');
}

function memsetMarkup(rows: readonly Price[]): string {
  const memsets = [...new Set(rows.map(({ memset }) => memset))].join(', ');
  if (memsets === '') return '';
  return `<p class="faint">Multiplier: a byte's time / that of a byte filled by ${markup(memsets)}. Compiling n bytes costs the constants and n x multiplier / bytesPerFuel fuel, rounded up.</p>`;
}

/** Of several engines the comparison, of one the ratio by function size. */
export function firstChart(recorded: ReportedRun): Chart | undefined {
  const [engine] = recorded.run.engines;
  if (recorded.run.engines.length > 1) return comparisonChart(recorded);
  return engine === undefined ? undefined : (ratioChart(recorded, engine.name) ?? comparisonChart(recorded));
}

/** Warnings by their number, the first of them in sight. */
function warningMarkup(warnings: readonly string[]): string {
  const [first] = warnings;
  if (first === undefined) return '<p class="faint">No warnings.</p>';
  const count = warnings.length === 1 ? '1 warning' : `${warnings.length} warnings`;
  const items = warnings.map((warning) => `<li>${markup(warning)}</li>`).join('');
  return `<details class="folded warnings"><summary><b>${count}</b>: ${markup(firstSentence(first))}${warnings.length > 1 ? ' …' : ''}</summary><ul>${items}</ul></details>`;
}

function firstSentence(text: string): string {
  return /^.*?[.!?](?= |$)/.exec(text)?.[0] ?? text;
}
