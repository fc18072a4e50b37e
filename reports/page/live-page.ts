import { chartFigure } from '../charts/chart-figure.js';
import { contentTable } from '../content.js';
import { markup } from '../markup.js';
import type { RecordedEstimate, RunRecord, Verdict } from '../recorded-run/index.js';
import { percent, reportTitle, shortEstimate, whatWasMeasured } from '../wording.js';
import { tableMarkup } from './blocks.js';
import { STYLE } from './style.js';

/** A price as far as it is known. */
export interface LivePrice {
  /** For example `embedded warm translate`. */
  readonly name: string;
  readonly multiplier: RecordedEstimate;
  readonly verdict: Verdict;
}

/** A run while it is measured. */
export interface LiveRun {
  readonly run: RunRecord;
  readonly done: number;
  /** Undefined before the first process execution is complete. */
  readonly secondsLeft: number | undefined;
  readonly prices: readonly LivePrice[];
  /** How wide each price's interval was after so many process executions, as a part of it to either side. */
  readonly widths: readonly { readonly name: string; readonly processes: number; readonly width: number }[];
}

/** Half of an interval, as a part of its estimate; undefined without one. */
export function relativeWidth({
  estimate,
  low,
  high,
  confidenceLevel,
}: RecordedEstimate): number | undefined {
  return confidenceLevel > 0 && estimate > 0 ? (high - low) / 2 / estimate : undefined;
}

/** The page on a run that is measured: it fetches {@link livePart} every two seconds; without scripts it loads itself anew. */
export function livePage(live: LiveRun, nonce: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<noscript><meta http-equiv="refresh" content="5"></noscript>
<title>${markup(reportTitle(live))}</title>
<link rel="icon" href="data:,">
<style>${STYLE}progress{width:100%;height:1.2rem}</style>
</head>
<body>
<header><h1>${markup(reportTitle(live))}</h1></header>
<main id="live">
${livePart(live)}
</main>
<script nonce="${nonce}">
const main = document.getElementById('live');
const look = async () => {
  try {
    const answer = await fetch('part');
    if (!answer.ok) return;
    main.innerHTML = await answer.text();
    if (main.querySelector('[data-ended]')) return;
  } catch {
    main.querySelector('#state').textContent = 'The run has ended, or nobody serves this page any more.';
    return;
  }
  setTimeout(look, 2000);
};
setTimeout(look, 2000);
</script>
</body>
</html>
`;
}

/** What changes of the page: progress, prices, how their intervals narrow. */
export function livePart({ run, done, secondsLeft, prices, widths }: LiveRun): string {
  const planned = Math.max(run.plan.processes, done);
  const left = secondsLeft === undefined ? 'time left unknown yet' : `about ${duration(secondsLeft)} left`;
  const hasEnded = run.state !== 'running';
  const state = hasEnded
    ? `The run has ended: ${run.ended?.sentence ?? run.state}`
    : `${done} of ${planned} process executions, ${left}; last word at ${run.updatedAt.slice(11, 19)} UTC`;
  const width = (one: LivePrice) => relativeWidth(one.multiplier);
  const table = contentTable(prices, [
    { heading: 'price', cell: ({ name }) => name },
    { heading: 'multiplier', cell: ({ multiplier }) => shortEstimate(multiplier), numeric: true },
    {
      heading: 'interval',
      cell: (one) => (width(one) === undefined ? 'none yet' : `+-${percent(width(one)!)}`),
      numeric: true,
    },
    { heading: 'processes', cell: ({ multiplier }) => String(multiplier.processes), numeric: true },
    { heading: 'verdict', cell: ({ verdict }) => verdict },
  ]);
  return `<p class="faint">${markup(whatWasMeasured({ run }))}</p>
<p id="state" role="status"${hasEnded ? ' data-ended' : ''}>${markup(state)}</p>
<progress aria-label="process executions done" max="${planned}" value="${hasEnded ? planned : done}"></progress>
<h2>So far</h2>
${prices.length === 0 ? '<p>No process execution is complete yet.</p>' : tableMarkup(table, 'Prices so far')}
${narrowing(widths)}`;
}

function narrowing(widths: LiveRun['widths']): string {
  const names = [...new Set(widths.map(({ name }) => name))];
  const series = names.map((name) => {
    const points = widths
      .filter((one) => one.name === name)
      .map(({ processes, width }) => ({ x: processes, y: 100 * width }));
    return { name, points, line: points };
  });
  if (!series.some(({ points }) => points.length > 1)) return '';
  return chartFigure({
    title: 'How the intervals narrow',
    caption: 'Half of each interval, in percent of its price, since this page is served.',
    xLabel: 'process executions',
    yLabel: 'percent to either side',
    xScale: 'linear',
    series,
  });
}

function duration(seconds: number): string {
  const whole = Math.max(1, Math.round(seconds));
  return whole < 100 ? `${whole} s` : `${Math.round(whole / 60)} min`;
}
